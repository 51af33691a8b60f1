#include "console/stage_test.h"

static void
ticket__of_an_operator_with_two_factors_opens_a_page(void **state)
{
    (void)state;
    struct part_response page = stage_get("/events/refused");
    assert_int_equal(page.status, 200);
    stage_has(page, "acc_0000000000000000000A");
    stage_has(page, "<a href=\"/events/refused\" aria-current=\"page\">");
}

static void
ticket__forged_old_or_foreign_is_refused(void **state)
{
    (void)state;
    struct ticket none = { 0 }, one = stage_operator, site = stage_operator, realm = stage_operator,
                  old = stage_operator, early = stage_operator, nobody = stage_operator;
    one.level = 1;
    site.site = SK_STR("shop");
    realm.realm = SK_STR("merchant");
    old.at = sk_now() - TICKET_LIFE - 1000;
    early.at = sk_now() + 60 * 1000;
    nobody.principal = (sk_str){ 0 };
    sk_str good = stage_ticket(stage_operator);
    char *forged = sk_str_zcopy(stage.mem, good);
    forged[good.n - 3] = forged[good.n - 3] == 'A' ? 'B' : 'A';
    const sk_str tickets[] = { stage_ticket(none),   stage_ticket(one),
                               stage_ticket(site),   stage_ticket(realm),
                               stage_ticket(old),    stage_ticket(early),
                               stage_ticket(nobody), sk_str_of(forged),
                               SK_STR("v1.e30."),    { 0 } };
    for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++) {
        struct part_response page =
            stage_send((struct stage_ask){ .target = "/events/refused", .ticket = tickets[i] });
        if (page.status != 403) fail_msg("ticket %zu: %u", i, page.status);
        stage_has(page, "You may not open this page");
        stage_has_not(page, "acc_");
    }
}

static void
pages__missing_are_told_in_both_languages(void **state)
{
    (void)state;
    struct stage_ask ask = { .target = "/none", .ticket = stage_ticket(stage_operator) };
    assert_int_equal(stage_send(ask).status, 404);
    stage_has(stage_send(ask), "There is no such page");
    ask.lang = "ja";
    stage_has(stage_send(ask), "ページが見つかりません");
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, stage_open, stage_close)
    const struct CMUnitTest tests[] = {
        CASE(ticket__of_an_operator_with_two_factors_opens_a_page),
        CASE(ticket__forged_old_or_foreign_is_refused),
        CASE(pages__missing_are_told_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
