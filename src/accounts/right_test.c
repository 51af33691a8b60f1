#include "accounts/right.h"

#include "accounts/case_test.h"
#include "accounts/life_test.h"

enum { HOUR = 3600 * 1000 };

static sk_str hanako, taro;
static sk_when now;

static struct accounts_actor
operator_of(sk_str id)
{
    return test_actor(ACCOUNTS_OPERATOR, id, "operator", "");
}

static sk_err
ask(sk_str *request, sk_str who, const char *name, int64_t hours, const char *reason)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    struct accounts_actor by = operator_of(who);
    return accounts_right_ask(request, t.mem, t.house, &v, &by, who, sk_str_of(name), hours,
                              sk_str_of(reason));
}

static sk_err
decide(struct accounts_actor by, sk_str request, bool approve)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    return accounts_right_decide(t.mem, t.house, &v, &by, request, approve);
}

static size_t
held(sk_str account, const char *name)
{
    struct accounts_held list[ACCOUNTS_RIGHTS_LISTED];
    size_t count, found = 0;
    must(accounts_right_held(list, &count, t.mem, t.house, account, now));
    for (size_t i = 0; i < count; i++)
        found += sk_str_eq(list[i].name, sk_str_of(name));
    return found;
}

static void
privilege__is_approved_by_somebody_else_and_ends(void **state)
{
    sk_str request;
    (void)state;
    must(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 2, "問い合わせ #12 の調査"));
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_PERSONAL), 0);
    assert_int_equal(decide(operator_of(hanako), request, true).kind, SK_DENIED);
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_PERSONAL), 0);
    must(decide(operator_of(taro), request, true));
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_PERSONAL), 1);
    assert_int_equal(decide(operator_of(taro), request, true).kind, SK_MISSING);
    now += 2 * HOUR;
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_PERSONAL), 0);
    must(accounts_right_sweep(t.house, t.store, now));
    assert_int_equal(test_said(&t, "accounts.right_ask ok acc_"), 1);
    assert_int_equal(test_said(&t, "accounts.right_give ok acc_"), 1);
    assert_int_equal(test_said(&t, "accounts.right_end ok "), 1);
    assert_int_equal(test_number(&t, "SELECT count(*) FROM held_right WHERE ?1 = ''", SK_STR("")),
                     0);
}

/* Nobody gets past the code into the store, either: the schema says the same. */
static void
store__refuses_a_request_decided_by_its_asker(void **state)
{
    sk_str request;
    struct part_query *q;
    (void)state;
    must(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 2, "x"));
    must(part_store_query(&q, t.store,
                          "UPDATE right_request SET state = 'approved', decided_by = account"
                          " WHERE id = ?1"));
    part_query_text(q, 1, request);
    assert_int_equal(part_query_run(q).kind, SK_BAD);
}

static void
lonely_operator__is_approved_by_root_and_recorded(void **state)
{
    sk_str request;
    (void)state;
    must(ask(&request, hanako, ACCOUNTS_PRIVILEGE_RESET, 1, "x"));
    must(decide(test_root, request, true));
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_RESET), 1);
    assert_int_equal(test_said(&t, "accounts.right_give ok local:0 acc_"), 1);
}

static void
request__needs_reason_hours_and_a_name_that_exists(void **state)
{
    sk_str request, merchant = test_person(&t, ACCOUNTS_MERCHANT, "shop", "m@example.jp");
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    struct accounts_actor by = operator_of(hanako);
    (void)state;
    assert_int_equal(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 2, " ").kind, SK_BAD);
    assert_int_equal(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 0, "x").kind, SK_BAD);
    assert_int_equal(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 73, "x").kind, SK_BAD);
    assert_int_equal(ask(&request, hanako, "privilege.all", 2, "x").kind, SK_BAD);
    assert_int_equal(ask(&request, hanako, "orders", 2, "x").kind, SK_BAD);
    assert_int_equal(ask(&request, merchant, ACCOUNTS_PRIVILEGE_PERSONAL, 2, "x").kind, SK_DENIED);
    assert_int_equal(accounts_right_ask(&request, t.mem, t.house, &v, &by, taro,
                                        SK_STR(ACCOUNTS_PRIVILEGE_PERSONAL), 2, SK_STR("x"))
                         .kind,
                     SK_DENIED);
}

static void
request__shows_its_reason_and_is_over_after_a_day(void **state)
{
    struct accounts_asked list[ACCOUNTS_RIGHTS_LISTED];
    size_t count;
    sk_str request;
    (void)state;
    must(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 2, "山田様のお問い合わせ"));
    must(accounts_right_open(list, &count, t.mem, t.house, now));
    assert_int_equal(count, 1);
    assert_true(sk_str_eq(list[0].reason, SK_STR("山田様のお問い合わせ")));
    assert_int_equal(test_number(&t,
                                 "SELECT count(*) FROM right_request"
                                 " WHERE instr(reason, ?1)",
                                 SK_STR("山田")),
                     0); /* sealed */
    now += ACCOUNTS_ASKED_LIFE;
    assert_int_equal(decide(operator_of(taro), request, true).kind, SK_MISSING);
    must(accounts_right_open(list, &count, t.mem, t.house, now));
    assert_int_equal(count, 0);
}

