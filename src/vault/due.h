/* Retention: what is due when, and the holds that stop it. */
#ifndef SK_VAULT_DUE_H
#define SK_VAULT_DUE_H

#include "vault/policy.h"
#include "vault/store.h"

enum { VAULT_HOLD_NAME_MAX = 64, VAULT_HOLDS_MAX = 10 * 1000 };

/* Notes that the subject is to be erased at `at` because of `event`; an event that is noted already
 * stays as it is, and `at` tells when. */
sk_err vault_due_put(sk_when *at, struct part_store_pool *pool, const struct vault_subject *subject,
                     enum vault_event event) SK_CHECKED;
sk_err vault_due_undo(struct part_store_pool *pool, const struct vault_subject *subject,
                      enum vault_event event) SK_CHECKED;
/* The next that is over at `now` and not held, behind `after` (its ids; none at first); false:
 * there is none. */
sk_err vault_due_next(bool *found, struct vault_subject *subject, sk_arena *mem,
                      struct part_store *store, sk_when now,
                      const struct vault_subject *after) SK_CHECKED;

struct vault_hold {
    sk_str name;
    struct vault_subject subject;
};
/* SK_BAD: the name is taken; SK_FULL: more than VAULT_HOLDS_MAX. */
sk_err vault_hold_put(struct part_store_pool *pool, const struct vault_hold *hold) SK_CHECKED;
/* False: there is none of that name. */
sk_err vault_hold_find(bool *found, struct vault_hold *hold, sk_arena *mem,
                       struct part_store *store, sk_str name) SK_CHECKED;
sk_err vault_hold_end(struct part_store_pool *pool, sk_str name) SK_CHECKED;
/* At most VAULT_HOLDS_MAX, in order of their names. */
sk_err vault_holds(struct vault_hold **hold, size_t *count, sk_arena *mem,
                   struct part_store *store) SK_CHECKED;
/* Whether something of the subject may not be erased: it, the person of it, or a case of it is
 * held.
 */
sk_err vault_is_held(bool *held, struct part_store *store,
                     const struct vault_subject *subject) SK_CHECKED;

#endif
