#include "gate/exchange_charset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
charset__is_known_by_the_names_that_browsers_use(void **unused)
{
    (void)unused;
    assert_int_equal(gate_charset_of(SK_STR("Shift_JIS")), GATE_CHARSET_SHIFT_JIS);
    assert_int_equal(gate_charset_of(SK_STR("windows-31j")), GATE_CHARSET_SHIFT_JIS);
    assert_int_equal(gate_charset_of(SK_STR("EUC-JP")), GATE_CHARSET_EUC_JP);
    assert_int_equal(gate_charset_of(SK_STR("UTF-8")), GATE_CHARSET_UTF8);
    assert_int_equal(gate_charset_of(SK_STR("iso-8859-1")), GATE_CHARSET_OTHER);
    assert_int_equal(gate_charset_of(SK_STR("")), GATE_CHARSET_OTHER);
}

static void
charset__goes_to_utf_8_and_back(void **unused)
{
    (void)unused;
    static const struct {
        enum gate_charset charset;
        sk_str bytes, text;
    } rows[] = {
        { GATE_CHARSET_SHIFT_JIS, { "\x95\x5c\x8e\xa6", 4 }, { "表示", 6 } },
        { GATE_CHARSET_SHIFT_JIS, { "\x87\x40\xfb\xfc", 4 }, { "①髙", 6 } },
        { GATE_CHARSET_EUC_JP, { "\xbb\xb3\xc5\xc4", 4 }, { "山田", 6 } },
        { GATE_CHARSET_UTF8, { "山", 3 }, { "山", 3 } },
        { GATE_CHARSET_OTHER, { "abc", 3 }, { "abc", 3 } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_arena *mem = sk_arena_new(0);
        sk_str to;

        assert_true(gate_charset_decode(&to, mem, rows[i].charset, rows[i].bytes));
        assert_true(sk_str_eq(to, rows[i].text));
        assert_true(gate_charset_encode(&to, mem, rows[i].charset, rows[i].text));
        assert_true(sk_str_eq(to, rows[i].bytes));
        sk_arena_free(mem);
    }
}

static void
charset__refuses_what_it_does_not_have(void **unused)
{
    (void)unused;
    sk_arena *mem = sk_arena_new(0);
    sk_str to;

    assert_false(gate_charset_decode(&to, mem, GATE_CHARSET_SHIFT_JIS, SK_STR("\x83")));
    assert_false(gate_charset_decode(&to, mem, GATE_CHARSET_UTF8, SK_STR("\xe5\xb1")));
    assert_false(gate_charset_decode(&to, mem, GATE_CHARSET_OTHER, SK_STR("\xe9")));
    assert_false(gate_charset_encode(&to, mem, GATE_CHARSET_SHIFT_JIS, SK_STR("😀")));
    assert_false(gate_charset_encode(&to, mem, GATE_CHARSET_OTHER, SK_STR("山")));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charset__is_known_by_the_names_that_browsers_use),
        cmocka_unit_test(charset__goes_to_utf_8_and_back),
        cmocka_unit_test(charset__refuses_what_it_does_not_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
