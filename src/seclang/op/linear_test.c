/* The linear matcher: what it answers, and that it never contradicts PCRE2. */
#include "seclang/op/linear.h"

#include "seclang/op/rules_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
    const char *pattern, *text;
    enum seclang_linear_answer answer;
    size_t end; /* of YES */
} cases[] = {
    { "b", "abc", SECLANG_LINEAR_YES, 2 },
    { "b", "acd", SECLANG_LINEAR_NO, 0 },
    { "", "", SECLANG_LINEAR_MAYBE, 0 },
    { "a*", "", SECLANG_LINEAR_YES, 0 },
    { "a.c", "a\nc", SECLANG_LINEAR_YES, 3 },
    { "(?i)UNION\\s+select", "x union \t SELECT", SECLANG_LINEAR_YES, 16 },
    { "^b", "ab", SECLANG_LINEAR_NO, 0 },
    { "^a", "ab", SECLANG_LINEAR_YES, 1 },
    { "a$", "ab", SECLANG_LINEAR_NO, 0 },
    { "b$", "ab", SECLANG_LINEAR_YES, 2 },
    { "b$", "ab\n", SECLANG_LINEAR_NO, 0 },
    { "^$", "", SECLANG_LINEAR_YES, 0 },
    { "\\bor\\b", "for order or", SECLANG_LINEAR_YES, 12 },
    { "\\bor\\b", "for order", SECLANG_LINEAR_NO, 0 },
    { "\\Bor\\b", "for", SECLANG_LINEAR_YES, 3 },
    { "a{2,3}b", "ab", SECLANG_LINEAR_NO, 0 },
    { "a{2,3}b", "caaaab", SECLANG_LINEAR_YES, 6 },
    { "^a{2,3}b", "aaaab", SECLANG_LINEAR_NO, 0 },
    { "x{0}y", "y", SECLANG_LINEAR_YES, 1 },
    { "(?:a|b*|c)+d", "abcabbd", SECLANG_LINEAR_YES, 7 },
    { "[^<]+>", "<<<", SECLANG_LINEAR_NO, 0 },
    { "a(?!b)", "ac", SECLANG_LINEAR_MAYBE, 0 },
    { "a(?!b)", "xb", SECLANG_LINEAR_NO, 0 },
    { "(a)\\1", "aa", SECLANG_LINEAR_MAYBE, 0 },
    { "(?>a+)ab", "aab", SECLANG_LINEAR_MAYBE, 0 },
    { "a++b", "c", SECLANG_LINEAR_NO, 0 },
    { "(?m)^b", "a\nb", SECLANG_LINEAR_MAYBE, 0 },
    { "(?-s)a.c", "a\nc", SECLANG_LINEAR_MAYBE, 0 },
    { "(", "(", SECLANG_LINEAR_MAYBE, 0 },
    { "(?:(?:a{100}){100}){100}", "a", SECLANG_LINEAR_MAYBE, 0 }, /* too large */
};

static struct seclang_scratch *
scratch_new(void)
{
    struct seclang_scratch *scratch;

    assert_false(sk_failed(seclang_scratch_new(&scratch)));
    return scratch;
}

static void
linear__answers_no_yes_or_maybe(void **state)
{
    struct seclang_scratch *scratch = scratch_new();

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        size_t end = 0;
        enum seclang_linear_answer answer = seclang_linear_ask(
            &end, scratch, sk_str_of(cases[i].pattern), sk_str_of(cases[i].text));

        if (answer != cases[i].answer)
            fail_msg("/%s/ \"%s\": %d", cases[i].pattern, cases[i].text, answer);
        if (answer == SECLANG_LINEAR_YES) assert_int_equal(end, cases[i].end);
    }
    seclang_scratch_free(scratch);
}

/* ── the promise ── */

enum { MADE = 30, OTHERS = 10, /* texts for each pattern */ RANDOM_PATTERNS = 20000 };

struct tally {
    size_t pairs, yes, no, maybe, unknown;
};

struct subject {
    sk_str pattern;
    pcre2_code *code;
    struct seclang_scratch *scratch;
};

/* PCRE2 may give up; then there is nothing to compare with. */
static void
hold(struct tally *tally, const struct subject *s, sk_str text)
{
    size_t end = 0;
    enum seclang_linear_answer answer = seclang_linear_ask(&end, s->scratch, s->pattern, text);
    int rc = pcre2_match(s->code, (PCRE2_SPTR)text.p, text.n, 0, 0, s->scratch->match, NULL);

    tally->pairs++;
    if (rc < PCRE2_ERROR_NOMATCH) {
        tally->unknown++;
        return;
    }
    tally->yes += answer == SECLANG_LINEAR_YES;
    tally->no += answer == SECLANG_LINEAR_NO;
    tally->maybe += answer == SECLANG_LINEAR_MAYBE;
    if (answer == (rc >= 0 ? SECLANG_LINEAR_NO : SECLANG_LINEAR_YES))
        fail_msg("PCRE2 says %d of /%.*s/ \"%.*s\"", rc, SK_ARG(s->pattern), SK_ARG(text));
}

static void
hold_pattern(struct tally *tally, struct subject *s, const struct texts *attacks)
{
    static char text[TEXT_MOST];

    if (sk_failed(seclang_pcre_compile(&s->code, s->pattern, SECLANG_RX_OPTIONS)))
        fail_msg("no pattern: %.*s", SK_ARG(s->pattern));
    pcre2_jit_compile(s->code, PCRE2_JIT_COMPLETE);
    for (unsigned i = 0; i < MADE; i++)
        hold(tally, s, made(text, s->pattern));
    for (unsigned i = 0; i < OTHERS; i++)
        hold(tally, s, scrambled(text, s->pattern));
    for (unsigned i = 0; i < OTHERS && attacks->count; i++)
        hold(tally, s, mutated(text, attacks->text[pick((unsigned)attacks->count)]));
    pcre2_code_free(s->code);
}

