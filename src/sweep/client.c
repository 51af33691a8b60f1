/* Databases with a server, asked by their own command-line clients. Two steps: which columns there
 * are, then table by table what is in them. */
#include "sweep/program.h"
#include "sweep/rows.h"
#include "sweep/tally.h"

enum { COLUMNS_MAX = 200, TABLES_MAX = 10000, ARGS_MAX = 12, NAME_MAX_BYTES = 256 };

struct table {
    const char *schema, *name;
    const char *column[COLUMNS_MAX];
    unsigned columns;
};

/* How a kind of server is asked. */
struct server {
    sk_arena *mem;
    const char *where;
    const char *argv[ARGS_MAX]; /* the query is put behind it */
    unsigned args;
    struct sweep_setting set[3];
    const char *list; /* the query for schema, table, column of all columns that may hold text */
    char quote;       /* around names */
    const char *open, *close; /* around a query for rows */
    const char *cast;         /* behind a column */
};

static sk_err ask(const struct server *server, const char *query, struct sweep_rows *rows);

/* ── which columns there are ── */

struct listing {
    sk_arena *mem;
    struct table *tables[TABLES_MAX];
    size_t count;
    char cell[3][NAME_MAX_BYTES];
    bool full;
};

static void
list_field(void *ctx, unsigned column, sk_str text)
{
    struct listing *list = ctx;

    if (column >= 3) return;
    text = sk_str_first(text, NAME_MAX_BYTES - 1);
    memcpy(list->cell[column], text.p, text.n);
    list->cell[column][text.n] = 0;
}

static struct table *
table_new(struct listing *list)
{
    struct table *table = SK_NEW(list->mem, struct table);

    table->schema = sk_str_zcopy(list->mem, sk_str_of(list->cell[0]));
    table->name = sk_str_zcopy(list->mem, sk_str_of(list->cell[1]));
    list->tables[list->count++] = table;
    return table;
}

/* Rows come in the order of schema and table. */
static void
list_row(void *ctx)
{
    struct listing *list = ctx;
    struct table *last = list->count ? list->tables[list->count - 1] : NULL;
    bool same =
        last && strcmp(last->schema, list->cell[0]) == 0 && strcmp(last->name, list->cell[1]) == 0;

    if (!same && list->count == TABLES_MAX) {
        list->full = true;
        return;
    }
    if (!same) last = table_new(list);
    if (last->columns == COLUMNS_MAX)
        list->full = true;
    else
        last->column[last->columns++] = sk_str_zcopy(list->mem, sk_str_of(list->cell[2]));
}

/* ── what is in them ── */

static void
row_field(void *ctx, unsigned column, sk_str text)
{
    struct sweep_tally *tallies = ctx;

    if (column < COLUMNS_MAX && tallies[column].sweep) sweep_tally_text(&tallies[column], text);
}

static void
add_name(struct sk_buf *query, char quote, const char *name)
{
    sk_buf_byte(query, quote);
    for (; *name; name++) {
        if (*name == quote) sk_buf_byte(query, quote);
        sk_buf_byte(query, *name);
    }
    sk_buf_byte(query, quote);
}

static const char *
query_of(const struct server *server, sk_arena *mem, const struct table *table)
{
    struct sk_buf query = { .mem = mem };

    sk_buf_printf(&query, "%sSELECT ", server->open);
    for (unsigned i = 0; i < table->columns; i++) {
        if (i) sk_buf_byte(&query, ',');
        add_name(&query, server->quote, table->column[i]);
        sk_buf_add(&query, sk_str_of(server->cast));
    }
    sk_buf_add(&query, SK_STR(" FROM "));
    add_name(&query, server->quote, table->schema);
    sk_buf_byte(&query, '.');
    add_name(&query, server->quote, table->name);
    sk_buf_add(&query, sk_str_of(server->close));
    return sk_str_zcopy(mem, sk_buf_str(&query));
}

static sk_err
read_table(struct sweep *sweep, const struct server *server, const struct table *table)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new_pages(0);
    struct sweep_tally *tallies = sk_array(mem, COLUMNS_MAX, sizeof *tallies);
    struct sweep_rows *rows = SK_NEW(mem, struct sweep_rows);

    for (unsigned i = 0; i < table->columns; i++) {
        sk_str place =
            sk_str_printf(sweep->mem, "%s.%s.%s", table->schema, table->name, table->column[i]);
        sweep_tally_begin(&tallies[i], sweep, server->where, sk_str_zcopy(sweep->mem, place),
                          sweep_hints(sk_str_of(table->column[i])));
    }
    rows->field = row_field;
    rows->ctx = tallies;
    sk_err e = ask(server, query_of(server, mem, table), rows);
    for (unsigned i = 0; i < table->columns; i++)
        sweep_tally_end(&tallies[i]);
    return e;
}

