/* "Did you mean": the known name that is nearest to what was written (Levenshtein's distance,
 * without regard to case). */
#ifndef SECLANG_PARSE_NEAR_H
#define SECLANG_PARSE_NEAR_H

#include "base/str.h"

struct seclang_near {
    sk_str got;
    const char *best;
    unsigned distance;
};

void seclang_near_offer(struct seclang_near *near, const char *name);
/* "; did you mean NAME?" or "" where nothing is near. */
sk_str seclang_near_text(sk_arena *mem, const struct seclang_near *near);

#endif
