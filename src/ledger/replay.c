#include "ledger/replay.h"

#include "base/file.h"
#include "base/json.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

enum { HEADS_FILE_MAX = LEDGER_TENANTS_MAX * 256 };

bool
ledger_is_there(const struct ledger_store *s, const char *path)
{
    return faccessat(s->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int
ledger_segment_open(const struct ledger_store *s, size_t i, int flags)
{
    return openat(s->dir, ledger_segment_path(&s->segment[i]), flags | O_CLOEXEC | O_NOFOLLOW);
}

sk_err
ledger_first_record(struct ledger_record *record, sk_arena *mem, const struct ledger_store *s,
                    size_t i)
{
    DEFER(sk_fd_close) int fd = ledger_segment_open(s, i, O_RDONLY);
    char *line = sk_alloc(mem, LEDGER_RECORD_MAX + 1);
    const char *path = ledger_segment_path(&s->segment[i]), *end;
    ssize_t n;

    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    n = pread(fd, line, LEDGER_RECORD_MAX + 1, 0);
    end = n > 0 ? memchr(line, '\n', (size_t)n) : NULL;
    if (!end) return sk_fail(SK_MISSING, "%s has no whole record", path);
    if (sk_failed(ledger_record_read(record, (sk_str){ line, (size_t)(end - line) })) ||
        record->sequence != s->segment[i].first ||
        !sk_str_eq(record->event.action, SK_STR("ledger.segment")))
        return sk_fail(SK_BROKEN, "%s: record %" PRIu64 ", its first, is damaged", path,
                       s->segment[i].first);
    return sk_ok();
}

struct replay {
    struct ledger_store *store;
    struct ledger_checkpoint signed_;
    struct ledger_hash root; /* of the records at the checkpoint's size */
    bool has_root;
    char suspect[160]; /* the first record or tile that is not what it was; "": none */
    struct ledger_mended *mended;
    size_t at; /* the segment that is read */
};

static const char *
path_at(const struct replay *r)
{
    return ledger_segment_path(&r->store->segment[r->at]);
}

/* The tree as it is before record `first`, and the tiles that it goes on from. */
static sk_err
tree_take(struct ledger_store *s, uint64_t size)
{
    static struct ledger_tiles tiles; /* large; one thread */
    const struct ledger_source source = { ledger_tiles_get, &tiles };

    memset(&tiles, 0, sizeof tiles);
    memset(s->tile_seen_count, 0, sizeof s->tile_seen_count);
    tiles.dir = s->dir;
    TRY(ledger_tree_of(&s->tree, &source, size));
    for (unsigned level = 0; level < LEDGER_LEVELS; level++) {
        uint64_t hashes = size >> (level * LEDGER_TILE_HEIGHT);
        unsigned width = (unsigned)(hashes % LEDGER_TILE), count;

        for (uint64_t n = 0; n < hashes / LEDGER_TILE; n++) {
            ledger_store_tile_seen(s, level, n);
            if (s->tile_seen[level][n].size != LEDGER_TILE * SK_SHA256)
                return sk_fail(SK_BROKEN, "tile %" PRIu64 " of level %u is missing or cut", n,
                               level);
        }
        if (width == 0) continue;
        TRY(ledger_tile_read(s->row[level], &count, s->dir, level, hashes / LEDGER_TILE));
        if (count < width)
            return sk_fail(SK_BROKEN, "tile/%u/%" PRIu64 " has only %u hashes", level,
                           hashes / LEDGER_TILE, count);
    }
    return sk_ok();
}

/* The newest tile of level 0 is compared hash by hash, so that a record can be named. */
static void
suspect_find(struct replay *r, const struct ledger_hash *mine, uint64_t n, unsigned width)
{
    struct ledger_store *s = r->store;
    struct ledger_hash kept[LEDGER_TILE];
    unsigned count;

    if (r->suspect[0] || sk_failed(ledger_tile_read(kept, &count, s->dir, 0, n))) return;
    for (unsigned i = 0; i < width && i < count; i++) {
        if (ledger_hash_eq(&mine[i], &kept[i])) continue;
        snprintf(r->suspect, sizeof r->suspect, "record %" PRIu64 " in %s was changed",
                 n * LEDGER_TILE + i + 1, path_at(r));
        return;
    }
}

/* A full tile was completed: it is on disk already, or it is (again) to be written. */
static void
tile_compare(struct replay *r)
{
    struct ledger_store *s = r->store;
    struct ledger_tile *tile = &s->unwritten[s->unwritten_count - 1];
    struct ledger_hash kept[LEDGER_TILE];
    unsigned count;
    char path[LEDGER_TILE_PATH];

    ledger_tile_path(path, tile->level, tile->n, LEDGER_TILE);
    if (ledger_is_there(s, path)) {
        if (!sk_failed(ledger_tile_read(kept, &count, s->dir, tile->level, tile->n)) &&
            memcmp(kept, tile->hash, sizeof kept) == 0) {
            s->unwritten_count--;
            ledger_store_tile_seen(s, tile->level, tile->n);
            return;
        }
        if (tile->level == 0) suspect_find(r, tile->hash, tile->n, LEDGER_TILE);
        r->mended->tiles++; /* written once the signed root has said that the records are right */
    } else if (!sk_failed(ledger_store_tile_write(s, tile))) {
        s->unwritten_count--;
        /* what is newer than the checkpoint need not have been there */
        r->mended->tiles +=
            (tile->n + 1) << ((tile->level + 1) * LEDGER_TILE_HEIGHT) <= r->signed_.size;
    }
}

static sk_err
record_take(struct replay *r, sk_str line)
{
    struct ledger_store *s = r->store;
    struct ledger_record record;
    struct ledger_head *head;
    struct ledger_hash leaf;
    size_t tiles = s->unwritten_count;
    sk_err e = ledger_record_read(&record, line);

    if (tiles > LEDGER_UNWRITTEN_MAX - LEDGER_LEVELS)
        return sk_fail(SK_BROKEN, "more than %zu tiles lack or differ", tiles);
    if (sk_failed(e))
        return sk_fail(SK_BAD, "record %" PRIu64 " cannot be read: %s", s->tree.size + 1, e.why);
    head = ledger_heads_take(s->heads, record.event.tenant);
    if (record.sequence != s->tree.size + 1 || !head || record.nth != head->nth + 1 ||
        record.prev != head->sequence)
        return sk_fail(SK_BAD, "record %" PRIu64 " stands where record %" PRIu64 " belongs",
                       record.sequence, s->tree.size + 1);
    head->nth = record.nth;
    head->sequence = record.sequence;
    if (!ledger_time_read(&s->newest, record.time)) return sk_fail(SK_BAD, "it has no time");
    TRY(ledger_store_recall(s, &record));
    ledger_leaf(&leaf, line);
    ledger_store_leaf(s, &leaf);
    s->sequence = s->tree.size;
    for (; tiles < s->unwritten_count; tiles++)
        tile_compare(r);
    if (s->tree.size == r->signed_.size) {
        ledger_tree_root(&r->root, &s->tree);
        r->has_root = true;
    }
    return sk_ok();
}

/* Whether what begins at `at` can be what a cut of the power leaves of a write: no whole record in
 * it that is the next one, and zeros where pages never came to the disk. */
static bool
is_torn(const struct replay *r, int fd, uint64_t at)
{
    struct ledger_lines lines;
    bool got = true, whole, zeros = false, record = false;
    sk_str line;

    if (r->store->tree.size < r->signed_.size) return false;
    ledger_lines_begin(&lines, fd, at);
    while (!record && !sk_failed(ledger_lines_next(&got, &line, &whole, &lines)) && got) {
        struct ledger_record read;

        zeros = zeros || !whole || memchr(line.p, 0, line.n);
        record = !sk_failed(ledger_record_read(&read, line));
    }
    ledger_lines_end(&lines);
    return zeros && !record;
}

static sk_err
tail_cut(struct replay *r, int fd, uint64_t at)
{
    const char *path = path_at(r);
    struct stat now;

    if (fstat(fd, &now) != 0 || ftruncate(fd, (off_t)at) != 0 || fdatasync(fd) != 0)
        return sk_fail(SK_BROKEN, "%s cannot be mended: %s", path, strerror(errno));
    r->mended->cut = (uint64_t)now.st_size - at;
    part_log(PART_INFO, "%s: %" PRIu64 " bytes of an unfinished write were cut off", path,
             r->mended->cut);
    return sk_ok();
}

static sk_err
lines_take(struct replay *r, int fd)
{
    bool newest = r->at + 1 == r->store->segment_count;
    struct ledger_lines lines;
    bool got = true, whole = true;
    uint64_t at = 0;
    sk_err e = sk_ok();
    sk_str line;

    ledger_lines_begin(&lines, fd, 0);
    while (got && !sk_failed(e)) {
        at = ledger_lines_at(&lines);
        e = ledger_lines_next(&got, &line, &whole, &lines);
        if (!sk_failed(e) && got && !whole) e = sk_fail(SK_BAD, "an unfinished line");
        if (!sk_failed(e) && got) e = record_take(r, line);
    }
    ledger_lines_end(&lines);
    if (!sk_failed(e)) return e;
    if (newest && is_torn(r, fd, at)) return tail_cut(r, fd, at);
    return sk_fail(SK_BROKEN, "%s: %s", path_at(r), e.why);
}

/* Tenants' heads as the newest segment began: from the file beside it, whose digest the segment's
 * first record has. */
static sk_err
heads_take(struct ledger_store *s, sk_arena *mem, const struct ledger_segment *segment,
           sk_str digest)
{
    unsigned char hash[SK_SHA256];
    char path[sizeof s->path + 64];
    sk_str text;
    sk_err e;

    snprintf(path, sizeof path, "%s/heads/%020" PRIu64 ".jsonl", s->path, segment->first);
    e = sk_file_read(&text, mem, path, HEADS_FILE_MAX);
    if (!sk_failed(e)) {
        sk_sha256(hash, text);
        if (sk_str_eq(sk_hex(mem, (sk_str){ (const char *)hash, sizeof hash }), digest))
            return ledger_heads_read(s->heads, text);
        e = sk_fail(SK_BROKEN, "it is not as the segment's first record says");
    }
    return sk_fail(SK_BROKEN, "heads/%020" PRIu64 ".jsonl: %s", segment->first, e.why);
}

/* A newest segment without a whole record is none: its first batch was never acknowledged. Should
 * it have had records, the checkpoint knows. */
static sk_err
empty_drop(struct ledger_store *s, sk_arena *mem, struct ledger_mended *mended)
{
    size_t last = s->segment_count - 1;
    const char *path;
    struct ledger_record record;
    struct stat now;

    if (ledger_first_record(&record, mem, s, last).kind != SK_MISSING) return sk_ok();
    path = ledger_segment_path(&s->segment[last]);
    if (fstatat(s->dir, path, &now, AT_SYMLINK_NOFOLLOW) != 0 || unlinkat(s->dir, path, 0) != 0)
        return sk_fail(SK_BROKEN, "%s cannot be removed: %s", path, strerror(errno));
    part_log(PART_INFO, "%s has no whole record: removed", path);
    mended->cut += (uint64_t)now.st_size;
    s->segment_count--;
    return sk_ok();
}

/* The newest segment before which the tiles are whole: behind it they follow from the records. */
static sk_err
begin_find(struct replay *r)
{
    struct ledger_store *s = r->store;
    sk_err e = sk_ok();

    for (r->at = s->segment_count; r->at-- > 0;) {
        e = tree_take(s, s->segment[r->at].first - 1);
        if (!sk_failed(e)) break;
    }
    if (sk_failed(e)) return sk_fail(SK_BROKEN, "%s", e.why);
    s->sequence = s->tree.size;
    if (s->tree.size != r->signed_.size) return sk_ok();
    ledger_tree_root(&r->root, &s->tree);
    r->has_root = true;
    return sk_ok();
}

static sk_err
heads_begin(struct replay *r, sk_arena *mem)
{
    struct ledger_store *s = r->store;
    DEFER(sk_json_close) sk_json *details = NULL;
    struct ledger_record record;

    TRY(ledger_first_record(&record, mem, s, r->at));
    TRY(sk_json_read(&details, record.event.details));
    return heads_take(s, mem, &s->segment[r->at], sk_json_get_str(details, "heads"));
}

static sk_err
older_take(struct replay *r)
{
    DEFER(sk_fd_close) int fd = ledger_segment_open(r->store, r->at, O_RDONLY);

    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path_at(r), strerror(errno));
    return lines_take(r, fd);
}

static sk_err
newest_take(struct replay *r)
{
    struct ledger_store *s = r->store;

    s->fd = ledger_segment_open(s, r->at, O_RDWR);
    if (s->fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path_at(r), strerror(errno));
    TRY(lines_take(r, s->fd));
    /* what a killed writer left in the system's memory is safe before it is signed */
    if (fdatasync(s->fd) != 0)
        return sk_fail(SK_BROKEN, "%s cannot be synced: %s", path_at(r), strerror(errno));
    return sk_ok();
}

static sk_err
records_take(struct replay *r, sk_arena *mem)
{
    TRY(begin_find(r));
    TRY(heads_begin(r, mem));
    for (; r->at + 1 < r->store->segment_count; r->at++)
        TRY(older_take(r));
    return newest_take(r);
}

static sk_err
checkpoint_compare(struct replay *r)
{
    struct ledger_store *s = r->store;
    const char *path = path_at(r);

    suspect_find(r, s->row[0], s->tree.size / LEDGER_TILE, (unsigned)(s->tree.size % LEDGER_TILE));
    if (s->tree.size < r->signed_.size)
        return sk_fail(SK_BROKEN,
                       "the signed checkpoint has %" PRIu64 " records, %s ends with record %" PRIu64
                       ": records %" PRIu64 " to %" PRIu64 " are missing",
                       r->signed_.size, path, s->tree.size, s->tree.size + 1, r->signed_.size);
    if (!r->has_root) { /* older than the newest segment: the tiles know it */
        static struct ledger_tiles tiles;
        const struct ledger_source source = { ledger_tiles_get, &tiles };
        struct ledger_tree tree = { 0 };

        memset(&tiles, 0, sizeof tiles);
        tiles.dir = s->dir;
        TRY(ledger_tree_of(&tree, &source, r->signed_.size));
        ledger_tree_root(&r->root, &tree);
    }
    if (ledger_hash_eq(&r->root, &r->signed_.root)) return sk_ok();
    if (r->suspect[0]) return sk_fail(SK_BROKEN, "%s", r->suspect);
    return sk_fail(SK_BROKEN,
                   "the records do not lead to the root that the checkpoint of %" PRIu64
                   " records has signed",
                   r->signed_.size);
}

sk_err
ledger_replay(struct ledger_store *s, sk_arena *mem, const struct ledger_checkpoint *signed_,
              struct ledger_mended *mended)
{
    struct replay r = { .store = s, .signed_ = *signed_, .mended = mended };

    if (s->segment_count) TRY(empty_drop(s, mem, mended));
    if (s->segment_count) {
        TRY(records_take(&r, mem));
        return checkpoint_compare(&r);
    }
    if (signed_->size == 0) return sk_ok();
    return sk_fail(SK_BROKEN,
                   "the signed checkpoint has %" PRIu64 " records, and there is no segment",
                   signed_->size);
}
