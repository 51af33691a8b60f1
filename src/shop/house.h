/* What all pages share: made at the start, read by many threads, gone at the end. */
#ifndef SK_SHOP_HOUSE_H
#define SK_SHOP_HOUSE_H

#include "part/assets.h"
#include "part/http_csrf.h"
#include "part/lang.h"
#include "part/store.h"
#include "part/template.h"
#include "shop/cache.h"

#include <stdatomic.h>

enum { SHOP_VERSION_AGE = 1000 /* ms */ };

struct shop {
    sk_arena *mem;
    struct part_templates *pages;
    struct part_words *words[PART_LANGS];
    struct part_store_pool *stores;
    struct part_csrf_key key;
    struct shop_cache *cache;
    struct part_assets *assets;
    sk_str style;                          /* path of the style sheet with its version */
    _Atomic int64_t version, version_seen; /* of the catalogue; monotonic ms when it was read */
};

/* Reads share/src/shop/{ui,sql,seed}, opens state/shop/shop.db (made and filled when new). Yours:
 * shop_close. Errors name the file. */
sk_err shop_open(struct shop **shop, const char *state, const char *share) SK_CHECKED;
void shop_close(struct shop *shop);

/* The catalogue's version, at most SHOP_VERSION_AGE old. */
sk_err shop_version(int64_t *version, struct shop *shop) SK_CHECKED;

/* A service of the shop's pages on a socket. */
struct part_service shop_service(struct shop *shop, int listen_fd, unsigned threads);

#endif
