/* Resetting the second factors of somebody who has lost them, operators above all. One operator
 * asks and another approves, neither of whom it is about; where there is no other, it comes about
 * by itself a day later. The owner is written to when it is asked for and when it is done, and may
 * stop it at any time: by refusing it at the console, or by the letter's link, which stops
 * everything. The command line needs nobody, as it could change the store anyway; the ledger has
 * "local:UID".
 *
 * A reset removes apps, passkeys and recovery codes and ends every session. The password stays: who
 * signs in with it next sets up a factor before anything else. Requests lie with those for
 * privileges (right.h), which decides on them. */
#ifndef SK_ACCOUNTS_FACTOR_RESET_H
#define SK_ACCOUNTS_FACTOR_RESET_H

#include "accounts/actor.h"
#include "accounts/visitor.h"

enum { ACCOUNTS_FACTOR_RESET_DELAY = 24 * 3600 * 1000 }; /* ms */

/* What became of asking. */
struct accounts_factor_reset {
    sk_str request; /* req_; empty: it is done */
    sk_when due;    /* when it comes about by itself; 0: it waits for somebody */
};

/* SK_DENIED: not an operator, or one's own; SK_MISSING: no such account, or it has no factor;
 * SK_BUSY: it is asked for already; SK_BAD: no reason. */
sk_err accounts_factor_reset(struct accounts_factor_reset *out, sk_arena *mem,
                             struct accounts *house, const struct accounts_visitor *visitor,
                             const struct accounts_actor *actor, sk_str account,
                             sk_str reason) SK_CHECKED;

/* Does it; of store's transaction, and told. `by` is who approved, or nobody. */
sk_err accounts_factor_reset_do(sk_arena *mem, struct accounts *house, struct part_store *store,
                                const struct accounts_visitor *visitor,
                                const struct accounts_actor *by, const struct account *account,
                                sk_str request) SK_CHECKED;
/* Behind that transaction: the owner is written to. */
sk_err accounts_factor_reset_letter(struct accounts *house, sk_arena *mem,
                                    const struct account *account, sk_str request,
                                    sk_when now) SK_CHECKED;
/* What is asked for is called off by its owner; of store's transaction. */
sk_err accounts_factor_reset_stop(struct part_store *store, sk_str account, sk_when now) SK_CHECKED;
/* Does one that is due by itself, if there is one. */
sk_err accounts_factor_reset_due(struct accounts *house, sk_when now) SK_CHECKED;

#endif
