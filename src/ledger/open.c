/* The start: a new ledger, or what a crash left mended, and all that follows from the newest
 * segment compared with what was published. What cannot be explained by a crash is damage: it is
 * named, and nothing is taken until a person has looked. */
#include "base/file.h"
#include "base/json.h"
#include "ledger/store.h"
#include "part/lock.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SMALL_FILE_MAX = 64 * 1024, HEADS_FILE_MAX = LEDGER_TENANTS_MAX * 256 };

#define CURE                                                                                       \
    "Cure: `sekisho log verify` tells what is lost; put it back from a backup and `sekisho "       \
    "restart "                                                                                     \
    "ledger`. Where there is none, move the folder ledger aside as evidence: a new ledger begins"

/* What the start did, for its record. */
struct mended {
    uint64_t cut, tiles; /* bytes of an unfinished line; tiles that were made again */
};

static sk_err
small_read(sk_str *text, sk_arena *mem, const struct ledger_store *s, const char *below)
{
    char path[sizeof s->path + 64];

    snprintf(path, sizeof path, "%s/%s", s->path, below);
    return sk_file_read(text, mem, path, SMALL_FILE_MAX);
}

static bool
is_there(const struct ledger_store *s, const char *path)
{
    return faccessat(s->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* ── a new ledger ── */

static sk_err
private_put(const struct ledger_store *s)
{
    DEFER(sk_fd_close)
    int fd =
        openat(s->dir, "private/key", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0 || write(fd, s->seed, sizeof s->seed) != sizeof s->seed || fsync(fd) != 0)
        return sk_fail(SK_BROKEN, "%s/private/key cannot be written: %s", s->path, strerror(errno));
    return sk_ok();
}

static sk_err
key_make(struct ledger_store *s, sk_arena *mem)
{
    unsigned char public[SK_SIGN_PUBLIC], digest[SK_SHA256];
    sk_str origin = s->options.origin;

    sk_random(s->seed, sizeof s->seed);
    TRY(sk_sign_public(public, s->seed));
    sk_sha256(digest, (sk_str){ (const char *)public, sizeof public });
    if (origin.n == 0)
        origin = sk_str_printf(mem, "ledger.sekisho.internal/%s",
                               sk_hex(mem, (sk_str){ (const char *)digest, 8 }).p);
    TRY(ledger_key_set(&s->key, origin, public));
    return private_put(s);
}

/* The vkey is written last: where it is, a ledger was begun, and all else must be there, too. */
static sk_err
ledger_begin(struct ledger_store *s, sk_arena *mem)
{
    struct sk_buf vkey = { .mem = mem };

    TRY(key_make(s, mem));
    s->published = UINT64_MAX; /* so that the empty tree is published */
    TRY(ledger_store_publish(s));
    ledger_vkey_write(&vkey, &s->key);
    sk_buf_byte(&vkey, '\n');
    TRY(ledger_file_put(s->dir, "vkey", sk_buf_str(&vkey), true));
    part_log(PART_INFO, "a new ledger: %s", s->key.origin);
    return sk_ok();
}

/* ── what is there ── */

static sk_err
key_read(struct ledger_store *s, sk_arena *mem)
{
    unsigned char public[SK_SIGN_PUBLIC];
    sk_str vkey, seed;
    sk_err e;

    TRY(small_read(&vkey, mem, s, "vkey"));
    e = ledger_vkey_read(&s->key, sk_str_trim(vkey));
    if (sk_failed(e)) return sk_fail(SK_BROKEN, "vkey is damaged: %s", e.why);
    TRY(small_read(&seed, mem, s, "private/key"));
    if (seed.n != SK_SIGN_SEED) return sk_fail(SK_BROKEN, "private/key has not 32 bytes");
    memcpy(s->seed, seed.p, SK_SIGN_SEED);
    TRY(sk_sign_public(public, s->seed));
    if (memcmp(public, s->key.public, sizeof public) != 0)
        return sk_fail(SK_BROKEN, "private/key and vkey do not belong together");
    return sk_ok();
}

static sk_err
checkpoint_read(struct ledger_checkpoint *checkpoint, struct ledger_store *s, sk_arena *mem)
{
    sk_str note;

    TRY(small_read(&note, mem, s, "checkpoint"));
    return ledger_checkpoint_read(checkpoint, note, &s->key);
}

static int
segment_open(const struct ledger_store *s, size_t i, int flags)
{
    return openat(s->dir, ledger_segment_path(&s->segment[i]), flags | O_CLOEXEC | O_NOFOLLOW);
}

/* The first record of a segment; SK_MISSING: it has none. The line lies on `mem`. */
static sk_err
first_record(struct ledger_record *record, sk_arena *mem, const struct ledger_store *s, size_t i)
{
    DEFER(sk_fd_close) int fd = segment_open(s, i, O_RDONLY);
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

/* A segment must be as long as the one behind it says. */
static sk_err
neighbour_check(const struct ledger_store *s, size_t i, const sk_json *details)
{
    const sk_json *previous = sk_json_get(details, "previous");
    uint64_t first = (uint64_t)sk_json_get_int(previous, "first", 0);
    int64_t bytes = sk_json_get_int(previous, "bytes", -1);
    const char *path;
    struct stat now;

    if (i == 0) return sk_ok();
    path = ledger_segment_path(&s->segment[i - 1]);
    if (s->segment[i - 1].first != first)
        return sk_fail(SK_BROKEN, "the segment that begins with record %" PRIu64 " is missing",
                       first);
    if (fstatat(s->dir, path, &now, AT_SYMLINK_NOFOLLOW) != 0 || now.st_size != bytes)
        return sk_fail(SK_BROKEN,
                       "%s has not the %lld bytes that it had: records %" PRIu64 " to %" PRIu64,
                       path, (long long)bytes, first, s->segment[i].first - 1);
    return sk_ok();
}

static sk_err
segments_find(struct ledger_store *s, sk_arena *mem)
{
    char path[sizeof s->path + 16];
    struct sk_buf strangers = { .mem = mem };
    struct ledger_segment *list;
    size_t count;

    snprintf(path, sizeof path, "%s/segment", s->path);
    TRY(ledger_segments_list(&list, &count, &strangers, mem, path));
    if (strangers.n)
        return sk_fail(SK_BROKEN, "in segment/ lies what is no segment: %.*s", (int)strangers.n - 1,
                       strangers.p);
    for (size_t i = 0; i < count; i++)
        ledger_store_segment_add(s, &list[i]);
    return sk_ok();
}

/* Files of a prune that a crash cut short; then the oldest must be the one behind what was pruned.
 */
static sk_err
oldest_check(struct ledger_store *s)
{
    while (s->segment_count > 1 && s->segment[0].first <= s->pruned) {
        unlinkat(s->dir, ledger_segment_path(&s->segment[0]), 0);
        s->segment_count--;
        memmove(s->segment, s->segment + 1, s->segment_count * sizeof *s->segment);
        memmove(s->segment_seen, s->segment_seen + 1, s->segment_count * sizeof *s->segment_seen);
    }
    if (s->segment_count && s->segment[0].first != s->pruned + 1)
        return sk_fail(SK_BROKEN,
                       "records %" PRIu64 " to %" PRIu64 " are missing: their segment "
                       "is not there",
                       s->pruned + 1, s->segment[0].first - 1);
    return sk_ok();
}

static sk_err
chain_check(const struct ledger_store *s)
{
    for (size_t i = 0; i < s->segment_count; i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        DEFER(sk_json_close) sk_json *details = NULL;
        struct ledger_record record;
        sk_err e = first_record(&record, mem, s, i);

        /* The newest may have been begun and not written when the power went. */
        if (e.kind == SK_MISSING && i + 1 == s->segment_count) return sk_ok();
        if (sk_failed(e)) return sk_fail(SK_BROKEN, "%s", e.why);
        TRY(sk_json_read(&details, record.event.details));
        TRY(neighbour_check(s, i, details));
    }
    return sk_ok();
}

/* ── the newest segment, and what tiles lack of older ones ── */

struct replay {
    struct ledger_store *store;
    struct ledger_checkpoint signed_;
    struct ledger_hash root; /* of the records at the checkpoint's size */
    bool has_root;
    char suspect[160]; /* the first record or tile that is not what it was; "": none */
    struct mended *mended;
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
    if (is_there(s, path)) {
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
empty_drop(struct ledger_store *s, sk_arena *mem, struct mended *mended)
{
    size_t last = s->segment_count - 1;
    const char *path;
    struct ledger_record record;
    struct stat now;

    if (first_record(&record, mem, s, last).kind != SK_MISSING) return sk_ok();
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

    TRY(first_record(&record, mem, s, r->at));
    TRY(sk_json_read(&details, record.event.details));
    return heads_take(s, mem, &s->segment[r->at], sk_json_get_str(details, "heads"));
}

static sk_err
older_take(struct replay *r)
{
    DEFER(sk_fd_close) int fd = segment_open(r->store, r->at, O_RDONLY);

    if (fd < 0) return sk_fail(SK_BROKEN, "%s: %s", path_at(r), strerror(errno));
    return lines_take(r, fd);
}

static sk_err
newest_take(struct replay *r)
{
    struct ledger_store *s = r->store;

    s->fd = segment_open(s, r->at, O_RDWR);
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

/* ── all of it ── */

static sk_err
existing_take(struct ledger_store *s, sk_arena *mem, struct mended *mended)
{
    struct replay r = { .store = s, .mended = mended };

    TRY(key_read(s, mem));
    TRY(checkpoint_read(&r.signed_, s, mem));
    TRY(segments_find(s, mem));
    TRY(chain_check(s));
    if (s->segment_count) TRY(empty_drop(s, mem, mended));
    if (s->segment_count) {
        TRY(records_take(&r, mem));
        TRY(checkpoint_compare(&r));
    } else if (r.signed_.size) {
        return sk_fail(SK_BROKEN,
                       "the signed checkpoint has %" PRIu64 " records, and there is no "
                       "segment",
                       r.signed_.size);
    }
    TRY(oldest_check(s));
    s->published = r.signed_.size;
    return sk_ok();
}

static void
all_seen(struct ledger_store *s)
{
    for (size_t i = 0; i < s->segment_count; i++)
        ledger_seen_take(&s->segment_seen[i], s->dir, ledger_segment_path(&s->segment[i]));
    ledger_seen_take(&s->checkpoint_seen, s->dir, "checkpoint");
    ledger_seen_take(&s->vkey_seen, s->dir, "vkey");
}

static void
start_tell(struct ledger_store *s, sk_arena *mem, const struct mended *mended)
{
    struct ledger_event event = { .action = SK_STR("ledger.open") };

    if (mended->cut || mended->tiles) {
        event.action = SK_STR("ledger.recover");
        event.details = sk_str_printf(mem, "{\"bytes_cut\":%" PRIu64 ",\"tiles_made\":%" PRIu64 "}",
                                      mended->cut, mended->tiles);
        ledger_store_owe(s, &event);
    }
    event.action = SK_STR("ledger.open");
    event.details = sk_str_printf(mem, "{\"records\":%" PRIu64 "}", s->tree.size);
    ledger_store_owe(s, &event);
    sk_err e = ledger_store_begin(s);
    if (!sk_failed(e)) e = ledger_store_commit(s);
    if (!sk_failed(e)) e = ledger_store_publish(s);
    if (sk_failed(e)) part_log(PART_ERROR, "the start is not on record yet: %s", e.why);
}

static sk_err
folders_open(struct ledger_store *s, const char *state)
{
    static const char *const folders[] = { "segment", "tile", "heads", "private" };
    char lock[sizeof s->path + 8];
    pid_t holder;

    if (snprintf(s->path, sizeof s->path, "%s/ledger", state) >= (int)sizeof s->path - 64)
        return sk_fail(SK_FULL, "%s is too long a path", state);
    if (mkdir(s->path, 0750) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s cannot be made: %s", s->path, strerror(errno));
    s->dir = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->dir < 0) return sk_fail(SK_BROKEN, "%s: %s", s->path, strerror(errno));
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        if (mkdirat(s->dir, folders[i], strcmp(folders[i], "private") ? 0750 : 0700) != 0 &&
            errno != EEXIST)
            return sk_fail(SK_BROKEN, "%s/%s: %s", s->path, folders[i], strerror(errno));
    snprintf(lock, sizeof lock, "%s/lock", s->path);
    return part_lock_take(&s->lock, &holder, lock);
}

static struct ledger_store *
store_new(const struct ledger_options *options)
{
    struct ledger_store *s = calloc(1, sizeof *s);
    struct ledger_tile *unwritten = calloc(LEDGER_UNWRITTEN_MAX, sizeof *unwritten);

    if (!s || !unwritten) abort();
    s->dir = s->lock = s->fd = -1;
    s->options = *options;
    if (!s->options.keep_days) s->options.keep_days = LEDGER_KEEP_DAYS;
    if (!s->options.segment_bytes) s->options.segment_bytes = LEDGER_SEGMENT_BYTES;
    s->mem = sk_arena_new(0);
    s->heads = ledger_heads_new();
    s->unwritten = unwritten;
    s->batch.mem = sk_arena_new(LEDGER_BATCH_BYTES * 2);
    sk_buf_room(&s->batch, LEDGER_BATCH_BYTES + LEDGER_RECORD_MAX);
    return s;
}

/* A first start that was cut short leaves at most the checkpoint of an empty tree. */
static bool
had_records(const struct ledger_store *s, sk_arena *mem)
{
    sk_str note, line;

    if (!is_there(s, "checkpoint")) return false;
    return sk_failed(small_read(&note, mem, s, "checkpoint")) || !sk_str_cut(&line, &note, '\n') ||
           !sk_str_cut(&line, &note, '\n') || !sk_str_eq(line, SK_STR("0"));
}

sk_err
ledger_store_open(struct ledger_store **made, const char *state,
                  const struct ledger_options *options)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct ledger_store *s = store_new(options);
    struct mended mended = { 0 };
    sk_err e = folders_open(s, state);

    if (!sk_failed(e) && !is_there(s, "vkey")) {
        e = segments_find(s, mem);
        if (!sk_failed(e) && (s->segment_count || had_records(s, mem)))
            ledger_store_damage(s, "vkey is missing, and there were records. " CURE);
        else if (!sk_failed(e))
            e = ledger_begin(s, mem);
    } else if (!sk_failed(e)) {
        sk_err damage = existing_take(s, mem, &mended);
        if (sk_failed(damage)) ledger_store_damage(s, "%s. " CURE, damage.why);
    }
    if (sk_failed(e)) {
        ledger_store_close(s);
        return e;
    }
    *made = s;
    if (s->state == LEDGER_DAMAGED) return sk_ok();
    all_seen(s);
    start_tell(s, mem, &mended);
    return sk_ok();
}

static void
end_tell(struct ledger_store *s)
{
    uint64_t sequence;
    const struct ledger_event event = { .principal = SK_STR("ledger"),
                                        .action = SK_STR("ledger.close"),
                                        .outcome = SK_STR("ok") };
    sk_err e = ledger_store_note(&sequence, s, &event, geteuid());

    if (!sk_failed(e)) e = ledger_store_publish(s);
    if (sk_failed(e)) part_log(PART_ERROR, "the end is not on record: %s", e.why);
}

void
ledger_store_close(struct ledger_store *s)
{
    if (!s) return;
    if (s->fd >= 0 && s->state != LEDGER_DAMAGED) end_tell(s);
    sk_fd_close(&s->fd);
    sk_fd_close(&s->dir);
    sk_fd_close(&s->lock);
    for (unsigned level = 0; level < LEDGER_LEVELS; level++)
        free(s->tile_seen[level]);
    free(s->segment);
    free(s->segment_seen);
    free(s->unwritten);
    ledger_heads_free(s->heads);
    sk_arena_free(s->batch.mem);
    sk_arena_free(s->mem);
    explicit_bzero(s->seed, sizeof s->seed);
    free(s);
}
