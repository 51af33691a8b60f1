#include "sweep/tally.h"

#include <sqlite3.h>

enum { TABLES_MAX = 10000, COLUMNS_MAX = 200 };

static void
base_close(sqlite3 **base)
{
    sqlite3_close(*base);
}

static void
statement_close(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
}

static sk_err
fault(sqlite3 *base)
{
    return sk_fail(SK_BAD, "%s", sqlite3_errmsg(base));
}

/* An application's file may be made to do harm when it is read: no functions of its schema, no
 * virtual tables with side effects. */
static sk_err
base_open(sqlite3 **base, const char *path)
{
    enum { PATIENCE_MS = 5000 };

    if (sqlite3_open_v2(path, base, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) return fault(*base);
    sqlite3_db_config(*base, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(*base, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_busy_timeout(*base, PATIENCE_MS);
    return sk_ok();
}

static sk_str
column_text(sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    return (sk_str){ text ? text : "", (size_t)sqlite3_column_bytes(row, column) };
}

/* A value in parts that can be judged. */
static void
judge(struct sweep_tally *tally, sk_str text)
{
    if (text.n && memchr(text.p, 0, text.n)) return; /* a blob that is no text */
    for (; text.n; text = sk_str_from(text, SWEEP_TEXT_MAX))
        sweep_tally_text(tally, sk_str_first(text, SWEEP_TEXT_MAX));
}

static sk_err
read_rows(sqlite3 *base, sqlite3_stmt *row, struct sweep_tally *tallies, int columns)
{
    int step;

    while ((step = sqlite3_step(row)) == SQLITE_ROW)
        for (int i = 0; i < columns; i++)
            if (sqlite3_column_type(row, i) != SQLITE_FLOAT)
                judge(&tallies[i], column_text(row, i));
    return step == SQLITE_DONE ? sk_ok() : fault(base);
}

static sk_err
read_table(struct sweep *sweep, const char *where, const char *path, sqlite3 *base,
           const char *name)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new_pages(0);
    DEFER(statement_close) sqlite3_stmt *row = NULL;
    char *query = sqlite3_mprintf("SELECT * FROM \"%w\"", name);
    int made = query ? sqlite3_prepare_v2(base, query, -1, &row, NULL) : SQLITE_NOMEM;

    sqlite3_free(query);
    if (made != SQLITE_OK) return fault(base);
    int columns = sqlite3_column_count(row);
    if (columns > COLUMNS_MAX) return sk_fail(SK_FULL, "a table of too many columns");
    struct sweep_tally *tallies = sk_array(mem, COLUMNS_MAX, sizeof *tallies);
    for (int i = 0; i < columns; i++) {
        const char *column = sqlite3_column_name(row, i);
        sk_str place = sk_str_printf(sweep->mem, "%s: %s.%s", path, name, column);
        sweep_tally_begin(&tallies[i], sweep, where, sk_str_zcopy(sweep->mem, place),
                          sweep_hints(sk_str_of(column)));
    }
    sk_err e = read_rows(base, row, tallies, columns);
    for (int i = 0; i < columns; i++)
        sweep_tally_end(&tallies[i]);
    return e;
}

sk_err
sweep_sqlite(struct sweep *sweep, const char *where, const char *path)
{
    DEFER(base_close) sqlite3 *base = NULL;
    DEFER(statement_close) sqlite3_stmt *table = NULL;
    int step, tables = 0;

    TRY(base_open(&base, path));
    if (sqlite3_prepare_v2(base,
                           "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE "
                           "'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                           -1, &table, NULL) != SQLITE_OK)
        return fault(base);
    while (tables++ < TABLES_MAX && (step = sqlite3_step(table)) == SQLITE_ROW) {
        const char *name = sk_str_zcopy(sweep->mem, column_text(table, 0));
        sk_err e = read_table(sweep, where, path, base, name);
        sk_str place = sk_str_printf(sweep->mem, "%s: %s", path, name);
        if (sk_failed(e)) sweep_trouble(sweep, sk_str_zcopy(sweep->mem, place), e.why);
    }
    return tables > TABLES_MAX   ? sk_fail(SK_FULL, "a database of too many tables")
           : step == SQLITE_DONE ? sk_ok()
                                 : fault(base);
}
