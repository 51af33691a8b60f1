#include "sweep/judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void
hear(void *ctx, int kind, sk_str sample)
{
    struct sk_buf *out = ctx;

    sk_buf_printf(out, "%s %.*s\n", sweep_kind_name(kind), SK_ARG(sample));
}

static void
finds(const char *column, const char *text, const char *all)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    uint64_t tokens = 0;

    sweep_judge(&tokens, mem, sweep_hints(sk_str_of(column)), sk_str_of(text), hear, &out);
    if (tokens) sk_buf_printf(&out, "%d tokens\n", (int)tokens);
    if (!sk_str_eq(sk_buf_str(&out), sk_str_of(all)))
        fail_msg("%s: %s: %.*s", column, text, SK_ARG(sk_buf_str(&out)));
}

static void
judge__finds_what_has_a_form_of_its_own(void **unused)
{
    (void)unused;
    finds("", "GET /?mail=taro@example.jp HTTP/1.1", "email t***@***.jp\n");
    finds("", "連絡先：taro@gmail.com。", "email t***@gmail.com\n");
    finds("", "taro@日本語.jpまで", "email t***@***.jp\n");
    finds("", "TEL 090-1234-5678", "phone 090-****-5678\n");
    finds("", "０９０ー１２３４ー５６７８", "phone 090-****-5678\n");
    finds("", "{\"tel\":\"09012345678\"}", "phone 090-****-5678\n");
    finds("", "+81 90-1234-5678", "phone 090-****-5678\n");
    finds("", "03-1234-5678 / 0463-12-3456", "phone 0*-****-5678\nphone 0*-****-3456\n");
    finds("", "〒150-0001 東京都渋谷区神宮前1-2-3", "address 東京都＊＊＊\n");
    finds("", "4111-1111-1111-1111", "card ****-****-****-1111\n");
    finds("", "4111 1111 1111 1111 12/28", "card ****-****-****-1111\n");
    finds("", "card=378282246310005&x", "card ****-****-****-0005\n");
    finds("", "3782 822463 10005", "card ****-****-****-0005\n");
    finds("", "４１１１１１１１１１１１１１１１", "card ****-****-****-1111\n");
}

static void
judge__takes_other_numbers_for_what_they_are(void **unused)
{
    (void)unused;
    finds("", "注文番号 0312345678", "");
    finds("", "JAN 4901234567894", "");
    finds("", "お問い合わせ番号 1234-5678-9012", "");
    finds("", "2026-11-26 10:15:00 20261126101500123", "");
    finds("", "SKU-4111111111111111A", "");
    finds("", "a4111111111111111", "");
    finds("", "0.4111111111111111", "");
    finds("", "12-090-1234-5678", "");
    finds("", "090-1234-56789", "");
    finds("", "08-1234-5678-9", "");
    finds("", "logo@2x.png lodash@4.17.21 @media", "");
    finds("", "東京都の天気、大阪府立図書館", "");
}

static void
judge__expects_what_the_column_says(void **unused)
{
    (void)unused;
    finds("billing_last_name", "山田", "name 山＊＊\n");
    finds("billing_last_name", "", "");
    finds("name", "山田", "");
    finds("kana01", "ヤマダ", "reading ヤ＊＊\n");
    finds("name01_kana", "ヤマダ", "reading ヤ＊＊\n");
    finds("kana01", "Yamada", "");
    finds("birthday", "1980-01-31 00:00:00", "birthday 1980-**-**\n");
    finds("birth_date", "昭和55年1月31日", "birthday 1980-**-**\n");
    finds("created", "1980-01-31", "");
    finds("tel", "0312345678", "phone 0*-****-5678\n");
    finds("生年月日", "1980/1/31", "birthday 1980-**-**\n");
}

static void
judge__counts_tokens_apart(void **unused)
{
    (void)unused;
    finds("tel", "090-0123-4567", "1 tokens\n");
    finds("last_name", "skn0bp1cq2dr3es4ft5", "1 tokens\n");
    finds("", "ske0bp1cq2dr3es4ft5@sekisho.invalid taro@example.jp 1234-05-06",
          "email t***@***.jp\n2 tokens\n");
}

static void
judge__goes_on_behind_bytes_that_are_no_text(void **unused)
{
    (void)unused;
    finds("", "\xff\xfe\x81 taro@example.jp \xe6", "email t***@***.jp\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judge__finds_what_has_a_form_of_its_own),
        cmocka_unit_test(judge__takes_other_numbers_for_what_they_are),
        cmocka_unit_test(judge__expects_what_the_column_says),
        cmocka_unit_test(judge__counts_tokens_apart),
        cmocka_unit_test(judge__goes_on_behind_bytes_that_are_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
