/* The eye: a file that was removed, replaced, cut or changed by somebody else ends the taking of
 * records, since nobody could say any more what the record is worth. "Writing succeeds" is not "the
 * record exists": a deleted file can be written to for weeks. */
#include "ledger/store.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { TURNS = 1000 / LEDGER_WATCH_MS };

void
ledger_store_damage(struct ledger_store *s, const char *fmt, ...)
{
    va_list args;

    if (s->state == LEDGER_DAMAGED) return;
    s->state = LEDGER_DAMAGED;
    va_start(args, fmt);
    vsnprintf(s->why, sizeof s->why, fmt, args);
    va_end(args);
    part_log(PART_ERROR, "nothing is recorded: %s", s->why);
}

void
ledger_seen_take(struct ledger_seen *seen, int dir, const char *path)
{
    struct stat now;

    *seen = (struct ledger_seen){ 0 };
    if (fstatat(dir, path, &now, AT_SYMLINK_NOFOLLOW) != 0) return;
    *seen = (struct ledger_seen){ now.st_ino, now.st_ctim, now.st_size };
}

/* What is not so any more; NULL: all is as it was. */
static const char *
difference(const struct ledger_seen *seen, int dir, const char *path)
{
    struct stat now;

    if (fstatat(dir, path, &now, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? "was removed" : "cannot be reached any more";
    if (now.st_ino != seen->inode) return "was replaced by another file";
    if (now.st_size < seen->size) return "was cut";
    if (now.st_size != seen->size || now.st_ctim.tv_sec != seen->changed.tv_sec ||
        now.st_ctim.tv_nsec != seen->changed.tv_nsec || now.st_nlink != 1)
        return "was changed by somebody else";
    return NULL;
}

#define CURE                                                                                       \
    "Cure: `sekisho log verify` tells what is lost; put the file back from a backup and `sekisho " \
    "restart ledger`"

static void
segment_look(struct ledger_store *s, size_t i)
{
    const struct ledger_segment *segment = &s->segment[i];
    const char *path = ledger_segment_path(segment);
    const char *what = difference(&s->segment_seen[i], s->dir, path);
    uint64_t last = i + 1 < s->segment_count ? segment[1].first - 1 : s->sequence;

    if (what)
        ledger_store_damage(s, "%s %s (records %" PRIu64 " to %" PRIu64 "). " CURE, path, what,
                            segment->first, last);
}

static void
file_look(struct ledger_store *s, const struct ledger_seen *seen, const char *path)
{
    const char *what = seen->inode ? difference(seen, s->dir, path) : NULL;

    if (what) ledger_store_damage(s, "%s %s. " CURE, path, what);
}

void
ledger_store_tile_seen(struct ledger_store *s, unsigned level, uint64_t n)
{
    char path[LEDGER_TILE_PATH];

    while (n >= s->tile_seen_room[level]) {
        uint64_t room = s->tile_seen_room[level] ? 2 * s->tile_seen_room[level] : 256;

        s->tile_seen[level] = realloc(s->tile_seen[level], room * sizeof **s->tile_seen);
        if (!s->tile_seen[level]) abort();
        s->tile_seen_room[level] = room;
    }
    ledger_tile_path(path, level, n, LEDGER_TILE);
    ledger_seen_take(&s->tile_seen[level][n], s->dir, path);
    if (n >= s->tile_seen_count[level]) s->tile_seen_count[level] = n + 1;
}

static bool
tile_look(struct ledger_store *s, unsigned level, uint64_t n)
{
    const char *what;
    char path[LEDGER_TILE_PATH];

    ledger_tile_path(path, level, n, LEDGER_TILE);
    what = difference(&s->tile_seen[level][n], s->dir, path);
    if (what) ledger_store_damage(s, "%s %s. " CURE, path, what);
    return !what;
}

/* Up to `most` in turn, each once in a call. */
static void
tiles_look(struct ledger_store *s, uint64_t most)
{
    uint64_t all = 0;

    for (unsigned level = 0; level < LEDGER_LEVELS; level++)
        all += s->tile_seen_count[level];
    for (uint64_t i = 0; i < all && i < most; i++) {
        while (s->turn_n >= s->tile_seen_count[s->turn_level]) {
            s->turn_level = (s->turn_level + 1) % LEDGER_LEVELS;
            s->turn_n = 0;
        }
        if (!tile_look(s, s->turn_level, s->turn_n++)) return;
    }
}

/* Batches are only compared with what the file was behind the one before. */
static void
segments_look(struct ledger_store *s, size_t from, size_t step)
{
    for (size_t i = from; i < s->segment_count; i += step)
        segment_look(s, i);
    if (s->segment_count) segment_look(s, s->segment_count - 1);
}

void
ledger_store_watch(struct ledger_store *s)
{
    if (s->state == LEDGER_DAMAGED) return;
    s->turn = (s->turn + 1) % TURNS;
    segments_look(s, s->turn, TURNS);
    file_look(s, &s->checkpoint_seen, "checkpoint");
    file_look(s, &s->vkey_seen, "vkey");
    tiles_look(s, LEDGER_WATCH_TILES);
}

void
ledger_store_watch_all(struct ledger_store *s)
{
    if (s->state == LEDGER_DAMAGED) return;
    segments_look(s, 0, 1);
    file_look(s, &s->checkpoint_seen, "checkpoint");
    file_look(s, &s->vkey_seen, "vkey");
    tiles_look(s, UINT64_MAX);
}
