/* The loose look against the transformations themselves. */
#include "seclang/op/loose.h"

#include "base/pick_test.h"
#include "seclang/op/op.h"
#include "seclang/tf/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { TEXT = 300, ROUNDS = 20000 };

static sk_str
random_literal(char out[20])
{
    static const char bytes[] = "aabkK<>. ";
    size_t n = pick(20);

    for (size_t i = 0; i < n; i++)
        out[i] = bytes[pick(sizeof(bytes) - 1)];
    return (sk_str){ out, n };
}

/* The literal's bytes, torn apart at times, between others. */
static sk_str
random_text(char out[TEXT + SECLANG_BULK_BEHIND], sk_str literal)
{
    static const char between[] = "aabK<> \t\n\v\0\xa0";
    size_t n = 0, from = pick(200);

    memset(out, 'k', TEXT + SECLANG_BULK_BEHIND);
    while (n < from)
        out[n++] = between[pick(sizeof(between) - 1)];
    for (size_t i = 0; i < literal.n; i++) {
        out[n++] = literal.p[i];
        while (pick(3) == 0 && n < TEXT - 60)
            out[n++] = between[pick(30) ? 6 + pick(6) : pick(6)];
    }
    for (unsigned i = pick(40); i > 0; i--)
        out[n++] = between[pick(sizeof(between) - 1)];
    return (sk_str){ out, n };
}

static sk_str
transformed(sk_arena *mem, sk_str text, bool blanks)
{
    if (blanks)
        (void)seclang_tf_remove_whitespace(&text, mem, text, NULL);
    else
        (void)seclang_tf_remove_nulls(&text, mem, text, NULL);
    (void)seclang_tf_lowercase(&text, mem, text, NULL);
    return text;
}

static void
loose__misses_nothing_that_transformed_texts_hold(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    unsigned found = 0, told = 0;

    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        char literal_bytes[20], text_bytes[TEXT + SECLANG_BULK_BEHIND];
        sk_str literal = random_literal(literal_bytes);
        sk_str text = random_text(text_bytes, literal);
        bool may = seclang_loose_in(text, literal);
        bool is = sk_str_find(transformed(mem, text, i % 2), literal) != SIZE_MAX;

        if (is && !may) fail_msg("\"%.*s\" in \"%.*s\"", SK_ARG(literal), SK_ARG(text));
        found += is;
        told += may;
        sk_arena_reset(mem);
    }
    print_message("%u of %u\n", found, told);
    assert_true(found > ROUNDS / 10);
    assert_true(told < ROUNDS * 9 / 10);
    sk_arena_free(mem);
}

static void
loose__tells_by_bytes_in_order(void **state)
{
    static const struct {
        const char *text;
        bool may;
    } cases[] = {
        { "<title>punkholicshell</title>", true },
        { "x <Title>\n Punk Holic\tShell </ t\xa0itle> y", true },
        { "<title>punkholicshell</title", false },
        { "title>punkholicshell</title>", false },
        { "<title>punkholicxshell</title>", false },
        { "p u n p un <title>punkholic", false },
        { "", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128 + SECLANG_BULK_BEHIND] = { 0 };

        memcpy(text, cases[i].text, strlen(cases[i].text));
        if (seclang_loose_in(sk_str_of(text), SK_STR("<title>punkholicshell</title>")) !=
            cases[i].may)
            fail_msg("%s", cases[i].text);
    }
}

static void
loose__is_unsure_of_what_is_too_short_or_too_long(void **state)
{
    static char none[SECLANG_BULK_BEHIND], many[SECLANG_LOOSE_MOST + 1];

    (void)state;
    memset(many, 'x', sizeof(many));
    assert_true(seclang_loose_in((sk_str){ none, 0 }, SK_STR("a bc")));
    assert_true(seclang_loose_in((sk_str){ none, 0 }, (sk_str){ many, sizeof(many) }));
    assert_false(seclang_loose_in((sk_str){ none, 0 }, SK_STR("a bcd")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loose__misses_nothing_that_transformed_texts_hold),
        cmocka_unit_test(loose__tells_by_bytes_in_order),
        cmocka_unit_test(loose__is_unsure_of_what_is_too_short_or_too_long),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
