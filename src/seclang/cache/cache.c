/* What a load finds of earlier loads, and what it leaves to later ones. */
#include "seclang/cache/cache.h"

#include "base/file.h"
#include "seclang/cache/build_id.h"
#include "seclang/cache/folder.h"
#include "seclang/cache/pack.h"
#include "seclang/op/maker.h"

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
    unsigned *slot; /* open addressing on the keys, which spread by themselves: place in kept + 1 */
    size_t slots;
    bool changed, refreshed, only;
    struct seclang_cache_facts facts;
};

/* ── opening ── */

static void
name_it(struct seclang_cache *cache, sk_str build)
{
    struct sk_buf text = { .mem = cache->mem };

    sk_buf_add(&text, build);
    seclang_maker_name(&text);
    sk_sha256(cache->maker, sk_buf_str(&text));
    snprintf(cache->name, sizeof(cache->name), "%.*s.rules",
             SK_ARG(sk_hex(cache->mem, (sk_str){ (const char *)cache->maker, 8 })));
}

/* The key's place in the table, or the free one where it belongs. */
static unsigned *
slot_of(const struct seclang_cache *cache, const unsigned char key[SK_SHA256])
{
    size_t at;

    memcpy(&at, key, sizeof(at));
    for (at &= cache->slots - 1; cache->slot[at]; at = (at + 1) & (cache->slots - 1))
        if (memcmp(cache->kept[cache->slot[at] - 1].entry.key, key, SK_SHA256) == 0) break;
    return &cache->slot[at];
}

static void
grow(struct seclang_cache *cache)
{
    size_t room = cache->room ? 2 * cache->room : 512;

    cache->kept = sk_grow(cache->mem, cache->kept, cache->room * sizeof(*cache->kept),
                          room * sizeof(*cache->kept));
    cache->room = room;
    cache->slots = 2 * room;
    cache->slot = sk_array(cache->mem, cache->slots, sizeof(*cache->slot));
    for (size_t i = 0; i < cache->count; i++)
        *slot_of(cache, cache->kept[i].entry.key) = (unsigned)i + 1;
}

/* The entry with this key, made where there is none. */
static struct kept *
place(struct seclang_cache *cache, const unsigned char key[SK_SHA256])
{
    unsigned *slot;

    if (cache->count == cache->room) grow(cache);
    slot = slot_of(cache, key);
    if (!*slot) {
        cache->kept[cache->count] = (struct kept){ 0 };
        memcpy(cache->kept[cache->count].entry.key, key, SK_SHA256);
        *slot = (unsigned)++cache->count;
    }
    return &cache->kept[*slot - 1];
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
        place(cache, pack.entry[i].key)->entry = pack.entry[i];
    return sk_ok();
}

sk_err
seclang_cache_open(struct seclang_cache **cache, const char *folder)
{
    sk_str build = seclang_build_id();
    sk_arena *mem;
    sk_err unread;
    int fd;

    *cache = NULL;
    if (!build.n)
        return sk_fail(SK_BROKEN,
                       "this program was linked without a build id, by which what it has "
                       "compiled is told from another's");
    TRY(seclang_folder_open(&fd, folder));
    mem = sk_arena_new(64 << 10);
    *cache = SK_NEW(mem, struct seclang_cache);
    (*cache)->mem = mem;
    (*cache)->folder = fd;
    name_it(*cache, build);
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

/* What is here already and whole stays as it is. */
static void
take_over(struct seclang_cache *cache, const struct seclang_pack_entry *entry)
{
    struct kept *kept = place(cache, entry->key);

    if (kept->sound || (kept->entry.body.p && seclang_pack_sound(&kept->entry))) return;
    kept->entry = *entry;
    kept->entry.body = sk_str_copy(cache->mem, entry->body);
}

sk_err
seclang_cache_refresh(struct seclang_cache *cache)
{
    DEFER(sk_arena_close) sk_arena *aside = sk_arena_new(64 << 10);
    struct seclang_pack pack;
    sk_str bytes;

    TRY(seclang_folder_read(&bytes, aside, cache->folder, cache->name, SECLANG_PACK_BYTES));
    TRY(seclang_pack_read(&pack, aside, bytes, cache->maker));
    for (size_t i = 0; i < pack.count && cache->count < SECLANG_PACK_ENTRIES; i++)
        take_over(cache, &pack.entry[i]);
    cache->refreshed = true;
    return sk_ok();
}

void
seclang_cache_only(struct seclang_cache *cache, bool only)
{
    cache->only = only;
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
find(const struct seclang_cache *cache, const unsigned char key[SK_SHA256])
{
    unsigned slot = cache->room ? *slot_of(cache, key) : 0;
    struct kept *kept = slot ? &cache->kept[slot - 1] : NULL;

    if (!kept || (!kept->sound && !seclang_pack_sound(&kept->entry))) return NULL;
    kept->sound = kept->used = true;
    return kept;
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
    kept = place(cache, key);
    kept->entry.body = sk_buf_str(&body);
    kept->sound = kept->used = true;
    cache->changed = true;
    cache->facts.added++;
}

/* ── writing ── */

static bool
stays(const struct kept *kept)
{
    return kept->used || (kept->entry.age < AGE_MOST && seclang_pack_sound(&kept->entry));
}

/* What another process has added was written by it, but not what has grown older. */
static bool
is_worth_writing(const struct seclang_cache *cache)
{
    if (cache->changed || !cache->refreshed) return cache->changed;
    for (size_t i = 0; i < cache->count; i++)
        if (!cache->kept[i].used) return true;
    return false;
}

/* `older`: by how much what was not used is older now. */
static void
choose(struct seclang_pack *pack, const struct seclang_cache *cache, bool used, uint32_t older,
       size_t *bytes)
{
    for (size_t i = 0; i < cache->count; i++) {
        struct kept *kept = &cache->kept[i];
        size_t size = kept->entry.body.n + sizeof(struct seclang_pack_entry);

        if (kept->used != used || !stays(kept)) continue;
        if (size > SECLANG_PACK_BYTES - *bytes) continue;
        *bytes += size;
        pack->entry[pack->count] = kept->entry;
        pack->entry[pack->count++].age = used ? 0 : kept->entry.age + older;
    }
}

sk_err
seclang_cache_save(struct seclang_cache *cache, bool whole)
{
    DEFER(sk_arena_close) sk_arena *mem = NULL;
    struct seclang_pack pack = { 0 };
    size_t bytes = 4096; /* for the head */
    struct sk_buf out;

    if (!is_worth_writing(cache)) return sk_ok();
    mem = sk_arena_new(0);
    pack.entry = sk_array(mem, cache->count, sizeof(*pack.entry));
    choose(&pack, cache, true, 0, &bytes);
    choose(&pack, cache, false, whole, &bytes);
    out = (struct sk_buf){ .mem = mem };
    sk_buf_room(&out, bytes);
    seclang_pack_write(&out, &pack, cache->maker);
    TRY(seclang_folder_write(cache->folder, cache->name, sk_buf_str(&out)));
    cache->changed = cache->refreshed = false;
    cache->facts.bytes = out.n;
    return sk_ok();
}
