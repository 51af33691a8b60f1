/* What an account's owner can look back on: who signed in, from where, and who tried (ACC-05). */
#ifndef SK_ACCOUNTS_HISTORY_H
#define SK_ACCOUNTS_HISTORY_H

#include "base/when.h"
#include "part/store.h"

enum { ACCOUNTS_HISTORY_MAX = 200 }; /* lines of one account; older ones go */

/* On an arena. */
struct accounts_event {
    sk_str account;
    sk_when at;
    sk_str outcome; /* "ok", "failed"; "locked": right or wrong, nobody was let in */
    sk_str method;  /* "password", "password+totp", "code" ... */
    int64_t count;  /* failures of an hour from one place are one line */
    sk_str device, place;
    bool fresh;     /* a browser that the account did not know */
    sk_str session; /* ses_; empty: none */
    bool tell;      /* its owner is to be written to: see accounts_history_untold() */
    int64_t id;     /* of the line; not for adding */
};

/* Belongs into part_store_write(). */
sk_err accounts_history_add(struct part_store *store,
                            const struct accounts_event *event) SK_CHECKED;
/* The newest first. */
sk_err accounts_history_list(struct accounts_event *list, size_t *count, size_t most, sk_arena *mem,
                             struct part_store *store, sk_str account) SK_CHECKED;
/* Lines behind `after` (0: all) whose owners have not been written to yet, the oldest first; and
 * that one has been. What stands in the store is not forgotten when mail is away or we are stopped
 * in between. */
sk_err accounts_history_untold(struct accounts_event *list, size_t *count, size_t most,
                               sk_arena *mem, struct part_store *store, int64_t after) SK_CHECKED;
sk_err accounts_history_told(struct part_store *store, int64_t id) SK_CHECKED;

#endif
