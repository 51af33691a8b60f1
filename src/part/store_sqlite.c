#include "part/store.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>

struct part_query {
    sqlite3_stmt *stmt;
    const char *sql; /* static text of the asker: its address is the key */
    struct part_store *store;
    int bind_fault; /* first error of a part_query_text or _int, told by the next step */
};

struct part_store {
    sqlite3 *db;
    struct part_query queries[PART_STORE_QUERIES_MAX];
    size_t count;
};

static const struct {
    int code;
    enum sk_kind kind;
} kinds[] = {
    { SQLITE_BUSY, SK_BUSY },       { SQLITE_LOCKED, SK_BUSY }, { SQLITE_FULL, SK_FULL },
    { SQLITE_CONSTRAINT, SK_BAD },  { SQLITE_TOOBIG, SK_BAD },  { SQLITE_PERM, SK_DENIED },
    { SQLITE_READONLY, SK_DENIED },
};

/* A file that may not grow is a full disk, too. What the system said to the last write stands in
 * errno; sqlite3_system_errno() has lost it by the time that a commit has failed (measured). */
static bool
is_full(int code)
{
    return (code & 0xff) == SQLITE_IOERR && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG);
}

/* SQLite's own texts name tables and columns, never values. */
static sk_err
fault(const struct part_store *store, int code, const char *doing)
{
    enum sk_kind kind = is_full(code) ? SK_FULL : SK_BROKEN;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].code == (code & 0xff)) kind = kinds[i].kind;
    return sk_fail(kind, "store: %s (%d) at: %.100s",
                   store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(code), code, doing);
}

static sk_err
settle(struct part_store *store)
{
    static const char setup[] = "PRAGMA journal_mode = WAL;"
                                "PRAGMA synchronous = NORMAL;"
                                "PRAGMA foreign_keys = ON;"
                                "PRAGMA trusted_schema = OFF;"
                                "PRAGMA temp_store = MEMORY;"
                                "PRAGMA cache_size = -2000;";
    sqlite3_busy_timeout(store->db, PART_STORE_PATIENCE);
    sqlite3_extended_result_codes(store->db, 1);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    return part_store_exec(store, setup);
}

sk_err
part_store_open(struct part_store **out, const char *path)
{
    /* The thread owns the connection, so SQLite's own lock around each call is not needed. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    struct part_store *store = calloc(1, sizeof *store);
    if (!store) return sk_fail(SK_FULL, "store: no memory");
    int code = sqlite3_open_v2(path, &store->db, flags, NULL);
    sk_err e = code == SQLITE_OK ? settle(store) : fault(store, code, path);
    if (sk_failed(e)) {
        part_store_close(&store);
        return sk_fail(e.kind, "%s: %s", path, e.why);
    }
    *out = store;
    return sk_ok();
}

void
part_store_close(struct part_store **store)
{
    if (!*store) return;
    for (size_t i = 0; i < (*store)->count; i++)
        sqlite3_finalize((*store)->queries[i].stmt);
    sqlite3_close((*store)->db);
    free(*store);
    *store = NULL;
}

sk_err
part_store_exec(struct part_store *store, const char *sql)
{
    int code = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? sk_ok() : fault(store, code, "exec");
}

void
part_store_rest(struct part_store *store)
{
    for (size_t i = 0; i < store->count; i++)
        sqlite3_reset(store->queries[i].stmt);
}

sk_err
part_store_write(struct part_store *store, sk_err (*work)(void *ctx, struct part_store *),
                 void *ctx)
{
    /* IMMEDIATE: a writer waits at the start, not in the middle where waiting is impossible. */
    TRY(part_store_exec(store, "BEGIN IMMEDIATE"));
    sk_err e = work(ctx, store);
    part_store_rest(store);
    if (!sk_failed(e)) e = part_store_exec(store, "COMMIT");
    if (sk_failed(e) && !sqlite3_get_autocommit(store->db)) {
        sk_err kept = sk_fail(e.kind, "%s", e.why); /* rolling back sets SQLite's own text */
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        return kept;
    }
    return e;
}

sk_err
part_store_query(struct part_query **query, struct part_store *store, const char *sql)
{
    for (size_t i = 0; i < store->count; i++) {
        if (store->queries[i].sql != sql) continue;
        *query = &store->queries[i];
        part_query_done(*query);
        return sk_ok();
    }
    if (store->count == PART_STORE_QUERIES_MAX)
        return sk_fail(SK_FULL, "store: more than %d questions", PART_STORE_QUERIES_MAX);
    struct part_query *fresh = &store->queries[store->count];
    int code =
        sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &fresh->stmt, NULL);
    if (code != SQLITE_OK) return fault(store, code, sql);
    fresh->sql = sql;
    fresh->store = store;
    fresh->bind_fault = SQLITE_OK;
    store->count++;
    *query = fresh;
    return sk_ok();
}

