/* Filters and grams of patterns and phrases, kept with their product and in the cache: deriving
 * them takes as long as all the rest of loading. */
#include "seclang/op/traits.h"

static void
key_of(unsigned char key[SK_SHA256], const struct seclang_recipe *recipe)
{
    for (size_t i = 0; i < SK_SHA256; i++)
        key[i] = (unsigned char)~recipe->key[i];
}

/* The filter, then the grams. They are believed as the databases are: the file is ours, and of this
 * very build (see seclang_cache_open), so it derived them as we would. */
static void
keep(const struct seclang_traits *traits, const unsigned char key[SK_SHA256],
     struct seclang_cache *cache)
{
    sk_str filter = { (const char *)&traits->filter, sizeof(traits->filter) };

    seclang_cache_put(cache, key, filter,
                      (sk_str){ (const char *)traits->grams.gram,
                                traits->grams.count * sizeof(*traits->grams.gram) });
}

static const struct seclang_traits *
read_from(sk_arena *mem, sk_str bytes)
{
    struct seclang_traits *traits = SK_NEW(mem, struct seclang_traits);
    size_t filter = sizeof(traits->filter), gram = sizeof(*traits->grams.gram);

    if (bytes.n < filter || (bytes.n - filter) % gram) return NULL;
    memcpy(&traits->filter, bytes.p, filter);
    bytes = sk_str_from(bytes, filter);
    traits->grams.count = bytes.n / gram;
    traits->grams.gram = sk_array(mem, traits->grams.count + 1, gram);
    if (bytes.n) memcpy(traits->grams.gram, bytes.p, bytes.n);
    return traits->filter.sets <= SECLANG_FILTER_SETS && traits->grams.count <= SECLANG_GRAMS_MOST
               ? traits
               : NULL;
}

void
seclang_traits_derive(struct seclang_product *product, seclang_derive *derive, const void *from)
{
    DEFER(sk_arena_close) sk_arena *aside = sk_arena_new(0);
    struct seclang_traits found = { 0 },
                          *traits = SK_NEW(seclang_product_mem(product), struct seclang_traits);

    derive(&found, aside, from);
    *traits = found;
    traits->grams.gram = sk_array(product->mem, found.grams.count + 1, sizeof(*found.grams.gram));
    if (found.grams.count)
        memcpy(traits->grams.gram, found.grams.gram, found.grams.count * sizeof(*found.grams.gram));
    product->traits = traits;
}

sk_err
seclang_traits_ready(struct seclang_product *product, const struct seclang_recipe *recipe)
{
    unsigned char key[SK_SHA256];
    sk_str bytes;

    if (!recipe->cache || !recipe->derive) return sk_ok();
    key_of(key, recipe);
    if (!product->traits && seclang_cache_find(&bytes, recipe->cache, key))
        product->traits = read_from(seclang_product_mem(product), bytes);
    if (!product->traits && seclang_cache_is_only(recipe->cache))
        return sk_fail(SK_BUSY, "what is known of its patterns is not in the cache");
    if (!product->traits) seclang_traits_derive(product, recipe->derive, recipe->from);
    if (!seclang_cache_has(recipe->cache, key)) keep(product->traits, key, recipe->cache);
    return sk_ok();
}
