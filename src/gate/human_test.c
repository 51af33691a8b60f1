/* The page with a company's widget. */
#include "gate/human.h"

#include "gate/page.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct gate_human
human_of(const char *name, const char *script)
{
    struct gate_human human = { .row = gate_human_find(sk_str_of(name)),
                                .key = SK_STR("0x4-key"),
                                .script = sk_str_of(script) };

    assert_non_null(human.row);
    return human;
}

static void
human__knows_the_companies_by_name(void **state)
{
    (void)state;
    assert_null(gate_human_find(SK_STR("proof-of-work")));
    assert_null(gate_human_find(SK_STR("Turnstile")));
    assert_null(gate_human_find(SK_STR("")));
    assert_string_equal(human_of("hcaptcha", NULL).row->company, "Intuition Machines, Inc.");
}

static void
expect_script(const char *name, const char *script, const char *language, const char *expected)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_human human = human_of(name, script);
    sk_str got = gate_human_script(mem, &human, sk_str_of(language));

    if (!sk_str_eq(got, sk_str_of(expected))) fail_msg("%.*s", SK_ARG(got));
}

static void
script__is_told_what_the_company_wants_to_know(void **state)
{
    (void)state;
    expect_script("turnstile", NULL, "ja", "https://challenges.cloudflare.com/turnstile/v0/api.js");
    expect_script("hcaptcha", NULL, "ja", "https://js.hcaptcha.com/1/api.js?hl=ja");
    expect_script("recaptcha", "https://www.recaptcha.net/recaptcha/api.js", "en",
                  "https://www.recaptcha.net/recaptcha/api.js?hl=en");
    expect_script("recaptcha-score", NULL, "ja",
                  "https://www.google.com/recaptcha/api.js?render=0x4-key&hl=ja");
}

static void
expect_policy(const char *name, const char *script, const char *expected)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_human human = human_of(name, script);
    sk_str got = gate_human_policy(mem, &human, SK_STR("'sha256-x'"));

    if (!sk_str_eq(got, sk_str_of(expected))) fail_msg("%.*s", SK_ARG(got));
}

#define BEGIN                                                                                      \
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "            \
    "style-src 'sha256-x'"
#define CLOUD "https://challenges.cloudflare.com"

static void
policy__allows_the_company_and_nobody_else(void **state)
{
    (void)state;
    expect_policy("turnstile", NULL,
                  BEGIN "; script-src 'self' " CLOUD "; frame-src " CLOUD "; connect-src " CLOUD);
    expect_policy("hcaptcha", NULL,
                  BEGIN " https://hcaptcha.com https://*.hcaptcha.com"
                        "; script-src 'self' https://hcaptcha.com https://*.hcaptcha.com"
                        "; frame-src https://hcaptcha.com https://*.hcaptcha.com"
                        "; connect-src https://hcaptcha.com https://*.hcaptcha.com");
}

static void
policy__allows_the_origin_of_another_script(void **state)
{
    (void)state;
    expect_policy("turnstile", "http://127.0.0.1:8099/api.js",
                  BEGIN "; script-src 'self' " CLOUD " http://127.0.0.1:8099; frame-src " CLOUD
                        " http://127.0.0.1:8099; connect-src " CLOUD " http://127.0.0.1:8099");
    expect_policy("turnstile", "https://mirror.example.jp",
                  BEGIN "; script-src 'self' " CLOUD " https://mirror.example.jp; frame-src " CLOUD
                        " https://mirror.example.jp; connect-src " CLOUD
                        " https://mirror.example.jp");
}

static void
page__names_the_company_in_both_languages(void **state)
{
    static const char *const words[GATE_LANGUAGES][3] = {
        [GATE_JA] = { "hCaptcha（Intuition Machines, Inc.）を使っています", "lang=\"ja\"",
                      "この会社を使わずに" },
        [GATE_EN] = { "this site uses hCaptcha (Intuition Machines, Inc.)", "lang=\"en\"",
                      "without that company" },
    };
    (void)state;
    for (int language = 0; language < GATE_LANGUAGES; language++) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
        struct gate_human human = human_of("hcaptcha", NULL);
        struct gate_page_facts facts = { .cause = GATE_CAUSE_HUMAN,
                                         .language = (enum gate_language)language,
                                         .human = &human,
                                         .to = SK_STR("/wp-login.php") };
        struct sk_buf out = { .mem = mem };
        struct gate_page *page;

        assert_false(sk_failed(gate_page_new(&page, mem, gate_page_human())));
        gate_page_html(&out, page, &facts);
        for (int i = 0; i < 3; i++)
            if (sk_str_find(sk_buf_str(&out), sk_str_of(words[language][i])) == SIZE_MAX)
                fail_msg("no %s", words[language][i]);
        assert_true(sk_str_find(sk_buf_str(&out), SK_STR("{{")) == SIZE_MAX);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(human__knows_the_companies_by_name),
        cmocka_unit_test(script__is_told_what_the_company_wants_to_know),
        cmocka_unit_test(policy__allows_the_company_and_nobody_else),
        cmocka_unit_test(policy__allows_the_origin_of_another_script),
        cmocka_unit_test(page__names_the_company_in_both_languages),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
