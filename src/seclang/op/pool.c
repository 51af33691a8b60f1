/* Open chaining over digests, which spread by themselves; one lock, held also while making: two
 * threads that load the same rules would otherwise both compile them. */
#include "seclang/op/pool.h"

#include "seclang/op/traits.h"

#include <pthread.h>
#include <stdlib.h>

enum { BUCKETS = 4096 };

struct entry {
    struct seclang_product product; /* first: what is handed out points here */
    unsigned char key[SK_SHA256];
    unsigned holders;
    struct entry *next;
};

static struct {
    pthread_mutex_t lock;
    struct entry *bucket[BUCKETS];
    size_t count;
} pool = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct entry **
place_of(const unsigned char key[SK_SHA256])
{
    struct entry **at = &pool.bucket[(key[0] | key[1] << 8) % BUCKETS];

    while (*at && memcmp((*at)->key, key, SK_SHA256) != 0)
        at = &(*at)->next;
    return at;
}

static void
entry_free(struct entry *entry)
{
    pcre2_code_free(entry->product.code);
    if (entry->product.db) seclang_database_release(entry->product.db);
    free(entry->product.note);
    sk_arena_free(entry->product.mem);
    free(entry);
}

/* ── the cache: a note, then the database as Vectorscan writes it ── */

static void
cache_keep(const struct entry *entry, const struct seclang_recipe *recipe)
{
    char *bytes = NULL;
    size_t n = 0;

    if (!recipe->cache || !recipe->database || seclang_cache_has(recipe->cache, recipe->key))
        return;
    if (entry->product.db && hs_serialize_database(entry->product.db, &bytes, &n) != HS_SUCCESS)
        return; /* then it is made anew the next time */
    seclang_cache_put(recipe->cache, recipe->key, (sk_str){ entry->product.note, recipe->note },
                      (sk_str){ bytes, n });
    free(bytes); /* malloc'ed, as no allocator was set */
}

static bool
from_cache(struct entry *entry, const struct seclang_recipe *recipe)
{
    struct seclang_product *product = &entry->product;
    sk_str bytes;

    if (!recipe->cache || !recipe->database ||
        !seclang_cache_find(&bytes, recipe->cache, recipe->key) || bytes.n < recipe->note)
        return false;
    if (recipe->note) memcpy(product->note, bytes.p, recipe->note);
    bytes = sk_str_from(bytes, recipe->note);
    if (bytes.n == 0) return true;
    if (hs_deserialize_database(bytes.p, bytes.n, &product->db) != HS_SUCCESS) product->db = NULL;
    return product->db != NULL;
}

/* ── making ── */

static sk_err
fill(struct entry *entry, const struct seclang_recipe *recipe)
{
    sk_err failed = sk_ok();

    if (recipe->note && !(entry->product.note = calloc(1, recipe->note)))
        return sk_fail(SK_FULL, "no memory for a compiled operator");
    if (!from_cache(entry, recipe)) {
        if (recipe->cache && recipe->database && seclang_cache_is_only(recipe->cache))
            return sk_fail(SK_BUSY, "its compiled form is not in the cache");
        if (recipe->note) memset(entry->product.note, 0, recipe->note);
        failed = recipe->make(&entry->product, recipe->from);
    }
    if (sk_failed(failed) || !entry->product.db) return failed;
    failed = seclang_database_register(entry->product.db);
    if (!sk_failed(failed)) return failed;
    hs_free_database(entry->product.db); /* not yet registered: not to be released */
    entry->product.db = NULL;
    return failed;
}

static sk_err
find_or_make(struct entry **found, const struct seclang_recipe *recipe)
{
    struct entry **at = place_of(recipe->key), *fresh;
    sk_err failed;

    *found = *at;
    if (*found) return sk_ok();
    fresh = calloc(1, sizeof(*fresh));
    if (!fresh) return sk_fail(SK_FULL, "no memory for a compiled operator");
    memcpy(fresh->key, recipe->key, SK_SHA256);
    failed = fill(fresh, recipe);
    if (sk_failed(failed)) {
        entry_free(fresh);
        return failed;
    }
    *found = *at = fresh;
    pool.count++;
    return sk_ok();
}

static void
let_go(struct entry *entry)
{
    struct entry **at;

    if (--entry->holders > 0) return;
    at = place_of(entry->key);
    *at = entry->next;
    pool.count--;
    entry_free(entry);
}

static sk_err
take(struct entry **taken, const struct seclang_recipe *recipe)
{
    sk_err failed;

    TRY(find_or_make(taken, recipe));
    (*taken)->holders++;
    failed = seclang_traits_ready(&(*taken)->product, recipe);
    if (sk_failed(failed))
        let_go(*taken);
    else
        cache_keep(*taken, recipe);
    return failed;
}

sk_err
seclang_pool_take(const struct seclang_product **product, const struct seclang_recipe *recipe)
{
    struct entry *entry;
    sk_err failed;

    pthread_mutex_lock(&pool.lock);
    failed = take(&entry, recipe);
    pthread_mutex_unlock(&pool.lock);
    *product = sk_failed(failed) ? NULL : &entry->product;
    return failed;
}

void
seclang_pool_give(const struct seclang_product *product)
{
    if (!product) return;
    pthread_mutex_lock(&pool.lock);
    let_go((struct entry *)product);
    pthread_mutex_unlock(&pool.lock);
}

const void *
seclang_pool_keep(const struct seclang_product *product,
                  const void *(*make)(sk_arena *mem, const void *from), const void *from)
{
    struct seclang_product *known = (struct seclang_product *)product;
    const void *kept;

    pthread_mutex_lock(&pool.lock);
    if (!known->kept) known->kept = make(seclang_product_mem(known), from);
    kept = known->kept;
    pthread_mutex_unlock(&pool.lock);
    return kept;
}

const struct seclang_traits *
seclang_pool_traits(const struct seclang_product *product, seclang_derive *derive, const void *from)
{
    struct seclang_product *known = (struct seclang_product *)product;

    pthread_mutex_lock(&pool.lock);
    if (!known->traits) seclang_traits_derive(known, derive, from);
    pthread_mutex_unlock(&pool.lock);
    return known->traits;
}

size_t
seclang_pool_count(void)
{
    size_t count;

    pthread_mutex_lock(&pool.lock);
    count = pool.count;
    pthread_mutex_unlock(&pool.lock);
    return count;
}
