/* The block page. */
#include "gate/page.h"

#include "base/hash.h"
#include "base/json.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct gate_page_facts facts = {
    .id = { "01ARYZ6S41ZZZZZZZZZZZZZZZZ", 26 },
    .site = { "<&\"'", 4 },
    .time = { "2026-11-23 22:26:20.123 +09:00", 30 },
    .status = 403,
    .cause = GATE_CAUSE_REQUEST,
    .language = GATE_JA,
};

static const char *
html(sk_arena *mem, const char *template, const struct gate_page_facts *f)
{
    struct sk_buf out = { .mem = mem };
    struct gate_page *page;
    sk_err e = gate_page_new(&page, mem, sk_str_of(template));

    if (sk_failed(e)) fail_msg("%s", e.why);
    gate_page_html(&out, page, f);
    sk_buf_byte(&out, '\0');
    return out.p;
}

static void
page__fills_and_escapes_values(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    (void)state;
    assert_string_equal(html(mem, "<b>{{id}}</b> {{ status }}/{{site}}", &facts),
                        "<b>01ARYZ6S41ZZZZZZZZZZZZZZZZ</b> 403/&lt;&amp;&quot;&#39;");
}

static void
page__shows_one_language(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_page_facts english = facts;

    (void)state;
    english.language = GATE_EN;
    assert_string_equal(html(mem, "{{lang}}:{{#ja}}日本{{/ja}}{{#en}}E{{status}}{{/en}}.", &facts),
                        "ja:日本.");
    assert_string_equal(
        html(mem, "{{lang}}:{{#ja}}日本{{/ja}}{{#en}}E{{status}}{{/en}}.", &english), "en:E403.");
}

static void
page__tells_where_a_template_is_wrong(void **state)
{
    static const struct {
        const char *template, *why;
    } cases[] = {
        { "a\nbc{{nothing}}", "2:3: no such name in a block page: \"nothing\"" },
        { "{{id", "1:1: not closed: \"{{\"" },
        { "{{#ja}}x", "1:9: section not closed: \"ja\"" },
        { "{{#ja}}{{#en}}",
          "1:8: sections are closed before the next is opened; misplaced \"#en\"" },
        { "{{/en}}", "1:1: sections are closed before the next is opened; misplaced \"/en\"" },
        { "{{#fr}}", "1:1: expected #ja, /ja, #en or /en, not \"#fr\"" },
        { "<style>a{{id}}</style>", "1:8: expected plain CSS up to \"</style>\"" },
        { "<style>a", "1:8: expected plain CSS up to \"</style>\"" },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_page *page;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sk_err e = gate_page_new(&page, mem, sk_str_of(cases[i].template));

        assert_int_equal(e.kind, SK_BAD);
        assert_string_equal(e.why, cases[i].why);
    }
}

static void
page__refuses_the_257th_piece(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    struct gate_page *page;

    (void)state;
    for (unsigned i = 0; i < GATE_PAGE_PIECES / 2; i++)
        sk_buf_add(&text, SK_STR("{{id}}"));
    assert_int_equal(gate_page_new(&page, mem, sk_buf_str(&text)).kind, SK_OK);
    sk_buf_add(&text, SK_STR("{{id}}"));
    assert_int_equal(gate_page_new(&page, mem, sk_buf_str(&text)).kind, SK_BAD);
}

static void
page__names_the_hash_of_its_style(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_page *page;

    (void)state;
    assert_int_equal(gate_page_new(&page, mem, SK_STR("<style>a{}</style>")).kind, SK_OK);
    /* printf 'a{}' | openssl dgst -sha256 -binary | base64 */
    assert_true(
        sk_str_find(gate_page_policy(page),
                    SK_STR("style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='")) !=
        SIZE_MAX);
}

static void
page__built_in_holds_id_and_words_in_both_languages(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_page_facts f = facts;

    (void)state;
    for (unsigned l = 0; l < GATE_LANGUAGES; l++)
        for (unsigned c = 0; c < GATE_CAUSES; c++) {
            struct sk_buf out = { .mem = mem };
            struct gate_page *page;

            f.language = (enum gate_language)l;
            f.cause = (enum gate_cause)c;
            assert_int_equal(gate_page_new(&page, mem, gate_page_default()).kind, SK_OK);
            gate_page_html(&out, page, &f);
            assert_true(sk_str_find(sk_buf_str(&out), facts.id) != SIZE_MAX);
            assert_true(sk_str_find(sk_buf_str(&out),
                                    sk_str_of(gate_words_of(f.cause, f.language)->todo)) !=
                        SIZE_MAX);
            assert_true(sk_str_find(sk_buf_str(&out), SK_STR("{{")) == SIZE_MAX);
        }
}

static void
page__json_can_be_read_back(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    struct sk_buf out = { .mem = mem };
    const sk_json *error;

    (void)state;
    gate_page_json(&out, &facts);
    assert_int_equal(sk_json_read(&root, sk_buf_str(&out)).kind, SK_OK);
    error = sk_json_get(root, "error");
    assert_true(sk_str_eq(sk_json_get_str(error, "id"), facts.id));
    assert_int_equal(sk_json_get_int(error, "status", 0), 403);
    assert_true(sk_json_get_str(error, "help").n > 0);
}

static void
cause__follows_status_and_side(void **state)
{
    (void)state;
    assert_int_equal(gate_cause_of(403, false), GATE_CAUSE_REQUEST);
    assert_int_equal(gate_cause_of(413, false), GATE_CAUSE_LARGE);
    assert_int_equal(gate_cause_of(422, false), GATE_CAUSE_MALFORMED);
    assert_int_equal(gate_cause_of(413, true), GATE_CAUSE_ANSWER);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page__fills_and_escapes_values),
        cmocka_unit_test(page__shows_one_language),
        cmocka_unit_test(page__tells_where_a_template_is_wrong),
        cmocka_unit_test(page__refuses_the_257th_piece),
        cmocka_unit_test(page__names_the_hash_of_its_style),
        cmocka_unit_test(page__built_in_holds_id_and_words_in_both_languages),
        cmocka_unit_test(page__json_can_be_read_back),
        cmocka_unit_test(cause__follows_status_and_side),
    };

    return cmocka_run_group_tests_name("gate/page", tests, NULL, NULL);
}
