#include "part/store.h"

#include "base/file.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], file[80];
static sk_arena *mem;

static void
put(const char *name, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int
setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/store-test-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(file, sizeof file, "%s/a.db", folder);
    mem = sk_arena_new(0);
    put("001_thing.sql", "CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);");
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

static struct part_store *
opened(void)
{
    struct part_store *store = NULL;
    sk_err e = part_store_open(&store, file);
    if (sk_failed(e)) fail_msg("%s", e.why);
    e = part_store_migrate(store, folder);
    if (sk_failed(e)) fail_msg("%s", e.why);
    return store;
}

static sk_err
add(struct part_store *store, const char *name)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "INSERT INTO thing (name) VALUES (?1)"));
    part_query_text(q, 1, sk_str_of(name));
    return part_query_run(q);
}

static int64_t
count(struct part_store *store)
{
    struct part_query *q;
    bool row;
    assert_false(sk_failed(part_store_query(&q, store, "SELECT count(*) FROM thing")));
    assert_false(sk_failed(part_query_step(&row, q)));
    int64_t n = part_query_get_int(q, 0);
    part_query_done(q);
    return n;
}

static sk_err
add_two_then_fail(void *ctx, struct part_store *store)
{
    (void)ctx;
    TRY(add(store, "a"));
    TRY(add(store, "b"));
    return sk_fail(SK_DENIED, "changed my mind");
}

static void
store__keeps_text_as_it_is(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    struct part_query *q;
    bool row;
    assert_false(sk_failed(add(store, "宇治の煎茶'); DROP TABLE thing;--")));
    assert_false(sk_failed(part_store_query(&q, store, "SELECT name FROM thing WHERE id = ?1")));
    part_query_int(q, 1, part_store_last_key(store));
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_true(row);
    assert_string_equal(part_query_get_text(mem, q, 0).p, "宇治の煎茶'); DROP TABLE thing;--");
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_false(row);
}

static void
store__takes_back_what_a_failed_transaction_wrote(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    sk_err e = part_store_write(store, add_two_then_fail, NULL);
    assert_int_equal(e.kind, SK_DENIED);
    assert_string_equal(e.why, "changed my mind");
    assert_int_equal(count(store), 0);
}

static void
store__tells_a_broken_constraint_as_bad_input(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    assert_false(sk_failed(add(store, "a")));
    assert_int_equal(add(store, "a").kind, SK_BAD);
    assert_false(sk_failed(add(store, "b"))); /* and goes on */
}

static void
migrate__applies_each_file_once(void **state)
{
    (void)state;
    struct part_store *store = opened();
    part_store_close(&store);
    put("002_more.sql",
        "INSERT INTO thing (name) VALUES ('x'); INSERT INTO thing (name) VALUES ('y');");
    store = opened();
    part_store_close(&store);
    store = opened();
    assert_int_equal(count(store), 2);
    part_store_close(&store);
}

static void
migrate__changes_nothing_when_a_file_fails(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    put("002_more.sql", "INSERT INTO thing (name) VALUES ('x');");
    put("003_wrong.sql", "CREATE TABEL oops;");
    sk_err e = part_store_migrate(store, folder);
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "003_wrong.sql"));
    assert_int_equal(count(store), 0);
}

static void
migrate__refuses_a_store_of_a_newer_program(void **state)
{
    (void)state;
    char path[160];
    put("002_more.sql", "CREATE TABLE other (id INTEGER);");
    DEFER(part_store_close) struct part_store *store = opened();
    snprintf(path, sizeof path, "%s/002_more.sql", folder);
    unlink(path);
    assert_int_equal(part_store_migrate(store, folder).kind, SK_BAD);
}

