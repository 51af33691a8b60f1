/* Numbers as mod_security 2 reads them, and names that logs may not show. */
#include "seclang/act/act.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
number__is_read_as_atoi_does(void **state)
{
    static const struct {
        const char *text;
        int64_t number;
    } rows[] = { { "", 0 },    { "5", 5 },    { " \t7x", 7 },       { "-3", -3 },
                 { "+4", 4 },  { "word", 0 }, { "--5", 0 },         { "+ 5", 0 },
                 { "007", 7 }, { "1e3", 1 },  { "\xef\xbc\x95", 0 } /* full-width five */ };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(seclang_do_number(sk_str_of(rows[i].text)), rows[i].number);
}

static void
number__stays_within_an_int(void **state)
{
    (void)state;
    assert_int_equal(seclang_do_number(SK_STR("99999999999999999999999")), 2147483647);
    assert_int_equal(seclang_do_number(SK_STR("-99999999999999999999999")), -2147483648LL);
}

static void
names__are_kept_once_and_found_without_regard_to_case(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    struct seclang_names names = { 0 };

    (void)state;
    for (int i = 0; i < 3; i++)
        seclang_names_add(&names, mem, SK_STR("Password"));
    seclang_names_add(&names, mem, SK_STR(""));
    assert_int_equal(names.count, 1);
    assert_true(seclang_names_has(&names, SK_STR("passWORD")));
    assert_false(seclang_names_has(&names, SK_STR("passwor")));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number__is_read_as_atoi_does),
        cmocka_unit_test(number__stays_within_an_int),
        cmocka_unit_test(names__are_kept_once_and_found_without_regard_to_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
