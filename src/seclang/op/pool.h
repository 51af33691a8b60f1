/* What PCRE2 and Vectorscan make of patterns and phrases, held once in the process by what it was
 * made of. Rule sets that have an operator in common share its product, and so do the rules before
 * and after a reload: it is made once and goes with the last that holds it.
 *
 * A key is the digest of everything that the product depends on: kind, options, texts, in order. */
#ifndef SECLANG_OP_POOL_H
#define SECLANG_OP_POOL_H

#include "base/hash.h"
#include "seclang/cache/cache.h"
#include "seclang/op/filter.h"
#include "seclang/op/grams.h"
#include "seclang/op/scratch.h"

/* What a text must have to be worth asking about: derived from the patterns alone. */
struct seclang_traits {
    struct seclang_filter filter;
    struct seclang_grams grams;
};

typedef void seclang_derive(struct seclang_traits *traits, sk_arena *mem, const void *from);

struct seclang_product {
    pcre2_code *code; /* of a pattern, with JIT code where `jit` */
    bool jit;
    hs_database_t *db; /* of phrases and of bulks; NULL: nothing in them is Vectorscan's */
    char *note;        /* the recipe's bytes beside the database; malloc'ed */
    sk_arena *mem;     /* of the following; NULL: there are none */
    const struct seclang_traits *traits;
    const void *kept;
};

struct seclang_recipe {
    unsigned char key[SK_SHA256];
    size_t note;   /* bytes */
    bool database; /* what is made is a database, to be kept in the cache */
    sk_err (*make)(struct seclang_product *product, const void *from);
    seclang_derive *derive; /* may be NULL */
    const void *from;
    struct seclang_cache *cache; /* where databases and traits are kept beyond the process; NULL:
                                    nowhere */
};

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

/* ── between pool.c and traits.c, under the pool's lock ── */

sk_arena *seclang_product_mem(struct seclang_product *product);
void seclang_traits_derive(struct seclang_product *product, seclang_derive *derive,
                           const void *from);
/* With a cache: has them, and the cache has them too. SK_BUSY as seclang_pool_take. */
sk_err seclang_traits_ready(struct seclang_product *product,
                            const struct seclang_recipe *recipe) SK_CHECKED;

#endif
