#include "personal/token.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* The canonical forms of what is found in a text, joined by blanks. */
static sk_str
found_in(sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    struct personal_found found = { 0 };

    for (size_t at = 0; personal_token_find(&found, text, at); at = found.at + found.n) {
        if (out.n) sk_buf_byte(&out, ' ');
        sk_buf_add(&out, personal_token_str(&found.token));
    }
    return sk_buf_str(&out);
}

static void
finds(const char *text, const char *tokens)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str got = found_in(mem, sk_str_of(text));

    if (!sk_str_eq(got, sk_str_of(tokens)))
        fail_msg("%s: found \"%.*s\", not \"%s\"", text, SK_ARG(got), tokens);
}

#define NAME "skn0bp1cq2dr3es4ft5"
#define MAIL "ske0bp1cq2dr3es4ft5@sekisho.invalid"

static void
find__knows_a_phone_however_it_is_written(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        "090-0123-4567",
        "09001234567",
        "0900123-4567",
        "090 0123 4567",
        "090.0123.4567",
        "+819001234567",
        "+81-90-0123-4567",
        "+81 90 0123 4567",
        "+81 (0)90-0123-4567",
        "%2B819001234567",
        "０９０－０１２３－４５６７",
        "０９０ー０１２３ー４５６７",
        "090‐0123‐4567",
        "&#48;90-0123-4567",
        "\\u0030\\u0039\\u0030-0123-4567",
        "%30%39%30-0123-4567",
        "%EF%BC%90%EF%BC%99%EF%BC%90-0123-4567",
        "tel:09001234567",
        "tel%3A09001234567",
        "電話\\n09001234567",
        "\\u756a\\u53f709001234567",
        "/orders/5/09001234567",
        "(090-0123-4567)",
        "TEL09001234567",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        finds(forms[i], "090-0123-4567");
    finds("070-0123-4567,090-0765-4321", "070-0123-4567 090-0765-4321");
}

static void
find__takes_no_number_out_of_a_longer_one(void **unused)
{
    (void)unused;
    finds("109001234567", "");
    finds("090012345678", "");
    finds("0.09001234567", "");
    finds("2026-090-0123-4567", "");
    finds("090-0123-4567-8", "");
    finds("090-1123-4567", "");
    finds("060-0123-4567", "");
    finds("08001234567", ""); /* 0800-123-4567 is a toll-free number of somebody */
    finds("&#x30;90-0123-45", "");
    finds("21234-05-06", "");
    finds("1234-05-067", "");
    finds("4.1234.5.6", "");
    finds("1234/5/6/7", "");
}

static void
find__knows_a_birthday_however_it_is_written(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        "1234-05-06",
        "1234/05/06",
        "1234/5/6",
        "1234.5.6",
        "1234年5月6日",
        "1234年05月06日",
        "1234\\/05\\/06",
        "1234-05-06T00:00:00",
        "1234%2F05%2F06",
        "１２３４年５月６日",
        "1234&#x2f;05&#x2f;06",
        "\"1234-05-06\"",
        "1234\\u5e745\\u67086\\u65e5",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        finds(forms[i], "1234-05-06");
}

static void
find__takes_days_that_no_token_has_for_what_they_are(void **unused)
{
    (void)unused;
    finds("1868-01-01", "");
    finds("1980-01-31", "");
    finds("1582-05-06", "");
    finds("1234-13-06", "");
    finds("1234-00-06", "");
    finds("1234-05-29", "");
    finds("1234-05/06", "");
    finds("12340506", "");
}

static void
find__knows_an_address_however_it_is_written(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        MAIL,
        "SKE0BP1CQ2DR3ES4FT5@SEKISHO.INVALID",
        "ske0bp1cq2dr3es4ft5&#64;sekisho.invalid",
        "ske0bp1cq2dr3es4ft5&#x40;sekisho&period;invalid",
        "ske0bp1cq2dr3es4ft5&commat;sekisho&#46;invalid",
        "ske0bp1cq2dr3es4ft5%40sekisho.invalid",
        "ske0bp1cq2dr3es4ft5\\u0040sekisho.invalid",
        "mailto:%73ke0bp1cq2dr3es4f&#116;5&#064;s&#101;kisho%2Einv&#97;lid", /* antispambot() */
        "ｓｋｅ０ｂｐ１ｃｑ２ｄｒ３ｅｓ４ｆｔ５＠ｓｅｋｉｓｈｏ．ｉｎｖａｌｉｄ",
        "<ske0bp1cq2dr3es4ft5@sekisho.invalid>",
        "email=ske0bp1cq2dr3es4ft5%40sekisho.invalid&x=1",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        finds(forms[i], MAIL);
    finds("ske0bp1cq2dr3es4ft5@sekisho.example", "");
    finds("ske0bp1cq2dr3es4ft5@sekisho.invalids", "");
    finds("ske0bp1cq2dr3es4ft5", "");
}