/* A statement without values. */
static sk_err
run_alone(struct part_store *store, const char *sql)
{
    struct part_query *q = NULL;

    TRY(part_store_query(&q, store, sql));
    return q ? part_query_run(q) : sk_ok();
}

sk_err
part_store_look(struct part_store *store)
{
    return run_alone(store, "BEGIN");
}

void
part_store_looked(struct part_store *store)
{
    if (sk_failed(run_alone(store, "COMMIT")))
        (void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

static void
note(struct part_query *query, int code)
{
    if (query->bind_fault == SQLITE_OK) query->bind_fault = code;
}

void
part_query_text(struct part_query *query, int at, sk_str value)
{
    note(query, sqlite3_bind_text64(query->stmt, at, value.p ? value.p : "", value.n, SQLITE_STATIC,
                                    SQLITE_UTF8));
}

void
part_query_blob(struct part_query *query, int at, sk_str bytes)
{
    note(query,
         sqlite3_bind_blob64(query->stmt, at, bytes.p ? bytes.p : "", bytes.n, SQLITE_STATIC));
}

void
part_query_int(struct part_query *query, int at, int64_t value)
{
    note(query, sqlite3_bind_int64(query->stmt, at, value));
}

void
part_query_null(struct part_query *query, int at)
{
    note(query, sqlite3_bind_null(query->stmt, at));
}

sk_err
part_query_step(bool *row, struct part_query *query)
{
    *row = false;
    int code = query->bind_fault;
    if (code == SQLITE_OK) code = sqlite3_step(query->stmt);
    if (code == SQLITE_ROW) {
        *row = true;
        return sk_ok();
    }
    sk_err e = code == SQLITE_DONE ? sk_ok() : fault(query->store, code, query->sql);
    part_query_done(query);
    return e;
}

sk_err
part_query_run(struct part_query *query)
{
    bool row;
    sk_err e = part_query_step(&row, query);
    part_query_done(query);
    return e;
}

void
part_query_done(struct part_query *query)
{
    sqlite3_reset(query->stmt);
    sqlite3_clear_bindings(query->stmt);
    query->bind_fault = SQLITE_OK;
}

sk_str
part_query_get_text(sk_arena *mem, const struct part_query *query, int column)
{
    const unsigned char *text = sqlite3_column_text(query->stmt, column);
    int n = sqlite3_column_bytes(query->stmt, column);
    return sk_str_copy(mem, (sk_str){ (const char *)text, text ? (size_t)n : 0 });
}

static sk_str
bytes_of(const struct part_query *query, int column)
{
    const void *bytes = sqlite3_column_blob(query->stmt, column);
    int n = sqlite3_column_bytes(query->stmt, column);

    return (sk_str){ bytes, bytes ? (size_t)n : 0 };
}

sk_str
part_query_get_blob(sk_arena *mem, const struct part_query *query, int column)
{
    return sk_str_copy(mem, bytes_of(query, column));
}

sk_err
part_query_copy(void *to, size_t n, const struct part_query *query, int column)
{
    sk_str bytes = bytes_of(query, column);

    if (bytes.n != n) return sk_fail(SK_BROKEN, "store: %zu bytes where %zu belong", bytes.n, n);
    memcpy(to, bytes.p, n);
    return sk_ok();
}

sk_err
part_query_text_into(size_t *n, char *to, size_t room, const struct part_query *query, int column)
{
    sk_str text = bytes_of(query, column);

    if (text.n > room)
        return sk_fail(SK_BROKEN, "store: %zu bytes where at most %zu belong", text.n, room);
    if (text.n) memcpy(to, text.p, text.n);
    *n = text.n;
    return sk_ok();
}

bool
part_query_is(const struct part_query *query, int column, sk_str text)
{
    return sk_str_eq(bytes_of(query, column), text);
}

bool
part_query_is_null(const struct part_query *query, int column)
{
    return sqlite3_column_type(query->stmt, column) == SQLITE_NULL;
}

int64_t
part_query_get_int(const struct part_query *query, int column)
{
    return sqlite3_column_int64(query->stmt, column);
}

int64_t
part_store_changed(const struct part_store *store)
{
    return sqlite3_changes64(store->db);
}

int64_t
part_store_last_key(const struct part_store *store)
{
    return sqlite3_last_insert_rowid(store->db);
}
