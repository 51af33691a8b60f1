/* Second factors in the store: whether there are any. What they are is the pages' of second
 * factors. */
#ifndef SK_ACCOUNTS_FACTOR_H
#define SK_ACCOUNTS_FACTOR_H

#include "part/store.h"

/* Whether the account has a second factor that works (recovery codes alone are none). */
sk_err accounts_factor_any(bool *any, struct part_store *store, sk_str account) SK_CHECKED;

#endif
