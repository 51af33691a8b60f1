#include "vault/label.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const struct vault_label parcel = {
    .name = { "髙𠮷 﨑子", sizeof "髙𠮷 﨑子" - 1 },
    .address = { "〒150-8512 東京都渋谷区桜丘町26-1\nセルリアンタワー 9999号室",
                 sizeof "〒150-8512 東京都渋谷区桜丘町26-1\nセルリアンタワー 9999号室" - 1 },
    .phone = { "03-5456-2622", 12 },
    .from = { "お茶の店 せきしょ\n〒100-0001 東京都千代田区千代田1-1",
              sizeof "お茶の店 せきしょ\n〒100-0001 東京都千代田区千代田1-1" - 1 },
    .code = { "SK-0001-2345", 12 },
};

static void
label__is_one_page_whose_table_of_objects_is_right(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned missing = 9;
    sk_str pdf;
    size_t table;

    (void)state;
    assert_false(sk_failed(vault_label_make(&pdf, &missing, mem, &parcel)));
    assert_int_equal(missing, 0);
    assert_true(sk_str_starts(pdf, SK_STR("%PDF-1.4\n")));
    assert_true(sk_str_ends(pdf, SK_STR("\n%%EOF\n")));
    table = sk_str_find(pdf, SK_STR("startxref\n"));
    table = strtoul(pdf.p + table + 10, NULL, 10);
    assert_true(sk_str_starts(sk_str_from(pdf, table), SK_STR("xref\n0 5\n")));
    for (int i = 1; i <= 4; i++) {
        size_t at = strtoul(pdf.p + table + 9 + 20 * i, NULL, 10);

        assert_true(sk_str_starts(sk_str_from(pdf, at), sk_str_printf(mem, "%d 0 obj", i)));
    }
}

/* Neither as text nor as names in the file: whoever finds it on a disk must look at it. */
static void
label__has_no_text_in_it(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned missing;
    sk_str pdf;

    (void)state;
    assert_false(sk_failed(vault_label_make(&pdf, &missing, mem, &parcel)));
    assert_int_equal(sk_str_find(pdf, parcel.name), SIZE_MAX);
    assert_int_equal(sk_str_find(pdf, parcel.phone), SIZE_MAX);
    assert_int_equal(sk_str_find(pdf, SK_STR("渋谷")), SIZE_MAX);
}

static void
label__counts_characters_that_the_font_does_not_have(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct vault_label strange = parcel;
    unsigned missing;
    sk_str pdf;

    (void)state;
    strange.name =
        SK_STR("\xf3\xb0\x80\x80 ﾃﾞｰﾀ 葛\xf3\xa0\x84\x80城"); /* private use; a variant */
    assert_false(sk_failed(vault_label_make(&pdf, &missing, mem, &strange)));
    assert_int_equal(missing, 1);
}

static sk_str
many(sk_arena *mem, const char *what, int times)
{
    struct sk_buf out = { .mem = mem };

    for (int i = 0; i < times; i++)
        sk_buf_add(&out, sk_str_of(what));
    return sk_buf_str(&out);
}

static void
label__shrinks_long_addresses_and_refuses_what_does_not_fit(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct vault_label long_one = parcel;
    unsigned missing;
    sk_str pdf;

    (void)state;
    long_one.address = many(mem, "東京都渋谷区桜丘町", 20);
    assert_false(sk_failed(vault_label_make(&pdf, &missing, mem, &long_one)));
    long_one.address = many(mem, "東京都渋谷区桜丘町", 100);
    assert_int_equal(vault_label_make(&pdf, &missing, mem, &long_one).kind, SK_FULL);
}

static void
label__refuses_what_is_no_code(void **state)
{
    static const char *const bad[] = { "", "(a) Tj", "SK 1", "日本" };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct vault_label label = parcel;
    unsigned missing;
    sk_str pdf;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        label.code = sk_str_of(bad[i]);
        assert_int_equal(vault_label_make(&pdf, &missing, mem, &label).kind, SK_BAD);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(label__is_one_page_whose_table_of_objects_is_right),
        cmocka_unit_test(label__has_no_text_in_it),
        cmocka_unit_test(label__counts_characters_that_the_font_does_not_have),
        cmocka_unit_test(label__shrinks_long_addresses_and_refuses_what_does_not_fit),
        cmocka_unit_test(label__refuses_what_is_no_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
