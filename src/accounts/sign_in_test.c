#include "accounts/carrier.h"
#include "accounts/case_test.h"
#include "accounts/device.h"
#include "accounts/history.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/sign_in.h"

static sk_str buyer;
static unsigned turn;

static int
setup(void **state)
{
    (void)test_setup(state);
    buyer = test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp");
    test_password(&t, buyer, "correct horse");
    return 0;
}

static struct accounts_visitor
visitor_of(enum accounts_realm realm, const char *site, const char *address)
{
    struct accounts_visitor v = { .realm = realm,
                                  .site = accounts_conf_site(&t.house->conf, sk_str_of(site)),
                                  .family = SK_STR("Chrome, Windows"),
                                  .place = SK_STR("192.0.2.0/24"),
                                  .request = sk_str_printf(t.mem, "r%u", turn++),
                                  .now = sk_now() };
    assert_non_null(v.site);
    assert_true(sk_net_read(&v.client, sk_str_of(address)));
    return v;
}

static struct accounts_visitor
buyer_visit(void)
{
    return visitor_of(ACCOUNTS_BUYER, "shop", "192.0.2.7");
}

/* From an address of its own. */
static struct accounts_visitor
stranger(void)
{
    return visitor_of(ACCOUNTS_BUYER, "shop", sk_str_printf(t.mem, "10.0.%u.1", turn % 250).p);
}

static struct accounts_signed
sign_in_with(const struct accounts_visitor *v, const char *email, const char *password)
{
    struct accounts_given given = { .email = sk_str_of(email), .password = sk_str_of(password) };
    struct accounts_signed out;
    must(accounts_sign_in(&out, t.mem, t.house, v, &given));
    return out;
}

static void
lock_out(const char *email)
{
    for (int i = 0; i < 6; i++) {
        struct accounts_visitor v = stranger();
        assert_int_equal(sign_in_with(&v, email, "wrong").step, ACCOUNTS_STEP_WRONG);
    }
}

/* The token in the newest mail's link to PAGE?link_token= */
static sk_str
token_of(const char *page)
{
    sk_str text = t.mail[t.mail_count - 1].text;
    sk_str mark = sk_str_printf(t.mem, "/%s?link_token=", page);
    size_t at = sk_str_find(text, mark);
    assert_true(at != SIZE_MAX);
    text = sk_str_from(text, at + mark.n);
    return sk_str_first(text, sk_str_find_byte(text, '\n'));
}

static void
sign_in__makes_a_session_tells_the_ledger_and_writes_to_the_owner(void **state)
{
    struct accounts_visitor v = buyer_visit();
    struct accounts_session s;
    (void)state;
    struct accounts_signed out = sign_in_with(&v, " Hanako@Example.JP ", "correct horse");
    assert_int_equal(out.step, ACCOUNTS_STEP_IN);
    assert_int_equal(out.session.level, 1);
    assert_int_equal(out.session.wait.n, 0);
    must(accounts_session_find(&s, t.mem, t.store, &t.house->conf, ACCOUNTS_BUYER, SK_STR("shop"),
                               out.cookie, v.now));
    sk_str event =
        sk_str_printf(t.mem, "accounts.sign_in ok %.*s %.*s", SK_ARG(buyer), SK_ARG(s.id));
    assert_int_equal(test_said(&t, event.p), 1);
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 1);
    assert_true(sk_str_eq(t.mail[0].to, SK_STR("hanako@example.jp")));
    assert_true(sk_str_eq(t.mail[0].purpose, SK_STR("accounts.sign_in_new")));
    assert_true(sk_str_find(t.mail[0].text, SK_STR("Chrome, Windows")) != SIZE_MAX);
    assert_true(sk_str_find(t.mail[0].text,
                            SK_STR("https://shop.example:8443/.sekisho/buyer/stop")) != SIZE_MAX);
    assert_true(sk_str_find_byte(t.mail[0].text, '{') == SIZE_MAX);
    /* The same browser once more is not new; nobody is written to twice. */
    v.device = out.device;
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "correct horse").step, ACCOUNTS_STEP_IN);
    accounts_carrier_round(t.house, v.now);
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 2);
    assert_true(sk_str_eq(t.mail[1].purpose, SK_STR("accounts.sign_in")));
}

