/* How many index rows a word had when one was added last: looked at first, so that it need not be
 * found by halves each time (a shop in Tokyo has tens of thousands of numbers that begin with
 * 0901). A hint may be wrong, and is never believed: values.db says. It is forgotten with the
 * process; of a word it has nothing but 8 bytes of its keyed hash. Used by whoever is the writer,
 * so by one at a time. */
#ifndef SK_VAULT_HINT_H
#define SK_VAULT_HINT_H

#include "keeper/keeper.h"

struct vault_hints;

struct vault_hints *vault_hints_new(sk_arena *mem);
/* 0: nothing is known. */
uint32_t vault_hint_get(const struct vault_hints *hints, const unsigned char naming[KEEPER_NAMING]);
void vault_hint_set(struct vault_hints *hints, const unsigned char naming[KEEPER_NAMING],
                    uint32_t count);

#endif
