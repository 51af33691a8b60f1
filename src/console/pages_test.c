#include "console/keeper_test.h"

static const char post_well[] =
    "{\"mode\":\"outbox\",\"waiting\":0,\"most\":9,\"kinds\":[{\"kind\":\"mail\",\"way\":"
    "\"outbox\","
    "\"waiting\":0,\"sent_day\":3,\"failed_day\":0,\"expired_day\":0,\"oldest\":0}]}";
static const char gate_well[] =
    "{\"requests\":{\"total\":1234567,\"refused\":12,\"audit_failures\":0},"
    "\"refused_load\":{\"count\":0,\"last\":0,\"why\":\"\"}}";
static const char parts_well[] = "{\"parts\":[{\"name\":\"gate\",\"pid\":7,\"restarts\":0},"
                                 "{\"name\":\"post\",\"pid\":8,\"restarts\":0}]}";

static void
all_well(void)
{
    stage_peer(0, "post", "run/post.sock");
    stage_peer(1, "gate", "run/status.sock");
    stage_put("run/instance.json", sk_str_of(parts_well));
    stage_says("post", "/v1/status", 200, post_well);
    stage_says("gate", "/", 200, gate_well);
    stage_peer(2, "accounts", "run/accounts-api.sock");
    stage_says("gate", "/shun", 200, "{\"shut_out\":[]}");
    stage_says("accounts", "/v1/locks/list", 200, "{\"locks\":[]}");
    played_begin();
    stage_ledger("{\"state\":\"well\",\"records\":4321,\"since\":\"2026-11-01\"}");
}

static void
overview__says_that_all_is_well(void **state)
{
    (void)state;
    all_well();
    struct part_response page = stage_get("/");
    assert_int_equal(page.status, 200);
    stage_has(page, "Everything is well");
    stage_has(page, "of 1,234,567 requests");
    stage_has(page, "4,321<small>records</small>");
    stage_has_not(page, "class=\"chip act\"");
}

static void
overview__names_what_needs_somebody_and_what_to_press(void **state)
{
    (void)state;
    all_well();
    stage_put("run/instance.json",
              SK_STR("{\"parts\":[{\"name\":\"gate\",\"pid\":7,\"restarts\":0},"
                     "{\"name\":\"post\",\"pid\":0,\"restarts\":3}]}"));
    stage_says(
        "post", "/v1/status", 200,
        "{\"mode\":\"live\",\"waiting\":9,\"kinds\":[{\"kind\":\"mail\",\"fault\":\"refused\","
        "\"oldest\":0,\"failed_day\":0}]}");
    struct part_response page = stage_get("/");
    stage_has(page, "2 things need you now");
    stage_has(page, "Away: post");
    stage_has(page, "Sending is stuck");
    stage_has(page, "<a href=\"/outbox\">See the outbox</a>");
}

static void
overview__shows_parts_that_do_not_answer_instead_of_failing(void **state)
{
    (void)state;
    struct part_response page = stage_get("/");
    assert_int_equal(page.status, 200);
    stage_has(page, "<span class=\"chip act\">no answer</span>");
}

static void
outbox__shows_the_demos_messages_escaped(void **state)
{
    (void)state;
    all_well();
    stage_says(
        "post", "/v1/outbox", 200,
        "{\"messages\":[{\"number\":4,\"id\":\"msg_1\",\"time\":\"2026-11-26T16:00:00.000Z\","
        "\"kind\":\"mail\",\"to\":\"taro@example.jp\",\"subject\":\"<b>招待</b>\",\"text\":"
        "\"https://localhost/?a=1&b=2\",\"purpose\":\"accounts.invite\"}]}");
    struct part_response page = stage_get("/outbox");
    stage_has(page, "&lt;b&gt;招待&lt;/b&gt;");
    stage_has(page, "https://localhost/?a=1&amp;b=2");
    stage_has(page, "2026-11-27 01:00:00");
    stage_has(page, "1 message");
}

