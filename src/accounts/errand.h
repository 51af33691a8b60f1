/* Letters that wait for the carrier (carrier.h), in memory. Those carry a secret made for a page
 * (codes, links): who does not receive one asks again. */
#ifndef SK_ACCOUNTS_ERRAND_H
#define SK_ACCOUNTS_ERRAND_H

#include "accounts/bell.h"
#include "accounts/letter.h"

enum { ACCOUNTS_ERRANDS_MAX = 1000 };

struct accounts_errand {
    struct accounts_errand *next;
    sk_arena *mem; /* holds this, too */
    sk_str account;
    struct accounts_letter letter;
    int tries;
};

struct accounts_errands;
struct accounts_errands *accounts_errands_new(void);          /* yours; NULL: no memory */
void accounts_errands_free(struct accounts_errands *errands); /* NULL is allowed */
/* Rings for each letter. */
struct accounts_bell *accounts_errands_bell(struct accounts_errands *errands);

/* Hands a letter over; everything in it is copied. `account` empty: nobody's, and nothing is sent.
 * SK_FULL: ACCOUNTS_ERRANDS_MAX are waiting. */
sk_err accounts_carry(struct accounts_errands *errands, sk_str account,
                      const struct accounts_letter *letter) SK_CHECKED;

/* For the carrier. Back into the line; false: it is full, and the errand still yours. */
bool accounts_errands_put(struct accounts_errands *errands, struct accounts_errand *errand);
/* All that wait, the oldest first. Each is yours: sk_arena_free(errand->mem). */
struct accounts_errand *accounts_errands_take(struct accounts_errands *errands);
bool accounts_errands_some(struct accounts_errands *errands);

#endif
