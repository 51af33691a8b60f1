#include "accounts/factor_reset.h"

#include "accounts/carrier.h"
#include "accounts/case_test.h"
#include "accounts/life_test.h"
#include "accounts/owner.h"
#include "accounts/right.h"

static sk_str hanako, taro, jiro;
static sk_when now;

static void
factor_put(sk_str account, const char *id)
{
    struct part_query *q;
    must(part_store_query(&q, t.store,
                          "INSERT INTO factor (id, account, kind, state, secret, made)"
                          " VALUES (?1, ?2, 'totp', 'active', 'x', 1)"));
    part_query_text(q, 1, sk_str_of(id));
    part_query_text(q, 2, account);
    must(part_query_run(q));
}

static struct accounts_actor
operator_of(sk_str id)
{
    return test_actor(ACCOUNTS_OPERATOR, id, "operator", "");
}

static struct accounts_factor_reset out;

static sk_err
ask(struct accounts_actor by, sk_str whom, const char *reason)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    return accounts_factor_reset(&out, t.mem, t.house, &v, &by, whom, sk_str_of(reason));
}

static sk_err
decide(struct accounts_actor by, bool approve)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    return accounts_right_decide(t.mem, t.house, &v, &by, out.request, approve);
}

static int64_t
factors(sk_str account)
{
    return test_number(&t, "SELECT count(*) FROM factor WHERE account = ?1", account);
}

static int64_t
sessions(sk_str account)
{
    return test_number(&t, "SELECT count(*) FROM session WHERE account = ?1", account);
}

/* How many letters of that purpose went to the address. */
static size_t
letters(const char *purpose, const char *to)
{
    size_t count = 0;
    accounts_carrier_round(t.house, now);
    for (size_t i = 0; i < t.mail_count; i++)
        count += sk_str_eq(t.mail[i].purpose, sk_str_of(purpose)) &&
                 sk_str_eq(t.mail[i].to, sk_str_of(to));
    return count;
}

static void
reset__is_approved_by_a_third_operator(void **state)
{
    (void)state;
    must(ask(operator_of(hanako), taro, "番号にかけ直した"));
    assert_true(out.request.n && !out.due);
    assert_int_equal(letters("accounts.factors_reset_asked", "taro@example.jp"), 1);
    assert_int_equal(factors(taro), 1);
    assert_int_equal(decide(operator_of(hanako), true).kind, SK_DENIED);
    assert_int_equal(decide(operator_of(taro), true).kind, SK_DENIED);
    assert_int_equal(factors(taro), 1);
    assert_int_equal(sessions(taro), 1);
    must(decide(operator_of(jiro), true));
    assert_int_equal(factors(taro), 0);
    assert_int_equal(sessions(taro), 0);
    assert_int_equal(factors(hanako), 1);
    assert_int_equal(letters("accounts.factors_reset", "taro@example.jp"), 1);
    assert_true(sk_str_find(t.mail[t.mail_count - 1].text,
                            SK_STR("/.sekisho/operator/stop?link_token=")) != SIZE_MAX);
    assert_int_equal(test_said(&t, "accounts.factor_reset_ask ok acc_"), 1);
    assert_int_equal(test_said(&t, "accounts.factor_reset ok acc_"), 1);
    assert_int_equal(decide(operator_of(jiro), true).kind, SK_MISSING);
}

static void
reset__comes_about_a_day_later_where_there_is_no_third(void **state)
{
    (void)state;
    must(accounts_account_set_state(t.store, jiro, ACCOUNTS_INVITED));
    must(ask(operator_of(hanako), taro, "x"));
    assert_int_equal(out.due, now + ACCOUNTS_FACTOR_RESET_DELAY);
    now += ACCOUNTS_FACTOR_RESET_DELAY - 1;
    must(accounts_right_sweep(t.house, t.store, now));
    must(accounts_factor_reset_due(t.house, now));
    assert_int_equal(factors(taro), 1);
    now += 1;
    must(accounts_right_sweep(t.house, t.store, now)); /* it does not expire instead */
    must(accounts_factor_reset_due(t.house, now));
    assert_int_equal(factors(taro), 0);
    assert_int_equal(sessions(taro), 0);
    assert_int_equal(test_said(&t, "accounts.factor_reset ok nobody acc_"), 1);
    assert_int_equal(letters("accounts.factors_reset", "taro@example.jp"), 1);
}

