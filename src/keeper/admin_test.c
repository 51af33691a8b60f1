/* Administration: by whom, and what it changes. */
#include "keeper/house_test.h"

static void
admin__is_for_operators_of_the_console_and_the_superuser(void **state)
{
    struct keeper_purpose_ask freeze = { .purpose = SK_STR("orders") };
    struct keeper_none nothing;

    (void)state;
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_FREEZE, &freeze),
                     KEEPER_TICKET_MISSING);
    freeze.ticket = ticket_of(merchant);
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_FREEZE, &freeze), KEEPER_ROLE_DENIED);
    assert_int_equal(t.told, 0);
    freeze.ticket = ticket_of(operator_of("acc_op"));
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_FREEZE, &freeze), KEEPER_OK);
    is_told(0, "vault.frozen", "");
    freeze.ticket = (sk_str){ 0 };
    t.desk.is_admin = true;
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_THAW, &freeze), KEEPER_OK);
    is_told(1, "vault.thawed", "");
    assert_string_equal(t.principal[1], "local:990");
    freeze.purpose = SK_STR("curiosity");
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_THAW, &freeze),
                     KEEPER_PURPOSE_UNKNOWN);
}

static void
admin__what_only_the_superuser_may_no_ticket_opens(void **state)
{
    static const enum keeper_verb verbs[] = { KEEPER_UNSEAL, KEEPER_BACKUP, KEEPER_RESTORE };
    struct keeper_unseal unseal = { SK_STR("a long passphrase") };
    struct keeper_restored answer;

    (void)state;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        assert_int_equal(keeper_answer(&answer, &t.desk, verbs[i], &unseal), KEEPER_DENIED);
}

/* By acc_a: for five people of "few". */
static struct keeper_reserve
reserve_asked(void)
{
    const struct keeper_reserve_ask ask = { .ticket = ticket_of(operator_of("acc_a")),
                                            .purpose = SK_STR("few"),
                                            .reason = SK_STR("many orders"),
                                            .people = 5,
                                            .minutes = 60 };
    struct keeper_reserve reserve;

    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_ASK, &ask), KEEPER_OK);
    return reserve;
}

static void
reserve__is_asked_by_one_and_opened_by_another(void **state)
{
    struct keeper_reserve reserve = reserve_asked();
    struct keeper_reserve_open open;

    (void)state;
    open = (struct keeper_reserve_open){ ticket_of(operator_of("acc_a")), reserve.reserve_id };
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_OPEN, &open), KEEPER_DENIED);
    open.ticket = ticket_of(operator_of("acc_b"));
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_OPEN, &open), KEEPER_OK);
    is_told(0, "vault.reserve_asked", "\"people\":5");
    is_told(0, "vault.reserve_asked", "many orders");
    is_told(t.told - 1, "vault.reserve_opened", "\"asked_by\":\"acc_a\"");
}

static void
reserve__of_the_command_line_raises_an_alarm(void **state)
{
    struct keeper_reserve reserve = reserve_asked();
    struct keeper_reserve_open open;

    (void)state;
    open = (struct keeper_reserve_open){ ticket_of(operator_of("local:1000")), reserve.reserve_id };
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_OPEN, &open), KEEPER_OK);
    is_told(t.told - 1, "vault.alarm", "reserve_local");
}

static void
reserves__are_listed_with_who_asks_and_why(void **state)
{
    struct keeper_ticket list = { ticket_of(operator_of("acc_b")) };
    struct keeper_reserve_ask ask = { .purpose = SK_STR("few"),
                                      .tenant = SK_STR("shop/tea"),
                                      .reason = SK_STR("年末の注文"),
                                      .people = 5,
                                      .minutes = 60 };
    struct keeper_reserve reserve;
    struct keeper_reserves all = { 0 };

    (void)state;
    ask.ticket = ticket_of(operator_of("acc_a"));
    assert_int_equal(keeper_answer(&reserve, &t.desk, KEEPER_RESERVE_ASK, &ask), KEEPER_OK);
    assert_int_equal(keeper_answer(&all, &t.desk, KEEPER_ASK_RESERVES, &list), KEEPER_OK);
    assert_int_equal(all.count, 1);
    assert_true(sk_str_eq(all.row[0].reason, ask.reason));
    assert_true(sk_str_eq(all.row[0].asked_by, SK_STR("acc_a")));
    assert_true(sk_str_eq(all.row[0].tenant, ask.tenant) && !all.row[0].is_open);
    list.ticket = ticket_of(merchant);
    assert_int_equal(keeper_answer(&all, &t.desk, KEEPER_ASK_RESERVES, &list), KEEPER_ROLE_DENIED);
}

static void
windows__tell_of_whom_was_read_and_the_limits(void **state)
{
    struct keeper_ticket ask = { ticket_of(operator_of("acc_a")) };
    struct keeper_windows windows = { 0 };
    struct keeper_sealed_value value;
    struct keeper_shown shown;
    struct person p;
    size_t found = 0;

    (void)state;
    person_new(&p);
    value = sealed_of(&p, 0);
    assert_int_equal(open_as(&shown, "few", merchant, &value, 1), KEEPER_OK);
    assert_int_equal(keeper_answer(&windows, &t.desk, KEEPER_ASK_WINDOWS, &ask), KEEPER_OK);
    for (size_t i = 0; i < windows.count; i++) {
        const struct keeper_window_row *row = &windows.row[i];

        if (!sk_str_eq(row->purpose, SK_STR("few"))) continue;
        assert_true(row->hour == 1 && row->day == 1 && row->hour_most > 0);
        assert_true(row->tenant.n == 0 || sk_str_eq(row->tenant, SK_STR("shop/tea")));
        found++;
    }
    assert_int_equal(found, 2);
}

