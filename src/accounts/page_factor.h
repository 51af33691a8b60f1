/* What the pages of second factors share: who may set them up, and what follows a change. */
#ifndef SK_ACCOUNTS_PAGE_FACTOR_H
#define SK_ACCOUNTS_PAGE_FACTOR_H

#include "accounts/factor.h"
#include "accounts/fresh.h"

/* One page's work with the store. */
struct accounts_setting {
    struct accounts_page *page;
    struct account account;
    bool any; /* a factor worked before */
    /* of the change */
    sk_str factor; /* fac_; empty: nothing came of it */
    const char *action, *method;
};

struct accounts_owner accounts_setting_owner(const struct accounts_setting *setting,
                                             struct part_store *store);

/* Whether the page may go on: somebody is signed in, freshly, or has to set up a factor before
 * anything else. If not, the answer is made already. `name` is the page's own. */
bool accounts_setting_may(const char **template, struct accounts_page *page, const char *name);
/* Reads the account and whether it has a factor. */
sk_err accounts_setting_read(struct accounts_setting *setting) SK_CHECKED;
/* Tells the ledger of setting->action; within the change's transaction, so that what cannot be told
 * does not happen. */
sk_err accounts_setting_tell(const struct accounts_setting *setting) SK_CHECKED;
/* After a first factor was added: the session becomes one of two factors, and recovery codes are
 * next; after another one, the list. Writes to the owner. */
sk_err accounts_setting_added(const char **template, struct accounts_setting *setting) SK_CHECKED;

/* A label that was typed, cut to ACCOUNTS_LABEL_MAX characters; `otherwise` (a key) where there is
 * none. */
sk_str accounts_setting_label(const struct accounts_page *page, const char *otherwise);

#endif
