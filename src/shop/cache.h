/* Finished public pages, kept in memory. Direct-mapped: each key has one place, a newer page of
 * another key takes it; so it is bounded whatever is asked for. Safe for many threads. */
#ifndef SK_SHOP_CACHE_H
#define SK_SHOP_CACHE_H

#include "base/str.h"

enum { SHOP_CACHE_PLACES = 512, SHOP_CACHE_PAGE_MAX = 128 * 1024, SHOP_CACHE_LOCKS = 16 };

struct shop_kept {
    sk_str body, etag;
};

struct shop_cache;
struct shop_cache *shop_cache_new(void); /* yours: shop_cache_free */
void shop_cache_free(struct shop_cache *cache);

/* A copy on `mem`; false when the page is not kept. */
bool shop_cache_get(struct shop_kept *page, sk_arena *mem, struct shop_cache *cache, sk_str key);
/* Keeps a copy; pages above SHOP_CACHE_PAGE_MAX are not kept. */
void shop_cache_put(struct shop_cache *cache, sk_str key, const struct shop_kept *page);

#endif
