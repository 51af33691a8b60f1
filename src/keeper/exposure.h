/* The worst case as a number: of how many distinct people, who are in the vault now, could whoever
 * has taken over the application see data within the next hour, [now, now + 1 h)?
 *
 * For one purpose and tenant:
 *
 *     people = min(P, min(H, D, 3600 S) + R)     + earned = min(P, E)
 *
 * P people of the tenant; S, H, D the smaller of the tenant's and the purpose's limits of second,
 * hour and day; R people of open reserves; E people of whom something is earned now.
 *
 * Why it is sound. The hour's window that ends just before now + 1 h is the hour asked about, and
 * whoever was read in it counts in it once: there are never more than H, however full the windows
 * are now and whatever leaves them meanwhile. The same people are in the day's window, and the hour
 * is 3600 windows of a second. Earned values and reserves are read beside the windows, so they are
 * added; an open reserve has at most R people until its end.
 *
 * Why it is no smaller. What the windows hold already does not help: those people can be read again
 * at no cost, and with H - count others now they are H. Tickets and principals bound nothing, since
 * a planted program sees as many as come by. So the number is reached, where the second's limit is
 * fast enough (exposure_test.c has an attacker who does).
 *
 * Not in it: people who come or order within the hour, reserves that two operators open meanwhile,
 * a purpose that is thawed meanwhile: no application can do these by itself.
 *
 * A purpose over all tenants is bounded by its own H once more, and all purposes by the sum over
 * tenants, each with its people. What is rendered counts: a label goes to the application, which
 * can read the picture. Masked values, what goes out in letters alone and who could be erased have
 * rows, and are not in the sum. */
#ifndef SK_KEEPER_EXPOSURE_H
#define SK_KEEPER_EXPOSURE_H

#include "keeper/budget.h"
#include "keeper/earned.h"

/* How many people a tenant has. */
struct keeper_crowd {
    sk_str tenant;
    uint64_t people;
};

struct keeper_exposed {
    const struct keeper_purposes *purposes;
    struct keeper_budget *budget;
    struct keeper_earned *earned;
    const struct keeper_crowd *crowd;
    size_t crowds;
};

/* A row for each purpose and tenant that can meet; where these are more than KEEPER_ROWS_MAX, one
 * for each purpose, with an empty tenant. Rows lie on `mem`, texts are the purposes' and crowd's.
 */
void keeper_exposure_find(struct keeper_exposure *exposure, sk_arena *mem,
                          const struct keeper_exposed *of, sk_when now);

#endif
