#include "sekisho/operator.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
uid__is_of_who_signed_in(void **state)
{
    (void)state;
    assert_int_equal(operator_uid_read(SK_STR("1000"), 0), 1000);
    assert_int_equal(operator_uid_read(SK_STR("0\n"), 7), 0);
}

static void
uid__is_our_own_where_nobody_signed_in(void **state)
{
    (void)state;
    assert_int_equal(operator_uid_read(SK_STR("4294967295"), 7), 7);
    assert_int_equal(operator_uid_read(SK_STR(""), 7), 7);
    assert_int_equal(operator_uid_read(SK_STR("-1"), 7), 7);
    assert_int_equal(operator_uid_read(SK_STR("root"), 7), 7);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(uid__is_of_who_signed_in),
        cmocka_unit_test(uid__is_our_own_where_nobody_signed_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
