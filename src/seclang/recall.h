/* What a thread remembers of values it has judged: names of headers and arguments, browsers' names,
 * unchanged cookies come again and again.
 *
 * Remembered is a fingerprint of 128 bits, never the value: two polynomials over the value's words,
 * modulo 2^61 - 1, at secret points drawn when the thread starts (J. L. Carter and M. N. Wegman,
 * "Universal classes of hash functions", 1979). Two different values of n words share a fingerprint
 * with a chance of at most (n / 2^61)^2, whoever chose them, since nobody learns the points. */
#ifndef SECLANG_RECALL_H
#define SECLANG_RECALL_H

#include "base/str.h"

enum {
    SECLANG_RECALL_ENTRIES = 32768, /* of 16 bytes and the set */
    SECLANG_RECALL_BYTES = 2048     /* longer values are rarely the same again */
};

struct seclang_print {
    uint64_t a, b;
};

struct seclang_recall;

/* On mem; lives as long. What is remembered of a value is a set of `words` times 64 bits. */
struct seclang_recall *seclang_recall_new(sk_arena *mem, size_t words);
/* Of a text alone. */
struct seclang_print seclang_recall_text(const struct seclang_recall *recall, sk_str text);
/* Of a text, whose print is `text`, with its name, for the purpose that `tag` numbers. */
struct seclang_print seclang_recall_print(const struct seclang_recall *recall, uint64_t tag,
                                          sk_str name, struct seclang_print text);
/* Soon it will be looked up: many such look-ups wait for memory at the same time. */
void seclang_recall_expect(const struct seclang_recall *recall, struct seclang_print print);
/* The set, borrowed until the next call of _learn; NULL: not known. */
const uint64_t *seclang_recall_find(const struct seclang_recall *recall,
                                    struct seclang_print print);
/* An older one of the same place is forgotten. */
void seclang_recall_learn(struct seclang_recall *recall, struct seclang_print print,
                          const uint64_t *set);

/* All values are new again: other points are drawn. For measuring what they cost. */
void seclang_recall_forget(struct seclang_recall *recall);

#endif
