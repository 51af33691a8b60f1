/* What providers answer, and what it means. */
#include "post/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define HOUSE                                                                                      \
    "\"house\":{\"sites\":[{\"name\":\"shop\",\"names\":[\"www.example.jp\",\"*.shop.example\","   \
    "\"old.example.*\"]},{\"name\":\"other\",\"names\":[\"other.example.jp\"]}]}"
#define PROVIDER(name)                                                                             \
    "{\"human_provider\":\"" name                                                                  \
    "\",\"human_site_key\":\"0x4-key\",\"human_secret\":\"/secret\","                              \
    "\"human_score\":50," HOUSE "}"

static struct post_config config;
static char secret[8]; /* wiped when the configuration goes */

static const struct post_human *
human_of(const char *text)
{
    post_config_free(&config);
    sk_err e = post_config_read(&config, sk_str_of(text));
    if (sk_failed(e)) fail_msg("%s", e.why);
    memcpy(secret, "s3cret&=", sizeof secret);
    config.human.secret = (sk_str){ secret, sizeof secret };
    return &config.human;
}

static void
expect(const struct post_human *human, const char *site, long status, const char *body,
       enum sk_kind kind, const char *why)
{
    sk_err e = post_human_judge(human, sk_str_of(site), status, sk_str_of(body));
    if (e.kind != kind || !strstr(e.why, why))
        fail_msg("%s %ld %s: kind %d, %s", site, status, body, e.kind, e.why);
}

static void
human__is_nobodys_business_without_a_provider(void **state)
{
    (void)state;
    assert_null(human_of("{" HOUSE "}")->provider);
    assert_null(human_of("{\"human_provider\":\"proof-of-work\"," HOUSE "}")->provider);
}

