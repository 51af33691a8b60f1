/* Bulk matching: whatever PCRE2 matches is a candidate, for the patterns of the response rules. */
#include "seclang/op/rules_test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>

#include <cmocka.h>

struct world {
    sk_arena *mem;
    struct seclang_bulk *bulk;
    struct seclang_scratch *scratch;
};

static struct world
open_on(sk_arena *mem, const struct seclang_bulk_ask *asks, size_t count)
{
    struct world w = { .mem = mem };

    assert_false(sk_failed(seclang_bulk_new(&w.bulk, w.mem, NULL, asks, count)));
    assert_false(sk_failed(seclang_scratch_new(&w.scratch)));
    return w;
}

static struct world
open_asks(const struct seclang_bulk_ask *asks, size_t count)
{
    return open_on(sk_arena_new(0), asks, count);
}

static struct world
open_patterns(const sk_str *patterns, size_t count)
{
    sk_arena *mem = sk_arena_new(0);
    struct seclang_bulk_ask *asks = sk_array(mem, count + 1, sizeof(*asks));

    for (size_t i = 0; i < count; i++)
        asks[i].pattern = patterns[i];
    return open_on(mem, asks, count);
}

static void
close_world(struct world *w)
{
    seclang_bulk_free(w->bulk);
    seclang_scratch_free(w->scratch);
    sk_arena_free(w->mem);
}

/* As a scan wants it: with zero bytes behind. */
static void
scan(const struct world *w, sk_str s, struct seclang_bulk_hit *hits)
{
    static char text[TEXT_MOST + SECLANG_BULK_BEHIND];

    if (s.n > 0) memcpy(text, s.p, s.n);
    memset(text + s.n, 0, SECLANG_BULK_BEHIND);
    seclang_bulk_scan(w->bulk, w->scratch, (sk_str){ text, s.n }, hits);
}

static void
bulk__tells_which_patterns_may_match(void **state)
{
    static const sk_str patterns[] = { { "foo", 3 },    { "b[ae]r", 6 }, { "(?=x)xyz", 8 },
                                       { "^$", 2 },     { "(a)\\1", 5 }, { "end$", 4 },
                                       { "(?>q)uz", 7 } };
    struct seclang_bulk_hit hits[7];
    struct world w = open_patterns(patterns, 7);

    (void)state;
    scan(&w, SK_STR("a ber at the end"), hits);
    assert_int_equal(hits[0].may, 0);
    assert_int_equal(hits[1].may, 1);
    assert_int_equal(hits[2].may, 0); /* widened: xyz */
    assert_int_equal(hits[3].may, 1); /* may match the empty text: always */
    assert_int_equal(hits[4].may, 1);
    assert_int_equal(hits[5].may, 1);
    assert_int_equal(hits[6].may, 0);
    scan(&w, (sk_str){ 0 }, hits);
    assert_int_equal(hits[1].may, 0);
    assert_int_equal(hits[3].may, 1);
    close_world(&w);
}

static void
bulk__widens_negated_classes(void **state)
{
    static const sk_str patterns[] = { { "Table '[^']+' doesn't", 21 }, { "none", 4 } };
    struct seclang_bulk_hit hits[2];
    struct world w = open_patterns(patterns, 2);

    (void)state;
    scan(&w, SK_STR("x"), hits);
    assert_int_equal(hits[0].may, 0);
    assert_int_equal(hits[1].may, 0);
    scan(&w, SK_STR("Table 'a' doesn't"), hits);
    assert_int_equal(hits[0].may, 1);
    close_world(&w);
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
    struct seclang_bulk_hit hits[COUNT];
    struct world w;

    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        patterns[i] = sk_str_of(cases[i].pattern);
    w = open_patterns(patterns, COUNT);
    scan(&w, SK_STR("afoo foo\\ foo more"), hits);
    for (size_t i = 0; i < COUNT; i++)
        if (hits[i].may != cases[i].candidate) fail_msg("%s", cases[i].pattern);
    close_world(&w);
}

