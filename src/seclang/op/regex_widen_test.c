/* Widened patterns: whatever the pattern matches, the wider one matches too. PCRE2 is asked. */
#include "seclang/op/regex_walk.h"
#include "seclang/op/rules_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

enum { TRIES = 12, RANDOM = 2000 };

static bool
matches(const pcre2_code *code, sk_str text)
{
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    bool yes = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, match, NULL) >= 0;

    pcre2_match_data_free(match);
    return yes;
}

/* How many texts the pattern matched; fails for one that the wide pattern does not. */
static unsigned
check(sk_arena *mem, sk_str pattern)
{
    static char text[TEXT_MOST];
    pcre2_code *code, *wide_code;
    unsigned found = 0;
    sk_str wide;

    if (sk_failed(seclang_pcre_compile(&code, pattern, SECLANG_RX_OPTIONS))) return 0;
    if (!seclang_regex_widen(&wide, mem, pattern, true)) {
        pcre2_code_free(code);
        return 0;
    }
    assert_false(sk_failed(seclang_pcre_compile(&wide_code, wide, SECLANG_RX_OPTIONS)));
    for (unsigned i = 0; i < TRIES; i++) {
        sk_str s = i % 2 ? made(text, pattern) : random_text(text);

        if (!matches(code, s)) continue;
        found++;
        if (!matches(wide_code, s))
            fail_msg("/%.*s/ wider: /%.*s/ \"%.*s\"", SK_ARG(pattern), SK_ARG(wide), SK_ARG(s));
    }
    pcre2_code_free(code);
    pcre2_code_free(wide_code);
    return found;
}

static void
widen__misses_nothing_that_a_rule_matches(void **state)
{
    static struct texts patterns;
    unsigned found = 0;

    (void)state;
    patterns.mem = sk_arena_new(1 << 16);
    each_file(&patterns, "/usr/share/modsecurity-crs/rules/RE*.conf", take_patterns);
    if (patterns.count == 0) skip();
    for (size_t i = 0; i < patterns.count; i++)
        found += check(patterns.mem, patterns.text[i]);
    print_message("%zu patterns, %u matches\n", patterns.count, found);
    assert_true(found > patterns.count);
    sk_arena_free(patterns.mem);
}

static void
widen__misses_nothing_that_a_random_pattern_matches(void **state)
{
    char pattern[512];
    sk_arena *mem = sk_arena_new(1 << 16);
    unsigned found = 0;

    (void)state;
    for (unsigned i = 0; i < RANDOM; i++) {
        found += check(mem, random_pattern(pattern));
        sk_arena_reset(mem);
    }
    print_message("%u matches\n", found);
    assert_true(found > RANDOM / 4);
    sk_arena_free(mem);
}

static void
widen__drops_assertions_and_negated_classes(void **state)
{
    static const struct {
        const char *pattern, *wide;
    } cases[] = {
        { "a$", "[\\x61]" },
        { "a(?!b)", "[\\x61]" },
        { "[^b]+c", "(?:.){1,}[\\x63]" },
        { "(a)\\1", "[\\x61].*" },
        { "(?i)a|\\bb", "(?:[\\x41\\x61]|\\b[\\x42\\x62])" },
        { "a\\B[^b]$", "[\\x61]\\B." },
    };
    sk_arena *mem = sk_arena_new(0);
    sk_str wide;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(seclang_regex_widen(&wide, mem, sk_str_of(cases[i].pattern), true));
        assert_string_equal(sk_str_zcopy(mem, wide), cases[i].wide);
    }
    assert_true(seclang_regex_widen(&wide, mem, SK_STR("\\ba\\B."), false));
    assert_string_equal(sk_str_zcopy(mem, wide), "[\\x61].");
    assert_false(seclang_regex_widen(&(sk_str){ 0 }, mem, SK_STR("a(*ACCEPT)b"), true));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widen__misses_nothing_that_a_rule_matches),
        cmocka_unit_test(widen__misses_nothing_that_a_random_pattern_matches),
        cmocka_unit_test(widen__drops_assertions_and_negated_classes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
