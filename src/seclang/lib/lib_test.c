/* libseclang as its callers see it: only its public header, as a program would. */
#include "seclang/lib/seclang.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const rules =
    "SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\n"
    "SecResponseBodyMimeType text/plain\nSecAuditEngine RelevantOnly\n"
    "SecAction \"id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR},setvar:ip.seen=+1\"\n"
    "SecRule ARGS \"@rx attack\" \"id:2,phase:2,deny,status:406,log,t:lowercase,"
    "msg:'an attack',logdata:'%{MATCHED_VAR}',severity:2,setvar:tx.score=+5\"\n"
    "SecRule ARGS:go \"@streq away\" \"id:3,phase:2,redirect:https://example.com/,status:302\"\n"
    "SecRule ARGS:password \"@rx x\" \"id:4,phase:2,pass,log\"\n"
    "SecRule RESPONSE_BODY \"@contains secret\" \"id:5,phase:4,drop,log\"\n";

static seclang_ruleset *
load(const char *text, seclang_error *error)
{
    seclang_config *config = seclang_config_new();
    seclang_ruleset *ruleset = NULL;

    assert_int_equal(seclang_config_add_text(config, text, SECLANG_ZERO_ENDED, "shop.conf", 7), 0);
    (void)seclang_ruleset_new(&ruleset, config, error);
    seclang_config_free(config);
    return ruleset;
}

static seclang_thread *
thread_of(const char *text)
{
    seclang_error error = { 0 };
    seclang_ruleset *ruleset = load(text, &error);
    seclang_thread *thread = NULL;

    if (!ruleset) fail_msg("%s", error.what);
    assert_int_equal(seclang_thread_new(&thread, ruleset, &error), 0);
    seclang_ruleset_free(ruleset); /* the thread holds it now */
    return thread;
}

static int
judge(seclang_exchange *x, const char *raw, seclang_answer *answer)
{
    answer->size = sizeof(*answer);
    return seclang_exchange_judge_raw_request(x, raw, SECLANG_ZERO_ENDED, answer);
}

static void
ruleset__says_where_a_rule_is_wrong(void **state)
{
    seclang_error error = { 0 };

    (void)state;
    assert_null(load("\nSecRule ARGS \"@rx (\" \"id:1,phase:2,pass\"\n", &error));
    assert_int_equal(error.code, SECLANG_E_BAD);
    assert_string_equal(error.file, "shop.conf");
    assert_int_equal(error.line, 8);
    assert_int_equal(error.column, 19); /* the pattern, not the directive */
    assert_non_null(strstr(error.what, "@rx"));
}

static void
ruleset__says_that_a_file_is_missing(void **state)
{
    seclang_config *config = seclang_config_new();
    seclang_ruleset *ruleset;
    seclang_error error;

    (void)state;
    assert_int_equal(seclang_config_add_file(config, "/nonexistent/rules.conf"), 0);
    assert_int_equal(seclang_ruleset_new(&ruleset, config, &error), SECLANG_E_MISSING);
    assert_null(ruleset);
    assert_non_null(strstr(error.what, "/nonexistent/rules.conf"));
    seclang_config_free(config);
}

static void
ruleset__tells_its_mode_and_its_warnings(void **state)
{
    seclang_error error;
    seclang_ruleset *ruleset = load(
        "SecRuleEngine DetectionOnly\nSecAction \"id:1,phase:1,pass,msg:'%{nothing}'\"\n", &error);

    (void)state;
    assert_int_equal(seclang_ruleset_mode(ruleset), SECLANG_MODE_DETECT);
    assert_int_equal(seclang_ruleset_count(ruleset), 1);
    assert_int_equal(seclang_ruleset_warning(ruleset, 0, &error), 1);
    assert_int_equal(error.line, 8);
    assert_int_equal(seclang_ruleset_warning(ruleset, 1, &error), 0);
    seclang_ruleset_free(ruleset);
}