/* They overrun a purpose of the house's own each few hours. */
static void
alarms__of_live_probes_call_nobody(void **state)
{
    struct ledger_event event = keeper_event("vault.alarm", NULL, (sk_str){ 0 });
    uint64_t sequence;

    (void)state;
    event.object = SK_STR(KEEPER_PURPOSE_PROBE);
    assert_int_equal(keeper_tell(&sequence, &t.desk, &event), KEEPER_OK);
    assert_true(t.desk.house->alarmed == 0);
    event.object = SK_STR("few");
    assert_int_equal(keeper_tell(&sequence, &t.desk, &event), KEEPER_OK);
    assert_true(t.desk.house->alarmed == clock_now);
}

/* Whoever takes the console over has the tickets of operators, and nothing more. */
static void
console__may_not_ask_what_the_front_may(void **state)
{
    struct keeper_put put_ask = { .tenant = SK_STR("shop/tea") };
    struct keeper_rotate rotate = { .ticket = ticket_of(operator_of("acc_a")) };
    struct keeper_none nothing = { 0 };
    struct keeper_kept kept = { 0 };
    struct keeper_status status = { 0 };

    (void)state;
    t.desk.is_admin = false;
    t.desk.is_console = true;
    assert_int_equal(keeper_answer(&kept, &t.desk, KEEPER_PUT, &put_ask), KEEPER_DENIED);
    assert_int_equal(keeper_answer(&kept, &t.desk, KEEPER_OPEN, &put_ask), KEEPER_DENIED);
    assert_int_equal(keeper_answer(&kept, &t.desk, KEEPER_ERASE, &put_ask), KEEPER_DENIED);
    assert_int_equal(keeper_answer(&kept, &t.desk, KEEPER_ROTATE, &rotate), KEEPER_DENIED);
    assert_int_equal(keeper_answer(&kept, &t.desk, KEEPER_BACKUP, &nothing), KEEPER_DENIED);
    assert_int_equal(keeper_answer(&status, &t.desk, KEEPER_STATUS, &nothing), KEEPER_OK);
}

static void
exposure__counts_the_people_of_the_keys(void **state)
{
    struct keeper_exposure_ask ask = { .ticket = ticket_of(operator_of("acc_a")) };
    struct keeper_exposure exposure;
    struct person p;

    (void)state;
    for (int i = 0; i < 5; i++)
        person_new(&p);
    assert_int_equal(keeper_answer(&exposure, &t.desk, KEEPER_EXPOSURE, &ask), KEEPER_OK);
    bool is_there = false;
    for (size_t i = 0; i < exposure.count; i++)
        if (sk_str_eq(exposure.row[i].purpose, SK_STR("few"))) {
            is_there = true;
            assert_int_equal(exposure.row[i].people, 2);
        }
    assert_true(is_there);
    assert_int_equal(exposure.people, 5); /* who could be erased is in a row, not in the sum */
}

static void
status__counts(void **state)
{
    struct keeper_none nothing = { 0 };
    struct keeper_status status = { 0 };
    struct person p;

    (void)state;
    person_new(&p);
    assert_int_equal(keeper_answer(&status, &t.desk, KEEPER_STATUS, &nothing), KEEPER_OK);
    assert_int_equal(status.people, 1);
    assert_int_equal(status.keys, 1);
    assert_int_equal(status.tenants, 1);
    assert_int_equal(status.purposes, 8);
    assert_int_equal(status.most_uses, 2);
    assert_true(status.tenant_made == (uint64_t)clock_now);
    assert_true(status.key_made == (uint64_t)clock_now);
    assert_false(status.is_sealed);
    assert_true(sk_str_eq(status.root, SK_STR("file")));
}

static void
sealed__answers_so_until_the_passphrase_is_given(void **state)
{
    struct keeper_none nothing = { 0 };
    struct keeper_status status = { 0 };
    struct keeper_unseal unseal = { SK_STR("a long passphrase") };
    struct keeper_shown shown = { 0 };
    struct person p;

    (void)state;
    person_draft(&p);
    assert_int_equal(put(&p), KEEPER_SEALED);
    struct keeper_open ask = { .ticket = ticket_of(merchant), .purpose = SK_STR("orders") };
    assert_int_equal(keeper_answer(&shown, &t.desk, KEEPER_OPEN, &ask), KEEPER_SEALED);
    assert_int_equal(keeper_answer(&status, &t.desk, KEEPER_STATUS, &nothing), KEEPER_OK);
    assert_true(status.is_sealed && status.why.n > 0);
    t.desk.is_admin = true;
    assert_int_equal(keeper_answer(&nothing, &t.desk, KEEPER_UNSEAL, &unseal), KEEPER_OK);
    assert_int_equal(put(&p), KEEPER_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(admin__is_for_operators_of_the_console_and_the_superuser),
        TEST(admin__what_only_the_superuser_may_no_ticket_opens),
        TEST(reserve__is_asked_by_one_and_opened_by_another),
        TEST(reserve__of_the_command_line_raises_an_alarm),
        TEST(reserves__are_listed_with_who_asks_and_why),
        TEST(windows__tell_of_whom_was_read_and_the_limits),
        TEST(alarms__of_live_probes_call_nobody),
        TEST(console__may_not_ask_what_the_front_may),
        TEST(exposure__counts_the_people_of_the_keys),
        TEST(status__counts),
        TEST_SEALED(sealed__answers_so_until_the_passphrase_is_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
