#include "seclang/mask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static sk_arena *mem;

static void
same(sk_str got, const char *expected)
{
    assert_string_equal(sk_str_zcopy(mem, got), expected);
}

static void
mask__tells_nothing_but_the_length(void **unused)
{
    (void)unused;
    same(seclang_mask_all(mem, SK_STR("hunter2")), "[masked 7]");
    same(seclang_mask_all(mem, SK_STR("合言葉")), "[masked 9]");
    same(seclang_mask_all(mem, SK_STR("")), "");
}

static void
mask__of_a_mask_is_the_same_mask(void **unused)
{
    (void)unused;
    same(seclang_mask_all(mem, SK_STR("[masked 7]")), "[masked 7]");
    same(seclang_mask_all(mem, SK_STR("[masked 7] hunter2")), "[masked 18]");
    same(seclang_mask_all(mem, SK_STR("[masked hunter2]")), "[masked 16]");
    same(seclang_mask_all(mem, SK_STR("[masked ]")), "[masked 9]");
}

static void
names__of_secrets_are_known(void **unused)
{
    static const char *const secret[] = {
        "password",     "Passwd",
        "user_pass",    "userPass",
        "pass",         "PASS",
        "pwd2",         "newPassword",
        "secret",       "client_secret",
        "access_token", "_csrfToken",
        "card",         "card_no",
        "cardNumber",   "credit-card",
        "cvv",          "cvv2",
        "CVC",          "pin",
        "user.pin",     "pin_code",
        "array.pass",   "a[pass]",
        "パスワード",   "新しいパスワード",
        "暗証番号",     "カード番号",
        "ﾊﾟｽﾜｰﾄﾞ",      "ｐａｓｓｗｏｒｄ",
        "ＰＩＮ",       "api_key",
        "order.cardNo", "X-Api-Key",
    };

    (void)unused;
    for (size_t i = 0; i < sizeof secret / sizeof *secret; i++)
        if (!seclang_mask_name(sk_str_of(secret[i]))) fail_msg("%s is shown", secret[i]);
}

static void
names__that_only_look_alike_are_shown(void **unused)
{
    static const char *const open[] = { "",         "q",        "name",    "passenger",  "compass",
                                        "shipping", "spinning", "discard", "postcardId", "cards_",
                                        "japan",    "company",  "お名前",  "パス",       "カード",
                                        "opinion",  "ping",     "ｎａｍｅ" };

    (void)unused;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        if (seclang_mask_name(sk_str_of(open[i]))) fail_msg("%s is masked", open[i]);
}

static void
names__are_secret_also_far_inside(void **unused)
{
    (void)unused;
    for (size_t before = 240; before < 270; before++) {
        struct sk_buf name = { .mem = mem };
        for (size_t i = 0; i < before; i++)
            sk_buf_byte(&name, 'x');
        sk_buf_add(&name, SK_STR(".password.b"));
        for (size_t i = 0; i < 600; i++)
            sk_buf_byte(&name, 'x');
        assert_true(seclang_mask_name(sk_buf_str(&name)));
    }
}

static void
headers__with_credentials_are_secret(void **unused)
{
    (void)unused;
    assert_true(seclang_mask_header_name(SK_STR("authorization")));
    assert_true(seclang_mask_header_name(SK_STR("Proxy-Authorization")));
    assert_true(seclang_mask_header_name(SK_STR("X-Auth-Token")));
    assert_true(seclang_mask_header_name(SK_STR("X-API-Key")));
    assert_false(seclang_mask_header_name(SK_STR("User-Agent")));
    assert_false(seclang_mask_header_name(SK_STR("Cookie"))); /* its names stay */
}

