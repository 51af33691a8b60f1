/* Tokens: what an application keeps in a value's place. A token has the shape of what it stands
 * for, so that the application's own checks pass, and cannot be anybody's:
 *
 *     kind      canonical form                       why it is nobody's
 *     phone     0[789]0-0ddd-dddd                    no subscriber's number has a 0 there: "070,
 * 080, 090 CDEFGHJK, C other than 0" (Ministry of Internal Affairs and Communications, kinds of
 *                                                    telecommunications numbers,
 *                                                    soumu.go.jp/joho_tsusin/top/tel_number)
 *     email     ske + 16 @sekisho.invalid            .invalid is reserved (RFC 6761, 6.4)
 *     birthday  1000-01-01 ... 1867-12-28            nobody of that age lives
 *     reading   ヲヲ + 12 katakana                   no name has two ヲ in a row
 *     name      skn + 16                             16 of Crockford's base 32, in small letters:
 *     address   ska + 16                             80 random bits
 *     bank      skb + 16
 *     note      skt + 16
 *
 * Some shapes have few members: 3 * 10^7 phone numbers, 291,312 birthdays. Who keeps tokens looks
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

#endif