static void
human__names_the_key_that_is_wrong(void **state)
{
    static const char *const rows[][2] = {
        { "{\"human_provider\":\"fancaptcha\"}", "human_provider:" },
        { "{\"human_provider\":\"turnstile\",\"human_secret\":\"/s\"}", "human_site_key:" },
        { "{\"human_provider\":\"turnstile\",\"human_site_key\":\"k\"}", "human_secret:" },
        { "{\"human_provider\":\"turnstile\",\"human_verify\":\"http://example.jp/\"}",
          "human_verify:" },
        { "{\"human_provider\":\"turnstile\",\"human_site_key\":\"k\",\"human_secret\":\"/s\","
          "\"human_score\":101}",
          "human_score:" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_err e = post_config_check(sk_str_of(rows[i][0]));
        if (e.kind != SK_BAD || !strstr(e.why, rows[i][1])) fail_msg("%s: %s", rows[i][0], e.why);
    }
}

static void
human__asks_for_what_the_provider_wants_to_know_and_nothing_more(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf one = { .mem = mem }, two = { .mem = mem };
    (void)state;
    post_human_form(&one, human_of(PROVIDER("turnstile")), SK_STR("a.b+c/d="));
    assert_true(sk_str_eq(sk_buf_str(&one), SK_STR("secret=s3cret%26%3D&response=a.b%2Bc%2Fd%3D")));
    post_human_form(&two, human_of(PROVIDER("hcaptcha")), SK_STR("t"));
    assert_true(
        sk_str_eq(sk_buf_str(&two), SK_STR("secret=s3cret%26%3D&response=t&sitekey=0x4-key")));
}

static void
human__is_a_person_at_one_of_the_sites_own_hosts(void **state)
{
    const struct post_human *human = human_of(PROVIDER("recaptcha"));
    (void)state;
    expect(human, "shop", 200, "{\"success\":true,\"hostname\":\"www.example.jp\"}", SK_OK, "");
    expect(human, "shop", 200, "{\"success\":true,\"hostname\":\"WWW.Example.jp\"}", SK_OK, "");
    expect(human, "shop", 200, "{\"success\":true,\"hostname\":\"a.b.shop.example\"}", SK_OK, "");
    expect(human, "shop", 200, "{\"success\":true,\"hostname\":\"old.example.com\"}", SK_OK, "");
    for (size_t i = 0; i < 7; i++) {
        static const char *const hosts[] = { "other.example.jp", "shop.example", ".shop.example",
                                             "old.example.",     "example.jp",   "",
                                             "xshop.example" };
        char body[128];
        snprintf(body, sizeof body, "{\"success\":true,\"hostname\":\"%s\"}", hosts[i]);
        expect(human, "shop", 200, body, SK_DENIED, "host");
    }
    expect(human, "nowhere", 200, "{\"success\":true,\"hostname\":\"www.example.jp\"}", SK_DENIED,
           "host");
    expect(human, "shop", 200, "{\"success\":true}", SK_DENIED, "host");
    expect(human, "shop", 200, "{\"success\":true,\"hostname\":7}", SK_DENIED, "host");
}

#define YES "{\"success\":true,\"hostname\":\"www.example.jp\""

static void
human__asked_for_the_gates_action(void **state)
{
    const struct post_human *human = human_of(PROVIDER("turnstile"));
    (void)state;
    expect(human, "shop", 200, YES ",\"action\":\"sign_in\"}", SK_OK, "");
    expect(human, "shop", 200, YES ",\"action\":\"newsletter\"}", SK_DENIED, "action");
    expect(human, "shop", 200, YES "}", SK_DENIED, "action");
}

static void
human__has_a_score_that_is_high_enough(void **state)
{
    const struct post_human *human = human_of(PROVIDER("recaptcha-score"));
    (void)state;
    expect(human, "shop", 200, YES ",\"action\":\"sign_in\",\"score\":0.5}", SK_OK, "");
    expect(human, "shop", 200, YES ",\"action\":\"sign_in\",\"score\":1}", SK_OK, "");
    expect(human, "shop", 200, YES ",\"action\":\"sign_in\",\"score\":0.49}", SK_DENIED, "score");
    expect(human, "shop", 200, YES ",\"action\":\"sign_in\",\"score\":\"0.9\"}", SK_DENIED,
           "score");
    expect(human, "shop", 200, YES ",\"action\":\"sign_in\"}", SK_DENIED, "score");
}

static void
human__is_refused_for_the_token_and_not_judged_for_what_is_ours(void **state)
{
    static const struct {
        const char *codes;
        enum sk_kind kind;
        const char *why;
    } rows[] = {
        { "[\"invalid-input-response\"]", SK_DENIED, "token" },
        { "[\"timeout-or-duplicate\"]", SK_DENIED, "token" },
        { "[\"bad-request\"]", SK_DENIED, "token" },
        { "[\"something-new\"]", SK_DENIED, "token" },
        { "[]", SK_DENIED, "token" },
        { "7", SK_DENIED, "token" },
        { "[\"invalid-input-secret\"]", SK_BROKEN, "secret" },
        { "[\"bad-request\",\"missing-input-secret\"]", SK_BROKEN, "secret" },
        { "[\"sitekey-secret-mismatch\"]", SK_BROKEN, "pair" },
        { "[\"internal-error\"]", SK_BUSY, "cannot tell" },
    };
    const struct post_human *human = human_of(PROVIDER("hcaptcha"));
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (long status = 200; status <= 400; status += 200) {
            char body[128];
            snprintf(body, sizeof body, "{\"success\":false,\"error-codes\":%s}", rows[i].codes);
            expect(human, "shop", status, body, rows[i].kind, rows[i].why);
        }
}

static void
human__is_nobody_by_what_is_no_answer(void **state)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[true]",
        "true",
        "{}",
        "{\"success\":\"true\"",
        "{\"Success\":true}",
        "{\"success\":true,\"success\":true}",
        "<html>",
    };
    const struct post_human *human = human_of(PROVIDER("recaptcha"));
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        expect(human, "shop", 200, bodies[i], SK_BROKEN, "not an answer");
    expect(human, "shop", 200, "{\"success\":\"true\",\"hostname\":\"www.example.jp\"}", SK_DENIED,
           "token");
    expect(human, "shop", 400, YES "}", SK_BROKEN, "yes and no");
    expect(human, "shop", 503, YES "}", SK_BUSY, "503");
    expect(human, "shop", 302, YES "}", SK_BUSY, "302");
    expect(human, "shop", 0, YES "}", SK_BUSY, "0");
}

static void
token__is_printable_and_not_too_long(void **state)
{
    static char text[POST_HUMAN_TOKEN_MAX + 1];
    (void)state;
    memset(text, 'x', sizeof text);
    assert_true(post_human_token_is_one((sk_str){ text, sizeof text - 1 }));
    assert_false(post_human_token_is_one((sk_str){ text, sizeof text }));
    assert_false(post_human_token_is_one(SK_STR("")));
    assert_false(post_human_token_is_one(SK_STR("a b")));
    assert_false(post_human_token_is_one(SK_STR("a\n")));
    assert_false(post_human_token_is_one(SK_STR("ト")));
}

static int
end(void **state)
{
    (void)state;
    post_config_free(&config);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(human__is_nobodys_business_without_a_provider),
        cmocka_unit_test(human__names_the_key_that_is_wrong),
        cmocka_unit_test(human__asks_for_what_the_provider_wants_to_know_and_nothing_more),
        cmocka_unit_test(human__is_a_person_at_one_of_the_sites_own_hosts),
        cmocka_unit_test(human__asked_for_the_gates_action),
        cmocka_unit_test(human__has_a_score_that_is_high_enough),
        cmocka_unit_test(human__is_refused_for_the_token_and_not_judged_for_what_is_ours),
        cmocka_unit_test(human__is_nobody_by_what_is_no_answer),
        cmocka_unit_test(token__is_printable_and_not_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
