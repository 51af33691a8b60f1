/* Erasing: what is erased stands in the file `tombstones`, a line each, before its keys go. The
 * file is only ever appended to, and no copy of keys.db is taken back without it. A line:
 *
 *     per_… cas_…|- TENANT MS SEQUENCE\n */
#include "base/file.h"
#include "keeper/keys_inner.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_MAX = 256, PIECE = 256 * 1024 };

static const char note_name[] = "tombstones"; /* bytes of the file that the store has */

struct tombstone {
    struct keeper_id person_id, case_id;
    sk_str tenant;
    struct keeper_erased erased;
};

static int
line_write(char *line, const struct tombstone *t)
{
    sk_str file = keeper_id_str(&t->case_id);

    if (!file.n) file = SK_STR("-");
    return snprintf(line, LINE_MAX, "%.24s %.*s %.*s %" PRIu64 " %" PRIu64 "\n", t->person_id.text,
                    SK_ARG(file), SK_ARG(t->tenant), t->erased.at, t->erased.sequence);
}

static bool
line_read(struct tombstone *t, sk_str line)
{
    sk_str person, file, at;
    int64_t ms, sequence;

    if (!sk_str_cut(&person, &line, ' ') || !sk_str_cut(&file, &line, ' ') ||
        !sk_str_cut(&t->tenant, &line, ' ') || !sk_str_cut(&at, &line, ' '))
        return false;
    if (sk_str_eq(file, SK_STR("-"))) file.n = 0;
    if (!sk_str_to_i64(&ms, at) || !sk_str_to_i64(&sequence, line) || ms < 0 || sequence < 0)
        return false;
    t->erased = (struct keeper_erased){ (uint64_t)ms, (uint64_t)sequence };
    return keeper_id_read(&t->person_id, "per", person) && person.n &&
           keeper_id_read(&t->case_id, "cas", file);
}

/* ── in the store ── */

static sk_err
rows_delete(struct part_store *store, const struct tombstone *t)
{
    struct part_query *q;

    if (!keeper_id_is_none(&t->case_id)) {
        TRY(part_store_query(&q, store, "DELETE FROM key WHERE person = ?1 AND file = ?2"));
        part_query_blob(q, 1, keeper_id_blob(&t->person_id));
        part_query_blob(q, 2, keeper_id_blob(&t->case_id));
        return part_query_run(q);
    }
    TRY(part_store_query(&q, store, "DELETE FROM key WHERE person = ?1"));
    part_query_blob(q, 1, keeper_id_blob(&t->person_id));
    TRY(part_query_run(q));
    TRY(part_store_query(&q, store, "DELETE FROM person WHERE person = ?1"));
    part_query_blob(q, 1, keeper_id_blob(&t->person_id));
    return part_query_run(q);
}

static sk_err
bury(struct part_store *store, const struct tombstone *t)
{
    struct part_query *q;

    TRY(rows_delete(store, t));
    TRY(part_store_query(&q, store,
                         "INSERT OR IGNORE INTO erased (person, file, tenant, at, sequence) "
                         "VALUES (?1, ?2, ?3, ?4, ?5)"));
    part_query_blob(q, 1, keeper_id_blob(&t->person_id));
    part_query_blob(q, 2, keeper_id_blob(&t->case_id));
    part_query_text(q, 3, t->tenant);
    part_query_int(q, 4, (int64_t)t->erased.at);
    part_query_int(q, 5, (int64_t)t->erased.sequence);
    return part_query_run(q);
}

enum keeper_word
keeper_keys_erased(struct keeper_erased *erased, struct part_store *reader,
                   const struct keeper_whose *whose)
{
    struct part_query *q;
    bool row;

    if (sk_failed(part_store_query(&q, reader,
                                   "SELECT at, sequence FROM erased "
                                   "WHERE person = ?1 AND file IN (?2, zeroblob(24)) LIMIT 1")))
        return KEEPER_BROKEN;
    part_query_blob(q, 1, keeper_id_blob(whose->person_id));
    part_query_blob(q, 2, keeper_id_blob(whose->case_id));
    sk_err e = part_query_step(&row, q);
    if (sk_failed(e)) return keeper_word_of(e);
    if (!row) return KEEPER_MISSING;
    erased->at = (uint64_t)part_query_get_int(q, 0);
    erased->sequence = (uint64_t)part_query_get_int(q, 1);
    part_query_done(q);
    return KEEPER_OK;
}

sk_err
keeper_store_scrub(void *ctx, struct part_store *store)
{
    struct part_query *q;
    bool row;

    (void)ctx;
    TRY(part_store_query(&q, store, "PRAGMA wal_checkpoint(TRUNCATE)"));
    TRY(part_query_step(&row, q));
    bool is_busy = row && part_query_get_int(q, 0) != 0;
    part_query_done(q);
    return is_busy ? sk_fail(SK_BUSY, "a reader holds the log of keys.db") : sk_ok();
}