/* ── asking ── */

static void
take(void *ctx, sk_str bytes)
{
    sweep_rows_feed(ctx, bytes);
}

static sk_err
ask(const struct server *server, const char *query, struct sweep_rows *rows)
{
    const char *argv[ARGS_MAX + 2] = { 0 };

    memcpy(argv, server->argv, server->args * sizeof *argv);
    argv[server->args] = query;
    return sweep_program(argv, server->set, take, rows);
}

static sk_err
read_all(struct sweep *sweep, const struct server *server)
{
    struct listing *list = SK_NEW(server->mem, struct listing);
    struct sweep_rows *rows = SK_NEW(server->mem, struct sweep_rows);

    list->mem = server->mem;
    rows->field = list_field;
    rows->end = list_row;
    rows->ctx = list;
    TRY(ask(server, server->list, rows));
    for (size_t i = 0; i < list->count; i++) {
        sk_err e = read_table(sweep, server, list->tables[i]);
        if (sk_failed(e)) sweep_trouble(sweep, list->tables[i]->name, e.why);
    }
    return list->full ? sk_fail(SK_FULL, "a database of too many tables or columns") : sk_ok();
}

/* ── PostgreSQL ── */

sk_err
sweep_postgresql(struct sweep *sweep, const char *where)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new_pages(0);
    const struct server server = {
        .mem = mem,
        .where = where,
        .argv = { "psql", "-X", "-q", "-w", "-d", where, "-c" },
        .args = 7,
        .set = { { "PGCLIENTENCODING", "UTF8" },
                 { "PGOPTIONS", "-c default_transaction_read_only=on" } },
        .list = "COPY (SELECT c.table_schema, c.table_name, c.column_name FROM "
                "information_schema.columns c JOIN information_schema.tables t USING "
                "(table_catalog, table_schema, table_name) WHERE t.table_type = 'BASE TABLE' AND "
                "c.table_schema NOT IN ('pg_catalog', 'information_schema') AND c.data_type NOT IN "
                "('bytea', 'boolean', 'real', 'double precision', 'uuid') ORDER BY 1, 2, "
                "c.ordinal_position) TO STDOUT",
        .quote = '"',
        .open = "COPY (",
        .close = ") TO STDOUT",
        .cast = "::text",
    };

    return read_all(sweep, &server);
}

/* ── MySQL, MariaDB ── */

/* mysql:NAME?defaults=FILE */
static sk_err
mysql_read(struct server *server, const char *program)
{
    sk_str rest = sk_str_from(sk_str_of(server->where), strlen("mysql:")), name;
    sk_str option = SK_STR("defaults=");

    sk_str_cut(&name, &rest, '?');
    if (name.n == 0 || name.p[0] == '-')
        return sk_fail(SK_BAD, "%s: which database? mysql:NAME", server->where);
    server->args = 0;
    server->argv[server->args++] = program;
    if (rest.p && !sk_str_starts(rest, option))
        return sk_fail(SK_BAD, "%s: behind the ? stands defaults=FILE", server->where);
    if (rest.p)
        server->argv[server->args++] =
            sk_str_zcopy(server->mem, sk_str_printf(server->mem, "--defaults-file=%.*s",
                                                    SK_ARG(sk_str_from(rest, option.n))));
    server->argv[server->args++] = "--batch";
    server->argv[server->args++] = "--skip-column-names";
    server->argv[server->args++] = "--quick";
    server->argv[server->args++] = "--default-character-set=utf8mb4";
    server->argv[server->args++] = "--init-command=SET SESSION TRANSACTION READ ONLY";
    server->argv[server->args++] = sk_str_zcopy(server->mem, name);
    server->argv[server->args++] = "-e";
    return sk_ok();
}

sk_err
sweep_mysql(struct sweep *sweep, const char *where)
{
    static const char *const programs[] = { "mariadb", "mysql" };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new_pages(0);
    sk_err e = sk_ok();
    struct server server = {
        .mem = mem,
        .where = where,
        .list = "SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME FROM "
                "information_schema.COLUMNS c JOIN information_schema.TABLES t USING "
                "(TABLE_SCHEMA, TABLE_NAME) WHERE t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_SCHEMA = "
                "DATABASE() AND c.DATA_TYPE NOT IN ('blob', 'longblob', 'mediumblob', 'tinyblob', "
                "'binary', 'varbinary', 'float', 'double', 'bit') ORDER BY 1, 2, "
                "c.ORDINAL_POSITION",
        .quote = '`',
        .open = "",
        .close = "",
        .cast = "",
    };

    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        TRY(mysql_read(&server, programs[i]));
        e = read_all(sweep, &server);
        if (e.kind != SK_MISSING) break;
    }
    return e;
}
