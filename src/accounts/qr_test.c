#include "accounts/qr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
qr__has_a_name_a_quiet_zone_and_nothing_that_runs(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str svg;
    assert_false(
        sk_failed(accounts_qr_svg(&svg, mem, SK_STR("otpauth://totp/a"), SK_STR("設定\"<用>"))));
    /* version 2 has 25 dots a side */
    assert_true(sk_str_find(svg, SK_STR("viewBox=\"0 0 33 33\"")) != SIZE_MAX);
    assert_true(sk_str_find(svg, SK_STR("aria-label=\"設定&quot;&lt;用&gt;\"")) != SIZE_MAX);
    /* the finder pattern: its upper edge has seven dots, the first one behind the quiet zone */
    assert_true(sk_str_find(svg, SK_STR("d=\"M4 4h7v1h-7z")) != SIZE_MAX);
    assert_true(sk_str_find(svg, SK_STR("M4 5h1v1h-1zM10 5h1v1h-1z")) != SIZE_MAX);
    assert_true(sk_str_find(svg, SK_STR("style")) == SIZE_MAX);
    assert_true(sk_str_ends(svg, SK_STR("</svg>")));
}

static void
qr__is_refused_when_it_were_too_large_to_scan(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char *text = sk_zalloc(mem, ACCOUNTS_QR_MAX + 1);
    sk_str svg;
    assert_false(
        sk_failed(accounts_qr_svg(&svg, mem, (sk_str){ text, ACCOUNTS_QR_MAX }, SK_STR("x"))));
    assert_int_equal(
        accounts_qr_svg(&svg, mem, (sk_str){ text, ACCOUNTS_QR_MAX + 1 }, SK_STR("x")).kind,
        SK_FULL);
    assert_int_equal(accounts_qr_svg(&svg, mem, SK_STR(""), SK_STR("x")).kind, SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qr__has_a_name_a_quiet_zone_and_nothing_that_runs),
        cmocka_unit_test(qr__is_refused_when_it_were_too_large_to_scan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
