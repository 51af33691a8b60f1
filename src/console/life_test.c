#include "console/stage_test.h"

#define TARO "acc_0000000000000000000B"

static void
accounts_play(void)
{
    stage_peer(0, "accounts", "run/accounts-api.sock");
    stage_says("accounts", "/v1/screens/list", 200,
               "{\"screens\":[{\"name\":\"orders\",\"realm\":\"merchant\",\"ja\":\"注文\",\"en\":"
               "\"orders\"},{\"name\":\"privilege.reset\",\"realm\":\"operator\",\"ja\":\"一斉\","
               "\"en\":\"resetting all\"}]}");
    stage_says("accounts", "/v1/accounts/invite", 200,
               "{\"account\":\"" TARO "\",\"ends\":1,\"mailed\":true}");
    stage_says("accounts", "/v1/accounts/get", 200,
               "{\"account\":{\"id\":\"" TARO "\",\"realm\":\"merchant\",\"state\":\"active\","
               "\"email\":\"t***@example.jp\",\"name\":\"関 太郎\"}}");
    stage_says("accounts", "/v1/accounts/remove", 200, "{}");
    stage_says("accounts", "/v1/rights/list", 200,
               "{\"held\":[{\"account\":\"" TARO "\",\"name\":\"privilege.reset\",\"given_by\":"
               "\"local:0\",\"made\":1795708800000,\"ends\":1895708800000}],\"asked\":["
               "{\"id\":\"req_1\",\"account\":\"" TARO "\",\"name\":\"privilege.reset\","
               "\"reason\":\"<leak>\",\"hours\":1,\"asked\":1795708800000},"
               "{\"id\":\"req_2\",\"account\":\"acc_0000000000000000000A\",\"name\":"
               "\"privilege.reset\",\"reason\":\"mine\",\"hours\":2,\"asked\":1795708800000}]}");
    stage_says("accounts", "/v1/rights/decide", 200, "{}");
    stage_says("accounts", "/v1/rights/take", 200, "{}");
    stage_says("accounts", "/v1/rights/ask", 200, "{\"request\":\"req_3\"}");
    stage_says("accounts", "/v1/reset/list", 200,
               "{\"jobs\":[{\"id\":\"job_1\",\"asked_by\":\"" TARO
               "\",\"realm\":\"buyer\",\"state\":"
               "\"running\",\"total\":100000,\"done\":60000,\"told\":1000,\"made\":1}]}");
    stage_says("accounts", "/v1/reset/start", 200, "{\"job\":\"job_2\"}");
}

static void
was_asked(const char *what)
{
    if (!strstr(stage.asked, what)) fail_msg("nobody asked %s:\n%s", what, stage.asked);
}

static void
invite__names_kind_address_and_screens(void **state)
{
    (void)state;
    accounts_play();
    struct part_response page = stage_get("/accounts/invite");
    stage_has(page, "value=\"orders\"");
    stage_has_not(page, "privilege.reset");
    struct stage_ask ask = stage_form("/accounts/invite", "/accounts/invite",
                                      "&kind=merchant.sub&email=taro%40example.jp&name=&tenant="
                                      "kamone&screen=orders&screen=staff");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/accounts/invite {\"realm\":\"merchant\",\"role\":\"sub\",\"email\":"
              "\"taro@example.jp\",\"tenant\":\"kamone\",\"lang\":\"en\",\"screens\":"
              "[\"orders\",\"staff\"]}");
}

static void
invite__says_what_is_wrong_and_keeps_what_was_typed(void **state)
{
    (void)state;
    accounts_play();
    struct stage_ask ask = stage_form("/accounts/invite", "/accounts/invite",
                                      "&kind=merchant.sub&email=nobody&screen=orders");
    struct part_response page = stage_send(ask);
    assert_int_equal(page.status, 422);
    stage_has(page, "value=\"nobody\"");
    stage_has(page, "value=\"orders\" checked");
    stage_has(page, "<option value=\"merchant.sub\" selected>");
    assert_null(strstr(stage.asked, "accounts/invite"));
    stage_says("accounts", "/v1/accounts/invite", 403, "{\"why\":\"the address is taken\"}");
    ask = stage_form("/accounts/invite", "/accounts/invite",
                     "&kind=operator.operator&email=taro%40example.jp");
    stage_has(stage_send(ask), "This person cannot be invited");
}

static void
removal__says_what_it_means_and_wants_the_name(void **state)
{
    (void)state;
    accounts_play();
    struct part_response page = stage_get("/accounts/" TARO "/remove");
    stage_has(page, "It cannot be undone");
    stage_has(page, "<strong class=\"id\">関 太郎</strong>");
    struct stage_ask ask =
        stage_form("/accounts/" TARO "/remove", "/accounts/" TARO "/remove", "&typed=other");
    page = stage_send(ask);
    assert_int_equal(page.status, 422);
    stage_has(page, "just as it is shown");
    assert_null(strstr(stage.asked, "accounts/remove"));
    ask = stage_form("/accounts/" TARO "/remove", "/accounts/" TARO "/remove",
                     "&typed=%E9%96%A2%20%E5%A4%AA%E9%83%8E");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/accounts/remove {\"account\":\"" TARO "\"}");
}

