/* Charset parameters as clients write them. */
#include "seclang/charset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
charset__is_a_parameter_in_any_place_and_case(void **state)
{
    static const struct {
        const char *type, *charset;
    } rows[] = {
        { "text/plain", "" },
        { "", "" },
        { "text/plain; charset=Shift_JIS", "Shift_JIS" },
        { "text/plain;CHARSET = \"euc-jp\" ; x=y", "euc-jp" },
        { "multipart/form-data; boundary=charset; charset=utf-8", "utf-8" },
        { "text/plain; charset=\"", "" },
        { "text/plain; charset", "" },
        { "text/plain; xcharset=a", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sk_str found = seclang_charset_of(sk_str_of(rows[i].type));

        if (!sk_str_eq(found, sk_str_of(rows[i].charset)))
            fail_msg("%s: %.*s", rows[i].type, SK_ARG(found));
    }
}

static void
charset__that_nobody_names_is_utf8(void **state)
{
    (void)state;
    assert_true(seclang_charset_is_utf8(SK_STR("")));
    assert_true(seclang_charset_is_utf8(SK_STR("UTF-8")));
    assert_true(seclang_charset_is_utf8(SK_STR("utf8")));
    assert_false(seclang_charset_is_utf8(SK_STR("us-ascii")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charset__is_a_parameter_in_any_place_and_case),
        cmocka_unit_test(charset__that_nobody_names_is_utf8),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