static void
bulk__tells_whose_phrases_are_there(void **state)
{
    static const sk_str first[] = { { "alpha", 5 }, { "be\0ta", 5 }, { "xyz", 3 } };
    static const sk_str second[] = { { "Alpha", 5 }, { "(gamma)", 7 } };
    static const struct seclang_bulk_ask asks[] = {
        { .kind = SECLANG_ASK_PHRASES, .phrase = first, .phrase_count = 3 },
        { .pattern = { "g[a]m", 5 } },
        { .kind = SECLANG_ASK_PHRASES, .phrase = second, .phrase_count = 2 },
        { .pattern = { "^$", 2 } }
    };
    static const struct {
        sk_str text;
        unsigned char candidates[4];
    } cases[] = {
        { { "none", 4 }, { 0, 0, 0, 1 } },         { { "ALPHA", 5 }, { 1, 0, 1, 1 } },
        { { "see BE\0TA", 9 }, { 1, 0, 0, 1 } },   { { "a (GAMma)", 9 }, { 0, 0, 1, 1 } },
        { { "(gamma) Xyz", 11 }, { 1, 1, 1, 1 } }, { { "alph", 4 }, { 0, 0, 0, 1 } },
        { { NULL, 0 }, { 0, 0, 0, 1 } },
    };
    struct seclang_bulk_hit hits[4];
    struct world w;

    (void)state;
    w = open_asks(asks, 4);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scan(&w, cases[i].text, hits);
        for (unsigned k = 0; k < 4; k++)
            assert_int_equal(hits[k].may, cases[i].candidates[k]);
    }
    close_world(&w);
}

/* More than are looked for at once: their owner is always a candidate, the others are not. */
static void
bulk__leaves_too_many_phrases_to_their_operator(void **state)
{
    static sk_str many[SECLANG_BULK_PHRASES];
    static const sk_str one[] = { { "one", 3 } };
    struct seclang_bulk_ask asks[] = {
        { .kind = SECLANG_ASK_PHRASES, .phrase = one, .phrase_count = 1 },
        { .kind = SECLANG_ASK_PHRASES, .phrase = many, .phrase_count = SECLANG_BULK_PHRASES }
    };
    struct seclang_bulk_hit hits[2];
    struct world w;

    (void)state;
    for (size_t i = 0; i < SECLANG_BULK_PHRASES; i++)
        many[i] = SK_STR("phrase");
    w = open_asks(asks, 2);
    scan(&w, SK_STR("two"), hits);
    assert_int_equal(hits[0].may, 0);
    assert_int_equal(hits[1].may, 1);
    close_world(&w);
}

static void
bulk__of_nothing_is_allowed(void **state)
{
    struct world w = open_patterns(NULL, 0);

    (void)state;
    scan(&w, SK_STR("x"), NULL);
    close_world(&w);
}

/* What a body in lower case, or without blanks, may hold. */
static void
bulk__looks_through_case_and_blanks(void **state)
{
    static const struct seclang_bulk_ask asks[] = {
        { .kind = SECLANG_ASK_LITERAL, .pattern = { "short", 5 } },
        { .kind = SECLANG_ASK_LITERAL, .pattern = { "a longer one", 12 } },
        { .kind = SECLANG_ASK_LOOSE, .pattern = { "torn", 4 } },
        { .kind = SECLANG_ASK_PATTERN, .lower = true, .pattern = { "[^A-Z]old+", 10 } },
        { .kind = SECLANG_ASK_PATTERN, .pattern = { "[^A-Z]old+", 10 } },
    };
    static const struct {
        const char *text, *may;
    } cases[] = {
        { "none", "00000" },          { "a SHORT one", "10000" }, { "A LONGER ONE", "01000" },
        { "T o\tR\nn off", "00100" }, { "BOLD", "00010" },        { "bold", "00011" },
    };
    struct seclang_bulk_hit hits[5];
    struct world w;

    (void)state;
    w = open_asks(asks, 5);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scan(&w, sk_str_of(cases[i].text), hits);
        for (unsigned k = 0; k < 5; k++)
            if (hits[k].may != (cases[i].may[k] == '1')) fail_msg("%u: %s", k, cases[i].text);
    }
    close_world(&w);
}

/* In place of @pm itself: the phrase that ends first, the longest of those that end there. */
static void
bulk__answers_as_pm_does(void **state)
{
    static const sk_str phrases[] = { { "Warning", 7 },
                                      { "a warning", 9 },
                                      { "arn", 3 },
                                      { "a WARNING", 9 },
                                      { "in the end of it", 16 } };
    static const struct seclang_bulk_ask ask = { .kind = SECLANG_ASK_PHRASES,
                                                 .phrase = phrases,
                                                 .phrase_count = 5 };
    static const struct {
        const char *text, *phrase;
    } cases[] = {
        { "xWarning", "arn" },
        { "in the end of it a warning", "in the end of it" },
        { "warm", NULL },
    };
    struct seclang_bulk_hit hit;
    struct world w;

    (void)state;
    w = open_asks(&ask, 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scan(&w, sk_str_of(cases[i].text), &hit);
        assert_int_equal(hit.may, cases[i].phrase != NULL);
        assert_int_equal(hit.phrase != NULL, cases[i].phrase != NULL);
        if (hit.phrase) assert_string_equal(sk_str_zcopy(w.mem, *hit.phrase), cases[i].phrase);
    }
    close_world(&w);
}

