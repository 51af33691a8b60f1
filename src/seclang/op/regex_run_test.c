/* Runs of patterns: what is sure to be there. */
#include "seclang/op/regex_walk.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct {
    const char *pattern;
    uint32_t run;
} cases[] = {
    { "x", 1 },
    { ".x", 1 },
    { "x|long", 1 },
    { "(?i)x+y", 2 },
    { "x+y+", 2 },
    { "xy*", 1 },
    { "<\\?(?:=|php)?\\s+", 2 },
    { "colou?r[^a]shop", 4 },
    { "a(?:bc|d)e", 3 },
    { "(?:ab){2}c", 3 },
    { "\\bword\\b", 4 },
    { "one(?=two)", 3 },
    { "[0-9]{3}", 0 },
    { "(?:abc)?", 0 },
    { "(a)\\1", 1 },
    { "a(*ACCEPT)b", 0 },
    { "", 0 },
};

static void
run__counts_bytes_that_any_match_has_in_a_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint32_t run = seclang_regex_run(sk_str_of(cases[i].pattern));

        if (run != cases[i].run) fail_msg("/%s/: %u", cases[i].pattern, run);
    }
}

static void
local__is_what_the_text_around_does_not_decide(void **state)
{
    static const struct {
        const char *pattern;
        bool local;
    } patterns[] = {
        { "\\bselect.+?from$", true },
        { "(?i)^a[b-d]{2,}", true },
        { "x(?=y)", false },
        { "x(?!y)", false },
        { "(?<=x)y", false },
        { "(?>x+)y", false },
        { "x++y", false },
        { "(x)\\1", false },
        { "x\\Ky", false },
        { "\\Gx", false },
        { "(?m)^x", false },
        { "x\\Z", false },
        { "(?(1)x)", false },
        { "x(*ACCEPT)", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
        if (seclang_regex_is_local(sk_str_of(patterns[i].pattern)) != patterns[i].local)
            fail_msg("/%s/", patterns[i].pattern);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__counts_bytes_that_any_match_has_in_a_row),
        cmocka_unit_test(local__is_what_the_text_around_does_not_decide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