static void
store__keeps_bytes_as_they_are_and_counts_what_it_changed(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    struct part_query *q;
    bool row;
    sk_str bytes = SK_STR("\0\xff'\0 x");
    assert_false(sk_failed(part_store_exec(store, "CREATE TABLE b (v BLOB, w BLOB) STRICT")));
    assert_false(
        sk_failed(part_store_query(&q, store, "INSERT INTO b VALUES (?1, ?2), (?1, NULL)")));
    part_query_blob(q, 1, bytes);
    part_query_blob(q, 2, (sk_str){ 0 }); /* no bytes are not NULL */
    assert_false(sk_failed(part_query_run(q)));
    assert_int_equal(part_store_changed(store), 2);
    assert_false(sk_failed(part_store_query(&q, store, "SELECT v, w FROM b ORDER BY w DESC")));
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_true(row && sk_str_eq(part_query_get_blob(mem, q, 0), bytes));
    assert_false(part_query_is_null(q, 1));
    assert_int_equal(part_query_get_blob(mem, q, 1).n, 0);
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_true(row && part_query_is_null(q, 1));
    part_query_done(q);
}

static void
pool__gives_out_what_came_back(void **state)
{
    (void)state;
    struct part_store_pool *pool;
    struct part_store *a, *b, *c;
    assert_false(sk_failed(part_store_pool_new(&pool, file, NULL)));
    assert_false(sk_failed(part_store_take(&a, pool)));
    assert_false(sk_failed(part_store_take(&b, pool)));
    assert_ptr_not_equal(a, b);
    part_store_give(pool, a);
    assert_false(sk_failed(part_store_take(&c, pool)));
    assert_ptr_equal(a, c);
    part_store_give(pool, b);
    part_store_give(pool, c);
    part_store_pool_free(pool);
}

/* A reader that gave up in the midst would else see for ever what it saw then. */
static void
pool__gives_out_none_that_still_looks_at_what_was(void **state)
{
    (void)state;
    struct part_store_pool *pool;
    struct part_store *a, *again, *writer = opened();
    struct part_query *q;
    bool row;
    assert_false(sk_failed(part_store_exec(writer, "INSERT INTO thing (name) VALUES ('x')")));
    assert_false(sk_failed(part_store_pool_new(&pool, file, NULL)));
    assert_false(sk_failed(part_store_take(&a, pool)));
    int64_t before = count(a);
    assert_false(sk_failed(part_store_query(&q, a, "SELECT name FROM thing")));
    assert_false(sk_failed(part_query_step(&row, q)));
    part_store_give(pool, a);
    assert_false(sk_failed(part_store_exec(writer, "INSERT INTO thing (name) VALUES ('y')")));
    assert_false(sk_failed(part_store_take(&again, pool)));
    assert_ptr_equal(a, again);
    assert_int_equal(count(again), before + 1);
    part_store_give(pool, again);
    part_store_pool_free(pool);
    part_store_close(&writer);
}

static void
pool__refuses_the_65th_store(void **state)
{
    (void)state;
    struct part_store_pool *pool;
    struct part_store *out[PART_STORE_POOL_MAX], *more;
    assert_false(sk_failed(part_store_pool_new(&pool, file, NULL)));
    for (int i = 0; i < PART_STORE_POOL_MAX; i++)
        assert_false(sk_failed(part_store_take(&out[i], pool)));
    assert_int_equal(part_store_take(&more, pool).kind, SK_FULL);
    for (int i = 0; i < PART_STORE_POOL_MAX; i++)
        part_store_give(pool, out[i]);
    part_store_pool_free(pool);
}

static void
look__sees_one_moment(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    DEFER(part_store_close) struct part_store *other = opened();

    assert_false(sk_failed(add(other, "sencha")));
    assert_false(sk_failed(part_store_look(store)));
    assert_int_equal(count(store), 1);
    assert_false(sk_failed(add(other, "gyokuro")));
    assert_int_equal(count(store), 1);
    part_store_looked(store);
    assert_int_equal(count(store), 2);
    assert_false(sk_failed(add(store, "bancha"))); /* it may write again */
}

