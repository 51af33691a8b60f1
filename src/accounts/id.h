/* Names that tell nothing about what they name. */
#ifndef SK_ACCOUNTS_ID_H
#define SK_ACCOUNTS_ID_H

#include "base/hash.h"

/* 100 random bits: nobody finds one by trying, and two are never the same. */
enum { ACCOUNTS_ID_DIGITS = 20, ACCOUNTS_SECRET = 32 };

/* "acc_" and 20 characters of Crockford's base 32, for kind "acc". */
sk_str accounts_id_new(sk_arena *mem, const char *kind);
/* Whether id is one of that kind. */
bool accounts_id_is(sk_str id, const char *kind);

/* What a cookie or a link carries: 256 random bits as 64 hexadecimal digits, and the digest that is
 * stored in its place, as bytes on the arena. */
struct accounts_secret {
    sk_str text, digest;
};
struct accounts_secret accounts_secret_new(sk_arena *mem);
/* The digest of a text that a browser sent; false: it is none of ours. */
bool accounts_secret_read(sk_str *digest, sk_arena *mem, sk_str text);

#endif
