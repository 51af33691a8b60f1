/* Pages that a mailed link opens. Opening one changes nothing, since mail programs open links by
 * themselves; the button on it does. */
#ifndef SK_ACCOUNTS_PAGE_LINK_H
#define SK_ACCOUNTS_PAGE_LINK_H

#include "accounts/mailed.h"
#include "accounts/page.h"

struct accounts_linked {
    bool alive; /* else: unknown, used, over, or not of this realm and site */
    struct accounts_mailed link;
    struct account account; /* when it is alive */
    bool factor;            /* it has a second one */
};

/* The token, from the form or the query. */
sk_str accounts_link_token(const struct accounts_page *page);
sk_err accounts_link_open(struct accounts_linked *linked, struct accounts_page *page,
                          const char *purpose) SK_CHECKED;
/* The same, and it is used from now on. */
sk_err accounts_link_take(struct accounts_linked *linked, struct accounts_page *page,
                          const char *purpose) SK_CHECKED;
/* The page for a link that is not alive: 410. */
sk_err accounts_link_over(const char **template, struct accounts_page *page) SK_CHECKED;

#endif
