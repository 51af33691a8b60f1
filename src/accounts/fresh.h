/* What changes how somebody signs in, or ends sessions, wants a fresh sign-in: who finds an open
 * browser, or has stolen a cookie, must not be able to add a key of his own or to put the owner out
 * (OWASP ASVS 5.0 V7.5.1, V7.5.2). */
#ifndef SK_ACCOUNTS_FRESH_H
#define SK_ACCOUNTS_FRESH_H

#include "accounts/page.h"

enum { ACCOUNTS_FRESH = 10 * 60 * 1000 /* ms since the session was made */ };

/* Whether the page's session is fresh. If not, the answer is made already: the page that asks to
 * sign in again, with all that the account asks for, and leads back to `name`. */
bool accounts_page_fresh(const char **template, struct accounts_page *page, const char *name);

/* "/.sekisho/buyer/NAME" without a query, for forms that are posted to another path than their
 * page's. */
sk_str accounts_page_plain(const struct accounts_page *page, const char *name);
/* A token for such a form. */
sk_str accounts_page_token(struct accounts_page *page, const char *name);

#endif
