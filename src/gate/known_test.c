/* What the DNS has said. */
#include "gate/known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
known__answers_until_its_time_is_over(void **state)
{
    struct gate_known *k = calloc(1, sizeof *k);
    sk_str name = SK_STR("1.2.0.192.list.example");

    (void)state;
    assert_non_null(k);
    assert_int_equal(gate_known_get(k, name, 100), GATE_UNKNOWN);
    gate_known_put(k, name, GATE_LISTED, 100, 160);
    assert_int_equal(gate_known_get(k, name, 100), GATE_LISTED);
    assert_int_equal(gate_known_get(k, SK_STR("1.2.0.192.LIST.example"), 159), GATE_LISTED);
    assert_int_equal(gate_known_get(k, name, 160), GATE_UNKNOWN);
    assert_int_equal(gate_known_get(k, SK_STR("1.2.0.192.other.example"), 100), GATE_UNKNOWN);
    gate_known_put(k, name, GATE_CLEAN, 120, 200);
    assert_int_equal(gate_known_get(k, name, 199), GATE_CLEAN);
    gate_known_put(k, name, GATE_LISTED, 300, 0); /* a time to live of nothing holds for now */
    assert_int_equal(gate_known_get(k, name, 300), GATE_LISTED);
    free(k);
}

static void
known__forgets_the_oldest_and_keeps_the_newest(void **state)
{
    struct gate_known *k = calloc(1, sizeof *k);
    char text[32];
    unsigned kept = 0;

    (void)state;
    assert_non_null(k);
    for (int i = 0; i < 100000; i++) {
        int n = snprintf(text, sizeof text, "%d.list.example", i);
        sk_str name = { text, (size_t)n };

        gate_known_put(k, name, GATE_LISTED, 100 + i, 1000000 + i);
        assert_int_equal(gate_known_get(k, name, 100 + i), GATE_LISTED);
    }
    for (int i = 0; i < 100000; i++) {
        int n = snprintf(text, sizeof text, "%d.list.example", i);

        kept += gate_known_get(k, (sk_str){ text, (size_t)n }, 100100) == GATE_LISTED;
    }
    assert_in_range(kept, GATE_KNOWN_SETS * GATE_KNOWN_WAYS * 9 / 10,
                    GATE_KNOWN_SETS * GATE_KNOWN_WAYS);
    free(k);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known__answers_until_its_time_is_over),
        cmocka_unit_test(known__forgets_the_oldest_and_keeps_the_newest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
