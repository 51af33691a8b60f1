/* Leaving (ACC-14), and being removed by an administrator (ACC-10): everything of the account is
 * gone from the store when the call returns, overwritten and not only unlinked; what stays is its
 * opaque id in the ledger. */
#ifndef SK_ACCOUNTS_REMOVAL_H
#define SK_ACCOUNTS_REMOVAL_H

#include "accounts/actor.h"
#include "accounts/visitor.h"

/* Records it, deletes the rows, ends the sessions with them, clears the journal, and confirms by a
 * last letter. SK_MISSING: nobody of the actor's; SK_DENIED: the last operator, who could not be
 * replaced but by the command line. */
sk_err accounts_remove(sk_arena *mem, struct accounts *house,
                       const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                       sk_str account) SK_CHECKED;

#endif
