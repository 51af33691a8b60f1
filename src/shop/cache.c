#include "shop/cache.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

struct place {
    char *block; /* key, body, etag one behind the other */
    size_t key, body, etag;
};

struct shop_cache {
    pthread_mutex_t lock[SHOP_CACHE_LOCKS];
    struct place place[SHOP_CACHE_PLACES];
};

struct shop_cache *
shop_cache_new(void)
{
    struct shop_cache *cache = calloc(1, sizeof *cache);
    for (int i = 0; cache && i < SHOP_CACHE_LOCKS; i++)
        pthread_mutex_init(&cache->lock[i], NULL);
    return cache;
}

void
shop_cache_free(struct shop_cache *cache)
{
    if (!cache) return;
    for (int i = 0; i < SHOP_CACHE_LOCKS; i++)
        pthread_mutex_destroy(&cache->lock[i]);
    for (int i = 0; i < SHOP_CACHE_PLACES; i++)
        free(cache->place[i].block);
    free(cache);
}

bool
shop_cache_get(struct shop_kept *page, sk_arena *mem, struct shop_cache *cache, sk_str key)
{
    size_t at = sk_hash(key) % SHOP_CACHE_PLACES;
    struct place *place = &cache->place[at];
    pthread_mutex_lock(&cache->lock[at % SHOP_CACHE_LOCKS]);
    bool found = place->block && sk_str_eq((sk_str){ place->block, place->key }, key);
    if (found) {
        const char *body = place->block + place->key;
        page->body = sk_str_copy(mem, (sk_str){ body, place->body });
        page->etag = sk_str_copy(mem, (sk_str){ body + place->body, place->etag });
    }
    pthread_mutex_unlock(&cache->lock[at % SHOP_CACHE_LOCKS]);
    return found;
}

void
shop_cache_put(struct shop_cache *cache, sk_str key, const struct shop_kept *page)
{
    size_t at = sk_hash(key) % SHOP_CACHE_PLACES, size = key.n + page->body.n + page->etag.n;
    struct place fresh = { NULL, key.n, page->body.n, page->etag.n };
    if (page->body.n > SHOP_CACHE_PAGE_MAX || !(fresh.block = malloc(size + 1))) return;
    memcpy(fresh.block, key.p, key.n);
    memcpy(fresh.block + key.n, page->body.p, page->body.n);
    memcpy(fresh.block + key.n + page->body.n, page->etag.p, page->etag.n);
    pthread_mutex_lock(&cache->lock[at % SHOP_CACHE_LOCKS]);
    char *old = cache->place[at].block;
    cache->place[at] = fresh;
    pthread_mutex_unlock(&cache->lock[at % SHOP_CACHE_LOCKS]);
    free(old);
}
