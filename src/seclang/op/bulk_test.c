/* Bulk matching: whatever PCRE2 matches is a candidate, for the patterns of the response rules. */
#include "seclang/op/rules_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

/* As a scan wants it: with zero bytes behind. */
static void
scan(const struct seclang_bulk *bulk, struct seclang_scratch *scratch, sk_str s,
     unsigned char *candidates)
{
    static char text[TEXT_MOST + SECLANG_BULK_BEHIND];

    if (s.n > 0) memcpy(text, s.p, s.n);
    memset(text + s.n, 0, SECLANG_BULK_BEHIND);
    seclang_bulk_scan(bulk, scratch, (sk_str){ text, s.n }, candidates);
}

static struct seclang_bulk *
open_bulk(struct seclang_scratch **scratch, sk_arena *mem, const sk_str *patterns, size_t count)
{
    struct seclang_bulk *bulk;
    struct seclang_bulk_ask *asks = sk_array(mem, count + 1, sizeof(*asks));

    for (size_t i = 0; i < count; i++)
        asks[i].pattern = patterns[i];
    assert_false(sk_failed(seclang_bulk_new(&bulk, mem, NULL, asks, count)));
    assert_false(sk_failed(seclang_scratch_new(scratch)));
    return bulk;
}

static void
bulk__tells_which_patterns_may_match(void **state)
{
    static const sk_str patterns[] = { { "foo", 3 },   { "b[ae]r", 6 }, { "(?=x)x", 6 },
                                       { "^$", 2 },    { "(a)\\1", 5 }, { "end$", 4 },
                                       { "(?>q)z", 6 } };
    unsigned char candidates[7];
    struct seclang_scratch *scratch;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk *bulk = open_bulk(&scratch, mem, patterns, 7);

    (void)state;
    scan(bulk, scratch, SK_STR("a ber at the end"), candidates);
    assert_int_equal(candidates[0], 0);
    assert_int_equal(candidates[1], 1);
    assert_int_equal(candidates[2], 0); /* widened: x */
    assert_int_equal(candidates[3], 1); /* may match the empty text: always */
    assert_int_equal(candidates[4], 1);
    assert_int_equal(candidates[5], 1);
    assert_int_equal(candidates[6], 0);
    scan(bulk, scratch, (sk_str){ 0 }, candidates);
    assert_int_equal(candidates[1], 0);
    assert_int_equal(candidates[3], 1);
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    sk_arena_free(mem);
}

static void
bulk__widens_negated_classes(void **state)
{
    static const sk_str patterns[] = { { "Table '[^']+' doesn't", 21 }, { "none", 4 } };
    unsigned char candidates[2];
    struct seclang_scratch *scratch;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk *bulk = open_bulk(&scratch, mem, patterns, 2);

    (void)state;
    scan(bulk, scratch, SK_STR("x"), candidates);
    assert_int_equal(candidates[0], 0);
    assert_int_equal(candidates[1], 0);
    scan(bulk, scratch, SK_STR("Table 'a' doesn't"), candidates);
    assert_int_equal(candidates[0], 1);
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    sk_arena_free(mem);
}

/* 1: candidates of a text that has before its end what they look for at its end. */
static void
bulk__widens_what_asks_for_the_end(void **state)
{
    static const struct {
        const char *pattern;
        unsigned char candidate;
    } cases[] = {
        { "foo$", 1 },      { "\\$foo", 0 },      { "[$]foo", 0 },     { "[a$]foo$", 1 },
        { "foo\\\\$", 1 },  { "foo\\z", 1 },      { "[]$]foo", 0 },    { "[^]$]foo", 1 },
        { "[\\]$]foo", 0 }, { "(?x)foo [$]", 0 }, { "\\Q$\\Efoo", 0 }, { "(?i:\\$_get)", 0 },
    };
    enum { COUNT = sizeof cases / sizeof *cases };
    sk_str patterns[COUNT];
    unsigned char candidates[COUNT];
    struct seclang_scratch *scratch;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk *bulk;

    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        patterns[i] = sk_str_of(cases[i].pattern);
    bulk = open_bulk(&scratch, mem, patterns, COUNT);
    scan(bulk, scratch, SK_STR("afoo foo\\ foo more"), candidates);
    for (size_t i = 0; i < COUNT; i++)
        if (candidates[i] != cases[i].candidate) fail_msg("%s", cases[i].pattern);
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    sk_arena_free(mem);
}

