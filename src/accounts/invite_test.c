#include "accounts/invite.h"

#include "accounts/case_test.h"
#include "accounts/life_test.h"
#include "accounts/mailed.h"

static struct accounts_invite
operator_of(const char *email)
{
    return (struct accounts_invite){ .realm = ACCOUNTS_OPERATOR, .email = sk_str_of(email) };
}

static sk_err
invite(struct accounts_invited *out, const struct accounts_actor *by, struct accounts_invite what)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, sk_now());
    return accounts_invite(out, t.mem, t.house, &v, by, &what);
}

static sk_str
token_of(sk_str link)
{
    return sk_str_from(link, sk_str_find(link, SK_STR("?link_token=")) + 12);
}

static void
invite__makes_an_account_that_can_do_nothing_yet(void **state)
{
    struct accounts_invited in;
    struct accounts_mailed link;
    struct account account;
    (void)state;
    must(invite(&in, &test_root, operator_of("Ｏｐ@example.jp")));
    must(accounts_account_get(&account, t.mem, t.store, in.account));
    assert_int_equal(account.state, ACCOUNTS_INVITED);
    assert_int_equal(account.password.n, 0);
    assert_true(sk_str_starts(in.link, SK_STR("https://")));
    assert_true(sk_str_find(in.link, SK_STR("/.sekisho/operator/invite?link_token=")) != SIZE_MAX);
    assert_int_equal(test_said(&t, "accounts.invite ok local:0 acc_"), 1);
    assert_true(in.mailed);
    assert_int_equal(t.mail_count, 1);
    assert_true(sk_str_eq(t.mail[0].to, SK_STR("Op@example.jp")));
    assert_true(sk_str_find(t.mail[0].text, in.link) != SIZE_MAX);
    must(accounts_mailed_look(&link, t.mem, t.store, t.house->keys, ACCOUNTS_LINK_INVITE,
                              token_of(in.link), sk_now()));
    assert_true(sk_str_eq(link.account, in.account));
}

static void
link__works_once_for_a_day_and_for_nothing_else(void **state)
{
    struct accounts_invited in;
    struct accounts_mailed link;
    sk_when now = sk_now();
    (void)state;
    must(invite(&in, &test_root, operator_of("a@example.jp")));
    sk_str token = token_of(in.link);
    assert_int_equal(
        accounts_mailed_look(&link, t.mem, t.store, t.house->keys, "reset", token, now).kind,
        SK_MISSING);
    assert_int_equal(accounts_mailed_look(&link, t.mem, t.store, t.house->keys,
                                          ACCOUNTS_LINK_INVITE, token,
                                          now + ACCOUNTS_INVITE_LIFE + 1000)
                         .kind,
                     SK_MISSING);
    must(accounts_mailed_take(&link, t.mem, t.store, t.house->keys, ACCOUNTS_LINK_INVITE, token,
                              now));
    assert_int_equal(
        accounts_mailed_take(&link, t.mem, t.store, t.house->keys, ACCOUNTS_LINK_INVITE, token, now)
            .kind,
        SK_MISSING);
}

static void
second_invitation__ends_the_first(void **state)
{
    struct accounts_invited one, two;
    struct accounts_mailed link;
    (void)state;
    must(invite(&one, &test_root, operator_of("a@example.jp")));
    must(invite(&two, &test_root, operator_of("A@EXAMPLE.jp")));
    assert_true(sk_str_eq(one.account, two.account));
    assert_int_equal(accounts_mailed_look(&link, t.mem, t.store, t.house->keys,
                                          ACCOUNTS_LINK_INVITE, token_of(one.link), sk_now())
                         .kind,
                     SK_MISSING);
    must(accounts_mailed_look(&link, t.mem, t.store, t.house->keys, ACCOUNTS_LINK_INVITE,
                              token_of(two.link), sk_now()));
}

static void
address__that_is_somebodys_is_refused(void **state)
{
    struct accounts_invited in;
    (void)state;
    test_person(&t, ACCOUNTS_OPERATOR, "", "a@example.jp");
    assert_int_equal(invite(&in, &test_root, operator_of("a@example.jp")).kind, SK_DENIED);
    assert_int_equal(invite(&in, &test_root, operator_of("nonsense")).kind, SK_BAD);
    assert_int_equal(t.mail_count, 0);
}

static void
owner__invites_staff_and_workers_of_the_own_shop_alone(void **state)
{
    struct accounts_actor owner = test_actor(ACCOUNTS_MERCHANT, SK_STR("acc_O"), "owner", "shop");
    struct accounts_invite sub = { .realm = ACCOUNTS_MERCHANT,
                                   .tenant = SK_STR("shop"),
                                   .role = SK_STR("sub"),
                                   .email = SK_STR("sub@example.jp"),
                                   .screen = { SK_STR("orders"), SK_STR("products") },
                                   .screens = 2 };
    struct accounts_invite other;
    struct accounts_invited in;
    (void)state;
    must(invite(&in, &owner, sub));
    assert_int_equal(
        test_number(&t, "SELECT count(*) FROM held_right WHERE account = ?1", in.account), 2);
    other = sub;
    other.tenant = SK_STR("blog");
    assert_int_equal(invite(&in, &owner, other).kind, SK_DENIED);
    other = sub;
    other.role = SK_STR("owner");
    assert_int_equal(invite(&in, &owner, other).kind, SK_DENIED);
    assert_int_equal(invite(&in, &owner, operator_of("x@example.jp")).kind, SK_DENIED);
    other = sub;
    other.email = SK_STR("y@example.jp");
    other.screen[0] = SK_STR("everything");
    assert_int_equal(invite(&in, &owner, other).kind, SK_BAD);
    struct accounts_actor buyer = test_actor(ACCOUNTS_BUYER, SK_STR("acc_B"), "buyer", "shop");
    assert_int_equal(invite(&in, &buyer, sub).kind, SK_DENIED);
    other = sub;
    other.tenant = SK_STR("nowhere");
    assert_int_equal(invite(&in, &test_root, other).kind, SK_MISSING);
}

static void
invitation__that_cannot_be_recorded_is_not_made(void **state)
{
    struct accounts_invited in;
    (void)state;
    t.ledger_away = true;
    assert_true(sk_failed(invite(&in, &test_root, operator_of("a@example.jp"))));
    assert_int_equal(test_number(&t, "SELECT count(*) FROM account WHERE ?1 = ''", SK_STR("")), 0);
    t.ledger_away = false;
    t.post_away = true;
    must(invite(&in, &test_root, operator_of("a@example.jp")));
    assert_false(in.mailed);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(invite__makes_an_account_that_can_do_nothing_yet),
        CASE(link__works_once_for_a_day_and_for_nothing_else),
        CASE(second_invitation__ends_the_first),
        CASE(address__that_is_somebodys_is_refused),
        CASE(owner__invites_staff_and_workers_of_the_own_shop_alone),
        CASE(invitation__that_cannot_be_recorded_is_not_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
