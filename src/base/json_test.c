#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
writer__makes_what_the_reader_reads(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    sk_json_object(&w, NULL);
    sk_json_str(&w, "text", SK_STR("a\"b\\\n\t\x01 関所 \xff"));
    sk_json_array(&w, "list");
    sk_json_int(&w, NULL, -5);
    sk_json_bool(&w, NULL, true);
    sk_json_null(&w, NULL);
    sk_json_object(&w, NULL);
    sk_json_end_object(&w);
    sk_json_end_array(&w);
    sk_json_end_object(&w);
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("{\"text\":\"a\\\"b\\\\\\n\\t\\u0001 関所 "
                                                   "\xef\xbf\xbd\",\"list\":[-5,true,null,{}]}")));

    DEFER(sk_json_close) sk_json *root = NULL;
    assert_false(sk_failed(sk_json_read(&root, sk_buf_str(&out))));
    assert_true(
        sk_str_eq(sk_json_get_str(root, "text"), SK_STR("a\"b\\\n\t\x01 関所 \xef\xbf\xbd")));
    assert_int_equal(sk_json_count(sk_json_get(root, "list")), 4);
    assert_null(sk_json_get(sk_json_get(root, "none"), "deeper"));
    assert_int_equal(sk_json_get_int(root, "none", 9), 9);
}

static void
reader__gives_reals_and_integers_as_reals(void **unused)
{
    (void)unused;
    DEFER(sk_json_close) sk_json *root = NULL;
    assert_false(sk_failed(sk_json_read(&root, SK_STR("{\"a\":0.5,\"b\":1,\"c\":\"0.5\"}"))));
    assert_true(sk_json_get_real(root, "a", -1) == 0.5);
    assert_true(sk_json_get_real(root, "b", -1) == 1);
    assert_true(sk_json_get_real(root, "c", -1) == -1);
    assert_true(sk_json_get_real(NULL, "a", 2) == 2);
}

static void
reader__says_line_and_column(void **unused)
{
    (void)unused;
    static const char *const bad[] = { "",      "{",   "{\"a\":1,}", "{\"a\":1,\"a\":2}",
                                       "[1] x", "nul", "\"\xff\"" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sk_json *root = NULL;
        sk_err e = sk_json_read(&root, sk_str_of(bad[i]));
        assert_int_equal(e.kind, SK_BAD);
        assert_null(root);
        assert_non_null(strstr(e.why, "line 1"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writer__makes_what_the_reader_reads),
        cmocka_unit_test(reader__gives_reals_and_integers_as_reals),
        cmocka_unit_test(reader__says_line_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
