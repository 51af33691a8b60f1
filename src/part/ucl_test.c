#include "part/ucl.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct part_ucl *
read_well(sk_arena *mem, const char *text)
{
    struct part_ucl *root = NULL;
    sk_err e = part_ucl_read(&root, mem, sk_str_of(text), "t.conf");

    if (sk_failed(e)) fail_msg("%s", e.why);
    return root;
}

static void
ucl__reads_values_lists_blocks_and_names(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct part_ucl *root, *site;

    (void)state;
    root = read_well(mem, "# 日本語の注釈\nport = 8443;\nsite 店 { names = [\"a.jp\", b.jp];\n"
                          "  /* x /* y */ */ input \"/contact\" { name: text 100 } }\nlast on");
    assert_true(sk_str_eq(root->first->text, SK_STR("8443")));
    site = root->first->next;
    assert_true(sk_str_eq(site->name, SK_STR("店")));
    assert_true(sk_str_eq(site->first->first->next->text, SK_STR("b.jp")));
    assert_true(sk_str_eq(site->first->next->name, SK_STR("/contact")));
    assert_true(sk_str_eq(site->first->next->first->text, SK_STR("text 100")));
    assert_true(sk_str_eq(site->next->text, SK_STR("on")));
}

static void
ucl__remembers_line_and_column_of_keys_and_values(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct part_ucl *root = read_well(mem, "a = 1;\n  listen {\n    https =  x;\n}\n"), *https;

    (void)state;
    https = root->first->next->first;
    assert_int_equal(https->line, 3);
    assert_int_equal(https->column, 5);
    assert_int_equal(https->value_column, 14);
}

static void
ucl__resolves_escapes_only_in_double_quotes(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct part_ucl *root = read_well(mem, "a = \"\\u3042\\n\\\"\"; b = 'c:\\x';");

    (void)state;
    assert_true(sk_str_eq(root->first->text, SK_STR("あ\n\"")));
    assert_true(sk_str_eq(root->first->next->text, SK_STR("c:\\x")));
}

static void
ucl__points_at_what_is_wrong(void **state)
{
    static const struct {
        const char *text, *expected;
    } cases[] = {
        { "a = \"x", "t.conf:1:5: this text has no closing quote" },
        { "a {\n b = 1;\n", "t.conf:1:3: this block has no end: expected }" },
        { "a = [1, 2", "t.conf:1:5: this list has no end: expected ]" },
        { "a = ;", "t.conf:1:5: expected a value" },
        { "\n  = 3", "t.conf:2:3: expected a name" },
        { "a = \"b\" c;", "t.conf:1:9: expected ; behind the value" },
        { "/* never", "t.conf:1:1: this comment has no end" },
        { "a = \"\\q\"", "t.conf:1:7: unknown escape" },
        { "a }", "t.conf:1:3: expected a value" },
        { "}", "t.conf:1:1: expected a name" },
        { ".include x", "t.conf:1:9: macros" },
        { "a=\xff", "t.conf:1:1: this file is not valid UTF-8" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct part_ucl *root;
        sk_err e = part_ucl_read(&root, mem, sk_str_of(cases[i].text), "t.conf");

        assert_int_equal(e.kind, SK_BAD);
        if (!sk_str_starts(sk_str_of(e.why), sk_str_of(cases[i].expected)))
            fail_msg("%s: got %s", cases[i].expected, e.why);
    }
}

static void
ucl__refuses_blocks_without_bottom(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    struct part_ucl *root;

    (void)state;
    for (int i = 0; i < 1000; i++)
        sk_buf_add(&text, SK_STR("a {"));
    assert_int_equal(part_ucl_read(&root, mem, sk_buf_str(&text), "t").kind, SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ucl__reads_values_lists_blocks_and_names),
        cmocka_unit_test(ucl__remembers_line_and_column_of_keys_and_values),
        cmocka_unit_test(ucl__resolves_escapes_only_in_double_quotes),
        cmocka_unit_test(ucl__points_at_what_is_wrong),
        cmocka_unit_test(ucl__refuses_blocks_without_bottom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
