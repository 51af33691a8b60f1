/* Numbered SQL files, each applied once. */
#include "base/file.h"
#include "base/when.h"
#include "part/store.h"

#include <dirent.h>
#include <stdlib.h>

enum { FILE_MOST = 1024 * 1024 };

static const char ledger[] = "CREATE TABLE IF NOT EXISTS migration ("
                             "number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL"
                             ") STRICT";

struct work {
    sk_arena *mem;
    const char *folder;
    struct dirent **files;
    int count;
};

/* "001_catalog.sql" gives 1; 0 for any other name. */
static int64_t
file_number(const char *name)
{
    sk_str s = sk_str_of(name);
    int64_t number = 0;
    if (s.n < 9 || name[3] != '_' || !sk_str_ends(s, SK_STR(".sql"))) return 0;
    for (int i = 0; i < 3; i++) {
        if (name[i] < '0' || name[i] > '9') return 0;
        number = number * 10 + (name[i] - '0');
    }
    return number;
}

static int
is_migration(const struct dirent *entry)
{
    return file_number(entry->d_name) > 0;
}

static sk_err
newest(int64_t *number, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT coalesce(max(number), 0) FROM migration"));
    TRY(part_query_step(&row, q));
    *number = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return sk_ok();
}

static sk_err
apply(struct work *w, struct part_store *store, const char *name)
{
    struct part_query *q;
    sk_str sql;
    sk_str path = sk_str_printf(w->mem, "%s/%s", w->folder, name);
    TRY(sk_file_read(&sql, w->mem, path.p, FILE_MOST));
    sk_err e = part_store_exec(store, sql.p);
    if (sk_failed(e)) return sk_fail(SK_BAD, "%.*s: %s", SK_ARG(path), e.why);
    TRY(part_store_query(&q, store,
                         "INSERT INTO migration (number, name, at) VALUES (?1, ?2, ?3)"));
    part_query_int(q, 1, file_number(name));
    part_query_text(q, 2, sk_str_of(name));
    part_query_text(q, 3, sk_when_utc(w->mem, sk_now()));
    return part_query_run(q);
}

static sk_err
apply_newer(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    int64_t have, last = 0;
    TRY(newest(&have, store));
    for (int i = 0; i < w->count; i++) {
        int64_t number = file_number(w->files[i]->d_name);
        if (number == last)
            return sk_fail(SK_BAD, "%s/%s: number %03d is taken twice", w->folder,
                           w->files[i]->d_name, (int)number);
        last = number;
        if (number > have) TRY(apply(w, store, w->files[i]->d_name));
    }
    if (have > last)
        return sk_fail(SK_BAD,
                       "%s: the store knows migration %d, the program only %d: it was made "
                       "by a newer program; use that one",
                       w->folder, (int)have, (int)last);
    return sk_ok();
}

/* All in one transaction, so that an unfinished change is never seen: SQLite can take back CREATE
 * and ALTER too. */
sk_err
part_store_migrate(struct part_store *store, const char *folder)
{
    struct work w = { .folder = folder };
    w.count = scandir(folder, &w.files, is_migration, alphasort);
    if (w.count < 0) return sk_fail(SK_MISSING, "%s: no such folder of migrations", folder);
    w.mem = sk_arena_new(0);
    sk_err e = part_store_exec(store, ledger);
    if (!sk_failed(e)) e = part_store_write(store, apply_newer, &w);
    for (int i = 0; i < w.count; i++)
        free(w.files[i]);
    free(w.files);
    sk_arena_free(w.mem);
    return e;
}
