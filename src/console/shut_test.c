#include "console/stage_test.h"

static void
all_play(void)
{
    stage_peer(0, "accounts", "run/accounts-api.sock");
    stage_peer(1, "gate", "run/status.sock");
    stage_ledger("{\"seq\":1,\"time\":\"2026-11-26T16:00:00.000Z\"}");
    stage_says(
        "accounts", "/v1/locks/list", 200,
        "{\"locks\":[{\"kind\":\"account\",\"subject\":\"acc_0000000000000000000B\",\"until\":"
        "1895708800000,\"locks\":1},{\"kind\":\"network\",\"subject\":\"203.0.113.0/24\","
        "\"until\":1895708800000,\"locks\":2}]}");
    stage_says("accounts", "/v1/locks/lift", 200, "{\"lifted\":1}");
    stage_says(
        "gate", "/shun", 200,
        "{\"turned_away\":9,\"shut_out\":[{\"who\":\"198.51.100.7\",\"why\":\"rules\",\"since\":"
        "1795708800,\"until\":1895708800,\"times\":2,\"turned_away\":9876,\"id\":\"01X\"}]}");
}

static void
shut__shows_who_why_and_until_when(void **state)
{
    (void)state;
    all_play();
    struct part_response page = stage_get("/shut");
    assert_int_equal(page.status, 200);
    stage_has(page, "198.51.100.7");
    stage_has(page, "kept sending what was taken for attacks");
    stage_has(page, "2026-11-27 01:00:00");
    stage_has(page, "9,876");
    stage_has(page, "name=\"account\" value=\"acc_0000000000000000000B\"");
    stage_has(page, "name=\"source\" value=\"203.0.113.0/24\"");
}

static void
release__is_recorded_before_the_gate_is_asked(void **state)
{
    (void)state;
    all_play();
    struct stage_ask ask = stage_form("/shut", "/shut/release", "&who=198.51.100.7");
    assert_int_equal(stage_send(ask).status, 303);
    assert_non_null(strstr(stage.asked, "gate /shun?ticket=v1."));
    assert_non_null(strstr(stage.asked, "&release=198.51.100.7"));
    assert_non_null(strstr(stage.told, "\"principal\":\"acc_0000000000000000000A\""));
    assert_non_null(
        strstr(stage.told, "\"action\":\"console.release\",\"object\":\"198.51.100.7\""));
}

static void
release__is_refused_when_it_cannot_be_recorded(void **state)
{
    (void)state;
    all_play();
    struct stage_ask ask = stage_form("/shut", "/shut/release", "&who=198.51.100.7");
    stage_ledger_says = "{\"error\":\"full\",\"why\":\"no room\"}";
    assert_int_equal(stage_send(ask).status, 503);
    assert_null(strstr(stage.asked, "release="));
}

static void
release__is_refused_without_the_right(void **state)
{
    (void)state;
    all_play();
    struct stage_ask ask = stage_form("/shut", "/shut/release", "&who=198.51.100.7");
    stage_says("accounts", "/v1/locks/list", 403, "{\"why\":\"the right is missing\"}");
    assert_int_equal(stage_send(ask).status, 403);
    assert_null(strstr(stage.asked, "release="));
    assert_null(strstr(stage.told, "console.release"));
    assert_int_equal(stage_get("/shut").status, 403);
}

static void
source__is_shut_out_by_hand_once_it_is_a_network(void **state)
{
    (void)state;
    all_play();
    struct stage_ask ask = stage_form("/shut", "/shut", "&who=%3Cb%3E&span=day");
    struct part_response page = stage_send(ask);
    assert_int_equal(page.status, 422);
    stage_has(page, "Please enter an IP address or network");
    stage_has(page, "value=\"&lt;b&gt;\"");
    ask = stage_form("/shut", "/shut", "&who=2001%3Adb8%3A%3A%2F48&span=day");
    assert_int_equal(stage_send(ask).status, 303);
    assert_non_null(strstr(stage.asked, "&add=2001:db8::/48&seconds=86400"));
    assert_non_null(strstr(stage.told, "\"object\":\"2001:db8::/48\""));
}

static void
lock__is_lifted_by_accounts(void **state)
{
    (void)state;
    all_play();
    struct stage_ask ask = stage_form("/shut", "/shut/lift", "&source=203.0.113.0%2F24");
    assert_int_equal(stage_send(ask).status, 303);
    assert_non_null(strstr(stage.asked, "/v1/locks/lift {\"source\":\"203.0.113.0/24\"}"));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
    const struct CMUnitTest tests[] = {
        CASE(shut__shows_who_why_and_until_when),
        CASE(release__is_recorded_before_the_gate_is_asked),
        CASE(release__is_refused_when_it_cannot_be_recorded),
        CASE(release__is_refused_without_the_right),
        CASE(source__is_shut_out_by_hand_once_it_is_a_network),
        CASE(lock__is_lifted_by_accounts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