static void
cards__are_masked_in_any_writing(void **unused)
{
    (void)unused;
    same(seclang_mask_cards(mem, SK_STR("card 4111111111111111!")), "card [masked 16]!");
    same(seclang_mask_cards(mem, SK_STR("4111 1111 1111 1111")), "[masked 19]");
    same(seclang_mask_cards(mem, SK_STR("4111-1111-1111-1111,378282246310005")),
         "[masked 19],[masked 15]");
    same(seclang_mask_cards(mem, SK_STR("n=4111+1111+1111+1111&x")), "n=[masked 19]&x");
    same(seclang_mask_cards(mem, SK_STR("a%204111%201111%201111%201111%20b")),
         "a%20[masked 25]%20b");
    same(seclang_mask_cards(mem, SK_STR("%34111111111111111")), "[masked 18]");
    same(seclang_mask_cards(mem, SK_STR("100%4111111111111111")), "100%[masked 16]");
    same(seclang_mask_cards(mem, SK_STR("番号は４１１１　１１１１　１１１１　１１１１です")),
         "番号は[masked 57]です");
    same(seclang_mask_cards(mem, SK_STR("4111ー1111−1111‐1111")), "[masked 25]");
    same(seclang_mask_cards(mem, SK_STR("番号は４１１１１１１１１１１１１１１１です")),
         "番号は[masked 48]です");
    same(seclang_mask_cards(mem, SK_STR("４１１１－１１１１－１１１１－１１１１")), "[masked 57]");
    same(seclang_mask_cards(mem, SK_STR("%EF%BC%94111111111111111")), "[masked 24]");
}

static void
cards__are_found_behind_and_before_other_numbers(void **unused)
{
    (void)unused;
    same(seclang_mask_cards(mem, SK_STR("1 4111111111111111 2")), "1 [masked 16] 2");
    same(seclang_mask_cards(mem, SK_STR("x4111111111111111y")), "x[masked 16]y");
    same(seclang_mask_cards(mem, SK_STR("4111111111111111 4111111111111111")),
         "[masked 16] [masked 16]");
}

static void
numbers__that_are_no_cards_are_shown(void **unused)
{
    (void)unused;
    same(seclang_mask_cards(mem, SK_STR("4111111111111112")), "4111111111111112");
    same(seclang_mask_cards(mem, SK_STR("411111111111")), "411111111111");
    same(seclang_mask_cards(mem, SK_STR("03-1234-5678")), "03-1234-5678");
    same(seclang_mask_cards(mem, SK_STR("12345678901234567890")), "12345678901234567890");
    same(seclang_mask_cards(mem, SK_STR("41111111111111114111111111111111")),
         "41111111111111114111111111111111");
    same(seclang_mask_cards(mem, SK_STR("4111  1111  1111  1111")), "4111  1111  1111  1111");
}

static bool
is_nick(const void *ctx, sk_str name)
{
    (void)ctx;
    return sk_str_eq(name, SK_STR("nick name"));
}

static void
queries__keep_names_and_lose_secrets(void **unused)
{
    (void)unused;
    same(seclang_mask_query(mem, SK_STR("q=1&password=hunter2&x="), NULL, NULL),
         "q=1&password=[masked 7]&x=");
    same(seclang_mask_query(mem, SK_STR("password=[masked 7]"), NULL, NULL), "password=[masked 7]");
    same(seclang_mask_query(mem, SK_STR("p%61ssword=hunter2;a=b"), NULL, NULL),
         "p%61ssword=[masked 7];a=b");
    same(seclang_mask_query(mem, SK_STR("%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89=%E7%A7%98"),
                            NULL, NULL),
         "%E3%83%91%E3%82%B9%E3%83%AF%E3%83%BC%E3%83%89=[masked 9]");
    same(seclang_mask_query(mem, SK_STR("nick+name=me&pass="), is_nick, NULL),
         "nick+name=[masked 2]&pass=");
    same(seclang_mask_query(mem, SK_STR("n=4111111111111111"), NULL, NULL), "n=[masked 16]");
}

static void
queries__within_an_argument_are_masked_as_well(void **unused)
{
    (void)unused;
    same(seclang_mask_query(mem, SK_STR("to=%2Freset%3Flink_token%3Dabc%26a%3Db&c=d"), NULL, NULL),
         "to=/reset?link_token=[masked 3]&a=b&c=d");
    same(seclang_mask_query(mem, SK_STR("to=/reset%3Flink_token%3Dabc"), NULL, NULL),
         "to=/reset?link_token=[masked 3]");
    same(seclang_mask_query(mem, SK_STR("to=%2Fa%3Fto%3D%252Fb%253Ftoken%253Dabc"), NULL, NULL),
         "to=/a?to=/b?token=[masked 3]");
    same(seclang_mask_query(mem, SK_STR("to=%2Fa%3Fb%3Dc"), NULL, NULL), "to=%2Fa%3Fb%3Dc");
    same(seclang_mask_query(mem, SK_STR("q=100%25+what%3F"), NULL, NULL), "q=100%25+what%3F");
}

