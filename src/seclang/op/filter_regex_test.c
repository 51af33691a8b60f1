/* Filters of patterns: single cases, and the promise on all patterns of the Core Rule Set. */
#include "seclang/op/rules_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

static struct seclang_filter
filter_of(const char *pattern)
{
    struct seclang_filter filter;

    seclang_filter_of_regex(&filter, sk_str_of(pattern));
    return filter;
}

static bool
passes(const struct seclang_filter *filter, sk_str s)
{
    struct sk_bytes present = sk_bytes_of(s);

    return seclang_filter_passes(filter, s.n, &present);
}

/* What is refused surely, what must pass. */
static const struct {
    const char *pattern;
    uint32_t least;
    const char *refused, *passed;
} cases[] = {
    { "abc", 3, "abx", "abc" },
    { "(?i)abc", 3, "abx", "aBC" },
    { "a(?i)b|c", 1, "x", "C" },
    { "(?i:a)b", 2, "aB", "Ab" },
    { "a|bc", 1, "", "bc" },
    { "a*b", 1, "aaa", "b" },
    { "(?:ab){3}", 6, "ababa", "ababab" },
    { "a{2,}<", 3, "aaa", "aa<" },
    { "a{00000002,}<", 3, "aaa", "aa<" },
    { "a{,3}", 0, NULL, "x" },
    { "x{y}", 4, "xy}}", "x{y}" },
    { "[^a-c]", 1, "", "d" },
    { "[]x]", 1, "y", "]" },
    { "[a\\]b]", 1, "\\", "]" },
    { "[a\\E-c]", 0, NULL, "b" }, /* quotations in a class are unsure */
    { "[[:alpha:]_]", 1, "1", "_" },
    { "(?i)[[:upper:]]", 1, "1", "a" },
    { "[^[:^alpha:]]", 1, "1", "a" },
    { "\\x41\\104", 0, NULL, "AD" },
    { "\\x41\\x{42}\\o{103}\\0104", 5, "ABCX4", "ABC\b4" },
    { "\\cA\\e\\t", 3, "\1\33x", "\1\33\t" },
    { "\\d\\h\\v", 3, "1 2", "1 \n" },
    { "\\D\\S", 2, "1", "ab" },
    { "\\R", 1, "x", "\n" },
    { "\\N\\X.", 3, "ab", "abc" },
    { "\\Qa|b\\E+", 3, "a|", "a|b" },
    { "\\Qab\\E*", 1, "b", "a" },
    { "a(?#no)*b", 1, "a", "b" },
    { "a\\E*b", 1, "a", "b" },
    { "(?x) a b # c\n * d", 2, "b", "ad" },
    { "(?x)[ ]", 1, "x", " " },
    { "foo(?=<)", 3, "foo", "foo<" },
    { "foo(?!<)", 3, "fo", "foo" },
    { "(?<=<)foo", 3, "foo", "<foo" },
    { "(a)\\1", 1, "x", "aa" },
    { "(?<n>a)(?&n)(?P>n)\\k<n>\\g{n}\\g1", 1, "x", "aaaaaa" },
    { "(a)?(?(1)b|c)<", 1, "ab", "ab<" },
    { "(?>a++)b", 2, "aa", "ab" },
    { "(?|a|b)c", 2, "ab", "bc" },
    { "(?'n'a)b", 2, "aa", "ab" },
    { "a(*ACCEPT)b", 0, NULL, "a" },
    { "(*UTF)a", 0, NULL, "x" },
    { "(?<=a)\\Kb\\z", 1, "a", "ab" },
    { "\xe3\x81\x82+", 3, "\xe3\x81", "\xe3\x81\x82" },
    { "()", 0, NULL, "" },
    { "(?^)a", 1, "b", "a" },
    { "(?i)a(?-i)b", 2, "AB", "Ab" },
    { "((?i)a)b", 2, "AB", "Ab" },
    { "\\bselect\\b.*\\bfrom\\b", 10, "select fro", "select from" },
};

static void
filter__refuses_what_cannot_match_and_passes_what_can(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct seclang_filter filter = filter_of(cases[i].pattern);

        if (filter.least != cases[i].least) print_message("%s\n", cases[i].pattern);
        assert_int_equal(filter.least, cases[i].least);
        if (cases[i].refused) {
            if (passes(&filter, sk_str_of(cases[i].refused)))
                print_message("%s\n", cases[i].pattern);
            assert_false(passes(&filter, sk_str_of(cases[i].refused)));
        }
        assert_true(passes(&filter, sk_str_of(cases[i].passed)));
    }
}

static void
filter__keeps_the_rarest_bytes_first(void **state)
{
    struct seclang_filter filter = filter_of("eta<x");

    (void)state;
    assert_int_equal(filter.sets, 4);
    assert_true(sk_bytes_has(&filter.set[0], '<'));
    assert_true(sk_bytes_has(&filter.set[1], 'x'));
}