/* ── in the file ── */

struct replay {
    sk_str text;
    int64_t at; /* where the file's `text` ends */
};

static sk_err
piece_bury(void *ctx, struct part_store *store)
{
    const struct replay *replay = ctx;
    sk_str text = replay->text, line;
    struct tombstone t;

    while (text.n && sk_str_cut(&line, &text, '\n')) {
        if (!line_read(&t, line))
            return sk_fail(SK_BROKEN, "tombstones: a line is not of its form");
        TRY(bury(store, &t));
    }
    return keeper_note_put(store, note_name, replay->at);
}

/* The whole lines from `at`; empty at the end. */
static sk_err
piece_read(sk_str *piece, sk_arena *mem, int fd, int64_t at)
{
    char *text = sk_alloc(mem, PIECE);
    ssize_t n = pread(fd, text, PIECE, at);

    if (n < 0) return sk_fail(SK_BROKEN, "tombstones: %s", strerror(errno));
    while (n && text[n - 1] != '\n')
        n--;
    *piece = (sk_str){ text, (size_t)n };
    return sk_ok();
}

/* A line without its end was never answered: its record stands, and whoever asked asks again. */
static sk_err
torn_cut(int fd, int64_t at)
{
    struct stat info;

    if (fstat(fd, &info) != 0 || info.st_size == at) return sk_ok();
    if (info.st_size - at >= LINE_MAX)
        return sk_fail(SK_BROKEN, "tombstones: a line is not of its form");
    if (ftruncate(fd, at) != 0) return sk_fail(SK_BROKEN, "tombstones: %s", strerror(errno));
    return sk_ok();
}

sk_err
keeper_tombstones_replay(struct part_store *store, int fd)
{
    struct stat info;
    struct replay replay = { .at = 0 };
    bool any = false;

    TRY(keeper_note_get(&replay.at, store, note_name));
    if (fstat(fd, &info) != 0) return sk_fail(SK_BROKEN, "tombstones: %s", strerror(errno));
    if (replay.at > info.st_size) replay.at = 0; /* another file than the store has known */
    for (;;) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(PIECE + 1024);

        TRY(piece_read(&replay.text, mem, fd, replay.at));
        if (replay.text.n == 0) break;
        replay.at += (int64_t)replay.text.n;
        TRY(part_store_write(store, piece_bury, &replay));
        any = true;
    }
    TRY(torn_cut(fd, replay.at));
    return any ? keeper_store_scrub(NULL, store) : sk_ok();
}

/* All of the line on disk, or none. */
static sk_err
line_add(int64_t *end, int fd, sk_str line)
{
    struct stat info;
    ssize_t n;

    if (fstat(fd, &info) != 0) return sk_fail(SK_BROKEN, "tombstones: %s", strerror(errno));
    n = write(fd, line.p, line.n);
    if (n == (ssize_t)line.n && fdatasync(fd) == 0) {
        *end = info.st_size + (int64_t)line.n;
        return sk_ok();
    }
    bool full = n >= 0 || errno == ENOSPC || errno == EFBIG || errno == EDQUOT;
    sk_err e =
        sk_fail(full ? SK_FULL : SK_BROKEN, "tombstones: %s", n >= 0 ? "no room" : strerror(errno));
    if (ftruncate(fd, info.st_size) != 0)
        return sk_fail(SK_BROKEN, "tombstones: %s", strerror(errno));
    return e;
}

struct erase {
    struct keeper_keys *keys;
    struct tombstone tombstone;
    int64_t end;
};

static sk_err
erase_rows(void *ctx, struct part_store *store)
{
    const struct erase *erase = ctx;

    TRY(bury(store, &erase->tombstone));
    return keeper_note_put(store, note_name, erase->end);
}

static sk_err
erase_work(void *ctx, struct part_store *store)
{
    struct erase *erase = ctx;
    char line[LINE_MAX];
    int n = line_write(line, &erase->tombstone);

    TRY(line_add(&erase->end, erase->keys->tombstones, (sk_str){ line, (size_t)n }));
    TRY(part_store_write(store, erase_rows, erase));
    return keeper_store_scrub(NULL, store);
}

enum keeper_word
keeper_keys_erase(struct keeper_keys *keys, const struct keeper_whose *whose,
                  const struct keeper_erased *erased)
{
    struct erase erase = {
        .keys = keys, .tombstone = { *whose->person_id, *whose->case_id, whose->tenant, *erased }
    };

    return keeper_word_of(part_writer_alone(keys->write, erase_work, &erase));
}