static void
sign_in__is_wrong_for_all_that_is_wrong(void **state)
{
    struct accounts_visitor v = buyer_visit(),
                            blog = visitor_of(ACCOUNTS_BUYER, "blog", "10.1.0.1");
    (void)state;
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "Correct horse").step,
                     ACCOUNTS_STEP_WRONG);
    assert_int_equal(sign_in_with(&v, "nobody@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_WRONG);
    assert_int_equal(sign_in_with(&v, "no address", "correct horse").step, ACCOUNTS_STEP_WRONG);
    assert_int_equal(sign_in_with(&blog, "hanako@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_WRONG);
    must(accounts_account_set_state(t.store, buyer, ACCOUNTS_INVITED));
    v = stranger();
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_WRONG);
    assert_int_equal(test_said(&t, "accounts.sign_in failed nobody"), 5);
    assert_int_equal(test_said(&t, "accounts.sign_in ok"), 0);
}

static void
sign_in__lets_nobody_in_while_the_ledger_is_away(void **state)
{
    struct accounts_visitor v = buyer_visit();
    struct accounts_given right = { .email = SK_STR("hanako@example.jp"),
                                    .password = SK_STR("correct horse") };
    struct accounts_given wrong = { .email = SK_STR("hanako@example.jp"),
                                    .password = SK_STR("wrong") };
    struct accounts_session list[ACCOUNTS_SESSIONS_MAX];
    struct accounts_signed out;
    size_t count;
    (void)state;
    t.ledger_away = true;
    sk_err e = accounts_sign_in(&out, t.mem, t.house, &v, &right);
    assert_int_equal(e.kind, SK_BROKEN);
    /* And says the same of a wrong password. */
    assert_int_equal(accounts_sign_in(&out, t.mem, t.house, &v, &wrong).kind, SK_BROKEN);
    must(accounts_session_list(list, &count, t.mem, t.store, &t.house->conf, buyer, v.now));
    assert_int_equal(count, 0);
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 0);
    /* What failed meanwhile counts. */
    t.ledger_away = false;
    for (int i = 0; i < 5; i++) {
        v = stranger();
        sign_in_with(&v, "hanako@example.jp", "wrong");
    }
    assert_int_equal(test_said(&t, "accounts.lock ok"), 1);
}

static void
lock__stops_strangers_and_not_the_owner(void **state)
{
    struct accounts_visitor v = buyer_visit();
    (void)state;
    struct accounts_signed in = sign_in_with(&v, "hanako@example.jp", "correct horse");
    lock_out("hanako@example.jp");
    sk_str event = sk_str_printf(t.mem, "accounts.lock ok nobody %.*s", SK_ARG(buyer));
    assert_int_equal(test_said(&t, event.p), 1);
    struct accounts_visitor other = stranger();
    assert_int_equal(sign_in_with(&other, "hanako@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_WRONG);
    v.device = in.device;
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "correct horse").step, ACCOUNTS_STEP_IN);
    /* Somebody who does not exist is locked in the same way, and nobody is written to. */
    lock_out("nobody@example.jp");
    assert_int_equal(test_said(&t, "accounts.lock ok nobody "), 2);
    accounts_carrier_round(t.house, v.now);
    size_t locked = 0;
    for (size_t i = 0; i < t.mail_count; i++)
        locked += sk_str_eq(t.mail[i].purpose, SK_STR("accounts.locked"));
    assert_int_equal(locked, 1);
    /* By time. */
    other.now += 30 * 60 * 1000;
    assert_int_equal(sign_in_with(&other, "hanako@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_IN);
}

static void
lock__mail_is_sent_once_post_is_back(void **state)
{
    (void)state;
    t.post_away = true;
    lock_out("hanako@example.jp");
    accounts_carrier_round(t.house, sk_now());
    assert_int_equal(t.mail_count, 0);
    t.post_away = false;
    accounts_carrier_round(t.house, sk_now());
    accounts_carrier_round(t.house, sk_now());
    assert_int_equal(t.mail_count, 1);
    assert_int_equal(token_of("unlock").n, ACCOUNTS_LINK_TEXT);
}

static void
letters__to_one_address_do_not_hold_up_the_others(void **state)
{
    struct accounts_visitor v = buyer_visit();
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "taro@example.jp");
    test_password(&t, id, "correct horse");
    t.too_many = "hanako@example.jp";
    sign_in_with(&v, "hanako@example.jp", "correct horse");
    sign_in_with(&v, "taro@example.jp", "correct horse");
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 1);
    assert_true(sk_str_eq(t.mail[0].to, SK_STR("taro@example.jp")));
    t.too_many = NULL;
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 1); /* that one is looked at again in a minute */
    for (int i = 0; i < 12; i++)
        accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 2);
    assert_true(sk_str_eq(t.mail[1].to, SK_STR("hanako@example.jp")));
}

