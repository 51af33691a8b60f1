/* What is known of people: the kinds of it, one spelling for each, masks, words for an index. The
 * tokens that stand in their place: personal/token.h. Pure: text in, text out; what is made lies on
 * the caller's arena, who wipes it. */
#ifndef SK_PERSONAL_PERSONAL_H
#define SK_PERSONAL_PERSONAL_H

#include "base/str.h"

enum { PERSONAL_VALUE_MAX = 4096 }; /* bytes of one value, UTF-8 */

/* Stored as these numbers: never renumber, add at the end. */
enum personal_kind {
    PERSONAL_NONE,
    PERSONAL_NAME,     /* as it is written: 山田 太郎 */
    PERSONAL_READING,  /* as it is spoken, in kana: ヤマダ タロウ */
    PERSONAL_PHONE,    /* 090-1234-5678, +81 90 1234 5678 */
    PERSONAL_EMAIL,    /* taro@example.jp */
    PERSONAL_ADDRESS,  /* postal, in free lines */
    PERSONAL_BIRTHDAY, /* 1980-01-31 */
    PERSONAL_BANK,     /* a bank account in Japan */
    PERSONAL_NOTE,     /* free text about a person */
    PERSONAL_KINDS
};

/* What people and programs call a kind. */
struct personal_kind_row {
    const char *name; /* "phone": in JSON, sekisho.conf and ledger records */
    const char *ja;
    const char *en;
};
extern const struct personal_kind_row personal_kind_rows[PERSONAL_KINDS];

/* PERSONAL_NONE where no kind is called so. */
enum personal_kind personal_kind_of(sk_str name);
/* Kinds in sets: bits of an unsigned. */
static inline unsigned
personal_kind_bit(enum personal_kind kind)
{
    return 1u << kind;
}

/* Why a text is no value of its kind. */
enum personal_unfit {
    PERSONAL_FITS,
    PERSONAL_UNFIT_EMPTY,
    PERSONAL_UNFIT_LONG,
    PERSONAL_UNFIT_SIGN, /* not UTF-8, or a control sign */
    PERSONAL_UNFIT_TOKEN,
    PERSONAL_UNFIT_KANA,
    PERSONAL_UNFIT_PHONE_SIGN,
    PERSONAL_UNFIT_PHONE_LENGTH,
    PERSONAL_UNFIT_PHONE_PLAN,
    PERSONAL_UNFIT_EMAIL_SIGN,
    PERSONAL_UNFIT_EMAIL_LOCAL,
    PERSONAL_UNFIT_EMAIL_DOMAIN,
    PERSONAL_UNFIT_POSTAL,
    PERSONAL_UNFIT_DATE_FORM,
    PERSONAL_UNFIT_DATE_DAY,
    PERSONAL_UNFIT_DATE_RANGE,
    PERSONAL_UNFIT_BANK_FORM,
    PERSONAL_UNFIT_BANK_TYPE,
    PERSONAL_UNFIT_BANK_HOLDER,
    PERSONAL_UNFIT_PREFIX,
    PERSONAL_UNFITS
};
struct personal_unfit_row {
    const char *word; /* "phone.length": stable, for programs */
    const char *ja;   /* a sentence for people, without the value itself */
    const char *en;
};
extern const struct personal_unfit_row personal_unfit_rows[PERSONAL_UNFITS];

/* A value, in two spellings. */
struct personal_value {
    enum personal_kind kind;
    sk_str shown;    /* to be stored and shown */
    sk_str compared; /* the same for whatever means the same */
    sk_str digits;   /* of a phone: its national number, or + and digits of a foreign one; of an
                        address: its postal code, 7 digits or empty; else empty */
    enum personal_unfit unfit;
};

/* Reads what somebody typed, or a program sent. SK_BAD where it does not fit its kind: value->unfit
 * says why, and the error's text is its English sentence. Bounded work: no more than
 * PERSONAL_VALUE_MAX bytes are looked at. A token is no value of any kind.
 *
 *     kind      taken                              shown            compared
 *     name      one line                           NFKC, but        NFKC, case folded,
 *                                                  ideographs stay  no blanks
 *     reading   kana of any width, ー・            NFKC             katakana, no blanks
 *     phone     digits, hyphens, blanks,           03-1234-5678     E.164
 *               brackets, dots; +81, + others
 *     email     RFC 5322 dot-atom; UTS #46         local part as    lower case
 *                                                  typed
 *     address   lines; 〒 and a code anywhere,     〒150-0001 and   as a name, and no
 *               or seven digits at the front       the lines        hyphens
 *     birthday  1980-01-31, 1980/1/31, 19800131,   1980-01-31       the same
 *               1980年1月31日, 昭和55年1月31日,
 *               S55.1.31
 *     bank      see below                          0001-001-1-      the numbers
 *                                                  1234567 ﾔﾏﾀﾞ ﾀﾛｳ
 *     note      lines                              as typed         as a name
 *
 * A bank account is JSON {"bank":"0001","branch":"001","type":"1","number":"1234567","holder":
 * "ヤマダ タロウ"}, or the same five in this order with - , / | tab or blank between them. Type:
 * 1 or 普通, 2 or 当座, 4 or 貯蓄; numbers of fewer digits get zeros in front. The holder is
 * written in the half-width signs of the bank's transfer records (全銀協規定フォーマット): capital
 * kana, A to Z, digits, space and ( ) - . , / ｢ ｣ \, at most 30. An account of Japan Post is given
 * by the numbers that it has for other banks' transfers. */
sk_err personal_read(struct personal_value *value, sk_arena *mem, enum personal_kind kind,
                     sk_str typed) SK_CHECKED;

/* Adds a form of a shown value that does not tell who it is: docs are at its table in mask.c. */
void personal_mask(struct sk_buf *out, enum personal_kind kind, sk_str shown);

/* What a value is found by in an index: its exact word, and where people search by the beginning,
 * the beginnings. Words of different kinds differ. */
enum { PERSONAL_PREFIX_MIN = 3, PERSONAL_PREFIXES_MAX = 16 };
struct personal_words {
    sk_str exact;
    sk_str
        prefix[PERSONAL_PREFIXES_MAX]; /* phone: 3 digits and more; address: of the postal code */
    size_t prefixes;
};
void personal_words(struct personal_words *words, sk_arena *mem,
                    const struct personal_value *value);
/* The word that somebody looks for: of a whole value, or of a beginning ("090-12", "〒150"). *why
 * says why there is none. */
sk_err personal_word_asked(sk_str *word, enum personal_unfit *why, sk_arena *mem,
                           enum personal_kind kind, sk_str typed, bool beginning) SK_CHECKED;

#endif
