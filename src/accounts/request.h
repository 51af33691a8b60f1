/* Rows of right_request: somebody asks, somebody else decides (right.h, factor_reset.h). */
#ifndef SK_ACCOUNTS_REQUEST_H
#define SK_ACCOUNTS_REQUEST_H

#include "accounts/seal.h"

#define ACCOUNTS_REQUEST_FACTORS "factor.reset" /* right_request.name */

enum { ACCOUNTS_REASON_MAX = 500 }; /* bytes */

/* What a request's reason is sealed for. */
static inline struct accounts_bound
accounts_request_reason(sk_str request)
{
    return (struct accounts_bound){ .kind = SK_STR("right.reason"), .account = request };
}

#endif
