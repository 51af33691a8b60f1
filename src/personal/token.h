/* Tokens: what an application keeps in a value's place. A token has the shape of what it stands
 * for, so that the application's own checks pass, and cannot be anybody's:
 *
 *     kind      canonical form                  why it is nobody's
 *     phone     070-0ddd-dddd, 090-0ddd-dddd    no subscriber's number has that 0 (below)
 *     email     ske + 16 @sekisho.invalid       .invalid is reserved (RFC 6761, 6.4)
 *     birthday  1000-01-01 ... 1867-12-28       nobody of that age lives
 *     reading   ヲヲ + 12 katakana              no name has two ヲ in a row
 *     name      skn + 16                        16 of Crockford's base 32, small letters:
 *     address   ska + 16                        80 random bits
 *     bank      skb + 16
 *     note      skt + 16
 *
 * Mobiles have the numbers "070, 080, 090 CDEFGHJK, C other than 0" (Ministry of Internal Affairs
 * and Communications, kinds of telecommunications numbers, soumu.go.jp/joho_tsusin/top/tel_number).
 * 080-0 is not used here, since 0800-ddd-dddd is toll-free and somebody's.
 *
 * Some shapes have few members: 2 * 10^7 phone numbers, 291,312 birthdays. Who keeps tokens looks
 * whether one is taken and makes another. A token that was found is a candidate: only its keeper
 * knows whether it is one of his. There is no check digit, since it would cost nine of ten phone
 * numbers, and such numbers do not occur in true data. Checks that know the numbering plan itself
 * (libphonenumber's isValidNumber) refuse the phone tokens; those of the shape take them.
 *
 * This half of the room asks for no library, so that the gate can be linked with it alone. */
#ifndef SK_PERSONAL_TOKEN_H
#define SK_PERSONAL_TOKEN_H

#include "personal/personal.h"

enum {
    PERSONAL_TOKEN_RANDOM = 16, /* bytes that a token is made of */
    PERSONAL_TOKEN_MAX = 48,    /* bytes of its canonical form at most */
};

/* In its canonical form: what is stored and looked up. A plain value. */
struct personal_token {
    enum personal_kind kind;
    unsigned char n;
    char text[PERSONAL_TOKEN_MAX];
};

static inline sk_str
personal_token_str(const struct personal_token *token)
{
    return (sk_str){ token->text, token->n };
}

/* The same bytes make the same token. */
void personal_token_make(struct personal_token *out, enum personal_kind kind,
                         const unsigned char random[PERSONAL_TOKEN_RANDOM]);

/* Writes the token in the manner of the value that it replaces: a phone number that was typed
 * without hyphens gets a token without (0900ddddddd), one of "+81..." the form +81900ddddddd or
 * +81 90-0ddd-dddd, a birthday the "/" or "." that stood between its numbers. Everything else is
 * written in its canonical form; so is a birthday of eight digits (18000131), since such a token
 * could not be told from an order's number. */
void personal_token_write(struct sk_buf *out, const struct personal_token *token, sk_str typed);

/* The written forms in which a token is found, alone or mixed: ASCII or full-width signs; letters
 * all small or all capital; references of HTML (&#64; &commat;), escapes of JSON (\u0040, \/),
 * percent-encoding (%40, %E3%83%B2); phone numbers with hyphens, blanks, points or nothing between
 * their groups and as +81 or +81 (0); dates with - / . or 年月日, with or without leading zeros;
 * readings in katakana, hiragana, half-width kana; a token of letters directly behind another
 * (family name and given name). Not found: tokens that were cut or torn apart, written in more than
 * PERSONAL_SPAN_MAX bytes, in base64 or quoted-printable. Text is UTF-8 or ASCII; in pages of
 * Shift_JIS and EUC-JP tokens of ASCII signs are found, readings and full-width forms are not.
 *
 * A number is no token within a longer number (1090-0123-4567, 12-090-0123-4567), nor letters
 * within a word. */
enum {
    PERSONAL_SPAN_MAX = 256, /* bytes of a token as it is written */
    /* Bytes that a stream is behind at most: a token, the character behind it. In text without the
     * beginning of a token it is two. */
    PERSONAL_SCAN_TAIL = PERSONAL_SPAN_MAX + 9,
    PERSONAL_SCAN_BACK = 32, /* bytes before a token that are looked at */
};

struct personal_found {
    size_t at, n; /* the bytes of the text that it is written in */
    struct personal_token token;
};

/* The first token at or behind `from`: 0, or the end of the one that was found before. False:
 * there is no more. */
bool personal_token_find(struct personal_found *found, sk_str text, size_t from);

/* Whether text, without the blanks around it, is one token. */
bool personal_token_is(struct personal_token *token, sk_str text);

/* A text that comes in pieces of any size. Zero-initialise; no memory but this. What comes out does
 * not depend on where the pieces are cut. */
struct personal_scan {
    uint64_t at;    /* bytes that have come out */
    size_t back, n; /* of held: what came out last, what has not come out yet */
    bool glued;     /* the last that came out was a token */
    char held[PERSONAL_SCAN_BACK + PERSONAL_SCAN_TAIL];
};

/* A part of the text: every byte comes out once, in order. Borrowed for the call. */
struct personal_part {
    sk_str text;
    uint64_t at;                        /* of its first byte in the whole text */
    const struct personal_token *token; /* NULL: text between tokens */
};
typedef void personal_scan_out(void *ctx, const struct personal_part *part);

void personal_scan_feed(struct personal_scan *scan, sk_str piece, personal_scan_out *out,
                        void *ctx);
/* The text is over: what was held back comes out. */
void personal_scan_end(struct personal_scan *scan, personal_scan_out *out, void *ctx);

#endif
