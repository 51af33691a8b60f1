/* How often something happened today (UTC), by whom or whence: rows of `tally` with kinds of their
 * own. Belongs into part_store_write(): what fails is not counted. */
#ifndef SK_ACCOUNTS_DAILY_H
#define SK_ACCOUNTS_DAILY_H

#include "base/when.h"
#include "part/store.h"

/* Counts this one; *count is of today, with it. */
sk_err accounts_daily(int64_t *count, struct part_store *store, const char *kind, sk_str subject,
                      sk_when now) SK_CHECKED;

#endif
