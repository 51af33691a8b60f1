/* For each tenant how many records it has and which is its newest: what `nth` and `prev` of the
 * next one follow from. In memory; written beside each segment as it is when the segment begins. */
#ifndef LEDGER_HEADS_H
#define LEDGER_HEADS_H

#include "base/str.h"

enum { LEDGER_TENANTS_MAX = 200 * 1000 };

struct ledger_head {
    uint64_t nth, sequence; /* 0: no record yet */
    size_t n;
    char tenant[]; /* n bytes */
};

struct ledger_heads;

struct ledger_heads *ledger_heads_new(void); /* yours: ledger_heads_free */
void ledger_heads_free(struct ledger_heads *heads);
void ledger_heads_close(struct ledger_heads **heads); /* for DEFER */
/* The tenant's, made where there is none. NULL: LEDGER_TENANTS_MAX are there already. Stays where
 * it is as long as `heads`. */
struct ledger_head *ledger_heads_take(struct ledger_heads *heads, sk_str tenant);
size_t ledger_heads_count(const struct ledger_heads *heads);

/* One JSON object a line, and back: SK_BAD with the line's number. */
void ledger_heads_write(struct sk_buf *out, const struct ledger_heads *heads);
sk_err ledger_heads_read(struct ledger_heads *heads, sk_str text) SK_CHECKED;

#endif
