/* ERASE: whose right it is, how many, and what is recorded. */
#include "keeper/house_test.h"

static void
erase__is_recorded_first_and_answers_twice_the_same(void **state)
{
    struct person p;
    struct keeper_shown shown;
    struct keeper_erased first, again;

    (void)state;
    person_new(&p);
    struct keeper_erase erase = { .tenant = SK_STR("shop/tea"), .person_id = p.id };
    struct keeper_sealed_value value = sealed_of(&p, 0);
    t.ledger_away = true;
    assert_int_equal(keeper_answer(&first, &t.desk, KEEPER_ERASE, &erase), KEEPER_NO_LEDGER);
    t.ledger_away = false;
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
    t.told = 0;
    assert_int_equal(keeper_answer(&first, &t.desk, KEEPER_ERASE, &erase), KEEPER_OK);
    is_told(0, "vault.erased", "");
    assert_int_equal(first.sequence, 1);
    clock_now += 5000;
    assert_int_equal(keeper_answer(&again, &t.desk, KEEPER_ERASE, &erase), KEEPER_OK);
    assert_memory_equal(&first, &again, sizeof first);
    assert_int_equal(t.told, 1);
    assert_int_equal(keeper_answer(&again, &t.desk, KEEPER_ASK_ERASED, &erase), KEEPER_OK);
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    assert_int_equal(shown.value[0].word, KEEPER_ERASED);
    assert_int_equal(put(&p), KEEPER_ERASED);
}

static enum keeper_word
erase_as(const char *purpose, struct ticket ticket, struct keeper_id person_id, bool later)
{
    static unsigned requests;
    struct keeper_erased erased;

    ticket.id = sk_str_printf(t.mem, "R%u", ++requests); /* each is a request of its own */
    struct keeper_erase erase = { .ticket = ticket_of(ticket),
                                  .purpose = sk_str_of(purpose),
                                  .tenant = SK_STR("shop/tea"),
                                  .person_id = person_id,
                                  .later = later };

    t.told = 0;
    return keeper_answer(&erased, &t.desk, KEEPER_ERASE, &erase);
}

static void
is_readable(const struct person *p, bool readable)
{
    struct keeper_sealed_value value = sealed_of(p, 0);
    struct keeper_shown shown;

    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    assert_int_equal(shown.value[0].word, readable ? KEEPER_OK : KEEPER_ERASED);
}

static void
erase__by_a_ticket_needs_a_purpose_that_erases(void **state)
{
    static const struct {
        const char *purpose, *role, *route, *tenant;
        enum keeper_word word;
    } cases[] = {
        { "", "owner", "/admin", "shop/tea", KEEPER_PURPOSE_UNKNOWN },
        { "curiosity", "owner", "/admin", "shop/tea", KEEPER_PURPOSE_UNKNOWN },
        { "orders", "owner", "/admin", "shop/tea", KEEPER_PURPOSE_UNKNOWN },
        { "closing", "sub", "/admin", "shop/tea", KEEPER_ROLE_DENIED },
        { "closing", "owner", "/other", "shop/tea", KEEPER_ROUTE_DENIED },
        { "closing", "owner", "/admin", "shop/coffee", KEEPER_WRONG_TENANT },
    };
    struct person p;

    (void)state;
    person_new(&p);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ticket ticket = merchant;

        ticket.role = sk_str_of(cases[i].role);
        ticket.route = sk_str_of(cases[i].route);
        ticket.tenant = sk_str_of(cases[i].tenant);
        for (int later = 0; later < 2; later++) {
            assert_int_equal(erase_as(cases[i].purpose, ticket, p.id, later), cases[i].word);
            is_told(0, "vault.refused", keeper_word_rows[cases[i].word].name);
            assert_int_equal(t.told, 1);
        }
    }
    is_readable(&p, true);
    assert_int_equal(erase_as("closing", merchant, p.id, false), KEEPER_OK);
    is_told(0, "vault.erased", "\"purpose\":\"closing\"");
    assert_string_equal(t.principal[0], "acc_1");
    is_readable(&p, false);
}

