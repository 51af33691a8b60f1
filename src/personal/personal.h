/* What is known of people: the kinds of it. The tokens that stand in their place: personal/token.h.
 * Pure: text in, text out. */
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

#endif
