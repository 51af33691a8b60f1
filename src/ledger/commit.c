/* Batches: stamped, written with one write, made durable with one fdatasync. */
#include "base/file.h"
#include "base/json.h"
#include "ledger/store.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct ledger_segment *
active(const struct ledger_store *s)
{
    return &s->segment[s->segment_count - 1];
}

static struct ledger_seen *
active_seen(const struct ledger_store *s)
{
    return &s->segment_seen[s->segment_count - 1];
}

const char *
ledger_segment_path(const struct ledger_segment *segment)
{
    static _Thread_local char path[LEDGER_SEGMENT_NAME + 16];

    snprintf(path, sizeof path, "segment/%s", segment->name);
    return path;
}

/* ── states ── */

static sk_err
become_full(struct ledger_store *s, sk_err e)
{
    if (s->state == LEDGER_WELL) part_log(PART_ERROR, "nothing is recorded: %s", e.why);
    s->state = LEDGER_FULL;
    snprintf(s->why, sizeof s->why, "%s", e.why);
    return sk_fail(SK_FULL, "%s", s->why);
}

static sk_err
trouble(struct ledger_store *s, const char *what)
{
    const char *path = ledger_segment_path(active(s));

    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
        return become_full(s,
                           sk_fail(SK_FULL, "there is no room for %s: %s", path, strerror(errno)));
    ledger_store_damage(s,
                        "%s of %s failed: %s. Cure: look after the disk, then `sekisho restart "
                        "ledger`",
                        what, path, strerror(errno));
    return sk_fail(SK_BROKEN, "%s", s->why);
}

void
ledger_store_refuse(struct ledger_store *s, uint64_t records)
{
    if (s->refused == 0) s->refused_at = s->options.now();
    s->refused += records;
}

/* ── records ── */

sk_err
ledger_store_put(uint64_t *sequence, struct ledger_store *s, const struct ledger_event *event,
                 int64_t uid)
{
    struct ledger_head *head = ledger_heads_take(s->heads, event->tenant);
    struct ledger_item *item = &s->item[s->item_count];

    if (!head) return sk_fail(SK_FULL, "there are %d tenants already", LEDGER_TENANTS_MAX);
    *item = (struct ledger_item){ .head = head, .nth = head->nth, .before = head->sequence };
    struct ledger_record record = { .sequence = ++s->sequence,
                                    .nth = head->nth + 1,
                                    .prev = head->sequence,
                                    .time = { s->stamp, LEDGER_TIME },
                                    .uid = uid,
                                    .event = *event };
    ledger_record_write(&s->batch, &record);
    item->end = s->batch.n;
    s->item_count++;
    head->nth++;
    head->sequence = record.sequence;
    *sequence = record.sequence;
    return sk_ok();
}

bool
ledger_store_room(const struct ledger_store *s)
{
    return s->item_count < LEDGER_BATCH_RECORDS && s->batch.n < LEDGER_BATCH_BYTES;
}

void
ledger_store_owe(struct ledger_store *s, const struct ledger_event *event)
{
    struct ledger_event *kept;

    if (s->owed_count == LEDGER_OWED_MAX) return;
    kept = &s->owed[s->owed_count++];
    *kept = (struct ledger_event){ .principal = SK_STR("ledger"), .outcome = SK_STR("ok") };
    kept->action = sk_str_copy(s->mem, event->action);
    kept->object = sk_str_copy(s->mem, event->object);
    kept->details = sk_str_copy(s->mem, event->details);
}

/* ── a new segment ── */

void
ledger_store_segment_add(struct ledger_store *s, const struct ledger_segment *segment)
{
    if (s->segment_count == s->segment_room) {
        s->segment_room = s->segment_room ? 2 * s->segment_room : 64;
        s->segment = realloc(s->segment, s->segment_room * sizeof *s->segment);
        s->segment_seen = realloc(s->segment_seen, s->segment_room * sizeof *s->segment_seen);
        if (!s->segment || !s->segment_seen) abort();
    }
    s->segment[s->segment_count] = *segment;
    s->segment_seen[s->segment_count++] = (struct ledger_seen){ 0 };
}

static sk_err
heads_put(struct ledger_store *s, uint64_t first)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new_pages(1 << 20);
    struct sk_buf text = { .mem = mem };
    unsigned char digest[SK_SHA256];
    char path[64];

    ledger_heads_write(&text, s->heads);
    sk_sha256(digest, sk_buf_str(&text));
    snprintf(s->heads_digest, sizeof s->heads_digest, "%s",
             sk_hex(mem, (sk_str){ (const char *)digest, sizeof digest }).p);
    snprintf(path, sizeof path, "heads/%020" PRIu64 ".jsonl", first);
    return ledger_file_put(s->dir, path, sk_buf_str(&text), true);
}

