/* The thread behind the pages: it writes to owners, notes last uses, and forgets what is over. A
 * page never waits for mail, and one that writes to somebody takes no longer than one that writes
 * to nobody.
 *
 * Letters about sign-ins and locks come from the history (told = 0): they survive a restart and are
 * tried again while post is away. Letters that carry a secret made for a page (codes, links) are
 * handed over here, in memory: who does not receive one asks again. */
#ifndef SK_ACCOUNTS_CARRIER_H
#define SK_ACCOUNTS_CARRIER_H

#include "accounts/mail.h"

enum { ACCOUNTS_ERRANDS_MAX = 1000, ACCOUNTS_ERRAND_TRIES = 5 };

struct accounts_carrier;

/* Starts the thread. Yours: accounts_carrier_stop. */
sk_err accounts_carrier_start(struct accounts_carrier **carrier, struct accounts *house) SK_CHECKED;
void accounts_carrier_stop(struct accounts_carrier *carrier); /* NULL is allowed */

/* Hands a letter over; everything in it is copied. `account` empty: nobody's, and nothing is sent.
 * SK_FULL: ACCOUNTS_ERRANDS_MAX are waiting. */
sk_err accounts_carry(struct accounts *house, sk_str account,
                      const struct accounts_letter *letter) SK_CHECKED;
/* There is something untold in the history. */
void accounts_carrier_wake(struct accounts *house);

/* What the thread does in one round; for tests, which have no thread. */
void accounts_carrier_round(struct accounts *house, sk_when now);

#endif
