#include "console/keeper_test.h"

static struct keeper_exposure_row exposure_rows[] = {
    { .tenant = { "shop/tea", 8 },
      .purpose = { "orders", 6 },
      .kinds = 1 << PERSONAL_NAME,
      .show = KEEPER_SHOW_PLAIN,
      .people = 200,
      .earned = 12 },
    { .tenant = { "shop/tea", 8 },
      .purpose = { "label", 5 },
      .kinds = 1 << PERSONAL_ADDRESS,
      .show = KEEPER_SHOW_RENDER,
      .is_frozen = 1 },
    { .tenant = { "shop/tea", 8 }, .purpose = { "leaving", 7 }, .show = KEEPER_SHOW_ERASE },
    { .tenant = { "shop/tea", 8 }, .purpose = { "notices", 7 }, .show = KEEPER_SHOW_LETTER },
};
static const struct keeper_exposure exposure = { 1212, exposure_rows, 4 };
static struct keeper_window_row window_rows[] = {
    { .purpose = { "orders", 6 },
      .kinds = 1 << PERSONAL_NAME,
      .show = KEEPER_SHOW_PLAIN,
      .hour = 290,
      .hour_most = 300,
      .day = 1,
      .day_most = 1500,
      .second_most = 8 },
    { .purpose = { "label", 5 },
      .kinds = 1 << PERSONAL_ADDRESS,
      .show = KEEPER_SHOW_RENDER,
      .is_frozen = 1,
      .hour_most = 50,
      .day_most = 50,
      .second_most = 5 },
    { .purpose = { "orders", 6 },
      .tenant = { "shop/rice", 9 },
      .hour = 1,
      .hour_most = 100,
      .day = 1,
      .day_most = 100 },
    { .purpose = { "orders", 6 },
      .tenant = { "shop/tea", 8 },
      .hour = 90,
      .hour_most = 100,
      .day = 90,
      .day_most = 100 },
};
static struct keeper_windows windows = { .row = window_rows, .count = 4 };
static const struct keeper_status status = {
    .root = { "file", 4 }, .people = 5000, .keys = 5001, .most_uses = 7, .memory_locked = 1
};
static struct keeper_reserve_row reserve_rows[] = {
    { .reserve_id = { "rsv_00000000000000000001" },
      .purpose = { "orders", 6 },
      .asked_by = { "acc_0000000000000000000B", 24 },
      .reason = { "<b>年末</b>の注文", 22 },
      .people = 300,
      .minutes = 60 },
    { .reserve_id = { "rsv_00000000000000000002" },
      .purpose = { "orders", 6 },
      .asked_by = { "acc_0000000000000000000A", 24 },
      .reason = { "mine", 4 },
      .people = 5,
      .minutes = 60 },
    { .reserve_id = { "rsv_00000000000000000003" },
      .purpose = { "label", 5 },
      .asked_by = { "local:1000", 10 },
      .reason = { "open", 4 },
      .people = 40,
      .used = 10,
      .minutes = 60,
      .is_open = 1 },
};
static const struct keeper_reserves reserves = { reserve_rows, 3 };

static int
begin(void **state)
{
    if (stage_open(state) != 0) return -1;
    played_begin();
    played.answer[KEEPER_EXPOSURE] = &exposure;
    played.answer[KEEPER_ASK_WINDOWS] = &windows;
    played.answer[KEEPER_STATUS] = &status;
    played.answer[KEEPER_ASK_RESERVES] = &reserves;
    windows.alarmed = 0;
    return 0;
}

static void
stake__is_one_number_with_its_parts(void **state)
{
    (void)state;
    struct part_response page = stage_get("/vault");
    assert_int_equal(page.status, 200);
    stage_has(page, "At most <strong>1,212</strong> people");
    stage_has(page, "The vault has 5,000 people.");
    stage_has(page,
              "<strong>200 people</strong> <span class=\"soft\">and 12 earned by orders</span>");
    stage_has(page, "made into labels and letters inside the vault");
    stage_has(page, "nothing is shown: people are erased");
    stage_has(page, "written to inside the vault");
    stage_has(page, "<strong>290</strong> / 300 people");
    stage_has(page, "<svg class=\"bar look\""); /* nearly full */
    const char *tea = strstr(page.body.p, "<th scope=\"row\">shop/tea</th>");
    const char *rice = strstr(page.body.p, "<th scope=\"row\">shop/rice</th>");
    assert_true(tea && rice && tea < rice); /* the fullest first */
    stage_has(page, "<strong>No alarms</strong>");
    windows.alarmed = (uint64_t)sk_now(); /* the ledger's newest part has none, the keeper knows */
    stage_has(stage_get("/vault"), "There was an alarm");
    stage_has(page, "href=\"/vault/thaw?purpose=label\"");
    stage_has(page, "name=\"purpose\" value=\"orders\"><button class=\"second danger small\"");
}

static void
stake__says_what_to_do_when_the_keeper_is_away_or_sealed(void **state)
{
    (void)state;
    played.word[KEEPER_STATUS] = KEEPER_NO_KEEPER;
    struct part_response page = stage_get("/vault");
    assert_int_equal(page.status, 200);
    stage_has(page, "The vault does not answer");
    played.word[KEEPER_STATUS] = KEEPER_OK;
    played.word[KEEPER_EXPOSURE] = KEEPER_SEALED;
    stage_has(stage_get("/vault"), "sekisho vault unseal");
}