static void
reset__expires_where_a_third_said_nothing(void **state)
{
    (void)state;
    must(ask(operator_of(hanako), taro, "x"));
    now += ACCOUNTS_ASKED_LIFE;
    must(accounts_right_sweep(t.house, t.store, now));
    must(accounts_factor_reset_due(t.house, now));
    assert_int_equal(factors(taro), 1);
    must(ask(operator_of(hanako), taro, "once more"));
}

static void
reset__is_called_off_by_its_owner_at_the_console_or_by_the_letter(void **state)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    struct account account;
    (void)state;
    v.site = &t.house->conf.site[0];
    must(accounts_account_set_state(t.store, jiro, ACCOUNTS_INVITED));
    must(ask(operator_of(hanako), taro, "x"));
    must(decide(operator_of(taro), false));
    must(ask(operator_of(hanako), taro, "x"));
    must(accounts_account_get(&account, t.mem, t.store, taro));
    must(accounts_stop_all(t.mem, t.house, &v, &account, "stop"));
    now += ACCOUNTS_FACTOR_RESET_DELAY;
    must(accounts_factor_reset_due(t.house, now));
    assert_int_equal(factors(taro), 1);
    assert_int_equal(
        test_number(&t, "SELECT count(*) FROM right_request WHERE state = ?1", SK_STR("withdrawn")),
        2);
}

static void
reset__by_the_command_line_needs_nobody(void **state)
{
    (void)state;
    must(ask(test_root, taro, "x"));
    assert_true(!out.request.n);
    assert_int_equal(factors(taro), 0);
    assert_int_equal(test_said(&t, "accounts.factor_reset ok local:0 acc_"), 1);
    assert_int_equal(letters("accounts.factors_reset", "taro@example.jp"), 1);
}

static void
reset__does_nothing_where_it_cannot_be_recorded(void **state)
{
    (void)state;
    t.ledger_away = true;
    assert_true(sk_failed(ask(test_root, taro, "x")));
    assert_true(sk_failed(ask(operator_of(hanako), taro, "x")));
    t.ledger_away = false;
    must(ask(operator_of(hanako), taro, "x"));
    t.ledger_away = true;
    assert_true(sk_failed(decide(operator_of(jiro), true)));
    assert_int_equal(factors(taro), 1);
    assert_int_equal(sessions(taro), 1);
    t.ledger_away = false;
    must(decide(operator_of(jiro), true));
}

static void
asking__is_for_operators_about_others_with_a_reason(void **state)
{
    sk_str buyer = test_person(&t, ACCOUNTS_BUYER, "shop", "buyer@example.jp");
    (void)state;
    assert_int_equal(ask(operator_of(taro), taro, "x").kind, SK_DENIED);
    assert_int_equal(ask(test_actor(ACCOUNTS_MERCHANT, buyer, "owner", "shop"), taro, "x").kind,
                     SK_DENIED);
    assert_int_equal(ask(operator_of(hanako), taro, " ").kind, SK_BAD);
    assert_int_equal(ask(operator_of(hanako), buyer, "x").kind, SK_MISSING);
    must(ask(operator_of(hanako), taro, "x"));
    assert_int_equal(ask(operator_of(jiro), taro, "x").kind, SK_BUSY);
}

static int
setup(void **state)
{
    (void)test_setup(state);
    now = sk_now();
    hanako = test_person(&t, ACCOUNTS_OPERATOR, "", "hanako@example.jp");
    taro = test_person(&t, ACCOUNTS_OPERATOR, "", "taro@example.jp");
    jiro = test_person(&t, ACCOUNTS_OPERATOR, "", "jiro@example.jp");
    factor_put(hanako, "fac_1");
    factor_put(taro, "fac_2");
    factor_put(jiro, "fac_3");
    test_session(&t, taro, ACCOUNTS_OPERATOR, now);
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reset__is_approved_by_a_third_operator),
        CASE(reset__comes_about_a_day_later_where_there_is_no_third),
        CASE(reset__expires_where_a_third_said_nothing),
        CASE(reset__is_called_off_by_its_owner_at_the_console_or_by_the_letter),
        CASE(reset__by_the_command_line_needs_nobody),
        CASE(reset__does_nothing_where_it_cannot_be_recorded),
        CASE(asking__is_for_operators_about_others_with_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
