#include "shop/house.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/when.h"
#include "shop/catalog.h"
#include "shop/seed.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

static const struct {
    const char *ending, *type;
} types[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".txt", "text/plain; charset=utf-8" },
};

static sk_err
asset_load(struct shop *shop, const char *folder, sk_str name)
{
    unsigned char digest[SK_SHA256];
    struct shop_asset *asset = &shop->asset[shop->assets];
    sk_str path = sk_str_printf(shop->mem, "%s/%.*s", folder, SK_ARG(name));
    size_t i = 0, known = sizeof types / sizeof *types;
    while (i < known && !sk_str_ends(name, sk_str_of(types[i].ending)))
        i++;
    if (i == known) return sk_ok();
    if (shop->assets == SHOP_ASSETS_MAX)
        return sk_fail(SK_FULL, "%s: more than %d files", folder, SHOP_ASSETS_MAX);
    TRY(sk_file_read(&asset->body, shop->mem, path.p, SHOP_ASSET_SIZE_MAX));
    sk_sha256(digest, asset->body);
    sk_str hex = sk_hex(shop->mem, (sk_str){ (const char *)digest, 8 });
    asset->name = sk_str_copy(shop->mem, name);
    asset->type = sk_str_of(types[i].type);
    asset->etag = sk_str_printf(shop->mem, "\"%.*s\"", SK_ARG(hex));
    if (sk_str_eq(name, SK_STR("shop.css")))
        shop->style = sk_str_printf(shop->mem, "/asset/shop.css?v=%.*s", SK_ARG(hex));
    shop->assets++;
    return sk_ok();
}

static sk_err
assets_load(struct shop *shop, const char *folder)
{
    DIR *dir = opendir(folder);
    sk_err e = sk_ok();
    if (!dir) return sk_fail(SK_MISSING, "%s: no such folder", folder);
    for (struct dirent *d; !sk_failed(e) && (d = readdir(dir));)
        if (d->d_name[0] != '.') e = asset_load(shop, folder, sk_str_of(d->d_name));
    closedir(dir);
    if (!sk_failed(e) && !shop->style.n) e = sk_fail(SK_MISSING, "%s/shop.css is missing", folder);
    return e;
}

static sk_err
pages_load(struct shop *shop, const char *folder)
{
    TRY(part_templates_load(&shop->pages, folder));
    for (int i = 0; i < SHOP_LANGS; i++) {
        sk_str path = sk_str_printf(shop->mem, "%s/words/%s.json", folder, shop_lang_names[i]);
        TRY(part_words_load(&shop->words[i], path.p));
        TRY(part_templates_check(shop->pages, shop->words[i]));
    }
    return assets_load(shop, sk_str_printf(shop->mem, "%s/asset", folder).p);
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
    return part_store_pool_new(&shop->stores, path.p);
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
    for (int i = 0; i < SHOP_LANGS; i++)
        part_words_free(shop->words[i]);
    part_templates_free(shop->pages);
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
