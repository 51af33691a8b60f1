#include "ledger/verify.h"

#include "base/file.h"
#include "base/json.h"
#include "ledger/heads.h"
#include "ledger/note.h"
#include "ledger/record.h"
#include "ledger/segment.h"
#include "ledger/tiles.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SMALL_MAX = 64 * 1024,
    HEADS_MAX = LEDGER_TENANTS_MAX * 256,
    PROGRESS_RECORDS = 1 << 16,
    UNLIKE_MAX = 1000
};

/* A record whose hash is not the one in its tile: one of the two was changed. */
struct unlike {
    uint64_t sequence;
    const struct ledger_segment *segment;
};

struct check {
    struct ledger_verdict *verdict;
    const struct ledger_watcher *watcher;
    sk_arena *mem;
    const char *folder;
    int dir;
    struct ledger_key key;
    struct ledger_checkpoint signed_;
    bool is_signed; /* the checkpoint could be read and its signature holds */
    struct ledger_tiles tiles;
    uint64_t bytes_done, bytes_all;

    struct ledger_segment *segment;
    size_t segment_count;
    const struct ledger_segment *at; /* the segment that is read */
    struct ledger_heads *heads;
    uint64_t next; /* the sequence that must come */
    bool gap;      /* records lacked, so chains cannot be followed any more */
    char time[LEDGER_TIME];
    uint64_t pruned;        /* as the records say */
    struct ledger_tree own; /* grown from the records */
    bool is_own_signed;     /* and it has the root that is signed */
    struct unlike unlike[UNLIKE_MAX];
    size_t unlike_count;
};

static void SK_PRINTF(2, 3) damage(struct check *c, const char *fmt, ...)
{
    char text[600];
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    c->verdict->damages++;
    c->watcher->damage(c->watcher->ctx, text);
}

static void
progress(struct check *c)
{
    if (c->watcher->progress) c->watcher->progress(c->watcher->ctx, c->bytes_done, c->bytes_all);
}

/* ── key and checkpoint ── */

static bool
small_read(sk_str *text, struct check *c, const char *name)
{
    sk_err e =
        sk_file_read(text, c->mem, sk_str_printf(c->mem, "%s/%s", c->folder, name).p, SMALL_MAX);

    if (sk_failed(e)) damage(c, "%s: %s", name, e.why);
    return !sk_failed(e);
}

static void
private_check(struct check *c)
{
    const char *path = sk_str_printf(c->mem, "%s/private/key", c->folder).p;
    unsigned char public[SK_SIGN_PUBLIC];
    sk_str seed;
    sk_err e = sk_file_read(&seed, c->mem, path, SMALL_MAX);

    if (e.kind == SK_DENIED) return; /* it is the writer's alone */
    if (sk_failed(e))
        damage(c, "private/key: %s", e.why);
    else if (seed.n != SK_SIGN_SEED ||
             sk_failed(sk_sign_public(public, (const unsigned char *)seed.p)) ||
             memcmp(public, c->key.public, sizeof public) != 0)
        damage(c, "private/key does not belong to vkey");
}

static void
checkpoint_check(struct check *c)
{
    sk_str vkey, note;
    sk_err e;

    if (!small_read(&vkey, c, "vkey") || !small_read(&note, c, "checkpoint")) return;
    e = ledger_vkey_read(&c->key, sk_str_trim(vkey));
    if (sk_failed(e)) {
        damage(c, "vkey: %s", e.why);
        return;
    }
    snprintf(c->verdict->origin, sizeof c->verdict->origin, "%s", c->key.origin);
    private_check(c);
    e = ledger_checkpoint_read(&c->signed_, note, &c->key);
    if (sk_failed(e)) {
        damage(c, "checkpoint: %s", e.why);
        return;
    }
    c->is_signed = true;
    c->verdict->signed_size = c->signed_.size;
}

/* ── tiles ── */

