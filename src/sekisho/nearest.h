/* The nearest of the known names, for "did you mean": Damerau-Levenshtein distance (optimal string
 * alignment), at most a third of the length. */
#ifndef SEKISHO_NEAREST_H
#define SEKISHO_NEAREST_H

#include "base/str.h"

struct nearest {
    sk_str wrong;
    const char *best; /* NULL: nothing is near */
    unsigned distance;
};

static inline struct nearest
nearest_to(sk_str wrong)
{
    return (struct nearest){ wrong, NULL, (unsigned)wrong.n / 3 + 1 };
}
/* Considers one more name (borrowed). */
void nearest_try(struct nearest *nearest, const char *name);

#endif
