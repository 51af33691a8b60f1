/* Persistent collections. */
#include "gate/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct gate_shelf *shelf;
static sk_arena *mem;

static int
setup(void **state)
{
    (void)state;
    shelf = gate_shelf_in(calloc(1, gate_shelf_least() * 4), gate_shelf_least() * 4);
    mem = sk_arena_new(0);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    free(shelf);
    sk_arena_free(mem);
    return 0;
}

struct seen {
    unsigned count;
    sk_str name, value;
    int64_t expires;
};

static void
each(void *ctx, sk_str name, sk_str value, int64_t expires)
{
    struct seen *seen = ctx;

    *seen = (struct seen){ seen->count + 1, name, value, expires };
}

static struct seen
load(int64_t now, const char *collection, const char *key)
{
    struct seen seen = { 0 };

    gate_shelf_load(shelf, mem, now, sk_str_of(collection), sk_str_of(key), each, &seen);
    return seen;
}

static void
save(int64_t now, const char *key, const char *name, const char *value, bool add, int64_t expires)
{
    sk_err e = gate_shelf_save(shelf, now, SK_STR("ip"), sk_str_of(key), sk_str_of(name),
                               sk_str_of(value), add, expires);

    if (sk_failed(e)) fail_msg("%s", e.why);
}

static void
shelf__keeps_owners_apart(void **state)
{
    struct seen seen;

    (void)state;
    save(100, "192.0.2.1", "score", "5", false, 200);
    save(100, "192.0.2.2", "score", "7", false, 200);
    seen = load(150, "ip", "192.0.2.1");
    assert_int_equal(seen.count, 1);
    assert_true(sk_str_eq(seen.value, SK_STR("5")));
    assert_int_equal(seen.expires, 200);
    assert_int_equal(load(150, "i", "p192.0.2.1").count, 0);
    assert_int_equal(load(150, "global", "192.0.2.1").count, 0);
}

static void
shelf__adds_numbers_and_keeps_their_end(void **state)
{
    struct seen seen;

    (void)state;
    save(100, "a", "n", "5", true, 200);
    save(110, "a", "n", "-2", true, 0);
    seen = load(120, "ip", "a");
    assert_true(sk_str_eq(seen.value, SK_STR("3")));
    assert_int_equal(seen.expires, 200);
    save(120, "a", "n", "9223372036854775807", true, 0);
    assert_true(sk_str_eq(load(120, "ip", "a").value, SK_STR("3")));
}

static void
shelf__forgets_at_the_end_of_a_life(void **state)
{
    (void)state;
    save(100, "a", "n", "1", false, 0);
    assert_int_equal(load(100 + GATE_SHELF_LIFE - 1, "ip", "a").count, 1);
    assert_int_equal(load(100 + GATE_SHELF_LIFE, "ip", "a").count, 0);
    save(9000, "a", "n", "4", true, 9999);
    assert_true(sk_str_eq(load(9001, "ip", "a").value, SK_STR("4")));
}

static void
shelf__removes_by_name(void **state)
{
    (void)state;
    save(1, "a", "n", "1", false, 99);
    save(1, "a", "m", "2", false, 99);
    assert_int_equal(
        gate_shelf_save(shelf, 2, SK_STR("ip"), SK_STR("a"), SK_STR("n"), (sk_str){ 0 }, false, 0)
            .kind,
        SK_OK);
    assert_int_equal(load(3, "ip", "a").count, 1);
    assert_true(sk_str_eq(load(3, "ip", "a").name, SK_STR("m")));
}

static void
shelf__evicts_what_was_touched_longest_ago(void **state)
{
    char name[16];

    (void)state;
    for (int i = 0; i < GATE_SHELF_WAYS; i++) {
        snprintf(name, sizeof name, "n%d", i);
        save(100 + i, "a", name, "1", false, 9999);
    }
    save(90, "a", "new", "1", false, 9999);
    assert_int_equal(load(200, "ip", "a").count, GATE_SHELF_WAYS);
    save(300, "a", "n0", "", true, 0);
    assert_int_equal(load(301, "ip", "a").count, GATE_SHELF_WAYS);
}

static void
shelf__refuses_what_is_too_long(void **state)
{
    char value[GATE_SHELF_VALUE + 1];

    (void)state;
    memset(value, 'x', sizeof value);
    assert_int_equal(gate_shelf_save(shelf, 1, SK_STR("ip"), SK_STR("a"), SK_STR("n"),
                                     (sk_str){ value, sizeof value }, false, 0)
                         .kind,
                     SK_FULL);
    assert_int_equal(gate_shelf_save(shelf, 1, SK_STR("ip"), SK_STR("a"), SK_STR("n"),
                                     (sk_str){ value, sizeof value - 1 }, false, 0)
                         .kind,
                     SK_OK);
}

static void
shelf__survives_spoiled_memory(void **state)
{
    (void)state;
    save(1, "a", "n", "1", false, INT64_MAX);
    memset((char *)shelf + sizeof(uint64_t), 0x7F, gate_shelf_least() * 4 - sizeof(uint64_t));
    assert_int_equal(load(2, "ip", "a").count, 0);
    save(2, "a", "n", "1", false, 99);
    assert_int_equal(load(2, "ip", "a").count, 1);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(shelf__keeps_owners_apart),
        CASE(shelf__adds_numbers_and_keeps_their_end),
        CASE(shelf__forgets_at_the_end_of_a_life),
        CASE(shelf__removes_by_name),
        CASE(shelf__evicts_what_was_touched_longest_ago),
        CASE(shelf__refuses_what_is_too_long),
        CASE(shelf__survives_spoiled_memory),
    };

    return cmocka_run_group_tests_name("gate/shelf", tests, NULL, NULL);
}
