/* A database connection and its prepared questions. SQLite today (store_sqlite.c, the one file that
 * includes it); the interface is kept so narrow that PostgreSQL can stand behind it.
 * https://www.sqlite.org/wal.html, https://www.sqlite.org/c3ref/intro.html
 *
 * A store is used by one thread at a time. SQL is written with ?1, ?2 ... and is static text: the
 * prepared form is kept in the store and found again by the text's address. */
#ifndef SK_PART_STORE_H
#define SK_PART_STORE_H

#include "base/str.h"

enum {
    PART_STORE_QUERIES_MAX = 256, /* different questions of one store */
    PART_STORE_POOL_MAX = 64,     /* stores of one pool */
    PART_STORE_PATIENCE = 5000,   /* ms to wait for another writer */
};

struct part_store;
struct part_query;

/* Opens or makes the file (mode by the process's umask): WAL, foreign keys on, defensive, no
 * extensions. Yours: part_store_close. SK_BROKEN with path and reason. */
sk_err part_store_open(struct part_store **store, const char *path) SK_CHECKED;
void part_store_close(struct part_store **store); /* NULL is allowed; for DEFER too */

/* Applies the files NNN_name.sql of `folder` that are newer than the store, in order of their
 * numbers, all in one transaction, and notes them in table `migration`. Two processes may do so
 * at once: one waits. SK_BAD with file and reason when one fails; nothing is changed then. A store
 * that knows more migrations than the folder is refused (it was made by a newer program). */
sk_err part_store_migrate(struct part_store *store, const char *folder) SK_CHECKED;

/* One or more statements without parameters or answers. */
sk_err part_store_exec(struct part_store *store, const char *sql) SK_CHECKED;

/* Ends every question that a fault has left under way: it would hold the store to what it saw. */
void part_store_rest(struct part_store *store);

/* Runs `work` in one writing transaction: committed when it succeeds, else taken back. */
sk_err part_store_write(struct part_store *store, sk_err (*work)(void *ctx, struct part_store *),
                        void *ctx) SK_CHECKED;

/* Whatever is read between these is of one moment, and costs one lock of the file, not one each
 * time. Nothing is written meanwhile by this store. The end always succeeds. */
sk_err part_store_look(struct part_store *store) SK_CHECKED;
void part_store_looked(struct part_store *store);

/* A prepared question, reset and without values. Borrowed: it goes with the store. A second ask
 * for the same SQL resets the first one, so do not nest it in itself. */
sk_err part_store_query(struct part_query **query, struct part_store *store,
                        const char *sql) SK_CHECKED;

/* Values for ?1 ... in order of `at`. Text and bytes must stay where they are until the query is
 * done. */
void part_query_text(struct part_query *query, int at, sk_str value);
void part_query_blob(struct part_query *query, int at, sk_str bytes);
void part_query_int(struct part_query *query, int at, int64_t value);
void part_query_null(struct part_query *query, int at);

/* The next row; false at the end (the query is reset then). Errors of binding are told here.
 * SK_BUSY: another writer held the file for PART_STORE_PATIENCE; SK_FULL: the disk; SK_BAD: a
 * constraint of the schema refused the values. */
sk_err part_query_step(bool *row, struct part_query *query) SK_CHECKED;
/* For statements without answer: one step, then done. */
sk_err part_query_run(struct part_query *query) SK_CHECKED;
/* Ends a query whose rows were not all read. */
void part_query_done(struct part_query *query);

/* Columns of the current row, from 0. NULL reads as empty or 0. Text and bytes are copied. */
sk_str part_query_get_text(sk_arena *mem, const struct part_query *query, int column);
sk_str part_query_get_blob(sk_arena *mem, const struct part_query *query, int column);
/* The column's bytes into `to`, which they must fill: SK_BROKEN otherwise. */
sk_err part_query_copy(void *to, size_t n, const struct part_query *query, int column) SK_CHECKED;
/* The same of a text of at most `room` bytes; its length is in *n. */
sk_err part_query_text_into(size_t *n, char *to, size_t room, const struct part_query *query,
                            int column) SK_CHECKED;
bool part_query_is(const struct part_query *query, int column, sk_str text);
bool part_query_is_null(const struct part_query *query, int column);
int64_t part_query_get_int(const struct part_query *query, int column);

/* Rows that the newest INSERT, UPDATE or DELETE of this store touched. */
int64_t part_store_changed(const struct part_store *store);
/* Key of the row that this store inserted last. */
int64_t part_store_last_key(const struct part_store *store);

/* Stores of one file for many threads: take one, give it back. Never waits: a new one is opened
 * when all are out, SK_FULL above PART_STORE_POOL_MAX. */
struct part_store_pool;
/* `setup` (static text; NULL: none) is run on each store that is opened. */
sk_err part_store_pool_new(struct part_store_pool **pool, const char *path,
                           const char *setup) SK_CHECKED;
void part_store_pool_free(struct part_store_pool *pool); /* all must be back; NULL is allowed */
sk_err part_store_take(struct part_store **store, struct part_store_pool *pool) SK_CHECKED;
void part_store_give(struct part_store_pool *pool, struct part_store *store); /* at rest */
/* Writes as part_writer_run does (part/writer.h), by a store of the pool that does nothing else:
 * all who wait share one transaction, and one sync of the disk. What was written is moved from the
 * log to the file by a thread of the pool. */
sk_err part_store_pool_write(struct part_store_pool *pool,
                             sk_err (*work)(void *ctx, struct part_store *store),
                             void *ctx) SK_CHECKED;

#endif
