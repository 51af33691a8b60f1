#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
utf8__refuses_what_rfc_3629_refuses(void **unused)
{
    (void)unused;
    static const char *const bad[] = {
        "\x80",         "\xc0\xaf",         "\xc1\xbf",         "\xe0\x80\xaf",
        "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe3\x81",
        "\xff",         "a\xe3\x81z",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sk_utf8_valid(sk_str_of(bad[i])));
    assert_true(sk_utf8_valid(SK_STR("関所 ｾｷｼｮ １２３ 𠮷 é")));
    assert_true(sk_utf8_valid((sk_str){ 0 }));
}

static void
utf8__encodes_back_what_it_decodes(void **unused)
{
    (void)unused;
    for (uint32_t code = 0; code < 0x110000; code += 13) {
        char bytes[4];
        uint32_t back = 1;
        unsigned n = sk_utf8_encode(bytes, code);
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        assert_int_equal(n == 0, surrogate);
        if (!n) continue;
        assert_int_equal(sk_utf8_decode(&back, (sk_str){ bytes, n }), n);
        assert_int_equal(back, code);
    }
}

static void
utf8__counts_and_mends(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    assert_int_equal(sk_utf8_count(SK_STR("関所a")), 3);
    assert_true(sk_str_eq(sk_utf8_mend(mem, SK_STR("a\xff"
                                                   "b")),
                          SK_STR("a\xef\xbf\xbd"
                                 "b")));
    sk_str whole = SK_STR("無事");
    assert_ptr_equal(sk_utf8_mend(mem, whole).p, whole.p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8__refuses_what_rfc_3629_refuses),
        cmocka_unit_test(utf8__encodes_back_what_it_decodes),
        cmocka_unit_test(utf8__counts_and_mends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
