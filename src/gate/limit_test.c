#include "gate/limit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WINDOW = 600 };

static const int64_t then = 1795670000;
static const unsigned char secret[GATE_LIMIT_SECRET] = "a", other[GATE_LIMIT_SECRET] = "b";

static struct gate_limit *
fresh(size_t buckets)
{
    size_t size = gate_limit_least() * buckets;

    return gate_limit_in(calloc(1, size), size, secret);
}

static struct gate_limit_key
key(const struct gate_limit *limit, const char *thing)
{
    return gate_limit_key(limit, SK_STR("account"), SK_STR("shop"), sk_str_of(thing));
}

static void
count__slides_out_of_its_window(void **unused)
{
    (void)unused;
    struct gate_limit *limit = fresh(1);
    struct gate_limit_key who = key(limit, "hanako");

    assert_int_equal(gate_limit_count(limit, &who, then, WINDOW), 0);
    for (int i = 0; i < 10; i++)
        gate_limit_add(limit, &who, then + i, WINDOW, 1);
    assert_int_equal(gate_limit_count(limit, &who, then + 9, WINDOW), 10);
    assert_int_equal(gate_limit_count(limit, &who, then + WINDOW - 1, WINDOW), 10);
    assert_int_equal(gate_limit_count(limit, &who, then + WINDOW + WINDOW / 2, WINDOW), 5);
    assert_int_equal(gate_limit_count(limit, &who, then + 2 * WINDOW, WINDOW), 0);
    gate_limit_add(limit, &who, then + WINDOW + WINDOW / 2, WINDOW, 1);
    assert_int_equal(gate_limit_count(limit, &who, then + WINDOW + WINDOW / 2, WINDOW), 6);
    free(limit);
}

static void
count__is_taken_back_but_not_below_nothing(void **unused)
{
    (void)unused;
    struct gate_limit *limit = fresh(1);
    struct gate_limit_key who = key(limit, "hanako");

    gate_limit_add(limit, &who, then, WINDOW, 1);
    gate_limit_add(limit, &who, then, WINDOW, 1);
    gate_limit_add(limit, &who, then + 5, WINDOW, -1);
    assert_int_equal(gate_limit_count(limit, &who, then + 5, WINDOW), 1);
    gate_limit_add(limit, &who, then + WINDOW, WINDOW, -1); /* its window has passed meanwhile */
    gate_limit_add(limit, &who, then + WINDOW, WINDOW, -1);
    assert_int_equal(gate_limit_count(limit, &who, then + WINDOW, WINDOW), 0);
    free(limit);
}

static void
keys__differ_by_kind_place_thing_and_secret(void **unused)
{
    (void)unused;
    struct gate_limit *limit = fresh(1), *foreign = calloc(1, gate_limit_least());
    struct gate_limit_key a = gate_limit_key(limit, SK_STR("ab"), SK_STR("c"), SK_STR("d"));
    struct gate_limit_key b = gate_limit_key(limit, SK_STR("a"), SK_STR("bc"), SK_STR("d"));
    struct gate_limit_key c = gate_limit_key(limit, SK_STR("a"), SK_STR("b"), SK_STR("cd"));
    struct gate_limit_key d;

    (void)gate_limit_in(foreign, gate_limit_least(), other);
    d = gate_limit_key(foreign, SK_STR("ab"), SK_STR("c"), SK_STR("d"));
    assert_memory_not_equal(&a, &b, sizeof a);
    assert_memory_not_equal(&b, &c, sizeof b);
    assert_memory_not_equal(&a, &d, sizeof a);
    free(limit);
    free(foreign);
}

static void
full_bucket__forgets_who_has_least(void **unused)
{
    (void)unused;
    struct gate_limit *limit = fresh(1);
    struct gate_limit_key strong = key(limit, "strong"), one;
    char name[16];

    for (int i = 0; i < 10; i++)
        gate_limit_add(limit, &strong, then, WINDOW, 1);
    for (int i = 0; i < 1000; i++) {
        snprintf(name, sizeof name, "n%d", i);
        one = key(limit, name);
        gate_limit_add(limit, &one, then + 1, WINDOW, 1);
        assert_int_equal(gate_limit_count(limit, &one, then + 1, WINDOW), 1);
    }
    assert_int_equal(gate_limit_count(limit, &strong, then + 1, WINDOW), 10);
    free(limit);
}

static void
memory__is_found_again_with_its_secret(void **unused)
{
    (void)unused;
    struct gate_limit *limit = fresh(2);
    struct gate_limit_key who = key(limit, "hanako");

    gate_limit_add(limit, &who, then, WINDOW, 1);
    assert_ptr_equal(gate_limit_in(limit, 2 * gate_limit_least(), other), limit);
    who = key(limit, "hanako");
    assert_int_equal(gate_limit_count(limit, &who, then, WINDOW), 1);
    free(limit);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(count__slides_out_of_its_window),
        cmocka_unit_test(count__is_taken_back_but_not_below_nothing),
        cmocka_unit_test(keys__differ_by_kind_place_thing_and_secret),
        cmocka_unit_test(full_bucket__forgets_who_has_least),
        cmocka_unit_test(memory__is_found_again_with_its_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
