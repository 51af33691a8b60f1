#include "seclang/body/json_path.h"

void
seclang_json_path_init(struct seclang_json_path *path, sk_arena *mem)
{
    *path = (struct seclang_json_path){ .mem = mem, .prefix.mem = mem, .key.mem = mem };
}

void
seclang_json_path_key(struct seclang_json_path *path, sk_str key)
{
    path->key.n = 0;
    sk_buf_add(&path->key, key);
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
    sk_buf_add(&path->prefix, sk_buf_str(&path->key));
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
                                               .prefix_n = path->prefix.n };
    if (array || !first) add_component(path);
}

void
seclang_json_path_leave(struct seclang_json_path *path)
{
    const struct seclang_json_level *level = &path->level[--path->depth];

    if (!level->named) return;
    seclang_json_path_key(path, sk_str_from(sk_buf_str(&path->prefix),
                                            level->prefix_n + (level->had_prefix ? 1 : 0)));
    path->prefix.n = level->prefix_n;
    path->has_prefix = level->had_prefix;
    path->counted--;
}

sk_str
seclang_json_path_name(const struct seclang_json_path *path, sk_arena *mem, size_t most,
                       bool *whole)
{
    struct sk_buf name = { .mem = mem };
    sk_str key = sk_buf_str(&path->key);
    size_t n = key.n + (path->has_prefix ? path->prefix.n + 1 : 0);

    *whole = n <= most;
    if (!*whole) return sk_str_copy(mem, sk_str_first(key, most));
    if (!path->has_prefix) return key.n ? sk_str_copy(mem, key) : key;
    sk_buf_add(&name, sk_buf_str(&path->prefix));
    sk_buf_byte(&name, '.');
    sk_buf_add(&name, key);
    return sk_buf_str(&name);
}
