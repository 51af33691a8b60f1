/* Grams: which are chosen. That none refuses what matches is shown in filter_regex_test.c. */
#include "seclang/op/grams.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* What is looked for, as folded text: "qxz uni"; empty: nothing is known. */
static const struct {
    const char *pattern, *grams;
} cases[] = {
    { "union.*?select", "lec" },
    { "UNION", "uni" },
    { "(?i)unless\\W+", "unl" },
    { "jquery|axios", "axi jqu" },
    { "(?:get|put)\\d*", "get put" },
    { "a(?:bc|d)e", "abc ade" },
    { "colou?rs", "col" }, /* what may be missing ends what is known */
    { "x{2}yz", "xyz" },   /* the seam between repeated and plain text */
    { "[kK]ey", "key" },
    { "\\bmysql\\b", "ysq" },
    { "foo(?=bar)", "foo" },
    { "^<\\?php", "<?p" },
    { "ab", "" },
    { ".*", "" },
    { "abc|de", "" },
    { "(abc)?", "" },
    { "(a)b\\1c", "" },
    { "[^a]bc", "" },
    { "(*ACCEPT)abc", "" },
};

static sk_str
text_of(sk_arena *mem, const struct seclang_grams *grams)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < grams->count; i++) {
        if (i) sk_buf_byte(&out, ' ');
        for (unsigned k = 0; k < SECLANG_GRAM; k++)
            sk_buf_byte(&out, (char)(grams->gram[i] >> (8 * k)));
    }
    return out.n ? sk_buf_str(&out) : SK_STR("");
}

static bool
same_set(sk_str a, sk_str b)
{
    sk_str word, rest = a;

    if (a.n != b.n) return false;
    while (sk_str_cut(&word, &rest, ' '))
        if (sk_str_find(b, word) == SIZE_MAX) return false;
    return true;
}

static void
grams__of_a_pattern_are_in_all_its_texts(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct seclang_grams grams;
        sk_str text;

        seclang_grams_of_regex(&grams, mem, sk_str_of(cases[i].pattern));
        text = text_of(mem, &grams);
        if (!same_set(text, sk_str_of(cases[i].grams)))
            print_error("/%s/ looks for \"%.*s\"\n", cases[i].pattern, SK_ARG(text)), bad++;
    }
    assert_int_equal(bad, 0);
}

static void
grams__fold_case_alike_in_patterns_and_texts(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str phrase = SK_STR("/Etc/Passwd");
    struct seclang_grams grams;

    (void)state;
    seclang_grams_of_texts(&grams, mem, &phrase, 1);
    assert_true(seclang_grams_in(&grams, SK_STR("../ETC/PASSWD")));
    assert_false(seclang_grams_in(&grams, SK_STR("etcetera")));
    assert_false(seclang_grams_in(&grams, SK_STR("")));
}

static void
grams__are_unknown_where_a_text_is_too_short(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str phrases[] = { SK_STR("wget"), SK_STR("?>") };
    struct seclang_grams grams;

    (void)state;
    seclang_grams_of_texts(&grams, mem, phrases, 2);
    assert_int_equal(grams.count, 0);
    assert_true(seclang_grams_in(&grams, SK_STR("x")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grams__of_a_pattern_are_in_all_its_texts),
        cmocka_unit_test(grams__fold_case_alike_in_patterns_and_texts),
        cmocka_unit_test(grams__are_unknown_where_a_text_is_too_short),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
