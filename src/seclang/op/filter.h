/* A sound filter for a pattern: what every match must have. A value that fails it cannot match, so
 * the matcher is not called. Unsure means all-pass: a filter may let too much by, never too little.
 *
 * From the pattern's syntax tree: the length of the shortest match in bytes, and up to four sets of
 * bytes of which any match contains at least one each. */
#ifndef SECLANG_FILTER_H
#define SECLANG_FILTER_H

#include "base/bytes.h"

enum { SECLANG_FILTER_SETS = 4 };

struct seclang_filter {
    uint32_t least;                           /* bytes; 0: also the empty text may match */
    unsigned sets;                            /* how many of set[] count */
    struct sk_bytes set[SECLANG_FILTER_SETS]; /* the rarest first */
};

/* For a PCRE2 pattern as @rx compiles it (PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY, bytes, no UTF). */
void seclang_filter_of_regex(struct seclang_filter *filter, sk_str pattern);
/* Any of these phrases, without regard to ASCII case. */
void seclang_filter_of_phrases(struct seclang_filter *filter, const sk_str *phrase, size_t count);

static inline bool
seclang_filter_passes(const struct seclang_filter *filter, size_t length,
                      const struct sk_bytes *present)
{
    if (length < filter->least) return false;
    for (unsigned i = 0; i < filter->sets; i++)
        if (!sk_bytes_meet(&filter->set[i], present)) return false;
    return true;
}

#endif
