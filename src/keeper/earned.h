/* Values that came with an order and may be read for a purpose beside its budgets, until they
 * expire: a shop that must ship a thousand orders today needs no larger limit for it. What is
 * earned is those values, not a number: a planted program cannot turn it to other people, and
 * reading does not use it up. Written down as takings are (journal.h). One lock; any thread. */
#ifndef SK_KEEPER_EARNED_H
#define SK_KEEPER_EARNED_H

#include "keeper/purpose.h"

enum {
    KEEPER_EARNED_MAX = 200000,      /* values of one tenant and purpose */
    KEEPER_EARNED_ALL_MAX = 2000000, /* of all; 56 bytes each, and as much for each person */
    KEEPER_EARNED_GROUPS_MAX = 8192, /* tenants times purposes */
};

struct keeper_earned;

/* `folder` as for keeper_budget_open. A journal that is missing is an empty one: nothing is earned,
 * and all reads count in the budgets. *damaged: records that were passed over. Yours:
 * keeper_earned_close. */
sk_err keeper_earned_open(struct keeper_earned **earned, uint64_t *damaged, const char *folder,
                          sk_when now) SK_CHECKED;
void keeper_earned_close(struct keeper_earned **earned); /* NULL is allowed */

/* These new values of a person may be read for the purpose from now on, for purpose->earned.
 * SK_FULL: the disk, or too many of them: none is, and they count in the budgets. Only for values
 * that have just been put: an older one would be earned by whoever names it. */
sk_err keeper_earned_add(struct keeper_earned *earned, const struct keeper_purpose *purpose,
                         sk_str tenant, const struct keeper_id *person,
                         const struct keeper_id *value, size_t count, sk_when now) SK_CHECKED;
/* Of many at once: `has` has room for `count`. */
void keeper_earned_which(bool *has, struct keeper_earned *earned,
                         const struct keeper_purpose *purpose, sk_str tenant,
                         const struct keeper_id *value, size_t count, sk_when now);
bool keeper_earned_has(struct keeper_earned *earned, const struct keeper_purpose *purpose,
                       sk_str tenant, const struct keeper_id *value, sk_when now);
/* Distinct people of whom something is earned. */
uint64_t keeper_earned_people(struct keeper_earned *earned, const struct keeper_purpose *purpose,
                              sk_str tenant, sk_when now);
/* As keeper_budget_sync and keeper_budget_tend. */
sk_err keeper_earned_sync(struct keeper_earned *earned) SK_CHECKED;
sk_err keeper_earned_tend(struct keeper_earned *earned, sk_when now) SK_CHECKED;

#endif
