/* Copies of keys.db: one a day, kept seven days, so that what is erased is gone from all of them
 * then. Taking one back never takes back what was erased. */
#include "base/file.h"
#include "base/hash.h"
#include "keeper/keys_inner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 24 * 60 * 60, JST = 9 * 60 * 60, RESTORE_MAX = 64 * 1024 * 1024 };

static sk_err
path_of(char path[PATH_MAX], const struct keeper_keys *keys, const char *name)
{
    if (snprintf(path, PATH_MAX, "%s/%s", keys->setting.folder, name) >= PATH_MAX)
        return sk_fail(SK_FULL, "too long a path");
    return sk_ok();
}

/* "keys-YYYYMMDD.db" by Japan's clock. */
static void
name_of(char *name, sk_when now)
{
    time_t seconds = (time_t)(now / 1000) + JST;
    struct tm day;

    gmtime_r(&seconds, &day);
    (void)strftime(name, KEEPER_NAME_MAX, "keys-%Y%m%d.db", &day);
}

/* Text in a statement that cannot take values. */
static sk_err
quoted(char *out, size_t size, const char *text)
{
    size_t n = 0;

    for (; *text; text++) {
        if (n + 3 > size) return sk_fail(SK_FULL, "too long a path");
        if (*text == '\'') out[n++] = '\'';
        out[n++] = *text;
    }
    out[n] = 0;
    return sk_ok();
}

/* Zeros first: a disk may keep older blocks, a file system's copy may not show them. */
static void
copy_destroy(const char *path)
{
    static const char zeros[64 * 1024];
    struct stat info;

    (void)chmod(path, 0600);
    DEFER(sk_fd_close) int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && fstat(fd, &info) == 0) {
        for (off_t at = 0; at < info.st_size; at += (off_t)sizeof zeros) {
            size_t n = info.st_size - at < (off_t)sizeof zeros ? (size_t)(info.st_size - at)
                                                               : sizeof zeros;
            if (pwrite(fd, zeros, n, at) != (ssize_t)n) break;
        }
        (void)fsync(fd);
    }
    (void)unlink(path);
}

/* On disk before its name says that it is whole, and before the one of that name goes. */
static sk_err
copy_finish(const char *draft, const char *path)
{
    DEFER(sk_fd_close) int fd = open(draft, O_RDWR | O_CLOEXEC);

    if (fd < 0 || fchmod(fd, 0400) != 0 || fsync(fd) != 0)
        return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
    copy_destroy(path);
    if (rename(draft, path) == 0) return sk_ok();
    return sk_fail(SK_BROKEN, "%s: %s", path, strerror(errno));
}

static sk_err
copy_make(const struct keeper_keys *keys, const char *path)
{
    DEFER(part_store_close) struct part_store *reader = NULL;
    char draft[PATH_MAX], in_quotes[PATH_MAX], sql[PATH_MAX + 32];

    if (snprintf(draft, sizeof draft, "%s.new", path) >= (int)sizeof draft)
        return sk_fail(SK_FULL, "too long a path");
    TRY(quoted(in_quotes, sizeof in_quotes, draft));
    (void)unlink(draft);
    TRY(keeper_keys_reader(&reader, keys));
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", in_quotes);
    sk_err e = part_store_exec(reader, sql);
    if (!sk_failed(e)) e = copy_finish(draft, path);
    if (sk_failed(e)) (void)unlink(draft);
    return e;
}

static void
closed(DIR **dir)
{
    if (*dir) closedir(*dir);
}

/* Names sort as their days do. */
static sk_err
old_destroy(const char *folder, const char *oldest)
{
    DEFER(closed) DIR *dir = opendir(folder);
    char path[PATH_MAX];

    if (!dir) return sk_fail(SK_BROKEN, "%s: %s", folder, strerror(errno));
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (strncmp(entry->d_name, "keys-", 5) != 0 || strcmp(entry->d_name, oldest) >= 0) continue;
        if (snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) < (int)sizeof path)
            copy_destroy(path);
    }
    return sk_ok();
}

