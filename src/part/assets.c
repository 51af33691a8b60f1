#include "part/assets.h"

#include "base/file.h"
#include "base/hash.h"

#include <dirent.h>

struct asset {
    sk_str name, body, etag, type, path;
};

struct part_assets {
    sk_arena *mem;
    const char *path;
    size_t count;
    struct asset row[PART_ASSETS_MAX];
};

static const struct {
    const char *ending, *type;
} types[] = {
    { ".css", "text/css; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".svg", "image/svg+xml" },
    { ".txt", "text/plain; charset=utf-8" },
};

static const struct asset *
asset_find(const struct part_assets *assets, sk_str name)
{
    for (size_t i = 0; i < assets->count; i++)
        if (sk_str_eq(assets->row[i].name, name)) return &assets->row[i];
    return NULL;
}

static sk_str
type_of(sk_str name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (sk_str_ends(name, sk_str_of(types[i].ending))) return sk_str_of(types[i].type);
    return (sk_str){ 0 };
}

static sk_err
asset_load(struct part_assets *assets, const char *folder, sk_str name)
{
    unsigned char digest[SK_SHA256];
    struct asset *asset = &assets->row[assets->count];
    sk_arena *mem = assets->mem;
    sk_str file = sk_str_printf(mem, "%s/%.*s", folder, SK_ARG(name)), type = type_of(name);
    if (!type.n) return sk_ok();
    if (assets->count == PART_ASSETS_MAX)
        return sk_fail(SK_FULL, "%s: more than %d files", folder, PART_ASSETS_MAX);
    if (asset_find(assets, name))
        return sk_fail(SK_BAD, "%s: there is another file of that name", file.p);
    TRY(sk_file_read(&asset->body, mem, file.p, PART_ASSET_SIZE_MAX));
    sk_sha256(digest, asset->body);
    sk_str hex = sk_hex(mem, (sk_str){ (const char *)digest, 8 });
    asset->name = sk_str_copy(mem, name);
    asset->type = type;
    asset->etag = sk_str_printf(mem, "\"%.*s\"", SK_ARG(hex));
    asset->path = sk_str_printf(mem, "%s%.*s?v=%.*s", assets->path, SK_ARG(name), SK_ARG(hex));
    assets->count++;
    return sk_ok();
}

static sk_err
folder_load(struct part_assets *assets, const char *folder)
{
    DIR *dir = opendir(folder);
    sk_err e = sk_ok();
    if (!dir) return sk_fail(SK_MISSING, "%s: no such folder", folder);
    for (struct dirent *d; !sk_failed(e) && (d = readdir(dir));)
        if (d->d_name[0] != '.') e = asset_load(assets, folder, sk_str_of(d->d_name));
    closedir(dir);
    return e;
}

sk_err
part_assets_load(struct part_assets **out, const char *const *folders, const char *path)
{
    sk_arena *mem = sk_arena_new(64 * 1024);
    struct part_assets *assets = SK_NEW(mem, struct part_assets);
    sk_err e = sk_ok();
    assets->mem = mem;
    assets->path = sk_str_zcopy(mem, sk_str_of(path));
    for (; *folders && !sk_failed(e); folders++)
        e = folder_load(assets, *folders);
    if (sk_failed(e))
        part_assets_free(assets);
    else
        *out = assets;
    return e;
}

void
part_assets_free(struct part_assets *assets)
{
    if (assets) sk_arena_free(assets->mem);
}

sk_str
part_asset_path(const struct part_assets *assets, const char *name)
{
    const struct asset *asset = asset_find(assets, sk_str_of(name));
    return asset ? asset->path : (sk_str){ 0 };
}

sk_err
part_asset_answer(struct part_response *response, const struct part_request *request,
                  const struct part_assets *assets, sk_str name)
{
    const struct asset *asset = asset_find(assets, name);
    if (!asset) return sk_fail(SK_MISSING, "no such file");
    bool versioned = part_form_count(&request->query, "v") == 1;
    response->body = asset->body;
    response->etag = asset->etag;
    response->type = asset->type;
    part_response_header(response, "Cache-Control",
                         versioned ? SK_STR("public, max-age=31536000, immutable")
                                   : SK_STR("public, max-age=3600"));
    return sk_ok();
}
