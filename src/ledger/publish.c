/* Tiles and the checkpoint. They follow from the records, so tiles are never synced: what a crash
 * takes is missing or empty then, and made again. */
#include "base/file.h"
#include "ledger/store.h"
#include "part/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void
ledger_store_tile_done(struct ledger_store *s, unsigned level, uint64_t n)
{
    struct ledger_tile *tile;

    if (s->unwritten_count == LEDGER_UNWRITTEN_MAX) return; /* begin() lets it not come to that */
    tile = &s->unwritten[s->unwritten_count++];
    tile->level = level;
    tile->n = n;
    memcpy(tile->hash, s->row[level], sizeof tile->hash);
}

/* Clients of older checkpoints find the full tile in place of the partial ones. */
static void
partials_remove(const struct ledger_store *s, const char *full)
{
    char path[sizeof s->path + LEDGER_TILE_PATH + 4];

    snprintf(path, sizeof path, "%s/%s.p", s->path, full);
    if (faccessat(s->dir, path, F_OK, 0) == 0 && !sk_file_remove_tree(path))
        part_log(PART_INFO, "%s.p is left over", full);
}

sk_err
ledger_store_tile_write(struct ledger_store *s, const struct ledger_tile *tile)
{
    char path[LEDGER_TILE_PATH];

    ledger_tile_path(path, tile->level, tile->n, LEDGER_TILE);
    TRY(ledger_file_put(s->dir, path, (sk_str){ (const char *)tile->hash, sizeof tile->hash },
                        false));
    partials_remove(s, path);
    ledger_store_tile_seen(s, tile->level, tile->n);
    return sk_ok();
}

sk_err
ledger_store_tiles_write(struct ledger_store *s)
{
    size_t done = 0;
    sk_err e = sk_ok();

    while (done < s->unwritten_count && !sk_failed(e)) {
        e = ledger_store_tile_write(s, &s->unwritten[done]);
        if (!sk_failed(e)) done++;
    }
    s->unwritten_count -= done;
    memmove(s->unwritten, s->unwritten + done, s->unwritten_count * sizeof *s->unwritten);
    return e;
}

/* The tiles at the tree's right edge: those that the newest checkpoint did not have, or all. */
static sk_err
edge_write(const struct ledger_store *s, bool all)
{
    for (unsigned level = 0; level < LEDGER_LEVELS; level++) {
        uint64_t hashes = s->tree.size >> (level * LEDGER_TILE_HEIGHT);
        unsigned width = (unsigned)(hashes % LEDGER_TILE);
        char path[LEDGER_TILE_PATH];

        if (hashes == 0) break;
        if (width == 0) continue;
        if (!all && hashes == s->published >> (level * LEDGER_TILE_HEIGHT)) continue;
        ledger_tile_path(path, level, hashes / LEDGER_TILE, width);
        TRY(ledger_file_put(
            s->dir, path, (sk_str){ (const char *)s->row[level], width * sizeof **s->row }, false));
    }
    return sk_ok();
}

static sk_err
checkpoint_put(struct ledger_store *s)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ledger_checkpoint checkpoint = { .size = s->tree.size };
    struct sk_buf note = { .mem = mem };

    ledger_tree_root(&checkpoint.root, &s->tree);
    TRY(ledger_checkpoint_write(&note, &checkpoint, &s->key, s->seed));
    TRY(ledger_file_put(s->dir, "checkpoint", sk_buf_str(&note), true));
    ledger_seen_take(&s->checkpoint_seen, s->dir, "checkpoint");
    return sk_ok();
}

static sk_err
all_put(struct ledger_store *s)
{
    TRY(ledger_store_tiles_write(s));
    TRY(edge_write(s, !s->has_edge));
    return checkpoint_put(s);
}

sk_err
ledger_store_publish(struct ledger_store *s)
{
    sk_err e;

    if (s->ungrown) ledger_store_grow(s);
    if (s->state == LEDGER_DAMAGED) return sk_fail(SK_BROKEN, "%s", s->why);
    if (s->tree.size == s->published) return sk_ok();
    e = all_put(s);
    if (!sk_failed(e)) s->published = s->tree.size, s->has_edge = true;
    if (sk_failed(e) && !s->late)
        part_log(PART_ERROR, "no checkpoint of the newest records yet: %s", e.why);
    s->late = sk_failed(e);
    return e;
}
