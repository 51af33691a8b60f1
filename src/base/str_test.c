#include "base/bytes.h"
#include "base/file.h"
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define same(a, b) assert_true(sk_str_eq((a), SK_STR(b)))

static void
cut__gives_the_parts_between_separators_empty_ones_too(void **unused)
{
    (void)unused;
    sk_str part, rest = SK_STR("a,,b");
    assert_true(sk_str_cut(&part, &rest, ','));
    same(part, "a");
    assert_true(sk_str_cut(&part, &rest, ','));
    same(part, "");
    assert_true(sk_str_cut(&part, &rest, ','));
    same(part, "b");
    assert_false(sk_str_cut(&part, &rest, ','));
    rest = SK_STR("");
    assert_true(sk_str_cut(&part, &rest, ','));
    same(part, "");
    assert_false(sk_str_cut(&part, &rest, ','));
}

static void
find__knows_the_ends_and_the_empty_needle(void **unused)
{
    (void)unused;
    assert_int_equal(sk_str_find(SK_STR("関所"), SK_STR("所")), 3);
    assert_int_equal(sk_str_find(SK_STR("abc"), SK_STR("")), 0);
    assert_true(sk_str_find(SK_STR("abc"), SK_STR("abcd")) == SIZE_MAX);
    assert_true(sk_str_find((sk_str){ 0 }, SK_STR("a")) == SIZE_MAX);
    assert_int_equal(sk_str_find_nocase(SK_STR("xAbC"), SK_STR("bc")), 2);
    assert_true(sk_str_find_byte((sk_str){ 0 }, 'a') == SIZE_MAX);
}

static void
compare__folds_ascii_only(void **unused)
{
    (void)unused;
    assert_true(sk_str_eq_nocase(SK_STR("Content-Type"), SK_STR("content-type")));
    assert_false(sk_str_eq_nocase(SK_STR("Ａ"), SK_STR("ａ")));
    assert_true(sk_str_starts_nocase(SK_STR("HTTP/1.1"), SK_STR("http/")));
    assert_false(sk_str_starts(SK_STR("ab"), SK_STR("abc")));
    assert_true(sk_str_ends(SK_STR("a.pem"), SK_STR(".pem")));
}

/* Eight bytes are compared at once, the rest one by one. */
static void
compare__folds_every_pair_of_bytes_at_every_place(void **unused)
{
    char a[17], b[17];

    (void)unused;
    for (size_t at = 0; at < sizeof(a); at++)
        for (unsigned x = 0; x < 256; x++)
            for (unsigned y = 0; y < 256; y++) {
                bool same = sk_lower_byte((unsigned char)x) == sk_lower_byte((unsigned char)y);

                memset(a, 'k', sizeof(a));
                memset(b, 'K', sizeof(b));
                a[at] = (char)x;
                b[at] = (char)y;
                assert_true(sk_str_eq_nocase((sk_str){ a, sizeof(a) }, (sk_str){ b, sizeof(b) }) ==
                            same);
            }
}

static void
number__takes_all_of_the_text_or_nothing(void **unused)
{
    (void)unused;
    int64_t n = 7;
    assert_true(sk_str_to_i64(&n, SK_STR("-42")));
    assert_int_equal(n, -42);
    const sk_str bad[] = { SK_STR(""), SK_STR(" 1"), SK_STR("1x"), SK_STR("99999999999999999999"),
                           SK_STR("１") };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(sk_str_to_i64(&n, bad[i]));
    assert_int_equal(n, -42);
}

static void
buffer__grows_and_keeps_what_it_has(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64);
    struct sk_buf buf = { .mem = mem };
    for (int i = 0; i < 1000; i++)
        sk_buf_printf(&buf, "%d,", i);
    assert_int_equal(buf.n, 10 * 2 + 90 * 3 + 900 * 4);
    assert_true(sk_str_starts(sk_buf_str(&buf), SK_STR("0,1,2,")));
    assert_true(sk_str_ends(sk_buf_str(&buf), SK_STR(",998,999,")));
    same(sk_str_printf(mem, "%s", ""), "");
    same(sk_str_trim(SK_STR(" \t a b\r\n")), "a b");
    same(sk_str_lower(mem, SK_STR("AbÄ")), "abÄ");
}

static void
secret__compares_by_content_and_length(void **unused)
{
    (void)unused;
    assert_true(sk_str_eq_secret(SK_STR("abc"), SK_STR("abc")));
    assert_false(sk_str_eq_secret(SK_STR("abc"), SK_STR("abd")));
    assert_false(sk_str_eq_secret(SK_STR("abc"), SK_STR("abcd")));
}

static void
bytes__are_a_set(void **unused)
{
    (void)unused;
    struct sk_bytes a = sk_bytes_of(SK_STR("a\xff")), b = { { 0 } };
    assert_true(sk_bytes_has(&a, 'a') && sk_bytes_has(&a, 255) && !sk_bytes_has(&a, 'b'));
    sk_bytes_put_range(&b, 'b', 'z');
    assert_false(sk_bytes_meet(&a, &b));
    assert_int_equal(sk_bytes_count(&b), 25);
    sk_bytes_invert(&b);
    assert_true(sk_bytes_meet(&a, &b));
    sk_bytes_unite(&a, &b);
    assert_int_equal(sk_bytes_count(&a), 231);
}

static void
bytes__of_a_long_text_are_those_of_its_pieces(void **unused)
{
    (void)unused;
    char text[5000];
    struct sk_bytes pieces = { { 0 } };

    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * i % 251);
    for (size_t i = 0; i < sizeof text; i += 100) {
        struct sk_bytes piece = sk_bytes_of((sk_str){ text + i, 100 });
        sk_bytes_unite(&pieces, &piece);
    }
    struct sk_bytes whole = sk_bytes_of((sk_str){ text, sizeof text });
    assert_memory_equal(&whole, &pieces, sizeof whole);
}

static void
file__is_read_whole_or_refused_with_its_name(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text;
    assert_false(sk_failed(sk_file_read(&text, mem, SOURCE_DIR "/CMakeLists.txt", 1 << 20)));
    assert_true(sk_str_find(text, SK_STR("project(sekisho")) != SIZE_MAX);
    sk_err e = sk_file_read(&text, mem, "/no/such/file", 10);
    assert_int_equal(e.kind, SK_MISSING);
    assert_non_null(strstr(e.why, "/no/such/file"));
    assert_int_equal(sk_file_read(&text, mem, SOURCE_DIR "/CMakeLists.txt", 10).kind, SK_FULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cut__gives_the_parts_between_separators_empty_ones_too),
        cmocka_unit_test(find__knows_the_ends_and_the_empty_needle),
        cmocka_unit_test(compare__folds_ascii_only),
        cmocka_unit_test(compare__folds_every_pair_of_bytes_at_every_place),
        cmocka_unit_test(number__takes_all_of_the_text_or_nothing),
        cmocka_unit_test(buffer__grows_and_keeps_what_it_has),
        cmocka_unit_test(secret__compares_by_content_and_length),
        cmocka_unit_test(bytes__are_a_set),
        cmocka_unit_test(bytes__of_a_long_text_are_those_of_its_pieces),
        cmocka_unit_test(file__is_read_whole_or_refused_with_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
