#include "accounts/census.h"

#include "accounts/case_test.h"
#include "accounts/life_test.h"

static void
census__counts_people_sessions_and_locks(void **state)
{
    struct accounts_census census;
    struct part_query *q;
    sk_when now = sk_now();
    (void)state;
    sk_str a = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    test_person(&t, ACCOUNTS_BUYER, "shop", "b@example.jp");
    sk_str m = test_person(&t, ACCOUNTS_MERCHANT, "shop", "m@example.jp");
    must(accounts_account_set_state(t.store, m, ACCOUNTS_INVITED));
    test_session(&t, a, ACCOUNTS_BUYER, now);
    must(part_store_query(&q, t.store,
                          "INSERT INTO tally (kind, subject, count, since, until, ends)"
                          " VALUES ('account', 'x', 6, 1, ?1, ?1), ('account', 'y', 6, 1, 2, ?1)"));
    part_query_int(q, 1, now + 60000);
    must(part_query_run(q));
    must(accounts_census(&census, t.house, now));
    assert_int_equal(census.people[ACCOUNTS_BUYER], 2);
    assert_int_equal(census.people[ACCOUNTS_MERCHANT], 0);
    assert_int_equal(census.signed_in[ACCOUNTS_BUYER], 1);
    assert_int_equal(census.locks, 1);
}

static void
census__tells_how_passwords_are_kept_and_nothing_of_them(void **state)
{
    struct accounts_way_kept list[ACCOUNTS_WAYS_COUNTED];
    size_t count;
    int64_t without;
    (void)state;
    t.house->cost = (struct accounts_cost){ .stretch = ACCOUNTS_STRETCH_PBKDF2 };
    test_password(&t, test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp"), "correct horse");
    t.house->cost = (struct accounts_cost){ .stretch = ACCOUNTS_STRETCH_ARGON2ID };
    test_password(&t, test_person(&t, ACCOUNTS_BUYER, "shop", "b@example.jp"), "correct horse");
    test_password(&t, test_person(&t, ACCOUNTS_BUYER, "shop", "c@example.jp"), "correct horse");
    test_person(&t, ACCOUNTS_BUYER, "shop", "d@example.jp");
    must(accounts_census_passwords(list, &count, &without, t.mem, t.house));
    assert_int_equal(count, 2);
    assert_int_equal(without, 1);
    assert_true(sk_str_eq(list[0].way, SK_STR("argon2id$k=1,m=19456,t=2")));
    assert_int_equal(list[0].count, 2);
    assert_true(sk_str_eq(list[1].way, SK_STR("pbkdf2-sha512$k=1,i=210000")));
    assert_int_equal(list[1].count, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(census__counts_people_sessions_and_locks, test_setup,
                                        test_teardown),
        cmocka_unit_test_setup_teardown(census__tells_how_passwords_are_kept_and_nothing_of_them,
                                        test_setup, test_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
