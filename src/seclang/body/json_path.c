#include "seclang/body/json_path.h"

void
seclang_json_path_key(struct seclang_json_path *path, sk_str key)
{
    path->key = key;
    path->has_key = true;
}

static struct seclang_json_level *
push(struct seclang_json_path *path)
{
    if (path->depth == path->room) {
        size_t room = path->room ? path->room * 2 : 16;
        path->level = sk_grow(path->mem, path->level, path->room * sizeof *path->level,
                              room * sizeof *path->level);
        path->room = room;
    }
    return &path->level[path->depth++];
}

static void
add_component(struct seclang_json_path *path)
{
    if (path->has_prefix) sk_buf_byte(&path->prefix, '.');
    sk_buf_add(&path->prefix, path->key);
    path->has_prefix = true;
    path->counted++;
}

void
seclang_json_path_enter(struct seclang_json_path *path, bool array)
{
    bool first = !path->has_key && !path->has_prefix;

    if (first && array) seclang_json_path_key(path, SK_STR("array"));
    *push(path) = (struct seclang_json_level){ .array = array,
                                               .named = array || !first,
                                               .had_prefix = path->has_prefix,
                                               .prefix_n = path->prefix.n,
                                               .key = path->key };
    if (array || !first) add_component(path);
}

void
seclang_json_path_leave(struct seclang_json_path *path)
{
    const struct seclang_json_level *level = &path->level[--path->depth];

    if (!level->named) return;
    path->prefix.n = level->prefix_n;
    path->has_prefix = level->had_prefix;
    path->key = level->key;
    path->counted--;
}

sk_str
seclang_json_path_name(const struct seclang_json_path *path, bool *whole)
{
    size_t n = path->key.n + (path->has_prefix ? path->prefix.n + 1 : 0);

    *whole = n <= SECLANG_JSON_NAME_MOST;
    if (!*whole) return sk_str_first(path->key, SECLANG_JSON_NAME_MOST);
    if (!path->has_prefix) return path->key;
    return sk_str_printf(path->mem, "%.*s.%.*s", SK_ARG(sk_buf_str(&path->prefix)),
                         SK_ARG(path->key));
}