/* The full tile's root is the hash that the level above has for it. */
static void
tile_check(struct check *c, unsigned level, uint64_t n)
{
    struct ledger_hash hash[LEDGER_TILE], root, above;
    unsigned count, width = ledger_tile_width(level, n, c->signed_.size);
    char path[LEDGER_TILE_PATH];
    sk_err e = ledger_tile_read(hash, &count, c->dir, level, n);

    ledger_tile_path(path, level, n, width);
    c->verdict->tiles++;
    if (sk_failed(e) || count < width) {
        damage(c, "%s is missing or cut%s%s", path, sk_failed(e) ? ": " : "",
               sk_failed(e) ? e.why : "");
        return;
    }
    if (width < LEDGER_TILE || level + 1 == LEDGER_LEVELS) return;
    ledger_subtree(&root, hash, LEDGER_TILE);
    e = ledger_tiles_get(&above, &c->tiles, (level + 1) * LEDGER_TILE_HEIGHT, n);
    if (!sk_failed(e) && !ledger_hash_eq(&root, &above))
        damage(c,
               "%s was changed (or the hash of it in level %u): it stands for records %" PRIu64
               " to %" PRIu64,
               path, level + 1, (n << (8 * (level + 1))) + 1, (n + 1) << (8 * (level + 1)));
}

static void
tiles_check(struct check *c)
{
    const struct ledger_source source = { ledger_tiles_get, &c->tiles };
    struct ledger_tree tree = { 0 };
    struct ledger_hash root;
    sk_err e;

    for (unsigned level = LEDGER_LEVELS; level-- > 0;)
        for (uint64_t n = 0; ledger_tile_width(level, n, c->signed_.size); n++)
            tile_check(c, level, n);
    e = ledger_tree_of(&tree, &source, c->signed_.size);
    if (sk_failed(e)) {
        damage(c, "no root can be made of the tiles: %s", e.why);
        return;
    }
    ledger_tree_root(&root, &tree);
    if (!ledger_hash_eq(&root, &c->signed_.root))
        damage(c,
               "the tiles do not lead to the root that the checkpoint of %" PRIu64
               " records has signed",
               c->signed_.size);
}

/* ── what lies about in the folder tile ── */

static struct check *walker; /* nftw has no context; one check at a time in a thread */

/* tile/LEVEL/x001/234[.p/WIDTH]; false: it is none. */
static bool
tile_named(unsigned *level, uint64_t *n, unsigned *width, const char *path)
{
    char again[LEDGER_TILE_PATH], *end;
    unsigned long number = strtoul(path + 5, &end, 10);

    if (*end != '/' || number >= LEDGER_LEVELS) return false;
    *level = (unsigned)number;
    *n = 0;
    *width = LEDGER_TILE;
    for (const char *at = end; *at;) {
        if (strncmp(at, ".p/", 3) == 0) {
            *width = (unsigned)strtoul(at + 3, NULL, 10);
            break;
        }
        at += at[1] == 'x' ? 2 : 1;
        *n = *n * 1000 + strtoul(at, &end, 10);
        if (end == at) return false;
        at = end;
    }
    if (*width == 0 || *width > LEDGER_TILE) return false;
    ledger_tile_path(again, *level, *n, *width);
    return strcmp(again, path) == 0;
}