static sk_err
folder_sync(const struct ledger_store *s)
{
    DEFER(sk_fd_close) int fd = openat(s->dir, "segment", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0)
        return sk_fail(SK_BROKEN, "the folder segment cannot be synced: %s", strerror(errno));
    return sk_ok();
}

/* The old segment stays the active one when this fails. */
static sk_err
segment_new(struct ledger_store *s, const struct ledger_segment *segment)
{
    int fd;

    if (s->segment_count == LEDGER_SEGMENTS_MAX)
        return sk_fail(SK_FULL, "there are %d segments already", LEDGER_SEGMENTS_MAX);
    TRY(ledger_store_publish(s));
    TRY(heads_put(s, segment->first));
    fd = openat(s->dir, ledger_segment_path(segment),
                O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return sk_fail(errno == ENOSPC || errno == EDQUOT ? SK_FULL : SK_BROKEN,
                       "%s cannot be made: %s", ledger_segment_path(segment), strerror(errno));
    if (s->fd >= 0) close(s->fd);
    s->fd = fd;
    ledger_store_segment_add(s, segment);
    ledger_seen_take(active_seen(s), s->dir, ledger_segment_path(segment));
    return folder_sync(s);
}

/* By day and by size; an active one without a record stays what it is. */
static sk_err
segment_choose(struct ledger_store *s)
{
    struct ledger_segment now;

    ledger_segment_set(&now, s->sequence + 1, s->newest);
    if (s->fd >= 0) {
        off_t size = active_seen(s)->size;
        bool same_day = strcmp(now.date, active(s)->date) == 0;

        if (size == 0 || (same_day && size < s->options.segment_bytes)) return sk_ok();
    }
    return segment_new(s, &now);
}

/* ── the batch ── */

static sk_err
own_put(struct ledger_store *s, const struct ledger_event *event)
{
    uint64_t sequence;

    return ledger_store_put(&sequence, s, event, geteuid());
}

static sk_err
segment_told(struct ledger_store *s)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf details = { .mem = mem };

    if (active_seen(s)->size > 0) return sk_ok();
    ledger_store_segment_details(&details, s, sk_str_of(s->heads_digest));
    return own_put(s, &(struct ledger_event){ .principal = SK_STR("ledger"),
                                              .action = SK_STR("ledger.segment"),
                                              .object = sk_str_of(active(s)->name),
                                              .outcome = SK_STR("ok"),
                                              .details = sk_buf_str(&details) });
}

/* No silent gap: how many were refused, and since when. */
static sk_err
refusals_told(struct ledger_store *s)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf details = { .mem = mem };
    struct sk_json_writer w = { .out = &details };

    if (s->refused == 0) return sk_ok();
    sk_json_object(&w, NULL);
    sk_json_int(&w, "refused", (int64_t)s->refused);
    sk_json_str(&w, "since", sk_when_utc(mem, s->refused_at));
    sk_json_text(&w, "why", s->why);
    sk_json_end_object(&w);
    return own_put(s, &(struct ledger_event){ .principal = SK_STR("ledger"),
                                              .action = SK_STR("ledger.resume"),
                                              .object = sk_str_of(active(s)->name),
                                              .outcome = SK_STR("ok"),
                                              .details = sk_buf_str(&details) });
}

/* Nobody else has touched the segment that we write to. */
static bool
is_as_left(const struct ledger_store *s)
{
    const struct ledger_seen *seen = active_seen(s);
    struct stat now;

    return fstat(s->fd, &now) == 0 && now.st_size == seen->size && now.st_nlink == 1 &&
           now.st_ctim.tv_sec == seen->changed.tv_sec &&
           now.st_ctim.tv_nsec == seen->changed.tv_nsec;
}

static void
stamp_take(struct ledger_store *s)
{
    sk_when now = s->options.now();

    if (now > s->newest) s->newest = now;
    ledger_time_write(s->stamp, s->newest);
}

static sk_err
ready(struct ledger_store *s)
{
    if (s->state == LEDGER_DAMAGED) return sk_fail(SK_BROKEN, "%s", s->why);
    if (s->ungrown) ledger_store_grow(s);
    if (s->fd >= 0 && !is_as_left(s)) ledger_store_watch_all(s);
    if (s->fd >= 0 && s->state != LEDGER_DAMAGED && !is_as_left(s))
        ledger_store_damage(s, "%s was changed by somebody else", ledger_segment_path(active(s)));
    if (s->state == LEDGER_DAMAGED) return sk_fail(SK_BROKEN, "%s", s->why);
    if (s->unwritten_count > LEDGER_UNWRITTEN_MAX / 2) return ledger_store_tiles_write(s);
    return sk_ok();
}

