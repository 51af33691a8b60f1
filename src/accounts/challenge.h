/* Challenges of passkeys: what a browser has to have signed. Nothing is stored when one is made, so
 * that who only looks at a page costs no write: it carries its time and a keyed hash over purpose,
 * binding and time. When it was answered, its place among the links marks it spent (factor.h): one
 * use. */
#ifndef SK_ACCOUNTS_CHALLENGE_H
#define SK_ACCOUNTS_CHALLENGE_H

#include "accounts/seal.h"
#include "base/when.h"

enum {
    ACCOUNTS_CHALLENGE_LIFE = 5 * 60 * 1000, /* ms */
    ACCOUNTS_CHALLENGE_TEXT = 64, /* characters of base64url: 24 of the 48 bytes are random */
};

/* `purpose` is static text of ours; `binding` is what the browser holds beside it: its session's
 * id, or the cookie of its forms. */
sk_err accounts_challenge_new(sk_str *text, sk_arena *mem, const struct accounts_keys *keys,
                              const char *purpose, sk_str binding, sk_when now) SK_CHECKED;
/* SK_DENIED: not ours, for something else, or too old. */
sk_err accounts_challenge_check(const struct accounts_keys *keys, const char *purpose,
                                sk_str binding, sk_str text, sk_when now) SK_CHECKED;

#endif
