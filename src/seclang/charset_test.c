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
    assert_int_equal(seclang_charset_find(SK_STR("")), SECLANG_CHARSET_UTF8);
    assert_int_equal(seclang_charset_find(SK_STR("UTF-8")), SECLANG_CHARSET_UTF8);
    assert_int_equal(seclang_charset_find(SK_STR("utf8")), SECLANG_CHARSET_UTF8);
    assert_int_equal(seclang_charset_find(SK_STR("us-ascii")), SECLANG_CHARSET_OTHER);
}

static void
charset__of_japanese_forms_has_many_names(void **state)
{
    (void)state;
    assert_int_equal(seclang_charset_find(SK_STR("Windows-31J")), SECLANG_CHARSET_SHIFT_JIS);
    assert_int_equal(seclang_charset_find(SK_STR("Shift_JIS")), SECLANG_CHARSET_SHIFT_JIS);
    assert_int_equal(seclang_charset_find(SK_STR("eucJP-win")), SECLANG_CHARSET_EUC_JP);
    assert_int_equal(seclang_charset_find(SK_STR("ISO-2022-JP")), SECLANG_CHARSET_ISO_2022_JP);
    assert_int_equal(seclang_charset_find(SK_STR("gb2312")), SECLANG_CHARSET_OTHER);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charset__is_a_parameter_in_any_place_and_case),
        cmocka_unit_test(charset__that_nobody_names_is_utf8),
        cmocka_unit_test(charset__of_japanese_forms_has_many_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
