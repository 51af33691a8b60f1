/* Rows of the table `factor`, for the files of its kinds alone. */
#ifndef SK_ACCOUNTS_FACTOR_ROW_H
#define SK_ACCOUNTS_FACTOR_ROW_H

#include "accounts/factor.h"

struct accounts_factor_row {
    const char *kind, *state; /* of the table's words */
    sk_str label;             /* plain; empty: none */
    sk_str secret, credential;
    int64_t counter;
};

sk_err accounts_factor_row_add(sk_str *id, const struct accounts_owner *owner,
                               const struct accounts_factor_row *row) SK_CHECKED;
sk_err accounts_factor_row_use(struct part_store *store, sk_str id, int64_t counter,
                               sk_when now) SK_CHECKED;
/* How many of a kind work. */
sk_err accounts_factor_row_count(int64_t *count, const struct accounts_owner *owner,
                                 const char *kind) SK_CHECKED;

#endif
