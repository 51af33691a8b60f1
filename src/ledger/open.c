/* The start: a new ledger, or what a crash left mended, and all that follows from the newest
 * segment compared with what was published. What cannot be explained by a crash is damage: it is
 * named, and nothing is taken until a person has looked. */
#include "base/file.h"
#include "base/json.h"
#include "ledger/replay.h"
#include "part/lock.h"
#include "part/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SMALL_FILE_MAX = 64 * 1024 };

#define CURE                                                                                       \
    "Cure: `sekisho log verify` tells what is lost; put it back from a backup and `sekisho "       \
    "restart "                                                                                     \
    "ledger`. Where there is none, move the folder ledger aside as evidence: a new ledger begins"

static sk_err
small_read(sk_str *text, sk_arena *mem, const struct ledger_store *s, const char *below)
{
    char path[sizeof s->path + 64];

    snprintf(path, sizeof path, "%s/%s", s->path, below);
    return sk_file_read(text, mem, path, SMALL_FILE_MAX);
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
        sk_err e = ledger_first_record(&record, mem, s, i);

        /* The newest may have been begun and not written when the power went. */
        if (e.kind == SK_MISSING && i + 1 == s->segment_count) return sk_ok();
        if (sk_failed(e)) return sk_fail(SK_BROKEN, "%s", e.why);
        TRY(sk_json_read(&details, record.event.details));
        TRY(neighbour_check(s, i, details));
    }
    return sk_ok();
}

/* ── all of it ── */

static sk_err
existing_take(struct ledger_store *s, sk_arena *mem, struct ledger_mended *mended)
{
    struct ledger_checkpoint signed_ = { 0 };

    TRY(key_read(s, mem));
    TRY(checkpoint_read(&signed_, s, mem));
    TRY(segments_find(s, mem));
    TRY(chain_check(s));
    TRY(ledger_replay(s, mem, &signed_, mended));
    TRY(oldest_check(s));
    s->published = signed_.size;
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
start_tell(struct ledger_store *s, sk_arena *mem, const struct ledger_mended *mended)
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

    if (!ledger_is_there(s, "checkpoint")) return false;
    return sk_failed(small_read(&note, mem, s, "checkpoint")) || !sk_str_cut(&line, &note, '\n') ||
           !sk_str_cut(&line, &note, '\n') || !sk_str_eq(line, SK_STR("0"));
}

sk_err
ledger_store_open(struct ledger_store **made, const char *state,
                  const struct ledger_options *options)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct ledger_store *s = store_new(options);
    struct ledger_mended mended = { 0 };
    sk_err e = folders_open(s, state);

    if (!sk_failed(e) && !ledger_is_there(s, "vkey")) {
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