static void
rights__are_asked_for_decided_by_others_and_taken(void **state)
{
    (void)state;
    accounts_play();
    struct part_response page = stage_get("/accounts/rights");
    stage_has(page, "&lt;leak&gt;");
    stage_has(page, "name=\"request\" value=\"req_1\"");
    stage_has_not(page, "value=\"req_2\"");
    stage_has(page, "Another operator decides");
    const char *at = "/accounts/rights";
    struct stage_ask ask =
        stage_form(at, "/accounts/rights/decide", "&request=req_1&decide=approve");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/rights/decide {\"request\":\"req_1\",\"approve\":true}");
    ask = stage_form(at, "/accounts/rights/decide", "&request=req_1&decide=refuse");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/rights/decide {\"request\":\"req_1\",\"approve\":false}");
    ask = stage_form(at, "/accounts/rights/take", "&account=" TARO "&name=privilege.reset");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/rights/take {\"account\":\"" TARO "\",\"name\":\"privilege.reset\"}");
    ask = stage_form(at, "/accounts/rights", "&name=privilege.reset&hours=8&reason=");
    assert_int_equal(stage_send(ask).status, 422);
    ask = stage_form(at, "/accounts/rights", "&name=privilege.reset&hours=8&reason=leak");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/rights/ask {\"name\":\"privilege.reset\",\"reason\":\"leak\",\"hours\":8}");
}

static void
factors__that_are_lost_are_reset_by_two_operators(void **state)
{
    (void)state;
    accounts_play();
    stage_says("accounts", "/v1/factors/reset", 200, "{\"done\":false,\"request\":\"req_4\"}");
    stage_says("accounts", "/v1/rights/list", 200,
               "{\"held\":[],\"asked\":["
               "{\"id\":\"req_4\",\"account\":\"" TARO "\",\"name\":\"factor.reset\","
               "\"reason\":\"lost\",\"hours\":0,\"asked\":1795708800000,"
               "\"asked_by\":\"acc_0000000000000000000A\",\"due\":1795795200000},"
               "{\"id\":\"req_5\",\"account\":\"acc_0000000000000000000C\","
               "\"name\":\"factor.reset\",\"reason\":\"lost\",\"hours\":0,"
               "\"asked\":1795708800000,\"asked_by\":\"" TARO "\"}]}");
    const char *at = "/accounts/" TARO "/factors";
    stage_has(stage_get(at), "Another operator has to approve it");
    struct stage_ask ask = stage_form(at, at, "&reason=");
    assert_int_equal(stage_send(ask).status, 422);
    assert_null(strstr(stage.asked, "factors/reset"));
    ask = stage_form(at, at, "&reason=called%20back");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/factors/reset {\"account\":\"" TARO "\",\"reason\":\"called back\"}");
    struct part_response page = stage_get("/accounts/rights");
    stage_has(page, "reset of second factors");
    stage_has(page, "by itself at");
    /* one's own may be called off, the other's approved */
    stage_has(page, "name=\"request\" value=\"req_4\"><button class=\"second small\"");
    stage_has(page, "name=\"request\" value=\"req_5\"><button class=\"small\"");
    stage_says("accounts", "/v1/factors/reset", 404, "{\"error\":\"missing\",\"why\":\"no\"}");
    ask = stage_form(at, at, "&reason=called%20back");
    stage_has(stage_send(ask), "has no second factor");
}

static void
screens__of_a_sub_administrator_are_ticked_and_set(void **state)
{
    (void)state;
    accounts_play();
    stage_says("accounts", "/v1/accounts/get", 200,
               "{\"account\":{\"id\":\"" TARO "\",\"realm\":\"merchant\",\"role\":\"sub\","
               "\"state\":\"active\",\"email\":\"t***@example.jp\"}}");
    stage_says("accounts", "/v1/rights/list", 200, "{\"held\":[{\"name\":\"orders\"}]}");
    stage_says("accounts", "/v1/sessions/list", 200, "{\"sessions\":[]}");
    stage_says("accounts", "/v1/history/list", 200, "{\"history\":[]}");
    stage_says("accounts", "/v1/screens/set", 200, "{}");
    stage_has(stage_get("/accounts/" TARO), "value=\"orders\" checked");
    struct stage_ask ask =
        stage_form("/accounts/" TARO, "/accounts/" TARO "/screens", "&screen=orders&screen=staff");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/screens/set {\"account\":\"" TARO "\",\"screens\":[\"orders\",\"staff\"]}");
}

static void
reset__shows_how_far_it_is_and_wants_the_realm_typed(void **state)
{
    (void)state;
    accounts_play();
    struct part_response page = stage_get("/accounts/reset");
    stage_has(page, "<progress id=\"bar\" value=\"61000\" max=\"200000\">");
    stage_has(page, "reset 60,000 / 100,000, notices 1,000");
    stage_has(page, "You may leave this page");
    const char *at = "/accounts/reset";
    struct stage_ask ask = stage_form(at, at, "&realm=buyer&tenant=&reason=leak&typed=merchant");
    assert_int_equal(stage_send(ask).status, 422);
    assert_null(strstr(stage.asked, "reset/start"));
    ask = stage_form(at, at, "&realm=buyer&tenant=&reason=leak&typed=Buyer");
    assert_int_equal(stage_send(ask).status, 303);
    was_asked("/v1/reset/start {\"realm\":\"buyer\",\"reason\":\"leak\"}");
    stage_says("accounts", "/v1/reset/start", 403, "{\"why\":\"privilege\"}");
    ask = stage_form(at, at, "&realm=buyer&tenant=&reason=leak&typed=buyer");
    page = stage_send(ask);
    assert_int_equal(page.status, 403);
    stage_has(page, "You do not hold the privilege");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
    const struct CMUnitTest tests[] = {
        CASE(invite__names_kind_address_and_screens),
        CASE(invite__says_what_is_wrong_and_keeps_what_was_typed),
        CASE(removal__says_what_it_means_and_wants_the_name),
        CASE(rights__are_asked_for_decided_by_others_and_taken),
        CASE(factors__that_are_lost_are_reset_by_two_operators),
        CASE(screens__of_a_sub_administrator_are_ticked_and_set),
        CASE(reset__shows_how_far_it_is_and_wants_the_realm_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