static sk_err
backed_up_note(void *ctx, struct part_store *store)
{
    return keeper_note_put(store, "backed_up", *(sk_when *)ctx);
}

sk_err
keeper_keys_backup(char *name, struct keeper_keys *keys, bool again)
{
    char folder[PATH_MAX], path[PATH_MAX], oldest[KEEPER_NAME_MAX];
    sk_when now = keys->setting.now();

    name_of(name, now);
    name_of(oldest, now - (sk_when)(KEEPER_BACKUP_DAYS - 1) * DAY * 1000);
    TRY(path_of(folder, keys, "backup"));
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder, strerror(errno));
    TRY(old_destroy(folder, oldest));
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return sk_fail(SK_FULL, "too long a path");
    if (!again && sk_file_exists(path)) return sk_ok();
    TRY(copy_make(keys, path));
    return part_writer_run(keys->write, backed_up_note, &now);
}

/* ── taking one back ── */

/* A line of restore.erased, as the ledger has it: "ID TENANT MS SEQUENCE". */
struct witness {
    struct keeper_id person_id, case_id; /* one of them */
    sk_str tenant;
    struct keeper_erased erased;
};

static bool
witness_read(struct witness *w, sk_str line)
{
    sk_str id, at;
    int64_t ms, sequence;

    *w = (struct witness){ .tenant = { 0 } };
    if (!sk_str_cut(&id, &line, ' ') || !sk_str_cut(&w->tenant, &line, ' ') ||
        !sk_str_cut(&at, &line, ' ') || !sk_str_to_i64(&ms, at) ||
        !sk_str_to_i64(&sequence, line) || ms < 0 || sequence < 0 || !id.n || !w->tenant.n)
        return false;
    w->erased = (struct keeper_erased){ (uint64_t)ms, (uint64_t)sequence };
    return keeper_id_read(&w->person_id, "per", id) || keeper_id_read(&w->case_id, "cas", id);
}

/* Whose case it is the copy says; one that it does not have has no key there. */
static sk_err
witness_complete(bool *found, struct witness *w, struct part_store *copy)
{
    struct part_query *q;

    *found = !keeper_id_is_none(&w->person_id);
    if (*found) return sk_ok();
    TRY(part_store_query(&q, copy, "SELECT person FROM key WHERE file = ?1 LIMIT 1"));
    part_query_blob(q, 1, keeper_id_blob(&w->case_id));
    TRY(part_query_step(found, q));
    if (*found) TRY(part_query_copy(&w->person_id, sizeof w->person_id, q, 0));
    part_query_done(q);
    return sk_ok();
}

/* As if it were erased now, if this keeper does not know: its own list may be lost, too. */
static sk_err
witness_heed(struct keeper_keys *keys, struct part_store *reader, struct witness *w,
             struct part_store *copy)
{
    const struct keeper_whose whose = { w->tenant, &w->person_id, &w->case_id };
    struct keeper_erased known;
    enum keeper_word word;
    bool found;

    TRY(witness_complete(&found, w, copy));
    if (!found) return sk_ok();
    word = keeper_keys_erased(&known, reader, &whose);
    if (word == KEEPER_MISSING) word = keeper_keys_erase(keys, &whose, &w->erased);
    if (word == KEEPER_OK) return sk_ok();
    return sk_fail(keeper_word_rows[word].kind, "%.24s stays erased: %s",
                   keeper_id_is_none(&w->case_id) ? w->person_id.text : w->case_id.text,
                   keeper_word_rows[word].why);
}

static sk_err
witnesses_heed(struct keeper_keys *keys, struct part_store *copy)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(part_store_close) struct part_store *reader = NULL;
    char path[PATH_MAX];
    sk_str text = { 0 }, line;
    sk_err e;

    TRY(path_of(path, keys, "restore.erased"));
    e = sk_file_read(&text, mem, path, RESTORE_MAX);
    if (e.kind != SK_MISSING) TRY(e);
    TRY(keeper_keys_reader(&reader, keys));
    while (text.n && sk_str_cut(&line, &text, '\n')) {
        struct witness w;

        if (!line.n) continue;
        if (!witness_read(&w, line))
            return sk_fail(SK_BAD, "restore.erased: a line is not of its form");
        TRY(witness_heed(keys, reader, &w, copy));
    }
    return sk_ok();
}

