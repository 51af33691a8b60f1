/* The tree, what is left of a pattern by a value, and patterns that can be slow. */
#include "seclang/op/regex_tree.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
write_tree(struct sk_buf *out, const struct seclang_regex_node *node)
{
    static const char *const names[] = { [SECLANG_REGEX_SEQUENCE] = "",
                                         [SECLANG_REGEX_EITHER] = "|",
                                         [SECLANG_REGEX_REPEAT] = "*",
                                         [SECLANG_REGEX_GROUP] = "g",
                                         [SECLANG_REGEX_LEAF] = "" };

    if (node->part == SECLANG_REGEX_LEAF) {
        sk_buf_printf(out, "%zu-%zu", node->from, node->to);
        return;
    }
    sk_buf_printf(out, "%s[", names[node->part]);
    for (const struct seclang_regex_node *c = node->child; c; c = c->next) {
        write_tree(out, c);
        if (c->next) sk_buf_byte(out, ' ');
    }
    sk_buf_byte(out, ']');
}

static void
check_tree(const char *pattern, const char *expected)
{
    sk_arena *mem = sk_arena_new(0);
    const struct seclang_regex_node *root = seclang_regex_tree(mem, sk_str_of(pattern));
    struct sk_buf out = { .mem = mem };

    if (root) write_tree(&out, root);
    sk_buf_byte(&out, '\0');
    assert_string_equal(root ? out.p : "none", expected);
    sk_arena_free(mem);
}

static void
tree__has_every_part_in_its_place(void **state)
{
    (void)state;
    check_tree("ab", "[0-1 1-2]");
    check_tree("a|bc|", "|[[0-1] [2-3 3-4] []]");
    check_tree("a(?:b|c+)d", "[0-1 g[|[[4-5] [*[6-7]]]] 9-10]");
    check_tree("(?i)\\d{2,3}?[a-z]*", "[*[4-6] *[12-17]]");
    check_tree("x(?#note)+", "[*[0-1]]");
    check_tree("\\Qa|b\\E|c", "|[[2-3 3-4 4-5] [8-9]]");
}

static void
tree__is_none_where_a_pattern_is_not_understood(void **state)
{
    (void)state;
    check_tree("a(*ACCEPT)b", "none");
    check_tree("(a", "none");
    check_tree("a)", "none");
}

static void
check_narrow(const char *pattern, const char *value, const char *expected)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str got = seclang_regex_narrow(mem, sk_str_of(pattern), sk_str_of(value));

    assert_string_equal(sk_str_zcopy(mem, got), expected);
    sk_arena_free(mem);
}

static void
narrow__leaves_the_alternatives_that_the_value_needs(void **state)
{
    (void)state;
    check_narrow("(?i)\\b(?:select|union|drop)\\s+(?:all|from|table)\\b", "x DROP  table y",
                 "(?i)\\b(?:drop)\\s+(?:table)\\b");
    check_narrow("a|b|c|d|e", "xxe", "e");
    check_narrow("(?:a|b)+", "abba", "(?:a|b)+"); /* both are needed */
    check_narrow("cat|catalogue", "catalogue", "cat");
}

static void
narrow__leaves_a_pattern_alone_that_does_not_match(void **state)
{
    (void)state;
    check_narrow("a|b", "c", "a|b");
    check_narrow("(a|b", "a", "(a|b");
}

static struct seclang_regex_slow
slow_of(sk_arena *mem, const char *pattern)
{
    struct seclang_regex_slow slow;

    seclang_regex_slow(&slow, mem, sk_str_of(pattern));
    return slow;
}

static void
slow__finds_what_grows_exponentially(void **state)
{
    static const char *const patterns[] = { "^(?:a+)+$", "^(?:a|aa)+$",
                                            "(?:\\w+\\s?)*=", "(?:(?:x|y)*z?)*!",
                                            "^(?:ab|a|b)*c$" };
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        struct seclang_regex_slow slow = slow_of(mem, patterns[i]);

        if (!slow.found || slow.power != SECLANG_SLOW_EXPONENTIAL) fail_msg("%s", patterns[i]);
    }
    sk_arena_free(mem);
}

static void
slow__tells_the_power_and_the_part(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    struct seclang_regex_slow slow = slow_of(mem, "^x\\d*\\d*\\d*\\d*!");

    (void)state;
    assert_true(slow.found);
    assert_int_equal(slow.power, 3);
    assert_true(sk_str_eq(slow.part, SK_STR("\\d*")));
    assert_true(sk_str_eq(sk_str_first(slow.before, 1), SK_STR("x")));
    slow = slow_of(mem, "a+b"); /* from each place anew */
    assert_true(slow.found);
    assert_int_equal(slow.power, 2);
    sk_arena_free(mem);
}

static void
slow__is_silent_about_what_is_fast(void **state)
{
    static const char *const patterns[] = {
        "^a+$",  "^[a-z]+=[^;]*;", "(?:union|select)\\s", "^(?>a+)+b",
        "\\x00", "^(?:ab)*c",      "^[^,]+,[^,]+,",       "^(?:a++)+$"
    };
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (slow_of(mem, patterns[i]).found) fail_msg("%s", patterns[i]);
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree__has_every_part_in_its_place),
        cmocka_unit_test(tree__is_none_where_a_pattern_is_not_understood),
        cmocka_unit_test(narrow__leaves_the_alternatives_that_the_value_needs),
        cmocka_unit_test(narrow__leaves_a_pattern_alone_that_does_not_match),
        cmocka_unit_test(slow__finds_what_grows_exponentially),
        cmocka_unit_test(slow__tells_the_power_and_the_part),
        cmocka_unit_test(slow__is_silent_about_what_is_fast),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
