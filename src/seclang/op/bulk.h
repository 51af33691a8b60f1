/* Between bulk.c and bulk_patterns.c: what is asked of a long text. */
#ifndef SECLANG_OP_BULK_H
#define SECLANG_OP_BULK_H

#include "seclang/op/pool.h"
#include "seclang/op/rows.h"
#include "seclang/op/sieve.h"

struct seclang_bulk_asks {
    const struct seclang_bulk_ask *at;
    size_t count;
    const struct seclang_phrase *phrase; /* of all asks, in order */
    size_t phrase_count;
    const char *always; /* by ask: 1: it has too many phrases */
};

/* bulk_patterns.c: a database that tells patterns by the number of their ask, and phrases that are
 * too short for the sieve by the number of asks and their own. The product's note has a byte for
 * each ask: 1 where Vectorscan does not know all of it. */
sk_err seclang_bulk_build(struct seclang_product *product, const void *asks);

#endif
