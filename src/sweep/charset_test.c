#include "sweep/charset.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
charset__is_told_by_the_first_bytes(void **unused)
{
    (void)unused;
    assert_int_equal(sweep_charset_of(SK_STR("abc")), SWEEP_UTF8);
    assert_int_equal(sweep_charset_of(SK_STR("")), SWEEP_UTF8);
    assert_int_equal(sweep_charset_of(SK_STR("山田")), SWEEP_UTF8);
    assert_int_equal(sweep_charset_of(SK_STR("山\xe7\x94")), SWEEP_UTF8); /* cut off */
    assert_int_equal(sweep_charset_of(SK_STR("\x8e\x52\x93\x63\x91\xbe\x98\x59")), SWEEP_SHIFT_JIS);
    assert_int_equal(sweep_charset_of(SK_STR("\xbb\xb3\xc5\xc4\xc2\xc0\xcf\xba\xa4\xcf\xa1\xa2")),
                     SWEEP_EUC_JP);
    assert_int_equal(sweep_charset_of(SK_STR("PK\x03\x04\0\0")), SWEEP_BINARY);
}

static void
charset__becomes_utf8(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    assert_true(sk_str_eq(sweep_charset_read(mem, SWEEP_SHIFT_JIS, SK_STR("\x8e\x52\x93\x63!")),
                          SK_STR("山田!")));
    assert_true(sk_str_eq(sweep_charset_read(mem, SWEEP_EUC_JP, SK_STR("\xbb\xb3\xc5\xc4")),
                          SK_STR("山田")));
    assert_true(sk_str_eq(sweep_charset_read(mem, SWEEP_SHIFT_JIS,
                                             SK_STR("a\xff"
                                                    "b")),
                          SK_STR("a\xef\xbf\xbd"
                                 "b")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(charset__is_told_by_the_first_bytes),
        cmocka_unit_test(charset__becomes_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
