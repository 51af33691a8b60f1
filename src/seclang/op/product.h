/* What was compiled, and the recipe that it is made by. A key is the digest of everything that the
 * product depends on: kind, options, texts, in order. */
#ifndef SECLANG_OP_PRODUCT_H
#define SECLANG_OP_PRODUCT_H

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

static inline sk_arena *
seclang_product_mem(struct seclang_product *product)
{
    if (!product->mem) product->mem = sk_arena_new(256);
    return product->mem;
}

#endif
