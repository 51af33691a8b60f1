#include "console/people.h"
#include "console/stage_test.h"

#define TARO "acc_0000000000000000000B"

static const char taro[] =
    "{\"id\":\"" TARO "\",\"realm\":\"merchant\",\"tenant\":\"kamone\",\"role\":\"sub\","
    "\"state\":\"active\",\"email\":\"t***@example.jp\",\"made\":1795708800000,"
    "\"seen\":0,\"must_reset\":false}";

static void
accounts_play(void)
{
    stage_peer(0, "accounts", "run/accounts-api.sock");
    stage_says("accounts", "/v1/accounts/list", 200,
               sk_str_printf(stage.mem, "{\"accounts\":[%s],\"after\":\"" TARO "\"}", taro).p);
    stage_says("accounts", "/v1/accounts/get", 200,
               sk_str_printf(stage.mem, "{\"account\":%s}", taro).p);
    stage_says("accounts", "/v1/sessions/list", 200,
               "{\"sessions\":[{\"id\":\"ses_0000000000000000000B\",\"site\":\"shop\",\"level\":2,"
               "\"device\":\"Chrome <b>\",\"place\":\"203.0.113.0/24\",\"made\":1795708800000,"
               "\"used\":1795708800000}]}");
    stage_says("accounts", "/v1/history/list", 200,
               "{\"history\":[{\"at\":1795708800000,\"outcome\":\"failed\",\"method\":"
               "\"password\",\"count\":3,\"device\":\"Firefox\",\"place\":\"x\"}]}");
    stage_says("accounts", "/v1/sessions/end", 200, "{\"ended\":1}");
    stage_says("accounts", "/v1/rights/list", 200, "{\"held\":[]}");
    stage_says("accounts", "/v1/screens/list", 200, "{\"screens\":[]}");
    stage_says("accounts", "/v1/locks/lift", 200, "{\"lifted\":1}");
}

static void
accounts__are_listed_searched_and_paged(void **state)
{
    (void)state;
    accounts_play();
    struct part_response page = stage_get("/accounts?realm=merchant&email=taro%40example.jp");
    assert_int_equal(page.status, 200);
    stage_has(page, "<a href=\"/accounts/" TARO "\">t***@example.jp</a>");
    stage_has(page, "<option value=\"merchant\" selected>");
    stage_has(page, "href=\"?after=" TARO "&amp;email=taro%40example.jp&amp;realm=merchant\"");
    assert_non_null(strstr(stage.asked, "accounts /v1/accounts/list {\"email\":\"taro@example.jp\","
                                        "\"realm\":\"merchant\",\"most\":50}"));
    page = stage_get("/accounts?email=" TARO);
    assert_int_equal(page.status, 303);
    stage_says("accounts", "/v1/accounts/list", 400, "{\"error\":\"bad\",\"why\":\"email\"}");
    stage_has(stage_get("/accounts?email=x"), "No such account");
}

static void
account__shows_sessions_and_history(void **state)
{
    (void)state;
    accounts_play();
    struct part_response page = stage_get("/accounts/" TARO);
    assert_int_equal(page.status, 200);
    stage_has(page, "Chrome &lt;b&gt;");
    stage_has(page, "3 times");
    stage_has(page, "not yet");
    assert_int_equal(stage_get("/accounts/acc_0").status, 404);
    stage_says("accounts", "/v1/accounts/get", 404, "{\"why\":\"no such account\"}");
    assert_int_equal(stage_get("/accounts/" TARO).status, 404);
}

static void
rights__are_what_accounts_says(void **state)
{
    (void)state;
    accounts_play();
    stage_says("accounts", "/v1/accounts/list", 403, "{\"why\":\"the right is missing\"}");
    struct part_response page = stage_get("/accounts");
    assert_int_equal(page.status, 403);
    stage_has(page, "You may not open this page");
}

