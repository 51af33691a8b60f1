/* What an owner is written about without having asked: a sign-in, a lock, a changed password. */
#ifndef SK_ACCOUNTS_NOTICE_H
#define SK_ACCOUNTS_NOTICE_H

#include "accounts/history.h"
#include "accounts/mail.h"
#include "accounts/visitor.h"

/* Purposes of mailed links. */
#define ACCOUNTS_LINK_UNLOCK "unlock" /* makes a browser known, so that the lock is not for it */
#define ACCOUNTS_LINK_STOP   "stop"   /* "that was not me": ends everything, voids the password */
#define ACCOUNTS_LINK_RESET  "reset"  /* sets a new password */

enum {
    ACCOUNTS_UNLOCK_LIFE = 30 * 60 * 1000, /* ms */
    ACCOUNTS_STOP_LIFE = 7 * 24 * 3600 * 1000,
    ACCOUNTS_RESET_LIFE = 30 * 60 * 1000,
};

/* Writes to the owner about a line of the history; the link in it is made here. Success, too, when
 * the account is gone. */
sk_err accounts_notice_send(struct accounts *house, sk_arena *mem, struct part_store *store,
                            const struct accounts_event *event, sk_when now) SK_CHECKED;
/* Where people of a tenant (empty: operators) sign in; NULL: there is no such tenant, or its site
 * left the configuration. */
sk_err accounts_notice_site(const struct accounts_site **site, sk_arena *mem,
                            const struct accounts *house, struct part_store *store,
                            sk_str tenant) SK_CHECKED;
/* Asks for a letter that carries a reset link (or, with an empty account, for none). */
sk_err accounts_notice_reset(struct accounts *house, sk_arena *mem,
                             const struct accounts_visitor *visitor, sk_str account,
                             const char *letter) SK_CHECKED;
/* Asks for a letter about a change of what one signs in with, with a link that stops everything. */
sk_err accounts_notice_changed(struct accounts *house, sk_arena *mem,
                               const struct accounts_visitor *visitor, sk_str account,
                               const char *letter) SK_CHECKED;

#endif
