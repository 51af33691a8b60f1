/* Passwords, stored so that a thief of the database cannot guess at them: salted, stretched, and
 * keyed with a subkey of the accounts key (the pepper), bound to their account. The stored form is
 * PHC's:
 *
 *     $pbkdf2-sha512$k=1,i=210000$SALT$HASH        HMAC(pepper k, account, PBKDF2-HMAC-SHA-512)
 *     $argon2id$k=1,m=19456,t=2$SALT$HASH          HMAC(pepper k, account, Argon2id), p=1, v=19
 *
 * The first one is the default, since all of it is on the CRYPTREC list; Argon2id under the same
 * HMAC is for whoever wants memory-hardness, too (OpenSSL 3.0 has none: it is libsodium's). The
 * pepper comes last, over what was stretched, so that the vault can keep it later without seeing a
 * password. */
#ifndef SK_ACCOUNTS_PASSWORD_H
#define SK_ACCOUNTS_PASSWORD_H

#include "accounts/seal.h"

enum {
    ACCOUNTS_PASSWORD_MOST = 128,        /* characters; nothing is ever cut off */
    ACCOUNTS_PASSWORD_BYTES = 128 * 4,   /* of UTF-8 */
    ACCOUNTS_PASSWORD_STORED_MAX = 256,  /* bytes of a stored form */
    ACCOUNTS_ROUNDS_LEAST = 210000,      /* OWASP ASVS 5.0, appendix C */
    ACCOUNTS_ROUNDS_MOST = 10000000,     /* a changed store must not keep us busy for hours */
    ACCOUNTS_ARGON_MEMORY = 19456,       /* KiB, with two passes: the same appendix, and usual */
    ACCOUNTS_ARGON_MEMORY_LEAST = 12288, /* whatever the passes; see accounts_argon_memory() */
    ACCOUNTS_ARGON_MEMORY_MOST = 1024 * 1024,
    ACCOUNTS_ARGON_PASSES = 2,
    ACCOUNTS_ARGON_PASSES_LEAST = 1,
    ACCOUNTS_ARGON_PASSES_MOST = 64,
};

enum accounts_stretch { ACCOUNTS_STRETCH_PBKDF2, ACCOUNTS_STRETCH_ARGON2ID, ACCOUNTS_STRETCHES };

extern const char *const accounts_stretch_names[ACCOUNTS_STRETCHES]; /* as stored */

/* What a new hash costs. Zero is the default. */
struct accounts_cost {
    enum accounts_stretch stretch;
    uint32_t rounds; /* PBKDF2: iterations; Argon2id: passes; 0: the usual */
    uint32_t memory; /* Argon2id: KiB; 0: the usual; never below what the passes ask for */
};

/* The least memory in KiB for so many passes of Argon2id: 46 MiB with one, 19 with two, 12 with
 * three and more (OWASP ASVS 5.0, appendix C). */
uint32_t accounts_argon_memory(uint32_t passes);

/* The stored form of a new password. SK_BAD when it is not UTF-8 or longer than allowed; the rules
 * for good ones are password_rule.h's. bound->kind is not used. */
sk_err accounts_password_hash(sk_str *stored, sk_arena *mem, const struct accounts_keys *keys,
                              const struct accounts_cost *cost, const struct accounts_bound *bound,
                              sk_str password) SK_CHECKED;

/* Whether it is the password of the account. An empty or broken `stored` (no such account, or one
 * without password) takes as long as a real one and never matches. *again: it matched, and should
 * be hashed anew since cost or key have changed. */
bool accounts_password_matches(bool *again, const struct accounts_keys *keys,
                               const struct accounts_cost *cost, const struct accounts_bound *bound,
                               sk_str stored, sk_str password);

#endif
