#include "personal/token.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NAME    "skn0bp1cq2dr3es4ft5"
#define READING "ヲヲアスハイセヒウタフエチヘ"

/* Tokens of all kinds and ways of writing, and what nearly is one, close together. */
static const char text[] =
    "\\n" NAME NAME "x 090-0123-4567-8 0900123-4567 de" NAME " &commat;&#48;90-0123-4567<br>\\u53f7"
    "090012345671234-05-06 %E3%83%B2" READING "をを" READING "+81 (0)90-0123-4567%2"
    "%73ke0bp1cq2dr3es4f&#116;5&#064;s&#101;kisho%2Einv&#97;lid 1234年5月6日"
    "%E3%83%B2%E3%83%B2%E3%82%A2%E3%82%B9%E3%83%8F%E3%82%A4%E3%82%BB%E3%83%92%E3%82%A6%E3%82%BF"
    "%E3%83%95%E3%82%A8%E3%83%81%E3%83%98"
    "ske0bp1cq2dr3es4ft5@sekisho.invali" NAME " 12-090-0123-4567 ０９０－０１２３－４５６７";

struct heard {
    struct sk_buf all;   /* every byte that came out */
    struct sk_buf marks; /* offset, length, canonical form of each token */
};

static void
hear(void *ctx, const struct personal_part *part)
{
    struct heard *heard = ctx;

    assert_int_equal(part->at, heard->all.n);
    sk_buf_add(&heard->all, part->text);
    if (part->token)
        sk_buf_printf(&heard->marks, "%llu+%zu %.*s\n", (unsigned long long)part->at, part->text.n,
                      SK_ARG(personal_token_str(part->token)));
}

static sk_str
whole(sk_arena *mem, sk_str all)
{
    struct sk_buf marks = { .mem = mem };
    struct personal_found f;

    for (size_t at = 0; personal_token_find(&f, all, at); at = f.at + f.n)
        sk_buf_printf(&marks, "%zu+%zu %.*s\n", f.at, f.n, SK_ARG(personal_token_str(&f.token)));
    return sk_buf_str(&marks);
}

/* Fed in pieces of `size`, of which the first has `first`. */
static void
is_the_same(sk_str all, sk_str marks, size_t first, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct heard heard = { { .mem = mem }, { .mem = mem } };
    struct personal_scan scan = { 0 };

    personal_scan_feed(&scan, sk_str_first(all, first), hear, &heard);
    for (sk_str rest = sk_str_from(all, first); rest.n; rest = sk_str_from(rest, size)) {
        personal_scan_feed(&scan, sk_str_first(rest, size), hear, &heard);
        assert_true(scan.n <= PERSONAL_SCAN_TAIL);
    }
    personal_scan_end(&scan, hear, &heard);
    assert_true(sk_str_eq(sk_buf_str(&heard.all), all));
    assert_true(sk_str_eq(sk_buf_str(&heard.marks), marks));
}

static void
scan__finds_the_same_wherever_the_text_is_cut(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str all = sk_str_of(text), marks = whole(mem, all);

    for (size_t size = 1; size < 400; size++)
        for (size_t first = 0; first < size; first += size < 8 ? 1 : 7)
            is_the_same(all, marks, first, size);
}

static void
scan__finds_what_lies_deep_in_a_large_piece(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf large = { .mem = mem };

    for (int i = 0; i < 3000; i++)
        sk_buf_add(&large, i % 1000 == 999 ? sk_str_of(text) : SK_STR("これはただの文です。\n"));
    sk_str all = sk_buf_str(&large), marks = whole(mem, all);
    assert_true(marks.n > 300);
    is_the_same(all, marks, all.n, 1);
    is_the_same(all, marks, 1, all.n);
    is_the_same(all, marks, 5000, 65536);
}

static void
scan__gives_out_at_once_what_cannot_be_a_token(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct heard heard = { { .mem = mem }, { .mem = mem } };
    struct personal_scan scan = { 0 };

    personal_scan_feed(&scan, SK_STR("<p>Hello, world</p>"), hear, &heard);
    assert_true(scan.n <= 2);
    personal_scan_feed(&scan, SK_STR("skn0bp1cq2dr3"), hear, &heard);
    assert_int_equal(scan.n, 13);
    personal_scan_feed(&scan, SK_STR("!"), hear, &heard);
    assert_true(scan.n <= 2);
    personal_scan_end(&scan, hear, &heard);
    assert_int_equal(heard.marks.n, 0);
}

static void
scan__of_nothing_gives_nothing(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct heard heard = { { .mem = mem }, { .mem = mem } };
    struct personal_scan scan = { 0 };

    personal_scan_feed(&scan, (sk_str){ 0 }, hear, &heard);
    personal_scan_end(&scan, hear, &heard);
    assert_int_equal(heard.all.n, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan__finds_the_same_wherever_the_text_is_cut),
        cmocka_unit_test(scan__finds_what_lies_deep_in_a_large_piece),
        cmocka_unit_test(scan__gives_out_at_once_what_cannot_be_a_token),
        cmocka_unit_test(scan__of_nothing_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
