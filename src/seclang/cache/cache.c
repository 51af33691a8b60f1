/* What a load finds of earlier loads, and what it leaves to later ones. */
#include "seclang/cache/cache.h"

#include "base/file.h"
#include "seclang/cache/folder.h"
#include "seclang/cache/pack.h"

#include <stdio.h>

/* Files written until what nobody asks for any more is left out: whoever goes back and forth
 * between a few configurations does not compile each time. */
enum { AGE_MOST = 8, NAME_SIZE = 32 };

struct kept {
    struct seclang_pack_entry entry;
    bool used, sound;
};

struct seclang_cache {
    sk_arena *mem;
    int folder;
    char name[NAME_SIZE];
    unsigned char maker[SK_SHA256];
    struct kept *kept;
    size_t count, room;
    bool changed, only;
    struct seclang_cache_facts facts;
};

/* ── opening ── */

static void
name_it(struct seclang_cache *cache)
{
    struct sk_buf text = { .mem = cache->mem };

    sk_buf_printf(&text, "sekisho %s, %zu, %u\n", SEKISHO_VERSION, sizeof(void *),
                  (unsigned)__BYTE_ORDER__);
    seclang_pool_maker(&text);
    sk_sha256(cache->maker, sk_buf_str(&text));
    snprintf(cache->name, sizeof(cache->name), "%.*s.rules",
             SK_ARG(sk_hex(cache->mem, (sk_str){ (const char *)cache->maker, 8 })));
}

static struct kept *
add(struct seclang_cache *cache)
{
    if (cache->count == cache->room) {
        size_t room = cache->room ? 2 * cache->room : 64;

        cache->kept = sk_grow(cache->mem, cache->kept, cache->room * sizeof(*cache->kept),
                              room * sizeof(*cache->kept));
        cache->room = room;
    }
    cache->kept[cache->count] = (struct kept){ 0 };
    return &cache->kept[cache->count++];
}

static sk_err
fill(struct seclang_cache *cache)
{
    struct seclang_pack pack;
    sk_str bytes;

    TRY(seclang_folder_read(&bytes, cache->mem, cache->folder, cache->name, SECLANG_PACK_BYTES));
    cache->facts.bytes = bytes.n;
    TRY(seclang_pack_read(&pack, cache->mem, bytes, cache->maker));
    for (size_t i = 0; i < pack.count; i++)
        add(cache)->entry = pack.entry[i];
    return sk_ok();
}

sk_err
seclang_cache_open(struct seclang_cache **cache, const char *folder)
{
    sk_arena *mem;
    sk_err unread;
    int fd;

    *cache = NULL;
    TRY(seclang_folder_open(&fd, folder));
    mem = sk_arena_new(64 << 10);
    *cache = SK_NEW(mem, struct seclang_cache);
    (*cache)->mem = mem;
    (*cache)->folder = fd;
    name_it(*cache);
    unread = fill(*cache);
    if (sk_failed(unread) && unread.kind != SK_MISSING)
        (*cache)->facts.unread = sk_str_zcopy(mem, sk_str_of(unread.why));
    return sk_ok();
}

void
seclang_cache_close(struct seclang_cache *cache)
{
    if (!cache) return;
    sk_fd_close(&cache->folder);
    sk_arena_free(cache->mem);
}

void
seclang_cache_only(struct seclang_cache *cache)
{
    cache->only = true;
}

bool
seclang_cache_is_only(const struct seclang_cache *cache)
{
    return cache->only;
}

struct seclang_cache_facts
seclang_cache_facts(const struct seclang_cache *cache)
{
    return cache->facts;
}

/* ── while rules are loaded ── */

static struct kept *
find(struct seclang_cache *cache, const unsigned char key[SK_SHA256])
{
    for (size_t i = 0; i < cache->count; i++) {
        struct kept *kept = &cache->kept[i];

        if (memcmp(kept->entry.key, key, SK_SHA256) != 0) continue;
        if (!kept->sound && !seclang_pack_sound(&kept->entry)) return NULL;
        kept->sound = kept->used = true;
        return kept;
    }
    return NULL;
}

bool
seclang_cache_has(struct seclang_cache *cache, const unsigned char key[SK_SHA256])
{
    return find(cache, key) != NULL;
}

bool
seclang_cache_find(sk_str *body, struct seclang_cache *cache, const unsigned char key[SK_SHA256])
{
    const struct kept *kept = find(cache, key);

    if (!kept) return false;
    *body = kept->entry.body;
    cache->facts.taken++;
    return true;
}

/* A damaged entry of the same key stays behind this one, unused, and is left out when written. */
void
seclang_cache_put(struct seclang_cache *cache, const unsigned char key[SK_SHA256], sk_str note,
                  sk_str rest)
{
    struct sk_buf body = { .mem = cache->mem };
    struct kept *kept;

    if (cache->count >= SECLANG_PACK_ENTRIES) return;
    sk_buf_room(&body, note.n + rest.n + 1);
    sk_buf_add(&body, note);
    sk_buf_add(&body, rest);
    kept = add(cache);
    memcpy(kept->entry.key, key, SK_SHA256);
    kept->entry.body = sk_buf_str(&body);
    kept->sound = kept->used = true;
    cache->changed = true;
    cache->facts.added++;
}

/* ── writing ── */

static bool
stays(const struct seclang_cache *cache, const struct kept *kept)
{
    if (kept->used) return true;
    if (kept->entry.age >= AGE_MOST || !seclang_pack_sound(&kept->entry)) return false;
    for (size_t i = 0; i < cache->count; i++)
        if (cache->kept[i].used && !memcmp(cache->kept[i].entry.key, kept->entry.key, SK_SHA256))
            return false;
    return true;
}

static void
choose(struct seclang_pack *pack, const struct seclang_cache *cache, bool used, size_t *bytes)
{
    for (size_t i = 0; i < cache->count; i++) {
        struct kept *kept = &cache->kept[i];
        size_t size = kept->entry.body.n + sizeof(struct seclang_pack_entry);

        if (kept->used != used || !stays(cache, kept)) continue;
        if (size > SECLANG_PACK_BYTES - *bytes) continue;
        *bytes += size;
        pack->entry[pack->count] = kept->entry;
        pack->entry[pack->count++].age = used ? 0 : kept->entry.age + 1;
    }
}

sk_err
seclang_cache_save(struct seclang_cache *cache)
{
    DEFER(sk_arena_close) sk_arena *mem = NULL;
    struct seclang_pack pack = { 0 };
    size_t bytes = 4096; /* for the head */
    struct sk_buf out;

    if (!cache->changed) return sk_ok();
    mem = sk_arena_new(0);
    pack.entry = sk_array(mem, cache->count, sizeof(*pack.entry));
    choose(&pack, cache, true, &bytes);
    choose(&pack, cache, false, &bytes);
    out = (struct sk_buf){ .mem = mem };
    sk_buf_room(&out, bytes);
    seclang_pack_write(&out, &pack, cache->maker);
    TRY(seclang_folder_write(cache->folder, cache->name, sk_buf_str(&out)));
    cache->changed = false;
    cache->facts.bytes = out.n;
    return sk_ok();
}
