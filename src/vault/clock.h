/* What is due is erased: at the start, and each minute. */
#ifndef SK_VAULT_CLOCK_H
#define SK_VAULT_CLOCK_H

#include "vault/house.h"
#include "vault/store.h"

struct vault_clock;
/* Yours: vault_clock_stop. */
sk_err vault_clock_start(struct vault_clock **clock, struct vault *house) SK_CHECKED;
void vault_clock_stop(struct vault_clock *clock); /* NULL is allowed */
/* Something is due now: it is looked for at once, not within the minute. NULL is allowed. */
void vault_clock_wake(struct vault_clock *clock);

/* By whose right: an asker's ticket and a purpose that erases; or by ourselves (empty). */
struct vault_right {
    sk_str ticket, purpose;
};
/* Destroys the keys, then removes the rows. What was erased before is told by its receipt. Words.
 */
sk_err vault_erase_subject(struct vault_gone *gone, sk_arena *mem, struct vault *house,
                           const struct vault_subject *subject,
                           const struct vault_right *right) SK_CHECKED;
/* Whether it may be erased by this right, some days from now; it then counts as done. Words. */
sk_err vault_erase_later(sk_arena *mem, struct vault *house, const struct vault_subject *subject,
                         const struct vault_right *right) SK_CHECKED;
/* Erases all that is due at `now`; how many. */
sk_err vault_clock_round(unsigned *erased, struct vault *house, sk_when now) SK_CHECKED;

#endif
