/* What PCRE2 and Vectorscan make of patterns and phrases, held once in the process by what it was
 * made of. Rule sets that have an operator in common share its product, and so do the rules before
 * and after a reload: it is made once and goes with the last that holds it. */
#ifndef SECLANG_OP_POOL_H
#define SECLANG_OP_POOL_H

#include "seclang/op/product.h"

/* Taken from the process, else from the cache, else made; give it back once. What `make` leaves
 * behind after a failure is freed here. SK_BUSY: the cache has not got it, and nothing may be made.
 */
sk_err seclang_pool_take(const struct seclang_product **product,
                         const struct seclang_recipe *recipe) SK_CHECKED;
void seclang_pool_give(const struct seclang_product *product);
/* What the operator keeps with a product, since it is as much shared: made at the first call, on
 * memory that goes with the product. */
const void *seclang_pool_keep(const struct seclang_product *product,
                              const void *(*make)(sk_arena *mem, const void *from),
                              const void *from);
/* As derived when it was taken with a cache; else now, once, from what it was made of. Borrowed
 * from the product. */
const struct seclang_traits *seclang_pool_traits(const struct seclang_product *product,
                                                 seclang_derive *derive, const void *from);
/* How many there are, for tests and for status. */
size_t seclang_pool_count(void);

#endif
