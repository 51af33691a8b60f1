#include "personal/personal.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
kind__is_found_by_its_name(void **unused)
{
    (void)unused;
    for (int kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++)
        assert_int_equal(personal_kind_of(sk_str_of(personal_kind_rows[kind].name)), kind);
}

static void
kind__that_nobody_knows_is_none(void **unused)
{
    (void)unused;
    assert_int_equal(personal_kind_of(SK_STR("face")), PERSONAL_NONE);
    assert_int_equal(personal_kind_of(SK_STR("none")), PERSONAL_NONE);
    assert_int_equal(personal_kind_of(SK_STR("")), PERSONAL_NONE);
}

static void
kind__keeps_the_number_that_it_is_stored_as(void **unused)
{
    (void)unused;
    assert_int_equal(PERSONAL_NAME, 1);
    assert_int_equal(PERSONAL_EMAIL, 4);
    assert_int_equal(PERSONAL_NOTE, 8);
    assert_int_equal(personal_kind_bit(PERSONAL_NOTE), 256);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kind__is_found_by_its_name),
        cmocka_unit_test(kind__that_nobody_knows_is_none),
        cmocka_unit_test(kind__keeps_the_number_that_it_is_stored_as),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