static void
purpose__is_frozen_at_once_and_thawed_after_a_question(void **state)
{
    (void)state;
    struct part_response done =
        stage_send(stage_form("/vault", "/vault/freeze", "&purpose=orders"));
    assert_int_equal(done.status, 303);
    assert_string_equal(played.asked, "freeze orders\n");
    struct part_response page = stage_get("/vault/thaw?purpose=%3Cb%3E");
    stage_has(page, "Thaw “&lt;b&gt;”?");
    stage_has(page, "limits do not start anew");
    assert_int_equal(stage_get("/vault/thaw").status, 404);
    done = stage_send(stage_form("/vault/thaw?purpose=label", "/vault/thaw", "&purpose=label"));
    assert_int_equal(done.status, 303);
    assert_string_equal(played.asked, "freeze orders\nthaw label\n");
}

static void
purpose__is_not_changed_without_the_forms_token(void **state)
{
    (void)state;
    struct stage_ask ask = stage_form("/vault", "/vault/freeze", "&purpose=orders");
    ask.form = "token=1.00&purpose=orders";
    assert_int_equal(stage_send(ask).status, 403);
    assert_string_equal(played.asked, "");
}

/* The keeper decides; what it refuses is no success here. */
static void
purpose__that_the_keeper_refuses_to_change_is_told(void **state)
{
    (void)state;
    played.word[KEEPER_FREEZE] = KEEPER_ROLE_DENIED;
    assert_int_equal(stage_send(stage_form("/vault", "/vault/freeze", "&purpose=orders")).status,
                     403);
    played.word[KEEPER_FREEZE] = KEEPER_MISSING; /* it is frozen already */
    assert_int_equal(stage_send(stage_form("/vault", "/vault/freeze", "&purpose=orders")).status,
                     303);
}

static void
reserves__are_opened_by_another_and_not_by_who_asked(void **state)
{
    (void)state;
    struct part_response page = stage_get("/vault/reserves");
    stage_has(page, "&lt;b&gt;年末&lt;/b&gt;の注文");
    stage_has(page, "name=\"reserve\" value=\"rsv_00000000000000000001\"");
    stage_has_not(page, "value=\"rsv_00000000000000000002\""); /* mine */
    stage_has(page, "10 / 40");
    struct part_response done = stage_send(
        stage_form("/vault/reserves", "/vault/reserves/open", "&reserve=rsv_00000000000000000001"));
    assert_int_equal(done.status, 303);
    assert_string_equal(played.asked, "reserve_open rsv_00000000000000000001\n");
    played.word[KEEPER_RESERVE_OPEN] = KEEPER_DENIED;
    done = stage_send(
        stage_form("/vault/reserves", "/vault/reserves/open", "&reserve=rsv_00000000000000000002"));
    assert_int_equal(done.status, 403);
    done = stage_send(stage_form("/vault/reserves", "/vault/reserves/open", "&reserve=x"));
    assert_int_equal(done.status, 404);
}

static void
reserve__is_asked_for_with_a_reason(void **state)
{
    (void)state;
    struct part_response done = stage_send(stage_form(
        "/vault/reserves", "/vault/reserves",
        "&purpose=orders&people=300&minutes=120&tenant=shop%2Ftea&reason=%E5%B9%B4%E6%9C%AB"));
    assert_int_equal(done.status, 303);
    assert_string_equal(played.asked, "reserve_ask orders shop/tea 300 120 年末\n");
    done = stage_send(
        stage_form("/vault/reserves", "/vault/reserves", "&purpose=orders&people=300&minutes=120"));
    assert_int_equal(done.status, 422);
    done = stage_send(stage_form("/vault/reserves", "/vault/reserves",
                                 "&purpose=orders&people=many&minutes=120&reason=x"));
    assert_int_equal(done.status, 422);
    stage_has(done, "Enter a number from 1 on.");
    played.word[KEEPER_RESERVE_ASK] = KEEPER_BAD;
    done = stage_send(stage_form("/vault/reserves", "/vault/reserves",
                                 "&purpose=orders&people=9000000&minutes=120&reason=x"));
    assert_int_equal(done.status, 422);
    stage_has(done, "at most a million people");
}

static void
overview__has_what_is_at_stake(void **state)
{
    (void)state;
    struct part_response page = stage_get("/");
    stage_has(page, "1,212<small>people in an hour</small>");
    stage_has(page, "1 purpose is frozen.");
    windows.alarmed = (uint64_t)sk_now();
    stage_has(stage_get("/"), "There was an alarm within 24 hours.");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, played_close)
    const struct CMUnitTest tests[] = {
        CASE(stake__is_one_number_with_its_parts),
        CASE(stake__says_what_to_do_when_the_keeper_is_away_or_sealed),
        CASE(purpose__is_frozen_at_once_and_thawed_after_a_question),
        CASE(purpose__is_not_changed_without_the_forms_token),
        CASE(purpose__that_the_keeper_refuses_to_change_is_told),
        CASE(reserves__are_opened_by_another_and_not_by_who_asked),
        CASE(reserve__is_asked_for_with_a_reason),
        CASE(overview__has_what_is_at_stake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
