#include "shop/house.h"

#include "base/when.h"
#include "shop/catalog.h"
#include "shop/seed.h"

#include <errno.h>
#include <sys/stat.h>

static sk_err
pages_load(struct shop *shop, const char *folder)
{
    TRY(part_templates_load(&shop->pages, folder));
    for (int i = 0; i < PART_LANGS; i++) {
        sk_str path = sk_str_printf(shop->mem, "%s/words/%s.json", folder, part_lang_names[i]);
        TRY(part_words_load(&shop->words[i], path.p));
        TRY(part_templates_check(shop->pages, shop->words[i]));
    }
    sk_str assets = sk_str_printf(shop->mem, "%s/asset", folder);
    TRY(part_assets_load(&shop->assets, (const char *const[]){ assets.p, NULL }, "/asset/"));
    shop->style = part_asset_path(shop->assets, "shop.css");
    return shop->style.n ? sk_ok() : sk_fail(SK_MISSING, "%s/shop.css is missing", assets.p);
}

static sk_err
store_open(struct shop *shop, const char *state, const char *code)
{
    DEFER(part_store_close) struct part_store *store = NULL;
    sk_str folder = sk_str_printf(shop->mem, "%s/shop", state);
    sk_str path = sk_str_printf(shop->mem, "%s/shop/shop.db", state);
    if (mkdir(folder.p, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder.p, strerror(errno));
    TRY(part_csrf_key_load(&shop->key, sk_str_printf(shop->mem, "%s/shop/form.key", state).p));
    TRY(part_store_open(&store, path.p));
    if (chmod(path.p, 0600) != 0) return sk_fail(SK_BROKEN, "%s: %s", path.p, strerror(errno));
    TRY(part_store_migrate(store, sk_str_printf(shop->mem, "%s/sql", code).p));
    TRY(shop_seed(store, sk_str_printf(shop->mem, "%s/seed", code).p));
    return part_store_pool_new(&shop->stores, path.p, NULL);
}

sk_err
shop_open(struct shop **out, const char *state, const char *share)
{
    sk_arena *mem = sk_arena_new(64 * 1024);
    struct shop *shop = SK_NEW(mem, struct shop);
    shop->mem = mem;
    shop->version_seen = -SHOP_VERSION_AGE;
    sk_str code = sk_str_printf(mem, "%s/src/shop", share);
    sk_err e = pages_load(shop, sk_str_printf(mem, "%s/ui", code.p).p);
    if (!sk_failed(e)) e = store_open(shop, state, code.p);
    if (!sk_failed(e) && !(shop->cache = shop_cache_new())) e = sk_fail(SK_FULL, "no memory");
    if (sk_failed(e))
        shop_close(shop);
    else
        *out = shop;
    return e;
}

void
shop_close(struct shop *shop)
{
    if (!shop) return;
    shop_cache_free(shop->cache);
    part_store_pool_free(shop->stores);
    for (int i = 0; i < PART_LANGS; i++)
        part_words_free(shop->words[i]);
    part_templates_free(shop->pages);
    part_assets_free(shop->assets);
    explicit_bzero(&shop->key, sizeof shop->key);
    sk_arena_free(shop->mem);
}

sk_err
shop_version(int64_t *version, struct shop *shop)
{
    struct part_store *store;
    sk_when now = sk_monotonic();
    if (now - shop->version_seen < SHOP_VERSION_AGE) {
        *version = shop->version;
        return sk_ok();
    }
    TRY(part_store_take(&store, shop->stores));
    sk_err e = shop_catalog_version(version, store);
    part_store_give(shop->stores, store);
    if (sk_failed(e)) return e;
    shop->version = *version;
    shop->version_seen = now;
    return sk_ok();
}
