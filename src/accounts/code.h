/* One-time codes that are sent by mail, SMS or voice: short, so they live ten minutes, count once
 * and forgive four mistakes (OWASP ASVS 5.0 V6.5 and V6.6; NIST SP 800-63B-4, 3.1.3). What is
 * stored is a keyed hash bound to account and purpose. Pure: the caller reads the row, tries, and
 * writes the row back in the same transaction. */
#ifndef SK_ACCOUNTS_CODE_H
#define SK_ACCOUNTS_CODE_H

#include "accounts/seal.h"
#include "base/when.h"

enum {
    ACCOUNTS_CODE_DIGITS_LEAST = 6,
    ACCOUNTS_CODE_DIGITS_MOST = 8,
    ACCOUNTS_CODE_TRIES = 5,
    ACCOUNTS_CODE_AGE = 10 * 60 * 1000, /* ms */
};

/* A row of the store. */
struct accounts_code {
    sk_str hash;
    sk_when made;
    int tries; /* that failed */
    bool used;
};

enum accounts_code_verdict {
    ACCOUNTS_CODE_RIGHT,
    ACCOUNTS_CODE_WRONG, /* counted; try again */
    ACCOUNTS_CODE_OVER,  /* expired, used, or tried too often: a new one must be asked for */
};

/* 6 to 8 random digits; other counts are ours to mend and taken as the nearest. */
sk_str accounts_code_new(sk_arena *mem, size_t digits);

/* What is stored. bound->kind is the purpose ("code.sign_in"); where there is no account yet
 * (sign-up), bound->account is the id of what is under way. */
sk_err accounts_code_hash(sk_str *hash, sk_arena *mem, const struct accounts_keys *keys,
                          const struct accounts_bound *bound, sk_str code) SK_CHECKED;

/* Compares a typed code with the row and changes the row: a right one is used, a wrong one counted.
 * An error (the key is gone) counts as a wrong one. */
enum accounts_code_verdict accounts_code_try(struct accounts_code *row,
                                             const struct accounts_keys *keys,
                                             const struct accounts_bound *bound, sk_str typed,
                                             sk_when now);

#endif
