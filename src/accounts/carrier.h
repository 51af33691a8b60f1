/* The thread behind the pages: it writes to owners, notes last uses, and forgets what is over. A
 * page never waits for mail, and one that writes to somebody takes no longer than one that writes
 * to nobody.
 *
 * Letters about sign-ins and locks come from the history (told = 0): they survive a restart and are
 * tried again while post is away. Others are handed over in memory (errand.h). */
#ifndef SK_ACCOUNTS_CARRIER_H
#define SK_ACCOUNTS_CARRIER_H

#include "accounts/house.h"

enum { ACCOUNTS_ERRAND_TRIES = 5 };

struct accounts_carrier;

/* Starts the thread. Yours: accounts_carrier_stop. */
sk_err accounts_carrier_start(struct accounts_carrier **carrier, struct accounts *house) SK_CHECKED;
void accounts_carrier_stop(struct accounts_carrier *carrier); /* NULL is allowed */

/* What the thread does in one round; for tests, which have no thread. */
void accounts_carrier_round(struct accounts *house, sk_when now);

#endif