static sk_err
replay_all(void *ctx, struct part_store *copy)
{
    (void)ctx;
    return keeper_note_put(copy, "tombstones", 0); /* all lines again, not only the newer ones */
}

static sk_err
count(int64_t *n, struct part_store *store)
{
    struct part_query *q;
    bool row;

    TRY(part_store_query(&q, store, "SELECT count(*) FROM key"));
    TRY(part_query_step(&row, q));
    *n = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

/* The copy without whatever was erased since. */
static sk_err
copy_prepare(int64_t *gone, struct keeper_keys *keys, const char *path)
{
    DEFER(part_store_close) struct part_store *copy = NULL;
    int64_t before, after;

    if (!sk_file_exists(path)) return sk_fail(SK_MISSING, "%s is not there", path);
    TRY(part_store_open(&copy, path));
    TRY(part_store_exec(copy, "PRAGMA secure_delete = ON"));
    TRY(part_store_migrate(copy, keys->setting.sql));
    TRY(part_store_exec(copy, "CREATE INDEX IF NOT EXISTS restore_file ON key (file)"));
    TRY(keeper_root_opens(keys, copy));
    TRY(count(&before, copy));
    TRY(witnesses_heed(keys, copy));
    TRY(part_store_write(copy, replay_all, NULL));
    TRY(keeper_tombstones_replay(copy, keys->tombstones));
    TRY(count(&after, copy));
    *gone = before - after;
    return keeper_store_scrub(NULL, copy);
}

/* A store that was begun anew after a loss has made index keys of its own since: by those nobody is
 * found who was there before, so the copy's come back, and its lineage with them. */
static const char merge[] =
    "INSERT OR IGNORE INTO main.tenant_key SELECT * FROM copy.tenant_key;"
    "INSERT OR REPLACE INTO main.index_key SELECT * FROM copy.index_key WHERE "
    "(SELECT value FROM copy.note WHERE name = 'lineage') IS NOT "
    "(SELECT value FROM main.note WHERE name = 'lineage');"
    "INSERT OR REPLACE INTO main.note SELECT * FROM copy.note WHERE name = 'lineage';"
    "DELETE FROM main.note WHERE name = 'lost';"
    "INSERT OR IGNORE INTO main.index_key SELECT * FROM copy.index_key;"
    "INSERT OR IGNORE INTO main.person SELECT * FROM copy.person p WHERE NOT EXISTS "
    "(SELECT 1 FROM main.erased e WHERE e.person = p.person AND e.file = zeroblob(24));"
    "INSERT OR IGNORE INTO main.key SELECT * FROM copy.key k WHERE NOT EXISTS "
    "(SELECT 1 FROM main.erased e WHERE e.person = k.person AND e.file IN (k.file, zeroblob(24)))";

struct restore {
    char sql[PATH_MAX + 32];
    int64_t taken;
};

static sk_err
merge_rows(void *ctx, struct part_store *store)
{
    (void)ctx;
    return part_store_exec(store, merge);
}

static sk_err
merge_work(void *ctx, struct part_store *store)
{
    struct restore *r = ctx;
    int64_t before, after;

    TRY(count(&before, store));
    TRY(part_store_exec(store, r->sql));
    sk_err e = part_store_write(store, merge_rows, NULL);
    sk_err end = part_store_exec(store, "DETACH copy");
    TRY(e);
    TRY(end);
    TRY(count(&after, store));
    r->taken = after - before;
    return sk_ok();
}

static void
taken_remove(const struct keeper_keys *keys, const char *path)
{
    char other[PATH_MAX];

    copy_destroy(path);
    if (!sk_failed(path_of(other, keys, "restore.erased"))) (void)unlink(other);
    if (!sk_failed(path_of(other, keys, "restore.db-wal"))) (void)unlink(other);
    if (!sk_failed(path_of(other, keys, "restore.db-shm"))) (void)unlink(other);
}

sk_err
keeper_keys_restore(struct keeper_restored *restored, struct keeper_keys *keys)
{
    char path[PATH_MAX], in_quotes[PATH_MAX];
    struct restore r = { .taken = 0 };
    int64_t gone = 0;

    TRY(path_of(path, keys, "restore.db"));
    TRY(copy_prepare(&gone, keys, path));
    TRY(quoted(in_quotes, sizeof in_quotes, path));
    snprintf(r.sql, sizeof r.sql, "ATTACH '%s' AS copy", in_quotes);
    TRY(part_writer_alone(keys->write, merge_work, &r));
    taken_remove(keys, path);
    *restored = (struct keeper_restored){ (uint64_t)r.taken, (uint64_t)gone };
    return sk_ok();
}

sk_err
keeper_keys_count(struct keeper_status *status, struct part_store *reader)
{
    struct part_query *q;
    int64_t backed_up;
    bool row;

    TRY(part_store_query(&q, reader,
                         "SELECT (SELECT count(DISTINCT tenant) FROM tenant_key),"
                         "(SELECT count(*) FROM person), (SELECT count(*) FROM key),"
                         "(SELECT count(*) FROM erased),"
                         "max(ifnull((SELECT max(uses) FROM tenant_key), 0),"
                         "ifnull((SELECT max(uses) FROM key), 0)),"
                         "ifnull((SELECT min(newest) FROM (SELECT max(made) AS newest FROM "
                         "tenant_key GROUP BY tenant)), 0),"
                         "ifnull((SELECT min(made) FROM key), 0),"
                         "ifnull((SELECT max(sequence) FROM erased), 0)"));
    TRY(part_query_step(&row, q));
    status->tenants = (uint64_t)part_query_get_int(q, 0);
    status->people = (uint64_t)part_query_get_int(q, 1);
    status->keys = (uint64_t)part_query_get_int(q, 2);
    status->erased = (uint64_t)part_query_get_int(q, 3);
    status->most_uses = (uint64_t)part_query_get_int(q, 4);
    status->tenant_made = (uint64_t)part_query_get_int(q, 5);
    status->last_erased = (uint64_t)part_query_get_int(q, 7);
    status->key_made = (uint64_t)part_query_get_int(q, 6);
    part_query_done(q);
    TRY(keeper_note_get(&backed_up, reader, "backed_up"));
    status->backed_up = (uint64_t)backed_up;
    return sk_ok();
}

/* ── a beginning ── */

static sk_err
any_copy(bool *any, const struct keeper_keys *keys)
{
    char folder[PATH_MAX];

    *any = false;
    TRY(path_of(folder, keys, "backup"));
    DEFER(closed) DIR *dir = opendir(folder);
    if (!dir && errno != ENOENT) return sk_fail(SK_BROKEN, "%s: %s", folder, strerror(errno));
    for (struct dirent *entry; dir && !*any && (entry = readdir(dir));)
        *any = strncmp(entry->d_name, "keys-", 5) == 0;
    return sk_ok();
}

struct beginning {
    bool is_lost;
};

static sk_err
begin_note(void *ctx, struct part_store *store)
{
    const struct beginning *b = ctx;
    int64_t lineage;

    sk_random(&lineage, sizeof lineage);
    TRY(keeper_note_put(store, "lineage", (lineage & INT64_MAX) | 1));
    return b->is_lost ? keeper_note_put(store, "lost", 1) : sk_ok();
}

sk_err
keeper_keys_begin(const struct keeper_keys *keys, struct part_store *store)
{
    struct beginning b;
    int64_t lineage;

    TRY(keeper_note_get(&lineage, store, "lineage"));
    if (lineage) return sk_ok();
    TRY(any_copy(&b.is_lost, keys));
    return part_store_write(store, begin_note, &b);
}

sk_err
keeper_keys_lost(bool *lost, struct part_store *reader)
{
    int64_t value;

    TRY(keeper_note_get(&value, reader, "lost"));
    *lost = value != 0;
    return sk_ok();
}
