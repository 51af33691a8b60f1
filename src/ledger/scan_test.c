#include "ledger/scan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
scan__finds_the_members_of_an_object(void **state)
{
    struct ledger_member m[LEDGER_SCAN_MEMBERS];
    size_t n;

    (void)state;
    assert_false(
        sk_failed(ledger_scan(m, &n,
                              SK_STR(" {\"a\":\"関所\", \"b\" : "
                                     "-1.5e3,\"c\":{\"d\":[1,{}]},\"e\":\"x\\n\",\"f\":null}\r"))));
    assert_int_equal(n, 5);
    assert_true(sk_str_eq(m[0].text, SK_STR("関所")) && m[0].plain);
    assert_true(m[1].kind == LEDGER_NUMBER && sk_str_eq(m[1].text, SK_STR("-1.5e3")));
    assert_true(m[2].kind == LEDGER_OBJECT && sk_str_eq(m[2].text, SK_STR("{\"d\":[1,{}]}")));
    assert_true(m[3].kind == LEDGER_STRING && !m[3].plain);
    assert_int_equal(m[4].kind, LEDGER_OTHER);
}

static void
scan__refuses_what_is_not_one_object(void **state)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "1",
        "{",
        "}",
        "{}{}",
        "{} x",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":1.}",
        "{\"a\":.5}",
        "{\"a\":+1}",
        "{\"a\":1e}",
        "{\"a\":NaN}",
        "{\"a\":tru}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\"}",
        "{\"a\":\"\\u0000\"}",
        "{\"a\":\"\\ud800\\u0041\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"",
        "{\"a\":\"\xff\"}",
        "{\"a\":\"\xc0\xaf\"}",
        "{\"a\":[1 2]}",
        "{\"a\":[1,]}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":2}}",
        "{\"\\u0061\":1}",
        "{\"a\":1234567890123456}",
        "{\"a\":1e400}",
        "{\"a\":[[[[[[[[[1]]]]]]]]]}",
    };
    struct ledger_member m[LEDGER_SCAN_MEMBERS];
    size_t n;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (ledger_scan(m, &n, sk_str_of(wrong[i])).kind != SK_BAD) fail_msg("taken: %s", wrong[i]);
    assert_int_equal(ledger_scan(m, &n, SK_STR("{\"a\":\"\0\"}")).kind, SK_BAD);
}

static void
scan__takes_64_members_and_not_65(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ledger_member m[LEDGER_SCAN_MEMBERS];
    size_t n;

    (void)state;
    for (int most = 64; most <= 65; most++) {
        struct sk_buf text = { .mem = mem };

        for (int i = 0; i < most; i++)
            sk_buf_printf(&text, "%c\"m%d\":%d", i ? ',' : '{', i, i);
        sk_buf_byte(&text, '}');
        assert_int_equal(ledger_scan(m, &n, sk_buf_str(&text)).kind, most == 64 ? SK_OK : SK_BAD);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan__finds_the_members_of_an_object),
        cmocka_unit_test(scan__refuses_what_is_not_one_object),
        cmocka_unit_test(scan__takes_64_members_and_not_65),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
