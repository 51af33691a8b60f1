/* Request ids. */
#include "gate/id.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
id__is_the_value_of_the_specification(void **state)
{
    unsigned char ones[GATE_ID_RANDOM];
    char id[GATE_ID];

    (void)state;
    memset(ones, 0xFF, sizeof ones);
    gate_id_make(id, 1469918176385, ones); /* the time of the specification's example */
    assert_memory_equal(id, "01ARYZ6S41ZZZZZZZZZZZZZZZZ", GATE_ID);
}

static void
id__spreads_every_random_bit(void **state)
{
    unsigned char random[GATE_ID_RANDOM] = { 0 };
    char zero[GATE_ID], id[GATE_ID];

    (void)state;
    gate_id_make(zero, 1, random);
    for (unsigned bit = 0; bit < 8 * GATE_ID_RANDOM; bit++) {
        random[bit / 8] = (unsigned char)(1u << bit % 8);
        gate_id_make(id, 1, random);
        random[bit / 8] = 0;
        assert_memory_not_equal(id, zero, GATE_ID);
        assert_memory_equal(id, zero, 10);
    }
}

static void
id__sorts_by_time(void **state)
{
    const unsigned char low[GATE_ID_RANDOM] = { 0 };
    unsigned char high[GATE_ID_RANDOM];
    char early[GATE_ID], late[GATE_ID];

    (void)state;
    memset(high, 0xFF, sizeof high);
    gate_id_make(early, 1795440000000, high);
    gate_id_make(late, 1795440000001, low);
    assert_true(memcmp(early, late, GATE_ID) < 0);
}

static void
id__takes_a_time_before_1970_as_1970(void **state)
{
    const unsigned char random[GATE_ID_RANDOM] = { 0 };
    char id[GATE_ID];

    (void)state;
    gate_id_make(id, -5, random);
    assert_memory_equal(id, "00000000000000000000000000", GATE_ID);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(id__is_the_value_of_the_specification),
        cmocka_unit_test(id__spreads_every_random_bit),
        cmocka_unit_test(id__sorts_by_time),
        cmocka_unit_test(id__takes_a_time_before_1970_as_1970),
    };

    return cmocka_run_group_tests_name("gate/id", tests, NULL, NULL);
}