static void
sessions__end_at_a_press(void **state)
{
    (void)state;
    accounts_play();
    struct stage_ask ask = stage_form("/accounts/" TARO, "/accounts/" TARO "/end", "");
    struct stage_ask one = ask;
    one.form = sk_str_printf(stage.mem, "%s&session=ses_0000000000000000000B", ask.form).p;
    assert_int_equal(stage_send(one).status, 303);
    assert_non_null(strstr(stage.asked, "/v1/sessions/end {\"account\":\"" TARO
                                        "\",\"session\":\"ses_0000000000000000000B\"}"));
    assert_int_equal(stage_send(ask).status, 303);
    assert_non_null(strstr(stage.asked, "{\"account\":\"" TARO "\",\"all\":true}"));
    stage_has(stage_get("/accounts/" TARO "?done=sessions_end"), "All sessions were ended");
    stage_has_not(stage_get("/accounts/" TARO "?done=%3Cb%3E"), "class=\"notice");
}

static void
everybody__who_is_signed_in_is_shown_and_one_is_ended(void **state)
{
    (void)state;
    accounts_play();
    struct sk_buf many = { .mem = stage.mem };
    sk_buf_add(&many, SK_STR("{\"sessions\":["));
    for (int i = 0; i < 50; i++)
        sk_buf_printf(
            &many,
            "%s{\"id\":\"ses_00000000000000000%03d\",\"account\":\"" TARO
            "\",\"realm\":\"buyer\",\"site\":\"shop\",\"device\":\"Firefox\",\"place\":\"x\","
            "\"made\":1795708800000,\"used\":1795708800000,\"ends\":%d}",
            i ? "," : "", i, 9000 - i);
    sk_buf_add(&many, (sk_str){ "]}", 3 });
    stage_says("accounts", "/v1/sessions/all", 200, many.p);
    struct part_response page = stage_get("/sessions?realm=buyer");
    stage_has(page, "50 sessions");
    stage_has(page, "href=\"?before=8951&amp;realm=buyer\"");
    assert_non_null(strstr(stage.asked, "/v1/sessions/all {\"realm\":\"buyer\",\"most\":50}"));
    struct stage_ask ask =
        stage_form("/sessions", "/sessions", "&account=" TARO "&session=ses_0000000000000000000B");
    assert_int_equal(stage_send(ask).status, 303);
    assert_non_null(strstr(stage.asked, "/v1/sessions/end {\"account\":\"" TARO
                                        "\",\"session\":\"ses_0000000000000000000B\"}"));
}

static void
forms__without_a_token_of_this_session_are_refused(void **state)
{
    (void)state;
    accounts_play();
    struct stage_ask good = stage_form("/accounts/" TARO, "/accounts/" TARO "/lift", "");
    struct stage_ask none = good, cookie = good, other = good, unsigned_in = good;
    struct ticket ticket = stage_operator;
    none.form = "token=";
    cookie.cookie = SK_STR(PART_CSRF_COOKIE "=00000000000000000000000000000000");
    ticket.session = SK_STR("ses_0000000000000000000C");
    other.ticket = stage_ticket(ticket);
    unsigned_in.ticket = (sk_str){ 0 };
    assert_int_equal(stage_send(none).status, 403);
    assert_int_equal(stage_send(cookie).status, 403);
    assert_int_equal(stage_send(other).status, 403);
    assert_int_equal(stage_send(unsigned_in).status, 403);
    assert_null(strstr(stage.asked, "locks/lift"));
    assert_int_equal(stage_send(good).status, 303);
    assert_non_null(strstr(stage.asked, "locks/lift"));
}

static void
ids__are_a_prefix_and_twenty_characters(void **state)
{
    (void)state;
    assert_true(people_is_id(SK_STR(TARO), "acc_"));
    assert_false(people_is_id(SK_STR(TARO), "ses_"));
    assert_false(people_is_id(SK_STR("acc_000000000000000000U0"), "acc_"));
    assert_false(people_is_id(SK_STR("acc_00000000000000000\0AA"), "acc_"));
    assert_false(people_is_id((sk_str){ 0 }, "acc_"));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
    const struct CMUnitTest tests[] = {
        CASE(accounts__are_listed_searched_and_paged),
        CASE(account__shows_sessions_and_history),
        CASE(rights__are_what_accounts_says),
        CASE(sessions__end_at_a_press),
        CASE(everybody__who_is_signed_in_is_shown_and_one_is_ended),
        CASE(forms__without_a_token_of_this_session_are_refused),
        CASE(ids__are_a_prefix_and_twenty_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
