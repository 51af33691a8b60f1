/* Recovery codes: ten that are shown once, each of 120 random bits and good for one sign-in, for
 * whoever lost the other second factors. Stored as keyed hashes: of more than 112 bits no
 * slow hash is needed (OWASP ASVS 5.0 V6.5.2).
 */
#ifndef SK_ACCOUNTS_RECOVERY_H
#define SK_ACCOUNTS_RECOVERY_H

#include "accounts/seal.h"

enum {
    ACCOUNTS_RECOVERY_CODES = 10,
    ACCOUNTS_RECOVERY_LETTERS = 24, /* of Crockford's base 32: 120 bits */
};

/* "7Q3K-M9XP-0000-ZZZZ-1234-ABCD", to be shown and forgotten. */
sk_str accounts_recovery_new(sk_arena *mem);

/* What is stored of a code, and what a typed one is looked up by: "NUMBER.base64url", bound to the
 * account (bound->kind is not used). SK_BAD when it has not the form of a code: hyphens, blanks,
 * full width and letters that look alike are mended first. */
sk_err accounts_recovery_hash(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys,
                              uint32_t number, const struct accounts_bound *bound,
                              sk_str code) SK_CHECKED;

#endif
