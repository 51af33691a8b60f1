#include "personal/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
nfkc__gives_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *text, *one;
    } rows[] = {
        { "", "" },
        { "ｐａｓｓ１２３！", "pass123!" },
        { "ｶﾞﾗｽ", "ガラス" },
        { "か\xe3\x82\x99", "が" },
        { "Ａe\xcc\x81", "A\xc3\xa9" },
        { "㍿", "株式会社" },
        { "\xf0\x9f\x8d\xb5", "\xf0\x9f\x8d\xb5" },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_str one;
        assert_false(sk_failed(personal_text_nfkc(&one, mem, sk_str_of(rows[i].text))));
        if (!sk_str_eq(one, sk_str_of(rows[i].one)))
            fail_msg("%s: %.*s", rows[i].text, SK_ARG(one));
    }
}

static void
nfkc__takes_the_longest_text_and_refuses_what_is_none(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    sk_str one;
    while (text.n + 3 <= PERSONAL_TEXT_MAX)
        sk_buf_add(&text, SK_STR("\xef\xb7\xba")); /* U+FDFA becomes 18 characters */
    assert_false(sk_failed(personal_text_nfkc(&one, mem, sk_buf_str(&text))));
    assert_int_equal(one.n, text.n / 3 * 33);
    sk_buf_add(&text, SK_STR("abc"));
    assert_int_equal(personal_text_nfkc(&one, mem, sk_buf_str(&text)).kind, SK_FULL);
    assert_int_equal(personal_text_nfkc(&one, mem, SK_STR("\xff")).kind, SK_BAD);
}

static void
domain__is_lower_case_ascii(void **state)
{
    (void)state;
    static const struct {
        const char *domain, *ascii; /* NULL: refused */
    } rows[] = {
        { "example.jp", "example.jp" },
        { "EXAMPLE.JP", "example.jp" },
        { "ｅｘａｍｐｌｅ．ｊｐ", "example.jp" },
        { "日本語.jp", "xn--wgv71a119e.jp" },
        { "xn--wgv71a119e.jp", "xn--wgv71a119e.jp" },
        { "", NULL },
        { "a..jp", NULL },
        { "a_b.jp", NULL },
        { "-a.jp", NULL },
        { "a b.jp", NULL },
        { "xn--a.jp", NULL },
        { "\xff.jp", NULL },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_str ascii;
        sk_err e = personal_text_domain(&ascii, mem, sk_str_of(rows[i].domain));
        if (!rows[i].ascii != (e.kind == SK_BAD)) fail_msg("%s: %s", rows[i].domain, e.why);
        if (rows[i].ascii && !sk_str_eq(ascii, sk_str_of(rows[i].ascii)))
            fail_msg("%s: %.*s", rows[i].domain, SK_ARG(ascii));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nfkc__gives_one_spelling),
        cmocka_unit_test(nfkc__takes_the_longest_text_and_refuses_what_is_none),
        cmocka_unit_test(domain__is_lower_case_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
