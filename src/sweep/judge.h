/* Whether there is personal data in a text, by its form; names, readings and birthdays only where
 * the column's name says that they are expected. */
#ifndef SK_SWEEP_JUDGE_H
#define SK_SWEEP_JUDGE_H

#include "sweep/sweep.h"

enum { SWEEP_TEXT_MAX = 64 * 1024 }; /* bytes that are judged at once */

typedef void sweep_hit(void *ctx, int kind, sk_str sample);

/* What a column's name lets expect: a bit for each kind. */
unsigned sweep_hints(sk_str column);

/* Calls hit for each value that is found, with its mask; `tokens` counts those that are tokens.
 * Text that is not UTF-8 is judged as well as it can be. `mem` is reset by the caller. */
void sweep_judge(uint64_t *tokens, sk_arena *mem, unsigned hints, sk_str text, sweep_hit *hit,
                 void *ctx);

/* A whole number without its separators: 13 to 19 digits of a card that a payment network issues,
 * with a right check digit (ISO/IEC 7812). */
bool sweep_is_card(sk_str digits);

#endif
