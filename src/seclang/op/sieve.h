/* Many phrases over a long text, without regard to ASCII case: which are there, at a price that
 * does not grow with how many there are, and little with what the text is.
 *
 *     text      ... │    │    │    │    │    eight bytes are read at every fifth place,
 *     phrase           an invalid argument     of each phrase five windows that begin one byte
 *                        └──────┘              after the other are known: one of them begins where
 *                          └──────┘            the text is read
 *
 * A window that is known is looked at closer. After S. Wu and U. Manber, "A fast algorithm for
 * multi-pattern searching" (1994), with hashes of whole windows in place of shifts. Of each phrase
 * those windows are taken that the other phrases have least: what is common there ("argument",
 * "is not a") is common in texts. */
#ifndef SECLANG_OP_SIEVE_H
#define SECLANG_OP_SIEVE_H

#include "seclang/op/op.h"

enum { SECLANG_SIEVE_LEAST = 12 /* bytes of a phrase; shorter ones are left out */ };

struct seclang_phrase {
    sk_str text;
    unsigned owner; /* whose hit it is */
    bool answers;   /* the hit says which phrase it was; alike for all of an owner */
};

struct seclang_sieve;

/* At most SECLANG_BULK_PHRASES; they stay where they are, the sieve lies on mem. */
struct seclang_sieve *seclang_sieve_new(sk_arena *mem, const struct seclang_phrase *phrase,
                                        size_t count);
/* Behind the text lie SECLANG_BULK_BEHIND bytes of anything. */
void seclang_sieve_scan(const struct seclang_sieve *sieve, sk_str text,
                        struct seclang_bulk_hit *hits);
/* The phrase is in the text and ends there. Of an owner's phrases the one that ends first is kept,
 * of several the longest, as @pm tells them. */
void seclang_phrase_found(const struct seclang_phrase *phrase, size_t end,
                          struct seclang_bulk_hit *hits);

#endif
