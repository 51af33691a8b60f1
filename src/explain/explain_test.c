#include "explain/explain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static sk_arena *mem;
static sk_json *line;

static struct explain_event
event_of(const char *text)
{
    struct explain_event event;
    sk_err e = sk_json_read(&line, sk_str_of(text));
    if (sk_failed(e)) fail_msg("%s", e.why);
    explain_read(&event, line);
    return event;
}

static void
event__has_the_rules_that_saw_something_and_not_those_that_add_up(void **state)
{
    (void)state;
    struct explain_event event = event_of(
        "{\"time\":\"2026-11-26T16:00:00.000Z\",\"id\":\"01X\",\"status\":403,\"action\":\"deny\","
        "\"uri\":\"/a?q=1\",\"scores\":{\"inbound\":10},\"matches\":["
        "{\"rule\":942100,\"variable\":\"ARGS:q\",\"msg\":\"SQL\",\"value\":\"1'\"},"
        "{\"rule\":949110,\"variable\":\"TX:score\"}]}");
    assert_true(event.refused);
    assert_int_equal(event.at, 1795708800000);
    assert_int_equal(event.inbound, 10);
    assert_int_equal(event.count, 1);
    assert_int_equal(event.match[0].rule, 942100);
    assert_int_equal(event.more, 0);
}

static void
event__counts_matches_beyond_the_twentieth(void **state)
{
    (void)state;
    struct sk_buf text = { .mem = mem };
    sk_buf_add(&text, SK_STR("{\"action\":\"pass\",\"matches\":[{\"rule\":1}"));
    for (int i = 0; i < EXPLAIN_MATCHES_MAX; i++)
        sk_buf_add(&text, SK_STR(",{\"rule\":2}"));
    sk_buf_add(&text, (sk_str){ "]}", 3 });
    struct explain_event event = event_of(text.p);
    assert_false(event.refused);
    assert_int_equal(event.count, EXPLAIN_MATCHES_MAX);
    assert_int_equal(event.more, 1);
}

static void
advice__names_a_declaration_or_a_rule_to_add(void **state)
{
    (void)state;
    struct explain_advice advice[EXPLAIN_MATCHES_MAX];
    struct explain_event event =
        event_of("{\"uri\":\"/a.b?q=1\",\"matches\":[{\"rule\":9910001},{\"rule\":9900001},"
                 "{\"rule\":9901002},{\"rule\":942100,\"variable\":\"ARGS:q\"},"
                 "{\"rule\":942101,\"variable\":\"ARGS:a \\\"b\"},{\"rule\":0}]}");
    assert_int_equal(explain_advise(advice, mem, &event), 5);
    assert_non_null(strstr(advice[0].en, "`input` block"));
    assert_non_null(strstr(advice[1].en, "body that cannot be read"));
    assert_non_null(strstr(advice[2].ja, "serve.allow_files"));
    sk_str start = SK_STR("SecRule REQUEST_FILENAME \"@rx ^/a\\x2eb$\" \"id:995");
    assert_true(sk_str_starts(advice[3].rule, start));
    assert_true(sk_str_ends(advice[3].rule, SK_STR("ctl:ruleRemoveTargetById=942100;ARGS:q\"")));
    assert_true(sk_str_ends(advice[4].rule, SK_STR("ctl:ruleRemoveById=942101\"")));
}

static void
advice__about_places_is_about_the_declaration(void **state)
{
    (void)state;
    struct explain_advice advice[EXPLAIN_MATCHES_MAX];
    struct explain_event event =
        event_of("{\"uri\":\"/"
                 "wp-admin\",\"matches\":[{\"rule\":9903001},{\"rule\":9903003},{\"rule\":9903005},"
                 "{\"rule\":9903011},{\"rule\":9903012},{\"rule\":9903021},{\"rule\":9903023}]}");
    assert_int_equal(explain_advise(advice, mem, &event), 7);
    assert_non_null(strstr(advice[5].en, "keeper"));
    assert_non_null(strstr(advice[6].en, "64 values"));
    assert_non_null(strstr(advice[3].en, "`login`"));
    assert_non_null(strstr(advice[4].en, "`challenge`"));
    assert_non_null(strstr(advice[0].en, "`networks`"));
    assert_non_null(strstr(advice[1].ja, "権限"));
    assert_non_null(strstr(advice[2].en, "`sekisho status`"));
}

static void
text__shows_what_a_reader_or_terminal_would_obey_as_bytes(void **state)
{
    (void)state;
    struct sk_buf out = { .mem = mem };
    explain_text(&out, SK_STR("茶\x1b[0m\xff\n\xe2\x80\xae"), 100);
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("茶\\x1b[0m\\xff\\x0a\\xe2\\x80\\xae")));
    out.n = 0;
    explain_text(&out, SK_STR("abcdef"), 3);
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("abc...")));
}

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    line = NULL;
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    sk_json_free(line);
    sk_arena_free(mem);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(event__has_the_rules_that_saw_something_and_not_those_that_add_up),
        CASE(event__counts_matches_beyond_the_twentieth),
        CASE(advice__names_a_declaration_or_a_rule_to_add),
        CASE(advice__about_places_is_about_the_declaration),
        CASE(text__shows_what_a_reader_or_terminal_would_obey_as_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