static void
uris__are_masked_behind_the_question_mark(void **unused)
{
    (void)unused;
    same(seclang_mask_uri(mem, SK_STR("/a?token=x%20y#f"), NULL, NULL), "/a?token=[masked 7]");
    same(seclang_mask_uri(mem, SK_STR("/card/4111111111111111"), NULL, NULL), "/card/[masked 16]");
    same(seclang_mask_uri(mem, SK_STR("/password=1"), NULL, NULL), "/password=1");
    same(seclang_mask_uri(mem, SK_STR("GET /?pin=1234 HTTP/1.1"), NULL, NULL),
         "GET /?pin=[masked 4] HTTP/1.1");
    same(seclang_mask_uri(mem, SK_STR("/?pin=12 34"), NULL, NULL), "/?pin=[masked 5]");
}

static void
cookies__keep_their_names(void **unused)
{
    (void)unused;
    same(seclang_mask_cookies(mem, SK_STR("sid=abc; cart=; x; y=1=2")),
         "sid=[masked 3]; cart=; x; y=[masked 3]");
    same(seclang_mask_cookies(mem, SK_STR("")), "");
    same(seclang_mask_set_cookie(mem, SK_STR("sid=abc; Path=/; HttpOnly")),
         "sid=[masked 3]; Path=/; HttpOnly");
    same(seclang_mask_set_cookie(mem, SK_STR("sid=abc")), "sid=[masked 3]");
}

static void
places__of_a_secret_are_all_masked(void **unused)
{
    (void)unused;
    same(seclang_mask_places(mem, SK_STR("a secret, secret!"), SK_STR("secret")),
         "a [masked 6], [masked 6]!");
    same(seclang_mask_places(mem, SK_STR("a"), SK_STR("")), "a");
}

static int
open_arena(void **unused)
{
    (void)unused;
    mem = sk_arena_new(0);
    return 0;
}

static int
close_arena(void **unused)
{
    (void)unused;
    sk_arena_free(mem);
    return 0;
}

static void
cards__are_not_seen_in_hexadecimal_words(void **state)
{
    (void)state;
    sk_str id = SK_STR("s-05111646d4111111111111111fc30f27d38");
    assert_ptr_equal(seclang_mask_cards(mem, id).p, id.p);
    static const char *const cards[] = { "4111111111111111", "a4111111111111111",
                                         "card4111111111111111", "no.4111111111111111c" };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        assert_true(sk_str_find(seclang_mask_cards(mem, sk_str_of(cards[i])),
                                SK_STR("[masked 16]")) != SIZE_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cards__are_not_seen_in_hexadecimal_words),
        cmocka_unit_test(mask__tells_nothing_but_the_length),
        cmocka_unit_test(mask__of_a_mask_is_the_same_mask),
        cmocka_unit_test(names__of_secrets_are_known),
        cmocka_unit_test(names__that_only_look_alike_are_shown),
        cmocka_unit_test(names__are_secret_also_far_inside),
        cmocka_unit_test(headers__with_credentials_are_secret),
        cmocka_unit_test(cards__are_masked_in_any_writing),
        cmocka_unit_test(cards__are_found_behind_and_before_other_numbers),
        cmocka_unit_test(numbers__that_are_no_cards_are_shown),
        cmocka_unit_test(queries__keep_names_and_lose_secrets),
        cmocka_unit_test(queries__within_an_argument_are_masked_as_well),
        cmocka_unit_test(uris__are_masked_behind_the_question_mark),
        cmocka_unit_test(cookies__keep_their_names),
        cmocka_unit_test(places__of_a_secret_are_all_masked),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
