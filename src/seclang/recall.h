/* What a thread remembers of values it has judged: names of headers and arguments, browsers' names,
 * unchanged cookies come again and again.
 *
 * Remembered is a fingerprint (print.h), never the value. */
#ifndef SECLANG_RECALL_H
#define SECLANG_RECALL_H

#include "seclang/print.h"

enum {
    SECLANG_RECALL_ENTRIES = 32768, /* of 16 bytes and the set */
    SECLANG_RECALL_BYTES = 2048     /* longer values are rarely the same again */
};

struct seclang_recall;

/* On mem, but for the table: seclang_recall_free, before mem goes. What is remembered of a value is
 * a set of `words` times 64 bits. Without memory for the table nothing is remembered. */
struct seclang_recall *seclang_recall_new(sk_arena *mem, size_t words);
void seclang_recall_free(struct seclang_recall *recall); /* NULL is allowed */
/* What makes the fingerprints of its values. */
const struct seclang_printer *seclang_recall_printer(const struct seclang_recall *recall);
/* Soon it will be looked up: many such look-ups wait for memory at the same time. */
void seclang_recall_expect(const struct seclang_recall *recall, struct seclang_print print);
/* The set, borrowed until the next call of _learn; NULL: not known. */
const uint64_t *seclang_recall_find(const struct seclang_recall *recall,
                                    struct seclang_print print);
/* An older one of the same place is forgotten. */
void seclang_recall_learn(struct seclang_recall *recall, struct seclang_print print,
                          const uint64_t *set);

/* All values are new again: another key is drawn. For measuring what they cost. */
void seclang_recall_forget(struct seclang_recall *recall);

#endif
