/* What the gate exchanges. */
#include "vault/api_test.h"

static void
exchange__takes_what_fits_and_says_what_does_not(void **state)
{
    static const char body[] =
        "{\"fields\":[{\"name\":\"tel\",\"kind\":\"phone\",\"text\":\"0312345678\"},"
        "{\"name\":\"memo\",\"kind\":\"note\",\"text\":\" \"},"
        "{\"name\":\"birth\",\"kind\":\"birthday\",\"text\":\"昨日\"}]}";
    struct part_response r;
    sk_json *answer = NULL;
    const sk_json *fields;

    (void)state;
    r = ask_as(tea, getuid(), "exchange/in", sk_str_of(body));
    assert_int_equal(r.status, 200);
    assert_false(sk_failed(sk_json_read(&answer, r.body)));
    fields = sk_json_get(answer, "fields");
    assert_int_equal(sk_json_get_str(sk_json_at(fields, 0), "token").n, 11); /* no hyphens */
    assert_non_null(sk_json_get(sk_json_at(fields, 1), "token"));
    assert_int_equal(sk_json_get_str(sk_json_at(fields, 1), "token").n, 0);
    assert_true(sk_str_eq(sk_json_get_str(sk_json_at(fields, 2), "why"), SK_STR("unfit_value")));
    assert_true(sk_str_starts(sk_json_get_str(answer, "self"), SK_STR("self:per_")));
    sk_json_free(answer);
}

static sk_str
typed(const char *self, sk_str text)
{
    sk_str body =
        sk_str_printf(mem,
                      "{%s%s%s\"fields\":[{\"name\":\"n\",\"kind\":\"name\","
                      "\"text\":\"%.*s\"}]}",
                      self ? "\"self\":\"" : "", self ? self : "", self ? "\"," : "", SK_ARG(text));
    struct part_response r = ask_as(tea, getuid(), "exchange/in", body);

    assert_int_equal(r.status, 200);
    return r.body;
}

static void
exchange__leaves_tokens_as_they_are_and_knows_the_browser_again(void **state)
{
    sk_json *one = NULL, *two = NULL, *three = NULL, *shown = NULL;
    sk_str token, why;

    (void)state;
    assert_false(sk_failed(sk_json_read(&one, typed(NULL, SK_STR("関 所子")))));
    token = sk_str_copy(mem, sk_json_get_str(sk_json_at(sk_json_get(one, "fields"), 0), "token"));
    assert_false(sk_failed(sk_json_read(&two, typed(NULL, token))));
    assert_true(
        sk_str_eq(sk_json_get_str(sk_json_at(sk_json_get(two, "fields"), 0), "token"), token));
    assert_null(sk_json_get(two, "self"));
    assert_false(
        sk_failed(sk_json_read(&three, typed(sk_json_get_str(one, "self").p, SK_STR("二 番")))));
    assert_true(sk_str_eq(sk_json_get_str(one, "self"), sk_json_get_str(three, "self")));
    /* shown whole to its own browser, though the purpose refuses */
    played.refused = KEEPER_BUDGET_SECOND;
    assert_false(sk_failed(sk_json_read(
        &shown, ask_as(tea, getuid(), "exchange/out",
                       sk_str_printf(mem, "{\"self\":\"%.*s\",\"tokens\":[\"%.*s\"]}",
                                     SK_ARG(sk_json_get_str(one, "self")), SK_ARG(token)))
                    .body)));
    assert_true(sk_str_eq(vault_answer_text(&why, shown, token.p), SK_STR("関 所子")));
    sk_json_free(one), sk_json_free(two), sk_json_free(three), sk_json_free(shown);
}

static void
exchange__shows_an_address_to_each_browser_that_has_typed_it(void **state)
{
    static const char question[] =
        "{\"fields\":[{\"name\":\"m\",\"kind\":\"email\",\"text\":\"two@example.jp\"}]}";
    const char *token = NULL;
    sk_str self[4], why;

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        sk_json *one = NULL;

        assert_false(sk_failed(
            sk_json_read(&one, ask_as(tea, getuid(), "exchange/in", sk_str_of(question)).body)));
        self[i] = sk_str_copy(mem, sk_json_get_str(one, "self"));
        token =
            sk_str_copy(mem, sk_json_get_str(sk_json_at(sk_json_get(one, "fields"), 0), "token")).p;
        sk_json_free(one);
    }
    played.refused = KEEPER_BUDGET_SECOND;
    for (size_t i = 0; i < 4; i++) {
        sk_json *shown = NULL;
        sk_str asked =
            sk_str_printf(mem, "{\"self\":\"%.*s\",\"tokens\":[\"%s\"]}", SK_ARG(self[i]), token);

        assert_false(
            sk_failed(sk_json_read(&shown, ask_as(tea, getuid(), "exchange/out", asked).body)));
        assert_true(sk_str_eq(vault_answer_text(&why, shown, token), SK_STR("two@example.jp")));
        sk_json_free(shown);
    }
}

static void
exchange__takes_a_note_that_is_too_long_for_a_word(void **state)
{
    char text[4000];
    sk_json *one = NULL;
    struct part_response r;

    (void)state;
    memset(text, 'x', sizeof text);
    r = ask_as(tea, getuid(), "exchange/in",
               sk_str_printf(mem,
                             "{\"fields\":[{\"name\":\"n\",\"kind\":\"note\",\"text\":\"%.*s\"}]}",
                             (int)sizeof text, text));
    assert_int_equal(r.status, 200);
    assert_false(sk_failed(sk_json_read(&one, r.body)));
    assert_true(sk_json_get_str(sk_json_at(sk_json_get(one, "fields"), 0), "token").n > 0);
    sk_json_free(one);
}

static void
exchange__says_why_of_each_token_that_is_not_shown(void **state)
{
    sk_json *shown = NULL;
    sk_str why;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    played.refused = KEEPER_BUDGET_HOUR;
    assert_false(sk_failed(sk_json_read(
        &shown, ask_as(tea, getuid(), "exchange/out",
                       sk_str_printf(mem, "{\"purpose\":\"pages\",\"tokens\":[\"%.*s\"]}",
                                     SK_ARG(token_of(kept, 0))))
                    .body)));
    assert_int_equal(vault_answer_text(&why, shown, token_of(kept, 0).p).n, 0);
    assert_true(sk_str_eq(why, SK_STR("budget_hour")));
    sk_json_free(shown);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(exchange__takes_what_fits_and_says_what_does_not),
        CASE(exchange__leaves_tokens_as_they_are_and_knows_the_browser_again),
        CASE(exchange__shows_an_address_to_each_browser_that_has_typed_it),
        CASE(exchange__takes_a_note_that_is_too_long_for_a_word),
        CASE(exchange__says_why_of_each_token_that_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
