/* Random texts that know what they are for: bytes alone would nearly never be an entity, an escape
 * or a path. The same seed gives the same texts. */
#ifndef DIFFERENTIAL_DICE_H
#define DIFFERENTIAL_DICE_H

#include "base/str.h"

struct dice {
    uint64_t state; /* any number but 0 */
};

struct dice dice_of(uint64_t seed);
/* 0 ... below - 1; below > 0 */
unsigned dice_below(struct dice *d, unsigned below);
/* One time in n. */
bool dice_one_in(struct dice *d, unsigned n);
/* One of `count` texts. */
const char *dice_word(struct dice *d, const char *const *words, size_t count);

/* Escapes, entities, encodings, comments, paths, shell and SQL, UTF-8 good and bad, and bytes. */
sk_str dice_text(struct dice *d, sk_arena *mem);
/* A piece of such a text. */
sk_str dice_piece(struct dice *d);

#endif