static void
sign_in__waits_for_a_second_factor_where_there_is_one(void **state)
{
    struct accounts_visitor v = visitor_of(ACCOUNTS_OPERATOR, "console", "192.0.2.7");
    struct accounts_signed out, two;
    bool locked;
    (void)state;
    sk_str op = test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    test_password(&t, op, "staple battery");
    out = sign_in_with(&v, "op@example.jp", "staple battery");
    assert_int_equal(out.step, ACCOUNTS_STEP_ENROL);
    assert_true(sk_str_eq(out.session.wait, ACCOUNTS_WAIT_ENROL));
    must(part_store_exec(t.store, "INSERT INTO factor (id, account, kind, state, secret, made)"
                                  " SELECT 'fac_1', id, 'totp', 'active', 'x', 1 FROM account"
                                  " WHERE realm = 'operator'"));
    out = sign_in_with(&v, "op@example.jp", "staple battery");
    assert_int_equal(out.step, ACCOUNTS_STEP_FACTOR);
    assert_int_equal(test_said(&t, "accounts.sign_in ok"), 0);
    must(accounts_second_locked(&locked, t.mem, t.house, &v, &out.session));
    assert_false(locked);
    must(accounts_second_passed(&two, t.mem, t.house, &v, &out.session, "totp"));
    assert_int_equal(two.step, ACCOUNTS_STEP_IN);
    assert_int_equal(two.session.level, 2);
    assert_int_equal(two.session.wait.n, 0);
    assert_int_equal(test_said(&t, "accounts.sign_in ok"), 1);
    /* The half-made one is gone, so it cannot be raised twice. */
    assert_int_equal(accounts_second_passed(&two, t.mem, t.house, &v, &out.session, "totp").kind,
                     SK_MISSING);
}

static void
second__that_is_guessed_at_locks(void **state)
{
    struct accounts_visitor v = visitor_of(ACCOUNTS_OPERATOR, "console", "192.0.2.7");
    bool locked;
    (void)state;
    sk_str op = test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    test_password(&t, op, "staple battery");
    struct accounts_signed out = sign_in_with(&v, "op@example.jp", "staple battery");
    for (int i = 0; i < 6; i++) {
        must(accounts_second_locked(&locked, t.mem, t.house, &v, &out.session));
        assert_false(locked);
        must(accounts_second_failed(t.mem, t.house, &v, &out.session, "totp"));
    }
    must(accounts_second_locked(&locked, t.mem, t.house, &v, &out.session));
    assert_true(locked);
    /* The right password does not begin the count anew. */
    v.client = stranger().client;
    assert_int_equal(sign_in_with(&v, "op@example.jp", "staple battery").step, ACCOUNTS_STEP_WRONG);
}

static struct accounts_signed
ask_code(const struct accounts_visitor *v, const char *email, sk_str *flow)
{
    struct accounts_given given = { .email = sk_str_of(email) };
    struct accounts_signed out;
    must(accounts_sign_in_code_ask(&out, flow, t.mem, t.house, v, &given, SK_STR("/cart")));
    return out;
}

static sk_str
code_of(void)
{
    sk_str text = t.mail[t.mail_count - 1].text;
    size_t at = sk_str_find(text, SK_STR("\n\n"));
    assert_true(at != SIZE_MAX);
    return sk_str_first(sk_str_from(text, at + 2), 6);
}