/* Vectorscan loses a byte that it looks for alone: who looks for less than two is asked always.
 */
static void
bulk__leaves_what_is_too_short_to_its_operator(void **state)
{
    static const sk_str phrases[] = { { "long enough", 11 }, { "y", 1 } };
    static const struct seclang_bulk_ask asks[] = {
        { .pattern = { "x", 1 } },
        { .pattern = { ".x", 2 } },
        { .pattern = { "x|long", 6 } },
        { .pattern = { "xy", 2 } },
        { .kind = SECLANG_ASK_PHRASES, .phrase = phrases, .phrase_count = 2 },
    };
    struct seclang_bulk_hit hits[5];
    struct world w;

    (void)state;
    w = open_asks(asks, 5);
    scan(&w, SK_STR("it is long enough"), hits);
    for (unsigned k = 0; k < 5; k++)
        assert_int_equal(hits[k].may, k != 3);
    assert_null(hits[4].phrase); /* not known: "y" was not looked for */
    close_world(&w);
}

/* ── the promise ── */

enum { MADE = 40, FILLING = 700 };

/* The same with something before it and behind it. */
static sk_str
far(char *out, sk_str s)
{
    static const char filling[] = "ab eo\n<_.";
    size_t before = pick(FILLING), behind = pick(FILLING);

    if (s.n + before + behind > TEXT_MOST) return s;
    memmove(out + before, s.p, s.n);
    for (size_t i = 0; i < before; i++)
        out[i] = filling[pick(sizeof(filling) - 1)];
    for (size_t i = 0; i < behind; i++)
        out[before + s.n + i] = filling[pick(sizeof(filling) - 1)];
    return (sk_str){ out, before + s.n + behind };
}

static unsigned
matches(const pcre2_code *code, pcre2_match_data *match, sk_str text)
{
    return pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, match, NULL) >= 0;
}

static void
bulk__never_misses_what_a_response_rule_matches(void **state)
{
    static struct texts patterns;
    static struct seclang_bulk_hit hits[LIST_MOST];
    static char text[TEXT_MOST];
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    struct world w;
    size_t pairs = 0, found = 0, asked = 0;

    (void)state;
    patterns.mem = sk_arena_new(1 << 16);
    each_file(&patterns, "/usr/share/modsecurity-crs/rules/RESPONSE-95*.conf", take_patterns);
    if (patterns.count == 0) skip();
    w = open_patterns(patterns.text, patterns.count);
    for (size_t i = 0; i < patterns.count * MADE; i++) {
        sk_str s = made(text, patterns.text[i % patterns.count]);

        scan(&w, s, hits);
        for (size_t k = 0; k < patterns.count; k++)
            asked += hits[k].may;
        pairs += patterns.count;
    }
    for (size_t k = 0; k < patterns.count; k++) {
        pcre2_code *code;

        assert_false(sk_failed(seclang_pcre_compile(&code, patterns.text[k], SECLANG_RX_OPTIONS)));
        for (size_t i = 0; i < patterns.count + MADE; i++) {
            size_t from = i < patterns.count ? i : k;
            sk_str s = made(text, patterns.text[from]);

            if (i % 2) s = far(text, s);
            if (!matches(code, match, s)) continue;
            found++;
            scan(&w, s, hits);
            if (!hits[k].may)
                fail_msg("missed: /%.*s/ \"%.*s\"", SK_ARG(patterns.text[k]), SK_ARG(s));
        }
        pcre2_code_free(code);
    }
    print_message("%zu patterns, %zu pairs, %zu candidates, %zu matches\n", patterns.count, pairs,
                  asked, found);
    assert_true(found > patterns.count);
    assert_true(asked < pairs / 2);
    close_world(&w);
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
        cmocka_unit_test(bulk__looks_through_case_and_blanks),
        cmocka_unit_test(bulk__answers_as_pm_does),
        cmocka_unit_test(bulk__leaves_what_is_too_short_to_its_operator),
        cmocka_unit_test(bulk__of_nothing_is_allowed),
        cmocka_unit_test(bulk__never_misses_what_a_response_rule_matches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