static void
outbox__of_a_live_house_shows_no_message(void **state)
{
    (void)state;
    stage_peer(0, "post", "run/post.sock");
    stage_says("post", "/v1/status", 200,
               "{\"mode\":\"live\",\"waiting\":2,\"kinds\":[{\"kind\":\"sms\",\"way\":\"none\"}]}");
    struct part_response page = stage_get("/outbox");
    assert_int_equal(page.status, 200);
    stage_has(page, "not set up");
    assert_null(strstr(stage.asked, "/v1/outbox"));
}

static void
outbox__says_so_when_post_is_away(void **state)
{
    (void)state;
    assert_int_equal(stage_get("/outbox").status, 500);
}

static void
log_put(void)
{
    stage_put(
        "log/gate-audit.json",
        SK_STR("{\"time\":\"2026-11-26T16:00:00.000Z\",\"id\":\"01KB0EVNG0AAAAAAAAAAAAAAAA\","
               "\"site\":\"shop\",\"client\":\"192.0.2.1\",\"method\":\"GET\",\"uri\":"
               "\"/?q=<script>\",\"status\":403,\"action\":\"deny\",\"scores\":{\"inbound\":15},"
               "\"matches\":[{\"rule\":941100,\"msg\":\"XSS\",\"variable\":\"ARGS:q\",\"value\":"
               "\"<script>\\u001b\",\"severity\":\"CRITICAL\"}]}\n"));
}

static void
request__is_explained_by_the_number_on_the_block_page(void **state)
{
    (void)state;
    log_put();
    struct part_response page = stage_get("/events/request?id=01KB0EVNG0AAAAAAAAAAAAAAAA");
    assert_int_equal(page.status, 200);
    stage_has(page, "answered 403");
    stage_has(page, "&lt;script&gt;\\x1b");
    stage_has(page, "ruleRemoveTargetById=941100;ARGS:q");
    stage_has(page, "request 15, answer 0");
    page = stage_get("/events/request?id=01KB0EVNG0AAAAAAAAAAAAAAAB");
    stage_has(page, "No request of this number was refused");
    page = stage_get("/events/request?id=%3Cb%3E");
    stage_has(page, "This is not a reference number");
    stage_has(page, "value=\"&lt;b&gt;\"");
    assert_int_equal(stage_get("/events/request").status, 200);
}

static void
refused__is_a_table_a_search_and_a_file(void **state)
{
    (void)state;
    stage_has(stage_get("/events/refused"), "Nothing was refused");
    log_put();
    struct part_response page = stage_get("/events/refused?client=192.0.2.1&from=2026-11-27T00:59");
    stage_has(page, "/?q=&lt;script&gt;");
    stage_has(page, "href=\"/events/refused.csv?all=1&amp;from=2026-11-27T00%3A59&amp;client="
                    "192.0.2.1\"");
    stage_has(stage_get("/events/refused?client=192.0.2.2"), "Nothing was refused");
    stage_has(stage_get("/events/refused?from=2026-11-27T01:01"), "Nothing was refused");
    page = stage_get("/events/refused.csv");
    assert_true(sk_str_eq(page.type, SK_STR("text/csv; charset=utf-8")));
    stage_has(page, "\"192.0.2.1\",\"GET\",\"/?q=<script>\",403,941100,\"XSS\"");
}

static int
end(void **state)
{
    int closed = stage_close(state);
    played_end();
    return closed;
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, end)
    const struct CMUnitTest tests[] = {
        CASE(overview__says_that_all_is_well),
        CASE(overview__names_what_needs_somebody_and_what_to_press),
        CASE(overview__shows_parts_that_do_not_answer_instead_of_failing),
        CASE(outbox__shows_the_demos_messages_escaped),
        CASE(outbox__of_a_live_house_shows_no_message),
        CASE(outbox__says_so_when_post_is_away),
        CASE(request__is_explained_by_the_number_on_the_block_page),
        CASE(refused__is_a_table_a_search_and_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