static void
code__signs_in_once_and_nobody_else(void **state)
{
    struct accounts_visitor v = buyer_visit();
    struct accounts_signed out;
    sk_str flow, nobody;
    (void)state;
    assert_int_equal(ask_code(&v, "hanako@example.jp", &flow).step, ACCOUNTS_STEP_IN);
    assert_int_equal(ask_code(&v, "nobody@example.jp", &nobody).step, ACCOUNTS_STEP_IN);
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 1); /* nothing to nobody */
    assert_true(sk_str_eq(t.mail[0].purpose, SK_STR("accounts.code")));
    sk_str code = code_of();
    must(accounts_sign_in_code(&out, t.mem, t.house, &v, nobody, code));
    assert_int_equal(out.step, ACCOUNTS_STEP_WRONG);
    must(accounts_sign_in_code(&out, t.mem, t.house, &v, flow, code));
    assert_int_equal(out.step, ACCOUNTS_STEP_IN);
    assert_true(sk_str_eq(out.session.account, buyer));
    assert_true(sk_str_eq(out.data, SK_STR("/cart")));
    must(accounts_sign_in_code(&out, t.mem, t.house, &v, flow, code));
    assert_int_equal(out.step, ACCOUNTS_STEP_OVER);
}

static void
code__is_not_sent_to_one_address_without_end_and_nobody_can_tell(void **state)
{
    sk_str flow;
    (void)state;
    for (int i = 0; i < 9; i++) {
        struct accounts_visitor v = stranger();
        assert_int_equal(ask_code(&v, "hanako@example.jp", &flow).step, ACCOUNTS_STEP_IN);
        assert_int_equal(flow.n, 64);
    }
    accounts_carrier_round(t.house, sk_now());
    assert_int_equal(t.mail_count, 5);
}

static void
source__has_to_work_and_then_to_wait(void **state)
{
    struct accounts_visitor v = buyer_visit();
    struct accounts_signed out;
    struct accounts_given given = { .password = SK_STR("x"), .worked = true };
    int i = 0;
    (void)state;
    for (; i < 5; i++)
        sign_in_with(&v, sk_str_printf(t.mem, "p%d@example.jp", i).p, "x");
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_WORK);
    for (; i < 20; i++) {
        given.email = sk_str_printf(t.mem, "p%d@example.jp", i);
        must(accounts_sign_in(&out, t.mem, t.house, &v, &given));
        assert_int_equal(out.step, ACCOUNTS_STEP_WRONG);
    }
    assert_int_equal(test_said(&t, "accounts.source_shut ok"), 1);
    out = sign_in_with(&v, "hanako@example.jp", "correct horse");
    assert_int_equal(out.step, ACCOUNTS_STEP_WAIT);
    t.ledger_away = true; /* what cannot be told now is told later, and once */
    accounts_carrier_round(t.house, v.now);
    t.ledger_away = false;
    for (i = 0; i < 30; i++)
        accounts_carrier_round(t.house, v.now);
    assert_int_equal(test_said(&t, "accounts.held_up denied nobody "), 1);
    assert_true(out.until > v.now);
    /* Refused ones are not told one by one. */
    assert_int_equal(test_said(&t, "accounts.sign_in failed"), 20);
}

static void
password__that_is_void_brings_a_letter(void **state)
{
    struct accounts_visitor v = buyer_visit();
    (void)state;
    must(accounts_account_void_password(t.store, buyer));
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "wrong").step, ACCOUNTS_STEP_WRONG);
    assert_int_equal(sign_in_with(&v, "hanako@example.jp", "correct horse").step,
                     ACCOUNTS_STEP_RESET);
    accounts_carrier_round(t.house, v.now);
    assert_int_equal(t.mail_count, 1);
    assert_int_equal(token_of("reset").n, ACCOUNTS_LINK_TEXT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sign_in__makes_a_session_tells_the_ledger_and_writes_to_the_owner),
        CASE(sign_in__is_wrong_for_all_that_is_wrong),
        CASE(sign_in__lets_nobody_in_while_the_ledger_is_away),
        CASE(lock__stops_strangers_and_not_the_owner),
        CASE(lock__mail_is_sent_once_post_is_back),
        CASE(letters__to_one_address_do_not_hold_up_the_others),
        CASE(sign_in__waits_for_a_second_factor_where_there_is_one),
        CASE(second__that_is_guessed_at_locks),
        CASE(code__signs_in_once_and_nobody_else),
        CASE(code__is_not_sent_to_one_address_without_end_and_nobody_can_tell),
        CASE(source__has_to_work_and_then_to_wait),
        CASE(password__that_is_void_brings_a_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
