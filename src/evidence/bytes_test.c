#include "evidence/bytes.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static uint64_t
found_in(const char *text, sk_str bytes)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_bytes b;
    sk_err e;

    evidence_bytes_open(&b, mem);
    e = evidence_bytes_add(&b, "a text", sk_str_of(text));
    if (sk_failed(e)) fail_msg("%s", e.why);
    evidence_bytes_look_in(&b, bytes, "memory");
    return b.found;
}

static void
bytes__are_found_in_each_coding(void **state)
{
    static const char *const codings[] = {
        "ab \xe5\xb1\xb1\xe5\xb7\x9d\xe6\xb5\xb7 cd", /* UTF-8 */
        "x\x8eR\x90\xec\x8a\x43x",                    /* Shift_JIS */
        "\xbb\xb3\xc0\xee\xb3\xa4",                   /* EUC-JP */
        "\x5c\x71\x5d\xdd\x6d\x77",                   /* UTF-16BE */
        "\x71\x5c\xdd\x5d\x77\x6d",                   /* UTF-16LE */
        "e5b1b1e5b79de6b5b7",
        "E5B1B1E5B79DE6B5B7",
        "%E5%B1%B1%E5%B7%9D%E6%B5%B7",
        "\\u5c71\\u5ddd\\u6d77",
        "5bGx5bed5rW3",     /* base 64 of it alone */
        "eOWxseW3nea1tyE=", /* with a sign before and one behind */
        "eHjlsbHlt53mtbch", /* with two before */
    };

    (void)state;
    for (size_t i = 0; i < sizeof codings / sizeof *codings; i++)
        if (found_in("山川海", sk_str_of(codings[i])) != 1) fail_msg("row %zu is not found", i);
    assert_int_equal(found_in("山川海", SK_STR("山川海山川海")), 2);
    assert_int_equal(found_in("山川海", SK_STR("山川空")), 0);
}

static void
bytes__of_few_signs_are_not_looked_for(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_bytes b;

    (void)state;
    evidence_bytes_open(&b, mem);
    assert_int_equal(evidence_bytes_add(&b, "a year", SK_STR("1953")).kind, SK_BAD);
}

/* Where pieces of a file meet nothing is overlooked. */
static void
bytes__are_found_in_files_wherever_they_lie(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char folder[] = "/tmp/evidence-bytes-XXXXXX", path[64];
    struct evidence_bytes b;
    FILE *file;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/below", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/below/file", folder);
    file = fopen(path, "we");
    assert_non_null(file);
    for (int i = 0; i < 3 * (1 << 20); i += 17)
        fprintf(file, "0123456789abcdefg");
    fclose(file);
    evidence_bytes_open(&b, mem);
    assert_false(sk_failed(evidence_bytes_add_raw(&b, "letters", SK_STR("bcdefg0123456"))));
    assert_false(sk_failed(evidence_bytes_look(&b, folder)));
    assert_int_equal(b.files, 1);
    assert_true(b.found >= 3 * (1 << 20) / 17 - 1);
    assert_true(sk_str_eq(b.where, SK_STR("file")));
    assert_true(sk_file_remove_tree(folder));
    assert_int_equal(evidence_bytes_look(&b, folder).kind, SK_MISSING);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes__are_found_in_each_coding),
        cmocka_unit_test(bytes__of_few_signs_are_not_looked_for),
        cmocka_unit_test(bytes__are_found_in_files_wherever_they_lie),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