static void
bulk__tells_whose_phrases_are_there(void **state)
{
    static const sk_str first[] = { { "alpha", 5 }, { "be\0ta", 5 }, { "x", 1 } };
    static const sk_str second[] = { { "Alpha", 5 }, { "(gamma)", 7 } };
    static const struct seclang_bulk_ask asks[] = { { .phrase = first, .phrase_count = 3 },
                                                    { .pattern = { "g[a]m", 5 } },
                                                    { .phrase = second, .phrase_count = 2 },
                                                    { .pattern = { "^$", 2 } } };
    static const struct {
        sk_str text;
        unsigned char candidates[4];
    } cases[] = {
        { { "none", 4 }, { 0, 0, 0, 1 } },       { { "ALPHA", 5 }, { 1, 0, 1, 1 } },
        { { "see BE\0TA", 9 }, { 1, 0, 0, 1 } }, { { "a (GAMma)", 9 }, { 0, 0, 1, 1 } },
        { { "(gamma) X", 9 }, { 1, 1, 1, 1 } },  { { "alph", 4 }, { 0, 0, 0, 1 } },
        { { NULL, 0 }, { 0, 0, 0, 1 } },
    };
    unsigned char candidates[4];
    struct seclang_scratch *scratch;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk *bulk;

    (void)state;
    assert_false(sk_failed(seclang_bulk_new(&bulk, mem, NULL, asks, 4)));
    assert_false(sk_failed(seclang_scratch_new(&scratch)));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scan(bulk, scratch, cases[i].text, candidates);
        assert_memory_equal(candidates, cases[i].candidates, 4);
    }
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    sk_arena_free(mem);
}

/* More than are looked for at once: their owner is always a candidate, the others are not. */
static void
bulk__leaves_too_many_phrases_to_their_operator(void **state)
{
    static sk_str many[SECLANG_BULK_PHRASES];
    static const sk_str one[] = { { "one", 3 } };
    struct seclang_bulk_ask asks[] = { { .phrase = one, .phrase_count = 1 },
                                       { .phrase = many, .phrase_count = SECLANG_BULK_PHRASES } };
    unsigned char candidates[2];
    struct seclang_scratch *scratch;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk *bulk;

    (void)state;
    for (size_t i = 0; i < SECLANG_BULK_PHRASES; i++)
        many[i] = SK_STR("phrase");
    assert_false(sk_failed(seclang_bulk_new(&bulk, mem, NULL, asks, 2)));
    assert_false(sk_failed(seclang_scratch_new(&scratch)));
    scan(bulk, scratch, SK_STR("two"), candidates);
    assert_int_equal(candidates[0], 0);
    assert_int_equal(candidates[1], 1);
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    sk_arena_free(mem);
}

static void
bulk__of_nothing_is_allowed(void **state)
{
    struct seclang_scratch *scratch;
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk *bulk = open_bulk(&scratch, mem, NULL, 0);

    (void)state;
    scan(bulk, scratch, SK_STR("x"), NULL);
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    sk_arena_free(mem);
}

/* ── the promise ── */

enum { MADE = 40 };

static unsigned
matches(const pcre2_code *code, pcre2_match_data *match, sk_str text)
{
    return pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, match, NULL) >= 0;
}

static void
bulk__never_misses_what_a_response_rule_matches(void **state)
{
    static struct texts patterns;
    static unsigned char candidates[LIST_MOST];
    static char text[TEXT_MOST];
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    struct seclang_scratch *scratch;
    struct seclang_bulk *bulk;
    size_t pairs = 0, found = 0, asked = 0;

    (void)state;
    patterns.mem = sk_arena_new(1 << 16);
    each_file(&patterns, "/usr/share/modsecurity-crs/rules/RESPONSE-95*.conf", take_patterns);
    if (patterns.count == 0) skip();
    bulk = open_bulk(&scratch, patterns.mem, patterns.text, patterns.count);
    for (size_t i = 0; i < patterns.count * MADE; i++) {
        sk_str s = made(text, patterns.text[i % patterns.count]);

        scan(bulk, scratch, s, candidates);
        for (size_t k = 0; k < patterns.count; k++)
            asked += candidates[k];
        pairs += patterns.count;
    }
    for (size_t k = 0; k < patterns.count; k++) {
        pcre2_code *code;

        assert_false(sk_failed(seclang_pcre_compile(&code, patterns.text[k], SECLANG_RX_OPTIONS)));
        for (size_t i = 0; i < patterns.count + MADE; i++) {
            size_t from = i < patterns.count ? i : k;
            sk_str s = made(text, patterns.text[from]);

            if (!matches(code, match, s)) continue;
            found++;
            scan(bulk, scratch, s, candidates);
            if (!candidates[k])
                fail_msg("missed: /%.*s/ \"%.*s\"", SK_ARG(patterns.text[k]), SK_ARG(s));
        }
        pcre2_code_free(code);
    }
    print_message("%zu patterns, %zu pairs, %zu candidates, %zu matches\n", patterns.count, pairs,
                  asked, found);
    assert_true(found > patterns.count);
    assert_true(asked < pairs / 2);
    seclang_bulk_free(bulk);
    seclang_scratch_free(scratch);
    pcre2_match_data_free(match);
    sk_arena_free(patterns.mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bulk__tells_which_patterns_may_match),
        cmocka_unit_test(bulk__widens_negated_classes),
        cmocka_unit_test(bulk__widens_what_asks_for_the_end),
        cmocka_unit_test(bulk__tells_whose_phrases_are_there),
        cmocka_unit_test(bulk__leaves_too_many_phrases_to_their_operator),
        cmocka_unit_test(bulk__of_nothing_is_allowed),
        cmocka_unit_test(bulk__never_misses_what_a_response_rule_matches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