static void
exchange__is_refused_and_says_why(void **state)
{
    seclang_thread *thread = thread_of(rules);
    seclang_exchange *x = seclang_exchange_new(thread);
    seclang_finding found = { .size = sizeof(found) };
    seclang_answer answer;
    size_t length;

    (void)state;
    assert_int_equal(judge(x, "GET /?q=ATTACK HTTP/1.1\nHost: a\n\n", &answer), SECLANG_REFUSE);
    assert_int_equal(answer.status, 406);
    assert_int_equal(answer.rule, 2);
    assert_int_equal(seclang_exchange_finish(x), 0);
    assert_int_equal(seclang_exchange_finding(x, 0, &found), 1);
    assert_int_equal(found.rule, 2);
    assert_int_equal(found.decisive, 1);
    assert_string_equal(found.variable, "ARGS:q");
    assert_string_equal(found.value, "attack");
    assert_string_equal(found.data, "attack");
    assert_string_equal(found.severity, "CRITICAL");
    assert_string_equal(found.file, "shop.conf");
    assert_int_equal(found.line, 13);
    assert_int_equal(seclang_exchange_finding(x, 1, &found), 0);
    assert_string_equal(seclang_exchange_variable(x, "score", &length), "5");
    assert_null(seclang_exchange_variable(x, "unset", NULL));
    assert_int_equal(seclang_exchange_wants_audit(x), 1);
    assert_non_null(strstr(seclang_exchange_audit(x, "shop", 406, &length), "\"rule\":2"));
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

static void
exchange__is_sent_elsewhere(void **state)
{
    seclang_thread *thread = thread_of(rules);
    seclang_exchange *x = seclang_exchange_new(thread);
    seclang_answer answer;

    (void)state;
    assert_int_equal(judge(x, "GET /?go=away HTTP/1.1\n\n", &answer), SECLANG_FORWARD);
    assert_int_equal(answer.status, 302);
    assert_string_equal(answer.url, "https://example.com/");
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

static void
exchange__takes_a_body_in_pieces_and_a_response(void **state)
{
    static const char body[] = "a=1&b=att", rest[] = "ore", answer_text[] = "a secret";
    seclang_thread *thread = thread_of(rules);
    seclang_exchange *x = seclang_exchange_new(thread);
    char name[] = "Content-Type", type[] = "application/x-www-form-urlencoded";

    (void)state;
    assert_int_equal(seclang_exchange_connection(x, "192.0.2.7", 1, "192.0.2.1", 443), 0);
    assert_int_equal(seclang_exchange_request_line(x, "POST / HTTP/1.1", SECLANG_ZERO_ENDED), 0);
    assert_int_equal(
        seclang_exchange_request_header(x, name, SECLANG_ZERO_ENDED, type, sizeof(type) - 1), 0);
    memset(type, 'x', sizeof(type) - 1); /* it was copied */
    assert_int_equal(seclang_exchange_judge_request_headers(x, NULL), SECLANG_LET_PASS);
    assert_int_equal(seclang_exchange_wants_request_body(x), 1);
    assert_int_equal(seclang_exchange_request_body(x, body, sizeof(body) - 1), SECLANG_BODY_MORE);
    assert_int_equal(seclang_exchange_request_body(x, rest, sizeof(rest) - 1), SECLANG_BODY_MORE);
    assert_int_equal(seclang_exchange_judge_request(x, NULL), SECLANG_LET_PASS);
    assert_int_equal(seclang_exchange_response_line(x, 200, "HTTP/1.1"), 0);
    assert_int_equal(seclang_exchange_response_header(x, name, sizeof(name) - 1, "text/plain",
                                                      SECLANG_ZERO_ENDED),
                     0);
    assert_int_equal(seclang_exchange_judge_response_headers(x, NULL), SECLANG_LET_PASS);
    assert_int_equal(seclang_exchange_wants_response_body(x), 1);
    assert_int_equal(seclang_exchange_response_body(x, answer_text, sizeof(answer_text) - 1), 0);
    assert_int_equal(seclang_exchange_judge_response(x, NULL), SECLANG_HANG_UP);
    assert_int_equal(seclang_exchange_finish(x), 0);
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

static void
exchange__answers_what_comes_out_of_turn(void **state)
{
    seclang_thread *thread = thread_of(rules);
    seclang_exchange *x = seclang_exchange_new(thread);
    seclang_answer answer;

    (void)state;
    assert_int_equal(seclang_exchange_judge_request(x, NULL), SECLANG_E_ORDER);
    assert_int_equal(seclang_exchange_finish(x), SECLANG_E_ORDER);
    assert_null(seclang_exchange_audit(x, "shop", 200, NULL));
    assert_int_equal(judge(x, "no header here\nat all\n\n", &answer), SECLANG_E_BAD);
    assert_int_equal(judge(x, "GET /?q=attack HTTP/1.1\n\n", &answer), SECLANG_REFUSE);
    assert_int_equal(seclang_exchange_response_line(x, 200, "HTTP/1.1"), SECLANG_E_ORDER);
    assert_int_equal(seclang_exchange_finish(x), 0);
    assert_int_equal(seclang_exchange_finish(x), SECLANG_E_ORDER);
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

/* ── what the caller offers ── */

struct host {
    char log[2000];
    char saved[200];
};

static void
keep_line(void *context, const char *line, size_t length)
{
    struct host *host = context;

    snprintf(host->log, sizeof(host->log), "%.*s", (int)length, line);
}

static void
load_values(void *context, const char *collection, size_t collection_length, const char *key,
            size_t key_length, seclang_each_value *each, void *each_context)
{
    char lent[] = "41";

    (void)context;
    assert_int_equal(collection_length, 2);
    assert_int_equal(memcmp(collection, "ip", collection_length), 0);
    assert_int_equal(key_length, 9);
    assert_int_equal(memcmp(key, "192.0.2.7", key_length), 0);
    each(each_context, "seen", 4, lent, 2, 0);
    memset(lent, 'x', 2);
}

static void
save_value(void *context, const char *collection, size_t collection_length, const char *key,
           size_t key_length, const char *name, size_t name_length, const char *value,
           size_t value_length, int add, int64_t expires)
{
    struct host *host = context;

    (void)collection, (void)collection_length, (void)key, (void)key_length, (void)expires;
    if (name_length == 4 && memcmp(name, "seen", 4) == 0)
        snprintf(host->saved, sizeof(host->saved), "%.*s %d", (int)value_length, value, add);
}

static void
thread__logs_and_keeps_collections_by_the_callers_functions(void **state)
{
    struct host host = { { 0 }, { 0 } };
    seclang_collections collections = { sizeof(collections), &host, load_values, save_value };
    seclang_thread *thread = thread_of(rules);
    seclang_exchange *x;
    seclang_answer answer;

    (void)state;
    seclang_thread_log(thread, keep_line, &host);
    assert_int_equal(seclang_thread_collections(thread, &collections), 0);
    x = seclang_exchange_new(thread);
    assert_int_equal(seclang_exchange_connection(x, "192.0.2.7", 1, "192.0.2.1", 443), 0);
    assert_int_equal(judge(x, "GET /?password=xyzzy HTTP/1.1\n\n", &answer), SECLANG_LET_PASS);
    assert_int_equal(seclang_exchange_finish(x), 0);
    assert_non_null(strstr(host.log, "[id \"4\"]"));
    assert_null(strstr(host.log, "xyzzy"));
    assert_string_equal(host.saved, "1 1");
    seclang_exchange_free(x);
    collections.save = NULL;
    assert_int_equal(seclang_thread_collections(thread, &collections), SECLANG_E_ORDER);
    seclang_thread_free(thread);
}

static void
exchange__judges_a_long_body_in_windows(void **state)
{
    static char padding[4096];
    seclang_thread *thread =
        thread_of("SecRuleEngine On\nSecRequestBodyAccess On\n"
                  "SecRequestBodyLimit 10000\n"
                  "SecRule ARGS \"@contains attack\" \"id:1,phase:2,deny,log\"\n");
    seclang_exchange *x = seclang_exchange_new(thread);
    int rc = SECLANG_BODY_MORE;

    (void)state;
    memset(padding, 'x', sizeof(padding));
    assert_int_equal(seclang_exchange_request_windows(x, SECLANG_ZERO_ENDED), SECLANG_E_ORDER);
    assert_int_equal(seclang_exchange_request_line(x, "POST / HTTP/1.1", SECLANG_ZERO_ENDED), 0);
    assert_int_equal(seclang_exchange_request_header(x, "Content-Type", SECLANG_ZERO_ENDED,
                                                     "application/x-www-form-urlencoded",
                                                     SECLANG_ZERO_ENDED),
                     0);
    assert_int_equal(seclang_exchange_judge_request_headers(x, NULL), SECLANG_LET_PASS);
    assert_int_equal(seclang_exchange_request_windows(x, SECLANG_ZERO_ENDED), 0);
    assert_int_equal(seclang_exchange_request_body(x, "a=", 2), SECLANG_BODY_MORE);
    for (int i = 0; i < 200 && rc == SECLANG_BODY_MORE; i++) /* 800 KB */
        rc = seclang_exchange_request_body(x, padding, sizeof(padding));
    assert_int_equal(rc, SECLANG_BODY_MORE);
    assert_int_equal(seclang_exchange_request_windows(x, SECLANG_ZERO_ENDED), SECLANG_E_ORDER);
    assert_int_equal(seclang_exchange_request_body(x, "&b=attack", 9), SECLANG_BODY_MORE);
    assert_int_equal(seclang_exchange_judge_request(x, NULL), SECLANG_REFUSE);
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

static int
knows(void *context, const char *name, size_t length)
{
    return length == strlen(context) && memcmp(name, context, length) == 0;
}

static void
thread__asks_the_caller_whether_an_address_is_listed(void **state)
{
    seclang_thread *thread =
        thread_of("SecRuleEngine On\nSecRule REMOTE_ADDR \"@rbl list.example\" "
                  "\"id:1,phase:1,deny,log\"\n");
    char name[] = "7.2.0.192.list.example";
    seclang_answer answer;
    seclang_exchange *x;

    (void)state;
    seclang_thread_lists(thread, knows, name);
    x = seclang_exchange_new(thread);
    assert_int_equal(seclang_exchange_connection(x, "192.0.2.7", 1, "192.0.2.1", 443), 0);
    assert_int_equal(judge(x, "GET / HTTP/1.1\n\n", &answer), SECLANG_REFUSE);
    seclang_exchange_free(x);
    x = seclang_exchange_new(thread);
    assert_int_equal(seclang_exchange_connection(x, "192.0.2.8", 1, "192.0.2.1", 443), 0);
    assert_int_equal(judge(x, "GET / HTTP/1.1\n\n", &answer), SECLANG_LET_PASS);
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

static int
remove_one(const char *path, const struct stat *s, int kind, struct FTW *where)
{
    (void)s, (void)kind, (void)where;
    return remove(path);
}

static void
ruleset__names_its_lists_and_keeps_a_cache(void **state)
{
    char folder[] = "/tmp/seclang-lib-XXXXXX";
    seclang_config *config = seclang_config_new();
    seclang_ruleset *ruleset;
    seclang_error error = { 0 };

    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(seclang_config_add_text(config,
                                             "SecRule REMOTE_ADDR \"@rbl list.example\" "
                                             "\"id:1,phase:1,deny\"\n"
                                             "SecRule ARGS \"@pm one two three\" "
                                             "\"id:2,phase:2,deny\"\n",
                                             SECLANG_ZERO_ENDED, "lists.conf", 1),
                     0);
    assert_int_equal(seclang_config_cache(config, folder), 0);
    for (int i = 0; i < 2; i++) {
        if (seclang_ruleset_new(&ruleset, config, &error) < 0) fail_msg("%s", error.what);
        assert_string_equal(seclang_ruleset_list(ruleset, 0), "list.example");
        assert_null(seclang_ruleset_list(ruleset, 1));
        seclang_ruleset_free(ruleset);
    }
    seclang_config_free(config);
    assert_int_equal(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static void
answer__of_an_older_program_is_not_written_beyond(void **state)
{
    struct {
        size_t size;
        int action;
        int behind;
    } older = { sizeof(size_t) + sizeof(int), 0, 77 };
    seclang_thread *thread = thread_of(rules);
    seclang_exchange *x = seclang_exchange_new(thread);

    (void)state;
    assert_int_equal(seclang_exchange_judge_raw_request(x, "GET /?q=attack HTTP/1.1\n\n",
                                                        SECLANG_ZERO_ENDED, (void *)&older),
                     SECLANG_REFUSE);
    assert_int_equal(older.action, SECLANG_REFUSE);
    assert_int_equal(older.behind, 77);
    seclang_exchange_free(x);
    seclang_thread_free(thread);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ruleset__says_where_a_rule_is_wrong),
        cmocka_unit_test(ruleset__says_that_a_file_is_missing),
        cmocka_unit_test(ruleset__tells_its_mode_and_its_warnings),
        cmocka_unit_test(exchange__is_refused_and_says_why),
        cmocka_unit_test(exchange__is_sent_elsewhere),
        cmocka_unit_test(exchange__takes_a_body_in_pieces_and_a_response),
        cmocka_unit_test(exchange__answers_what_comes_out_of_turn),
        cmocka_unit_test(thread__logs_and_keeps_collections_by_the_callers_functions),
        cmocka_unit_test(exchange__judges_a_long_body_in_windows),
        cmocka_unit_test(thread__asks_the_caller_whether_an_address_is_listed),
        cmocka_unit_test(ruleset__names_its_lists_and_keeps_a_cache),
        cmocka_unit_test(answer__of_an_older_program_is_not_written_beyond),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