static void
filter__of_phrases_passes_each_of_them_in_any_case(void **state)
{
    sk_str phrases[] = { SK_STR("<script"), SK_STR("passwd"), SK_STR("/etc/") };
    struct seclang_filter filter;

    (void)state;
    seclang_filter_of_phrases(&filter, phrases, 3);
    assert_int_equal(filter.least, 5);
    assert_true(passes(&filter, SK_STR("PassWD")));
    assert_true(passes(&filter, SK_STR("<SCRIPT")));
    assert_false(passes(&filter, SK_STR("12345")));
}

/* ── the promise ── */

enum { MADE = 60, OTHERS = 20, /* texts for each pattern */ RANDOM_PATTERNS = 20000 };

struct tally {
    size_t pairs, matches, refused;
};

struct subject {
    sk_str pattern;
    struct seclang_filter filter;
    struct seclang_grams grams;
    pcre2_code *code;
    pcre2_match_data *match;
};

static void
know(struct subject *s, sk_arena *mem)
{
    seclang_filter_of_regex(&s->filter, s->pattern);
    seclang_grams_of_regex(&s->grams, mem, s->pattern);
}

static void
hold(struct tally *tally, const struct subject *s, sk_str text)
{
    bool through = passes(&s->filter, text) && seclang_grams_in(&s->grams, text);
    int rc = pcre2_match(s->code, (PCRE2_SPTR)text.p, text.n, 0, 0, s->match, NULL);

    tally->pairs++;
    if (!through) tally->refused++;
    if (rc < 0) return;
    tally->matches++;
    if (!through)
        fail_msg("the filter refuses what matches: /%.*s/ \"%.*s\"", SK_ARG(s->pattern),
                 SK_ARG(text));
}

static void
hold_pattern(struct tally *tally, sk_str pattern, const struct texts *attacks)
{
    static char text[TEXT_MOST];
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct subject s = { .pattern = pattern, .match = pcre2_match_data_create(1, NULL) };

    if (sk_failed(seclang_pcre_compile(&s.code, pattern, SECLANG_RX_OPTIONS)))
        fail_msg("no pattern: %.*s", SK_ARG(pattern));
    pcre2_jit_compile(s.code, PCRE2_JIT_COMPLETE);
    know(&s, mem);
    for (unsigned i = 0; i < MADE; i++)
        hold(tally, &s, made(text, pattern));
    for (unsigned i = 0; i < OTHERS; i++)
        hold(tally, &s, scrambled(text, pattern));
    for (unsigned i = 0; i < OTHERS && attacks->count; i++)
        hold(tally, &s, mutated(text, attacks->text[pick((unsigned)attacks->count)]));
    pcre2_code_free(s.code);
    pcre2_match_data_free(s.match);
}

static void
filter__never_refuses_what_a_rule_of_the_core_rule_set_matches(void **state)
{
    static struct texts patterns, attacks;
    struct tally tally = { 0 };
    sk_arena *mem = sk_arena_new(1 << 20);

    (void)state;
    patterns.mem = attacks.mem = mem;
    each_file(&patterns, "/usr/share/modsecurity-crs/rules/*.conf", take_patterns);
    each_file(&attacks, SOURCE_DIR "/../shared/data/crs-3.3.4-tests/*/*.yaml", take_attacks);
    if (patterns.count == 0) skip();
    for (size_t i = 0; i < patterns.count; i++)
        hold_pattern(&tally, patterns.text[i], &attacks);
    print_message("%zu patterns, %zu attacks, %zu pairs, %zu matches, %zu refused\n",
                  patterns.count, attacks.count, tally.pairs, tally.matches, tally.refused);
    assert_true(tally.matches > tally.pairs / 10);
    assert_true(tally.refused > tally.pairs / 10);
    sk_arena_free(mem);
}

/* ── patterns that nobody would write ── */

static void
hold_random(struct tally *tally, struct subject *s)
{
    static char text[TEXT_MOST];

    for (unsigned i = 0; i < 20; i++)
        hold(tally, s, random_text(text));
}

static void
filter__never_refuses_what_a_random_pattern_matches(void **state)
{
    static char pattern[512];
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct tally tally = { 0 };
    struct subject s = { .match = pcre2_match_data_create(1, NULL) };

    (void)state;
    for (unsigned i = 0; i < RANDOM_PATTERNS; i++) {
        s.pattern = random_pattern(pattern);
        sk_arena_reset(mem);
        know(&s, mem);
        if (sk_failed(seclang_pcre_compile(&s.code, s.pattern, SECLANG_RX_OPTIONS))) continue;
        hold_random(&tally, &s);
        pcre2_code_free(s.code);
    }
    print_message("%zu pairs, %zu matches, %zu refused\n", tally.pairs, tally.matches,
                  tally.refused);
    assert_true(tally.matches > 1000 && tally.refused > 1000);
    pcre2_match_data_free(s.match);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter__refuses_what_cannot_match_and_passes_what_can),
        cmocka_unit_test(filter__keeps_the_rarest_bytes_first),
        cmocka_unit_test(filter__of_phrases_passes_each_of_them_in_any_case),
        cmocka_unit_test(filter__never_refuses_what_a_rule_of_the_core_rule_set_matches),
        cmocka_unit_test(filter__never_refuses_what_a_random_pattern_matches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
