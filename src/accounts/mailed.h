/* Links that were mailed and not used yet: link.h's tokens with their rows. A link works once, for
 * its purpose, until its time is over; a newer one of the same account and purpose ends the older
 * unless it says otherwise.
 * Functions that change something belong into part_store_write(). */
#ifndef SK_ACCOUNTS_MAILED_H
#define SK_ACCOUNTS_MAILED_H

#include "accounts/link.h"
#include "part/store.h"

/* On an arena. */
struct accounts_mailed {
    sk_str id;      /* lnk_ */
    sk_str account; /* acc_; empty: nobody's yet */
    sk_str data;    /* as it was given */
    sk_when made, ends;
    bool beside; /* for making: older ones of the account and purpose go on */
};

/* *token goes into the mail's address. */
sk_err accounts_mailed_make(sk_str *token, sk_arena *mem, struct part_store *store,
                            const struct accounts_keys *keys, const char *purpose,
                            const struct accounts_mailed *link) SK_CHECKED;
/* What a token stands for, without using it: for the page that asks "do it?". SK_MISSING: unknown,
 * used, over, or of another purpose; nobody is told which. */
sk_err accounts_mailed_look(struct accounts_mailed *link, sk_arena *mem, struct part_store *store,
                            const struct accounts_keys *keys, const char *purpose, sk_str token,
                            sk_when now) SK_CHECKED;
/* The same, and it is used from now on. */
sk_err accounts_mailed_take(struct accounts_mailed *link, sk_arena *mem, struct part_store *store,
                            const struct accounts_keys *keys, const char *purpose, sk_str token,
                            sk_when now) SK_CHECKED;
/* Ends all of an account's of that purpose (""  of every one). */
sk_err accounts_mailed_end(struct part_store *store, const char *purpose,
                           sk_str account) SK_CHECKED;
/* Takes one back that could not be mailed. */
sk_err accounts_mailed_drop(struct part_store *store, sk_str id) SK_CHECKED;
sk_err accounts_mailed_sweep(struct part_store *store, sk_when now) SK_CHECKED;

#endif