static void
erase__by_a_ticket_does_not_reach_another_tenant(void **state)
{
    struct person p;
    struct ticket other = merchant;

    (void)state;
    person_draft(&p);
    p.put.tenant = SK_STR("shop/coffee");
    assert_int_equal(put(&p), KEEPER_OK);
    assert_int_equal(erase_as("closing", merchant, p.id, false), KEEPER_WRONG_TENANT);
    assert_int_equal(erase_as("closing", merchant, keeper_id_new("per"), false), KEEPER_MISSING);
    other.at = clock_now - TICKET_LIFE - 1;
    assert_int_equal(erase_as("closing", other, p.id, false), KEEPER_TICKET_EXPIRED);
}

static void
erase__of_more_people_than_may_be_is_an_alarm_and_spares_them(void **state)
{
    struct person p[3];

    (void)state;
    for (int i = 0; i < 3; i++)
        person_new(&p[i]);
    assert_int_equal(erase_as("closing", merchant, p[0].id, false), KEEPER_OK);
    assert_int_equal(erase_as("closing", merchant, p[1].id, true), KEEPER_OK);
    is_told(0, "vault.due", "closing");
    is_readable(&p[1], true); /* it counts, and the front does it when it is due */
    assert_int_equal(erase_as("closing", merchant, p[2].id, false), KEEPER_BUDGET_SECOND);
    is_told(0, "vault.alarm", "budget_second");
    is_told(1, "vault.refused", "closing");
    is_readable(&p[2], true);
    assert_int_equal(erase_as("closing", merchant, p[0].id, false), KEEPER_OK); /* as before */
    clock_now += 2000; /* out of the second's window, not of the hour's */
    assert_int_equal(erase_as("closing", merchant, p[2].id, true), KEEPER_BUDGET_HOUR);
    is_told(0, "vault.refused", "budget_hour");
    is_readable(&p[2], true);
}

static void
erase__overrun_freezes_where_the_purpose_says_so(void **state)
{
    struct person p[2];

    (void)state;
    for (int i = 0; i < 2; i++)
        person_new(&p[i]);
    assert_int_equal(erase_as("shutting", merchant, p[0].id, false), KEEPER_OK);
    clock_now += 2000;
    assert_int_equal(erase_as("shutting", merchant, p[1].id, false), KEEPER_BUDGET_HOUR);
    is_told(1, "vault.frozen", "budget_hour");
    clock_now += (sk_when)25 * 3600 * 1000;
    assert_int_equal(erase_as("shutting", merchant, p[1].id, false), KEEPER_PURPOSE_FROZEN);
    is_readable(&p[1], true);
}

static void
erase__by_an_operator_of_the_console_needs_no_purpose(void **state)
{
    struct person p;

    (void)state;
    person_new(&p);
    assert_int_equal(erase_as("", operator_of("acc_op"), p.id, false), KEEPER_OK);
    is_told(0, "vault.erased", "");
    assert_string_equal(t.principal[0], "acc_op");
    is_readable(&p, false);
}

static void
erase__purpose_shows_nothing(void **state)
{
    struct person p;
    struct keeper_shown shown;

    (void)state;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    assert_int_equal(open_as(&shown, "closing", merchant, &value, 1), KEEPER_OK);
    shows_nothing(&shown, KEEPER_KIND_DENIED);
}

static void
erase__of_honey_is_an_alarm(void **state)
{
    struct person honey;

    (void)state;
    person_draft(&honey);
    honey.put.is_honey = 1;
    assert_int_equal(put(&honey), KEEPER_OK);
    assert_int_equal(erase_as("closing", merchant, honey.id, false), KEEPER_OK);
    is_told(1, "vault.alarm", "honey");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(erase__is_recorded_first_and_answers_twice_the_same),
        TEST(erase__by_a_ticket_needs_a_purpose_that_erases),
        TEST(erase__by_a_ticket_does_not_reach_another_tenant),
        TEST(erase__of_more_people_than_may_be_is_an_alarm_and_spares_them),
        TEST(erase__overrun_freezes_where_the_purpose_says_so),
        TEST(erase__by_an_operator_of_the_console_needs_no_purpose),
        TEST(erase__purpose_shows_nothing),
        TEST(erase__of_honey_is_an_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
