/* An audit line in words: who asked what, which rule saw what where, how it was scored, and what to
 * do if it was a mistake. Pure. */
#ifndef SEKISHO_EXPLAIN_H
#define SEKISHO_EXPLAIN_H

#include "base/json.h"
#include "sekisho/conf.h"

struct explain {
    const char *state;       /* for the paths in the advice */
    const struct conf *conf; /* thresholds; NULL: not told */
};

/* Appends the explanation of one event. Bytes of the request that a terminal would obey are written
 * as \xHH. */
void explain_event(struct sk_buf *out, const struct explain *ex, const sk_json *event);
/* s so that it can be shown: UTF-8 stays, control characters and invalid bytes become \xHH; at
 * most `most` bytes, then "...". */
void explain_text(struct sk_buf *out, sk_str s, size_t most);

/* Rules that only add up and decide: 949xxx, 959xxx, 980xxx of the Core Rule Set. */
bool explain_is_sum(int64_t rule);

#endif