static void
find__knows_letters_of_either_case(void **unused)
{
    (void)unused;
    finds("SKN0BP1CQ2DR3ES4FT5", NAME);
    finds("様" NAME "様", NAME);
    finds("%20" NAME, NAME);
    finds("\\n" NAME, NAME);
    finds("\\u3000" NAME, NAME);
    finds("ＳＫＮ０ＢＰ１ＣＱ２ＤＲ３ＥＳ４ＦＴ５", NAME);
    finds("ska0bp1cq2dr3es4ft5\nskb0bp1cq2dr3es4ft5,skt0bp1cq2dr3es4ft5",
          "ska0bp1cq2dr3es4ft5 skb0bp1cq2dr3es4ft5 skt0bp1cq2dr3es4ft5");
}

static void
find__takes_no_letters_out_of_a_word(void **unused)
{
    (void)unused;
    finds("SKn0bp1cq2dr3es4ft5", "");
    finds("de" NAME, "");
    finds(NAME "a", "");
    finds("skn0bp1cq2dr3es4ftu", "");
    finds("skz0bp1cq2dr3es4ft5", "");
    finds("skn0bp1cq2dr3es4ft", "");
    finds("%41" NAME, "");
}

static void
find__knows_two_names_in_a_row(void **unused)
{
    (void)unused;
    finds(NAME "skn1cq2dr3es4ft5gv6", NAME " skn1cq2dr3es4ft5gv6");
    finds(NAME MAIL, NAME " " MAIL);
}

#define READING "ヲヲアスハイセヒウタフエチヘ"

static void
find__knows_a_reading_in_any_kana(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        READING,
        "ををあすはいせひうたふえちへ",
        "ｦｦｱｽﾊｲｾﾋｳﾀﾌｴﾁﾍ",
        "\\u30f2\\u30f2\\u30a2\\u30b9\\u30cf\\u30a4\\u30bb\\u30d2\\u30a6\\u30bf\\u30d5\\u30a8\\u30c"
        "1"
        "\\u30d8",
        "&#12530;&#12530;&#12450;&#12473;&#12495;&#12452;&#12475;&#12498;&#12454;&#12479;&#12501;"
        "&#12456;&#12481;&#12504;",
        "%E3%83%B2%E3%83%B2%E3%82%A2%E3%82%B9%E3%83%8F%E3%82%A4%E3%82%BB%E3%83%92%E3%82%A6%E3%82%BF"
        "%E3%83%95%E3%82%A8%E3%83%81%E3%83%98",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        finds(forms[i], READING);
    finds(READING READING, READING " " READING);
    finds("ヲヲアスハイセヒウタフエチ", "");
    finds("ヲヲアスハイセヒウタフエチン", "");
}

static void
find__says_which_bytes_it_means(void **unused)
{
    (void)unused;
    struct personal_found found;
    sk_str text = SK_STR("a 090&#45;0123-4567 b");

    assert_true(personal_token_find(&found, text, 0));
    assert_int_equal(found.at, 2);
    assert_int_equal(found.n, 17);
    assert_int_equal(found.token.kind, PERSONAL_PHONE);
}

static void
find__tells_whether_a_text_is_one_token(void **unused)
{
    (void)unused;
    struct personal_token token;

    assert_true(personal_token_is(&token, SK_STR(" 09001234567 ")));
    assert_true(sk_str_eq(personal_token_str(&token), SK_STR("090-0123-4567")));
    assert_false(personal_token_is(&token, SK_STR("TEL 09001234567")));
    assert_false(personal_token_is(&token, SK_STR(NAME "様")));
    assert_false(personal_token_is(&token, SK_STR("")));
}

static void
find__finds_all_that_are_made(void **unused)
{
    (void)unused;
    for (int i = 0; i < 4000; i++) {
        enum personal_kind kind = (enum personal_kind)(PERSONAL_NAME + i % (PERSONAL_KINDS - 1));
        unsigned char random[PERSONAL_TOKEN_RANDOM];
        struct personal_token made, got;
        sk_random(random, sizeof random);
        personal_token_make(&made, kind, random);
        assert_true(personal_token_is(&got, personal_token_str(&made)));
        assert_int_equal(got.kind, kind);
        assert_true(sk_str_eq(personal_token_str(&made), personal_token_str(&got)));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(find__knows_a_phone_however_it_is_written),
        cmocka_unit_test(find__takes_no_number_out_of_a_longer_one),
        cmocka_unit_test(find__knows_a_birthday_however_it_is_written),
        cmocka_unit_test(find__takes_days_that_no_token_has_for_what_they_are),
        cmocka_unit_test(find__knows_an_address_however_it_is_written),
        cmocka_unit_test(find__knows_letters_of_either_case),
        cmocka_unit_test(find__takes_no_letters_out_of_a_word),
        cmocka_unit_test(find__knows_two_names_in_a_row),
        cmocka_unit_test(find__knows_a_reading_in_any_kana),
        cmocka_unit_test(find__says_which_bytes_it_means),
        cmocka_unit_test(find__tells_whether_a_text_is_one_token),
        cmocka_unit_test(find__finds_all_that_are_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
