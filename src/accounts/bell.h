/* What wakes a thread that otherwise looks around by itself: rung by any thread, heard by one. */
#ifndef SK_ACCOUNTS_BELL_H
#define SK_ACCOUNTS_BELL_H

#include <stdbool.h>
#include <time.h>

struct accounts_bell;
struct accounts_bell *accounts_bell_new(void);       /* yours; NULL: no memory */
void accounts_bell_free(struct accounts_bell *bell); /* NULL is allowed; nobody waits any more */

/* Once is enough: a bell that rings while nobody waits is heard by the next who does. */
void accounts_bell_ring(struct accounts_bell *bell);
/* Whoever waits, or waits next, is to end. */
void accounts_bell_end(struct accounts_bell *bell);
/* Waits `seconds`, or where `heed` until it is rung. False: it is to end. */
bool accounts_bell_wait(struct accounts_bell *bell, time_t seconds, bool heed);

#endif