static void
linear__agrees_with_pcre2_on_the_core_rule_set(void **state)
{
    static struct texts patterns, attacks;
    struct tally tally = { 0 };
    struct subject s = { .scratch = scratch_new() };
    sk_arena *mem = sk_arena_new(1 << 20);

    (void)state;
    patterns.mem = attacks.mem = mem;
    each_file(&patterns, "/usr/share/modsecurity-crs/rules/*.conf", take_patterns);
    each_file(&attacks, SOURCE_DIR "/../shared/data/crs-3.3.4-tests/*/*.yaml", take_attacks);
    if (patterns.count == 0) skip();
    for (size_t i = 0; i < patterns.count; i++) {
        s.pattern = patterns.text[i];
        hold_pattern(&tally, &s, &attacks);
    }
    print_message("%zu patterns, %zu pairs, %zu yes, %zu no, %zu maybe, %zu unknown to PCRE2\n",
                  patterns.count, tally.pairs, tally.yes, tally.no, tally.maybe, tally.unknown);
    assert_true(tally.yes > tally.pairs / 20 && tally.no > tally.pairs / 10);
    assert_true(tally.maybe < tally.pairs / 20);
    sk_arena_free(mem);
    seclang_scratch_free(s.scratch);
}

static void
linear__agrees_with_pcre2_on_random_patterns(void **state)
{
    static char pattern[512], text[TEXT_MOST];
    struct tally tally = { 0 };
    struct subject s = { .scratch = scratch_new() };

    (void)state;
    for (unsigned i = 0; i < RANDOM_PATTERNS; i++) {
        s.pattern = random_pattern(pattern);
        if (sk_failed(seclang_pcre_compile(&s.code, s.pattern, SECLANG_RX_OPTIONS))) continue;
        for (unsigned k = 0; k < 10; k++)
            hold(&tally, &s, random_text(text));
        pcre2_code_free(s.code);
    }
    print_message("%zu pairs, %zu yes, %zu no, %zu maybe\n", tally.pairs, tally.yes, tally.no,
                  tally.maybe);
    assert_true(tally.yes > 1000 && tally.no > 1000);
    seclang_scratch_free(s.scratch);
}

/* ── work ── */

/* Of such texts PCRE2 needs the square of their length, or gives up. */
static void
linear__asks_for_no_more_work_by_the_byte_in_longer_texts(void **state)
{
    static const sk_str pattern = SK_STR("(?:\\|\\s*)+[\\w|]+/[\\w|]*(?:cat|nc)\\b");
    struct seclang_scratch *scratch = scratch_new();
    enum { SIZE = 1 << 20 };
    char *text = malloc(SIZE);
    size_t end;

    (void)state;
    assert_non_null(text);
    memset(text, '|', SIZE);
    memcpy(text + SIZE - 6, "/x nc ", 6);
    assert_int_equal(seclang_linear_ask(&end, scratch, pattern, (sk_str){ text, SIZE }),
                     SECLANG_LINEAR_NO);
    memcpy(text + SIZE - 6, "/xxnc ", 6);
    assert_int_equal(seclang_linear_ask(&end, scratch, pattern, (sk_str){ text, SIZE }),
                     SECLANG_LINEAR_YES);
    assert_int_equal(end, SIZE - 1);
    free(text);
    seclang_scratch_free(scratch);
}

/* Ever new states: bytes at random under counted repetitions. */
static void
linear__gives_up_where_every_byte_needs_a_new_state(void **state)
{
    static const sk_str pattern = SK_STR("(?:a.{200}b.{200}c|b.{300}a.{100}a|[ab].{150}x)z");
    struct seclang_scratch *scratch = scratch_new();
    enum { SIZE = 1 << 17 };
    char *text = malloc(SIZE);
    size_t end;

    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < SIZE; i++)
        text[i] = "abcd"[pick(4)];
    assert_int_equal(seclang_linear_ask(&end, scratch, pattern, (sk_str){ text, SIZE }),
                     SECLANG_LINEAR_MAYBE);
    free(text);
    seclang_scratch_free(scratch);
}

static void
linear__knows_the_patterns_it_was_asked_last(void **state)
{
    struct seclang_scratch *scratch = scratch_new();
    char pattern[] = "a0";
    size_t end;

    (void)state;
    assert_false(seclang_linear_knows(scratch, SK_STR("a0")));
    for (int i = 0; i <= SECLANG_LINEAR_KEPT; i++) {
        pattern[1] = (char)('0' + i);
        seclang_linear_ask(&end, scratch, (sk_str){ pattern, 2 }, SK_STR("x"));
    }
    assert_false(seclang_linear_knows(scratch, SK_STR("a0")));
    assert_true(seclang_linear_knows(scratch, SK_STR("a1")));
    assert_true(seclang_linear_knows(scratch, SK_STR("a8")));
    seclang_scratch_free(scratch);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear__answers_no_yes_or_maybe),
        cmocka_unit_test(linear__agrees_with_pcre2_on_the_core_rule_set),
        cmocka_unit_test(linear__agrees_with_pcre2_on_random_patterns),
        cmocka_unit_test(linear__asks_for_no_more_work_by_the_byte_in_longer_texts),
        cmocka_unit_test(linear__gives_up_where_every_byte_needs_a_new_state),
        cmocka_unit_test(linear__knows_the_patterns_it_was_asked_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