static void
refused__gives_nothing(void **state)
{
    sk_str request;
    (void)state;
    must(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 2, "x"));
    must(decide(operator_of(taro), request, false));
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_PERSONAL), 0);
    assert_int_equal(decide(operator_of(taro), request, true).kind, SK_MISSING);
    assert_int_equal(test_said(&t, "accounts.right_refuse ok acc_"), 1);
}

static void
right__that_is_taken_is_gone_at_once(void **state)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_OPERATOR, now);
    struct accounts_actor by = operator_of(taro);
    sk_str request;
    (void)state;
    must(ask(&request, hanako, ACCOUNTS_PRIVILEGE_PERSONAL, 2, "x"));
    must(decide(operator_of(taro), request, true));
    must(accounts_right_take(t.mem, t.house, &v, &by, hanako, SK_STR(ACCOUNTS_PRIVILEGE_PERSONAL)));
    assert_int_equal(held(hanako, ACCOUNTS_PRIVILEGE_PERSONAL), 0);
    assert_int_equal(test_said(&t, "accounts.right_take ok acc_"), 1);
    assert_int_equal(
        accounts_right_take(t.mem, t.house, &v, &by, hanako, SK_STR(ACCOUNTS_PRIVILEGE_PERSONAL))
            .kind,
        SK_MISSING);
}

static sk_str
sub_make(void)
{
    struct account_new fresh = { .realm = ACCOUNTS_MERCHANT,
                                 .tenant = SK_STR("shop"),
                                 .role = SK_STR("sub"),
                                 .state = ACCOUNTS_ACTIVE,
                                 .email = SK_STR("s@example.jp"),
                                 .email_same = SK_STR("s@example.jp") };
    sk_str id;
    must(accounts_account_make(&id, t.mem, t.store, t.house->keys, &fresh, now));
    return id;
}

static void
screens__are_set_by_the_owner_of_the_same_shop(void **state)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_MERCHANT, now);
    struct accounts_actor owner = test_actor(ACCOUNTS_MERCHANT, SK_STR("acc_O"), "owner", "shop");
    struct accounts_actor stranger =
        test_actor(ACCOUNTS_MERCHANT, SK_STR("acc_X"), "owner", "blog");
    const sk_str screens[] = { SK_STR("orders"), SK_STR("customers") };
    const sk_str none[] = { SK_STR("privilege.personal") };
    sk_str sub = sub_make();
    (void)state;
    must(accounts_screens_set(t.mem, t.house, &v, &owner, sub, screens, 2));
    assert_int_equal(held(sub, "orders") + held(sub, "customers"), 2);
    must(accounts_screens_set(t.mem, t.house, &v, &owner, sub, screens + 1, 1));
    assert_int_equal(held(sub, "orders"), 0);
    assert_int_equal(held(sub, "customers"), 1);
    assert_int_equal(accounts_screens_set(t.mem, t.house, &v, &stranger, sub, screens, 2).kind,
                     SK_MISSING);
    assert_int_equal(accounts_screens_set(t.mem, t.house, &v, &owner, sub, none, 1).kind, SK_BAD);
    struct accounts_actor self = test_actor(ACCOUNTS_MERCHANT, sub, "sub", "shop");
    assert_int_equal(accounts_screens_set(t.mem, t.house, &v, &self, sub, screens, 2).kind,
                     SK_DENIED);
    sk_str merchant = test_person(&t, ACCOUNTS_MERCHANT, "shop", "m@example.jp"); /* an owner */
    assert_int_equal(accounts_screens_set(t.mem, t.house, &v, &owner, merchant, screens, 2).kind,
                     SK_BAD);
}

static int
prepare(void **state)
{
    (void)test_setup(state);
    now = sk_now();
    hanako = test_person(&t, ACCOUNTS_OPERATOR, "", "hanako@example.jp");
    taro = test_person(&t, ACCOUNTS_OPERATOR, "", "taro@example.jp");
    return 0;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, prepare, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(privilege__is_approved_by_somebody_else_and_ends),
        CASE(store__refuses_a_request_decided_by_its_asker),
        CASE(lonely_operator__is_approved_by_root_and_recorded),
        CASE(request__needs_reason_hours_and_a_name_that_exists),
        CASE(request__shows_its_reason_and_is_over_after_a_day),
        CASE(refused__gives_nothing),
        CASE(right__that_is_taken_is_gone_at_once),
        CASE(screens__are_set_by_the_owner_of_the_same_shop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