/* A partial tile is the beginning of what the tile is now. */
static void
partial_check(struct check *c, const char *path, unsigned level, uint64_t n, unsigned width)
{
    struct ledger_hash now[LEDGER_TILE], kept[LEDGER_TILE];
    DEFER(sk_fd_close) int fd = openat(c->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    size_t bytes = width * sizeof *kept;
    unsigned count;

    if (fd < 0 || sk_failed(ledger_tile_read(now, &count, c->dir, level, n))) return;
    if (pread(fd, kept, sizeof kept, 0) != (ssize_t)bytes || count < width ||
        memcmp(now, kept, bytes) != 0)
        damage(c, "%s was changed", path);
}

static int
file_visit(const char *full, const struct stat *s, int kind, struct FTW *where)
{
    struct check *c = walker;
    const char *path = full + strlen(c->folder) + 1;
    unsigned level, width;
    uint64_t n, most = c->next > c->signed_.size ? c->next : c->signed_.size;

    (void)s, (void)where;
    if ((kind != FTW_F && kind != FTW_SL) || sk_str_ends(sk_str_of(path), SK_STR(".new"))) return 0;
    if (!tile_named(&level, &n, &width, path))
        damage(c, "%s is no tile", path);
    else if (((n * LEDGER_TILE + width) << (level * LEDGER_TILE_HEIGHT)) > most &&
             !ledger_tile_width(level, n, most))
        damage(c, "%s belongs to no record", path);
    else if (width < LEDGER_TILE)
        partial_check(c, path, level, n, width);
    return 0;
}

static void
strangers_check(struct check *c)
{
    const char *path = sk_str_printf(c->mem, "%s/tile", c->folder).p;

    walker = c;
    if (nftw(path, file_visit, 16, FTW_PHYS) != 0 && c->signed_.size)
        damage(c, "tile: %s", strerror(errno));
}

/* ── records ── */

static const char *
name(const struct check *c)
{
    return c->at->name;
}

static void
pruned_take(struct check *c, const struct ledger_record *r)
{
    DEFER(sk_json_close) sk_json *details = NULL;
    int64_t last;

    if (!sk_str_starts(r->event.action, SK_STR("ledger.")) || r->event.details.n == 0 ||
        sk_failed(sk_json_read(&details, r->event.details)))
        return;
    last = sk_json_get_int(
        details, sk_str_eq(r->event.action, SK_STR("ledger.prune")) ? "last" : "pruned", 0);
    if (last > 0 && (uint64_t)last > c->pruned) c->pruned = (uint64_t)last;
}

static void
chain_check(struct check *c, const struct ledger_record *r)
{
    struct ledger_head *head = ledger_heads_take(c->heads, r->event.tenant);

    if (!head) return;
    if (!c->gap && (r->nth != head->nth + 1 || r->prev != head->sequence))
        damage(c, "segment/%s: record %" PRIu64 " does not follow the one before it of its tenant",
               name(c), r->sequence);
    head->nth = r->nth;
    head->sequence = r->sequence;
}

static void
leaf_check(struct check *c, uint64_t sequence, sk_str line)
{
    struct ledger_hash leaf, kept, up[LEDGER_LEVELS];

    if (sequence > c->signed_.size) {
        c->verdict->unsigned_records++;
        return;
    }
    ledger_leaf(&leaf, line);
    ledger_tree_add(up, &c->own, &leaf);
    if (sk_failed(ledger_tiles_get(&kept, &c->tiles, 0, sequence - 1))) return; /* told already */
    if (ledger_hash_eq(&leaf, &kept)) return;
    if (c->unlike_count < UNLIKE_MAX)
        c->unlike[c->unlike_count++] = (struct unlike){ sequence, c->at };
    else
        c->verdict->damages++;
}

/* Which of the two it was: the signed root knows. */
static void
unlike_tell(struct check *c)
{
    struct ledger_hash root;

    ledger_tree_root(&root, &c->own);
    c->is_own_signed = c->own.size == c->signed_.size && ledger_hash_eq(&root, &c->signed_.root);
    for (size_t i = 0; i < c->unlike_count; i++) {
        const struct unlike *u = &c->unlike[i];
        uint64_t n = (u->sequence - 1) / LEDGER_TILE;
        char path[LEDGER_TILE_PATH];

        ledger_tile_path(path, 0, n, ledger_tile_width(0, n, c->signed_.size));
        if (c->is_own_signed)
            damage(c, "%s was changed: the hash of record %" PRIu64 " is another there", path,
                   u->sequence);
        else
            damage(c, "segment/%s: record %" PRIu64 " was changed", u->segment->name, u->sequence);
    }
}

/* What was removed after its keeping is in the tiles only. */
static void
own_begin(struct check *c, uint64_t size)
{
    const struct ledger_source source = { ledger_tiles_get, &c->tiles };

    if (c->is_signed && sk_failed(ledger_tree_of(&c->own, &source, size))) c->own.size = 0;
}

static void
order_check(struct check *c, const struct ledger_record *r)
{
    if (r->sequence > c->next) {
        damage(c, "segment/%s: records %" PRIu64 " to %" PRIu64 " are missing", name(c), c->next,
               r->sequence - 1);
        c->gap = true;
    } else if (r->sequence < c->next) {
        damage(c, "segment/%s: record %" PRIu64 " stands behind record %" PRIu64, name(c),
               r->sequence, c->next - 1);
        c->gap = true;
        return;
    }
    c->next = r->sequence + 1;
}

static void
record_check(struct check *c, sk_str line)
{
    struct ledger_record r;
    sk_err e = ledger_record_read(&r, line);

    c->verdict->records++;
    if (sk_failed(e)) {
        damage(c, "segment/%s: record %" PRIu64 " cannot be read: %s", name(c), c->next, e.why);
        c->next++;
        c->gap = true;
        return;
    }
    order_check(c, &r);
    if (memcmp(r.time.p, c->time, LEDGER_TIME) < 0)
        damage(c, "segment/%s: record %" PRIu64 " is older than the one before it", name(c),
               r.sequence);
    memcpy(c->time, r.time.p, LEDGER_TIME);
    leaf_check(c, r.sequence, line);
    chain_check(c, &r);
    pruned_take(c, &r);
}

static void
lines_check(struct check *c, int fd)
{
    struct ledger_lines lines;
    uint64_t base = c->bytes_done;
    bool got = true, whole;
    sk_str line;
    sk_err e;

    ledger_lines_begin(&lines, fd, 0);
    while (!sk_failed(e = ledger_lines_next(&got, &line, &whole, &lines)) && got) {
        if (whole)
            record_check(c, line);
        else if (c->next <= c->signed_.size)
            damage(c, "segment/%s: record %" PRIu64 " is cut", name(c), c->next);
        c->bytes_done = base + ledger_lines_at(&lines);
        if (c->verdict->records % PROGRESS_RECORDS == 0) progress(c);
    }
    if (sk_failed(e))
        damage(c, "segment/%s: behind record %" PRIu64 ": %s", name(c), c->next - 1, e.why);
    ledger_lines_end(&lines);
}

/* ── segments ── */

/* The heads beside the segment are those that its first record names. */
static void
heads_check(struct check *c, bool first)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    DEFER(sk_json_close) sk_json *details = NULL;
    char *line = sk_alloc(mem, LEDGER_RECORD_MAX);
    const char *path = sk_str_printf(mem, "%s/segment/%s", c->folder, name(c)).p, *end;
    DEFER(sk_fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : pread(fd, line, LEDGER_RECORD_MAX, 0);
    struct ledger_record r;
    unsigned char digest[SK_SHA256];
    sk_str text;

    end = n > 0 ? memchr(line, '\n', (size_t)n) : NULL;
    if (!end || sk_failed(ledger_record_read(&r, (sk_str){ line, (size_t)(end - line) })) ||
        sk_failed(sk_json_read(&details, r.event.details)))
        return; /* the record itself is told when it is read */
    sk_str beside = sk_str_printf(mem, "heads/%020" PRIu64 ".jsonl", c->at->first);
    if (sk_failed(sk_file_read(
            &text, mem, sk_str_printf(mem, "%s/%.*s", c->folder, SK_ARG(beside)).p, HEADS_MAX))) {
        damage(c, "%.*s is missing", SK_ARG(beside));
        return;
    }
    sk_sha256(digest, text);
    if (!sk_str_eq(sk_hex(mem, (sk_str){ (const char *)digest, sizeof digest }),
                   sk_json_get_str(details, "heads")))
        damage(c, "%.*s was changed", SK_ARG(beside));
    else if (first && sk_failed(ledger_heads_read(c->heads, text)))
        damage(c, "%.*s cannot be read", SK_ARG(beside));
}

static void
segment_check(struct check *c, size_t i)
{
    DEFER(sk_fd_close) int fd = -1;

    c->at = &c->segment[i];
    fd = open(sk_str_printf(c->mem, "%s/segment/%s", c->folder, name(c)).p, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        damage(c, "segment/%s: %s", name(c), strerror(errno));
        return;
    }
    heads_check(c, i == 0);
    if (i > 0 && c->at->first > c->next) {
        damage(c, "records %" PRIu64 " to %" PRIu64 " are missing before segment/%s", c->next,
               c->at->first - 1, name(c));
        c->gap = true;
    }
    if (i == 0 || c->at->first > c->next) c->next = c->at->first;
    lines_check(c, fd);
}

static uint64_t
bytes_of(const struct check *c)
{
    uint64_t all = 0;

    for (size_t i = 0; i < c->segment_count; i++) {
        struct stat s;
        const char *path = sk_str_printf(c->mem, "%s/segment/%s", c->folder, c->segment[i].name).p;

        if (stat(path, &s) == 0) all += (uint64_t)s.st_size;
    }
    return all;
}

static void
ends_check(struct check *c)
{
    uint64_t first = c->segment_count ? c->segment[0].first : c->signed_.size + 1;

    if (first > c->pruned + 1)
        damage(c, "records %" PRIu64 " to %" PRIu64 " are missing: their segment is not there",
               c->pruned + 1, first - 1);
    if (c->segment_count && c->next <= c->signed_.size)
        damage(c, "records %" PRIu64 " to %" PRIu64 " are missing at the end of segment/%s",
               c->next, c->signed_.size, c->segment[c->segment_count - 1].name);
    c->verdict->pruned = first - 1;
}

static sk_err
records_check(struct check *c)
{
    struct sk_buf strangers = { .mem = c->mem };
    sk_str line, rest;
    sk_err e = ledger_segments_list(&c->segment, &c->segment_count, &strangers, c->mem,
                                    sk_str_printf(c->mem, "%s/segment", c->folder).p);

    if (e.kind == SK_DENIED) return e;
    if (sk_failed(e)) damage(c, "segment: %s", e.why);
    rest = sk_buf_str(&strangers);
    while (rest.n && sk_str_cut(&line, &rest, '\n'))
        if (line.n) damage(c, "segment/%.*s is no segment", SK_ARG(line));
    c->verdict->bytes = c->bytes_all = bytes_of(c);
    if (c->segment_count) own_begin(c, c->segment[0].first - 1);
    for (size_t i = 0; i < c->segment_count; i++)
        segment_check(c, i);
    unlike_tell(c);
    ends_check(c);
    progress(c);
    return sk_ok();
}

static sk_err
all_check(struct check *c)
{
    c->dir = open(c->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (c->dir < 0)
        return sk_fail(errno == EACCES ? SK_DENIED : SK_MISSING, "%s: %s", c->folder,
                       strerror(errno));
    c->tiles.dir = c->dir;
    checkpoint_check(c);
    if (c->is_signed) tiles_check(c);
    TRY(records_check(c));
    strangers_check(c);
    return sk_ok();
}

sk_err
ledger_verify(struct ledger_verdict *verdict, const char *folder,
              const struct ledger_watcher *watcher)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 17);
    DEFER(ledger_heads_close) struct ledger_heads *heads = ledger_heads_new();
    struct check *c = SK_NEW(mem, struct check);
    sk_err e;

    *verdict = (struct ledger_verdict){ 0 };
    c->verdict = verdict;
    c->watcher = watcher;
    c->mem = mem;
    c->heads = heads;
    c->folder = folder;
    c->next = 1;
    memset(c->time, '0', sizeof c->time);
    e = all_check(c);
    sk_fd_close(&c->dir);
    return e;
}
