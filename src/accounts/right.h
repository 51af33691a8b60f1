/* What people may do beyond their role. Screens of sub-administrators are given by the shop's owner
 * and stay until they are taken. Privileges are asked for with a reason, approved by somebody else,
 * end after hours at most, and are in the ledger at each step (ACC-11). Nothing is cached: what was
 * taken is gone for the next request (the gate asks for each).
 *
 * A first installation has one operator, who cannot approve what they ask for themselves. The
 * command line can (`sekisho accounts rights approve`): whoever is root there could change the
 * store anyway, and the ledger has "local:0" as the one who did. */
#ifndef SK_ACCOUNTS_RIGHT_H
#define SK_ACCOUNTS_RIGHT_H

#include "accounts/actor.h"
#include "accounts/request.h"
#include "accounts/screen.h"
#include "accounts/visitor.h"

enum {
    ACCOUNTS_PRIVILEGE_HOURS_MAX = 72,
    ACCOUNTS_ASKED_LIFE = 24 * 3600 * 1000, /* ms that a request waits for somebody */
    ACCOUNTS_ASKED_MAX = 10,                /* open requests of one account */
    ACCOUNTS_RIGHTS_LISTED = 200,
};

/* Replaces all screens of an account; of store's transaction, unchecked and untold: for whoever
 * makes the account in the same transaction. */
sk_err accounts_screens_put(struct part_store *store, sk_str account, sk_str by,
                            const sk_str *screens, size_t count, sk_when now) SK_CHECKED;
/* Replaces the screens of a sub-administrator. SK_MISSING: nobody of the actor's; SK_BAD: not a
 * sub-administrator, or no such screen. */
sk_err accounts_screens_set(sk_arena *mem, struct accounts *house,
                            const struct accounts_visitor *visitor,
                            const struct accounts_actor *actor, sk_str account,
                            const sk_str *screens, size_t count) SK_CHECKED;

/* An operator asks for a privilege; *request is its id. SK_BAD: no such privilege, no reason, or
 * too many hours; SK_DENIED: not an operator's account. */
sk_err accounts_right_ask(sk_str *request, sk_arena *mem, struct accounts *house,
                          const struct accounts_visitor *visitor,
                          const struct accounts_actor *actor, sk_str account, sk_str name,
                          int64_t hours, sk_str reason) SK_CHECKED;
/* SK_DENIED: one's own request, or not an operator; SK_MISSING: not open (any more). Of a reset of
 * factors: whoever asked may call it off, whom it is about may refuse it, both not approve. */
sk_err accounts_right_decide(sk_arena *mem, struct accounts *house,
                             const struct accounts_visitor *visitor,
                             const struct accounts_actor *actor, sk_str request,
                             bool approve) SK_CHECKED;
/* Takes a privilege or a screen away, for the next request. SK_MISSING. */
sk_err accounts_right_take(sk_arena *mem, struct accounts *house,
                           const struct accounts_visitor *visitor,
                           const struct accounts_actor *actor, sk_str account,
                           sk_str name) SK_CHECKED;

/* On an arena. */
struct accounts_held {
    sk_str account, name, given_by;
    sk_when made, ends; /* ends: 0: until taken */
};
struct accounts_asked {
    sk_str id, account, name, reason; /* name: a privilege, or ACCOUNTS_REQUEST_FACTORS */
    sk_str asked_by;                  /* empty: the account itself */
    int64_t hours;
    sk_when asked, due; /* due: when it comes about by itself; 0: never */
};
/* Rights of one account (empty: privileges of all), and requests that are open. */
sk_err accounts_right_held(struct accounts_held *list, size_t *count, sk_arena *mem,
                           struct accounts *house, sk_str account, sk_when now) SK_CHECKED;
sk_err accounts_right_open(struct accounts_asked *list, size_t *count, sk_arena *mem,
                           struct accounts *house, sk_when now) SK_CHECKED;

/* Removes and records what has ended by itself. Belongs into part_store_write(). */
sk_err accounts_right_sweep(struct accounts *house, struct part_store *store,
                            sk_when now) SK_CHECKED;

#endif
