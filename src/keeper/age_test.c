/* Keys that have served their time. */
#include "keeper/house_test.h"

enum { DAY = 24 * 60 * 60 * 1000 };

static int64_t
newest(void)
{
    struct part_query *q;
    bool row;

    assert_false(sk_failed(part_store_query(
        &q, t.desk.reader,
        "SELECT number FROM tenant_key WHERE tenant = 'shop/tea' ORDER BY made DESC LIMIT 1")));
    assert_false(sk_failed(part_query_step(&row, q)));
    assert_true(row);
    int64_t number = part_query_get_int(q, 0);
    part_query_done(q);
    return number;
}

static void
age__of_a_tenants_key_gives_it_a_successor(void **state)
{
    struct person p;
    struct keeper_shown shown;
    int64_t before;

    (void)state;
    t.house.key_age = (sk_when)365 * DAY;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    before = newest();
    t.told = 0;
    clock_now += (sk_when)365 * DAY;
    assert_false(sk_failed(keeper_age_tend(&t.house)));
    assert_int_equal(t.told, 0);
    assert_true(newest() == before);
    clock_now += 1;
    assert_false(sk_failed(keeper_age_tend(&t.house)));
    assert_int_equal(t.told, 1);
    is_told(0, "vault.rotated", "\"why\":\"age\"");
    assert_string_equal(t.principal[0], "keeper");
    assert_true(newest() != before);
    assert_false(sk_failed(keeper_age_tend(&t.house))); /* once */
    assert_int_equal(t.told, 1);
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
}

static void
uses_set(uint64_t uses)
{
    struct part_query *q;

    assert_false(sk_failed(part_store_query(&q, t.desk.reader, "UPDATE tenant_key SET uses = ?1")));
    part_query_int(q, 1, (int64_t)uses);
    assert_false(sk_failed(part_query_run(q)));
}

static void
uses__of_a_tenants_key_come_to_an_end_whatever_its_age(void **state)
{
    struct person p;
    struct keeper_shown shown;
    int64_t before;

    (void)state;
    t.house.key_age = (sk_when)365 * DAY;
    person_new(&p);
    struct keeper_sealed_value value = sealed_of(&p, 0);
    before = newest();
    t.told = 0;
    uses_set(KEEPER_USES_MAX - 1);
    assert_false(sk_failed(keeper_age_tend(&t.house)));
    assert_int_equal(t.told, 0);
    uses_set(KEEPER_USES_MAX);
    assert_false(sk_failed(keeper_age_tend(&t.house)));
    assert_int_equal(t.told, 1);
    is_told(0, "vault.rotated", "\"why\":\"uses\"");
    assert_true(newest() != before);
    assert_false(sk_failed(keeper_age_tend(&t.house))); /* once: the new one is fresh */
    assert_int_equal(t.told, 1);
    assert_int_equal(open_as(&shown, "orders", merchant, &value, 1), KEEPER_OK);
    is_text(&shown, 0, "関 所子");
}

static void
age__that_cannot_be_recorded_changes_nothing(void **state)
{
    struct person p;
    int64_t before;

    (void)state;
    t.house.key_age = DAY;
    person_new(&p);
    before = newest();
    clock_now += 2 * DAY;
    t.ledger_away = true;
    assert_true(sk_failed(keeper_age_tend(&t.house)));
    assert_true(newest() == before);
    t.ledger_away = false;
    assert_false(sk_failed(keeper_age_tend(&t.house)));
    assert_true(newest() != before);
}

static void
age__waits_for_the_root_key(void **state)
{
    (void)state;
    assert_false(sk_failed(keeper_age_tend(&t.house)));
    assert_int_equal(t.told, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(age__of_a_tenants_key_gives_it_a_successor),
        TEST(uses__of_a_tenants_key_come_to_an_end_whatever_its_age),
        TEST(age__that_cannot_be_recorded_changes_nothing),
        TEST_SEALED(age__waits_for_the_root_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