static void
store__copies_columns_of_their_length_only(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    struct part_query *q;
    char four[4] = "";
    size_t n;
    bool row;

    assert_false(sk_failed(part_store_query(&q, store, "SELECT x'01020304', '', NULL")));
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_false(sk_failed(part_query_copy(four, 4, q, 0)));
    assert_memory_equal(four, "\1\2\3\4", 4);
    assert_int_equal(part_query_copy(four, 3, q, 0).kind, SK_BROKEN);
    assert_int_equal(part_query_copy(four, 4, q, 2).kind, SK_BROKEN);
    assert_false(sk_failed(part_query_text_into(&n, four, 4, q, 0)));
    assert_int_equal(n, 4);
    assert_false(sk_failed(part_query_text_into(&n, four, 4, q, 1)));
    assert_int_equal(n, 0);
    assert_int_equal(part_query_text_into(&n, four, 3, q, 0).kind, SK_BROKEN);
    assert_true(part_query_is(q, 1, (sk_str){ 0 }));
    assert_false(part_query_is(q, 0, SK_STR("\1\2\3")));
    part_query_done(q);
}

/* ── writing together ── */

enum { WRITERS = 8, NAMES_EACH = 16 };

struct named {
    char text[32];
};

static sk_err
add_named(void *ctx, struct part_store *store)
{
    const struct named *name = ctx;

    return add(store, name->text);
}

struct writing {
    pthread_t thread;
    struct part_store_pool *pool;
    int number, failed;
};

/* Every second name is the same for all: one of them writes it, for all others it is there. */
static void *
write_names(void *ctx)
{
    struct writing *w = ctx;

    for (int i = 0; i < NAMES_EACH; i++) {
        struct named name;

        snprintf(name.text, sizeof name.text, "%d-%d", i % 2 ? w->number : 0, i);
        w->failed += part_store_pool_write(w->pool, add_named, &name).kind == SK_BAD;
    }
    return NULL;
}

static void
pool__writes_for_many_at_once_and_each_hears_of_its_own(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    struct writing writing[WRITERS];
    struct part_store_pool *pool;
    int failed = 0;

    assert_false(sk_failed(part_store_pool_new(&pool, file, "PRAGMA synchronous = FULL")));
    for (int i = 0; i < WRITERS; i++) {
        writing[i] = (struct writing){ .pool = pool, .number = i + 1 };
        assert_int_equal(pthread_create(&writing[i].thread, NULL, write_names, &writing[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writing[i].thread, NULL);
        failed += writing[i].failed;
    }
    part_store_pool_free(pool);
    assert_int_equal(failed, (WRITERS - 1) * NAMES_EACH / 2);
    assert_int_equal(count(store), WRITERS * NAMES_EACH / 2 + NAMES_EACH / 2);
}

static off_t
size_of(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 ? found.st_size : -1;
}

/* Of 300 rows the log has far fewer pages than those at which a writer would move them himself. */
static void
pool__moves_what_was_written_into_the_file(void **state)
{
    (void)state;
    DEFER(part_store_close) struct part_store *store = opened();
    struct part_store_pool *pool;
    off_t before = size_of(file);
    int ms = 0;

    assert_false(sk_failed(part_store_pool_new(&pool, file, NULL)));
    for (int i = 0; i < 300; i++) {
        struct named name;

        snprintf(name.text, sizeof name.text, "tea number %d", i);
        assert_false(sk_failed(part_store_pool_write(pool, add_named, &name)));
    }
    for (; size_of(file) <= before && ms < 10000; ms++)
        usleep(1000);
    assert_true(size_of(file) > before);
    part_store_pool_free(pool);
    assert_int_equal(count(store), 300);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(store__keeps_text_as_it_is),
        CASE(store__takes_back_what_a_failed_transaction_wrote),
        CASE(store__tells_a_broken_constraint_as_bad_input),
        CASE(migrate__applies_each_file_once),
        CASE(migrate__changes_nothing_when_a_file_fails),
        CASE(migrate__refuses_a_store_of_a_newer_program),
        CASE(store__keeps_bytes_as_they_are_and_counts_what_it_changed),
        CASE(pool__gives_out_what_came_back),
        CASE(pool__gives_out_none_that_still_looks_at_what_was),
        CASE(pool__refuses_the_65th_store),
        CASE(look__sees_one_moment),
        CASE(store__copies_columns_of_their_length_only),
        CASE(pool__writes_for_many_at_once_and_each_hears_of_its_own),
        CASE(pool__moves_what_was_written_into_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
