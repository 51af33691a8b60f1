/* Older data that was restored has rows of what was erased since. They cannot be read, as their
 * keys are gone; here they go, too. */
#ifndef SK_VAULT_REPLAY_H
#define SK_VAULT_REPLAY_H

#include "vault/house.h"
#include "vault/store.h"

/* Whether the keeper has erased more than there are receipts of: then data is older than keys. */
sk_err vault_replay_needed(bool *needed, struct vault *house) SK_CHECKED;
/* Asks the keeper of each person and case whether it was erased, and removes what was. */
sk_err vault_replay(unsigned *erased, struct vault *house) SK_CHECKED;
/* The same of one; *was false: it was not erased. */
sk_err vault_replay_one(bool *was, struct vault_gone *gone, sk_arena *mem, struct vault *house,
                        const struct vault_subject *subject) SK_CHECKED;

#endif
