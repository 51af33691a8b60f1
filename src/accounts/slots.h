/* Hashing a password takes a tenth of a second of one core. So many at once, so many waiting, and
 * whoever comes then is asked to come again; threads that hash give way to all others. The rest of
 * the machine goes on serving. */
#ifndef SK_ACCOUNTS_SLOTS_H
#define SK_ACCOUNTS_SLOTS_H

#include "base/err.h"

enum {
    ACCOUNTS_SLOTS_MAX = 8,
    ACCOUNTS_SLOTS_WAITING = 32,
    ACCOUNTS_SLOTS_PATIENCE = 4000, /* ms */
};

struct accounts_slots;
/* One slot a core, ACCOUNTS_SLOTS_MAX at most. Yours: accounts_slots_free. NULL: no memory. */
struct accounts_slots *accounts_slots_new(void);
void accounts_slots_free(struct accounts_slots *slots); /* NULL is allowed */
/* SK_BUSY: too many wait, or for too long. */
sk_err accounts_slots_take(struct accounts_slots *slots) SK_CHECKED;
void accounts_slots_give(struct accounts_slots *slots);

#endif