static sk_err
fault_of(struct ledger_store *s, sk_err e)
{
    if (!sk_failed(e) || s->state == LEDGER_DAMAGED) return e;
    if (e.kind == SK_FULL) return become_full(s, e);
    ledger_store_damage(s, "%s", e.why);
    return sk_fail(SK_BROKEN, "%s", s->why);
}

static void
undo(struct ledger_store *s)
{
    while (s->item_count) {
        const struct ledger_item *item = &s->item[--s->item_count];
        item->head->nth = item->nth;
        item->head->sequence = item->before;
        s->sequence--;
    }
    s->batch.n = 0;
}

sk_err
ledger_store_begin(struct ledger_store *s)
{
    TRY(fault_of(s, ready(s)));
    s->batch.n = 0;
    s->item_count = 0;
    stamp_take(s);
    TRY(fault_of(s, segment_choose(s)));
    sk_err e = segment_told(s);
    for (size_t i = 0; !sk_failed(e) && i < s->owed_count; i++)
        e = own_put(s, &s->owed[i]);
    if (!sk_failed(e)) e = refusals_told(s);
    if (sk_failed(e)) undo(s);
    return fault_of(s, e);
}

static bool
write_all(int fd, sk_str bytes, off_t at)
{
    while (bytes.n) {
        ssize_t n = pwrite(fd, bytes.p, bytes.n, at);

        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return false;
        bytes = sk_str_from(bytes, (size_t)n);
        at += n;
    }
    return true;
}

/* Takes back what is in the file behind its last good record. */
static sk_err
cut_back(struct ledger_store *s, const char *what)
{
    int reason = errno;
    bool cut = ftruncate(s->fd, active_seen(s)->size) == 0 && fdatasync(s->fd) == 0;

    undo(s);
    if (!cut) {
        ledger_store_damage(s,
                            "%s of %s failed, and its end could not be cut off: %s. Cure: look "
                            "after the disk, then `sekisho restart ledger`",
                            what, ledger_segment_path(active(s)), strerror(errno));
        return sk_fail(SK_BROKEN, "%s", s->why);
    }
    ledger_seen_take(active_seen(s), s->dir, ledger_segment_path(active(s)));
    errno = reason;
    return trouble(s, what);
}

sk_err
ledger_store_commit(struct ledger_store *s)
{
    struct ledger_seen *seen = active_seen(s);
    struct stat now;

    if (s->item_count == 0) return sk_ok();
    if (!write_all(s->fd, sk_buf_str(&s->batch), seen->size)) return cut_back(s, "writing");
    if (fdatasync(s->fd) != 0) return cut_back(s, "syncing");
    seen->size += (off_t)s->batch.n;
    if (fstat(s->fd, &now) == 0) seen->changed = now.st_ctim;
    s->owed_count = 0;
    s->refused = 0;
    s->ungrown = true;
    if (s->state == LEDGER_FULL) {
        s->state = LEDGER_WELL;
        part_log(PART_INFO, "there is room again: records are taken");
    }
    return sk_ok();
}

void
ledger_store_leaf(struct ledger_store *s, const struct ledger_hash *leaf)
{
    struct ledger_hash up[LEDGER_LEVELS];
    unsigned levels = ledger_tree_add(up, &s->tree, leaf);

    for (unsigned level = 0; level < levels; level++) {
        uint64_t at = (s->tree.size >> (level * LEDGER_TILE_HEIGHT)) - 1;

        s->row[level][at % LEDGER_TILE] = up[level];
        if (at % LEDGER_TILE == LEDGER_TILE - 1) ledger_store_tile_done(s, level, at / LEDGER_TILE);
    }
}

void
ledger_store_grow(struct ledger_store *s)
{
    size_t begin = 0;

    s->ungrown = false;
    for (size_t i = 0; i < s->item_count; i++) {
        struct ledger_hash leaf;

        ledger_leaf(&leaf, (sk_str){ s->batch.p + begin, s->item[i].end - begin - 1 });
        ledger_store_leaf(s, &leaf);
        begin = s->item[i].end;
    }
    s->item_count = 0;
}

sk_err
ledger_store_note(uint64_t *sequence, struct ledger_store *s, const struct ledger_event *event,
                  int64_t uid)
{
    TRY(ledger_store_begin(s));
    sk_err e = ledger_store_put(sequence, s, event, uid);
    if (sk_failed(e)) {
        undo(s);
        return e;
    }
    TRY(ledger_store_commit(s));
    ledger_store_grow(s);
    return sk_ok();
}
