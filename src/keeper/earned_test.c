#include "keeper/earned.h"

#include "base/file.h"
#include "keeper/budget_test.h"
#include "keeper/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const sk_when start = 1800000000000;

struct fixture {
    struct keeper_purpose purpose;
    struct keeper_earned *earned;
    char folder[32];
    sk_str x, y;
};

static void
reopen(struct fixture *f, sk_when now)
{
    uint64_t damaged;

    keeper_earned_close(&f->earned);
    assert_false(sk_failed(keeper_earned_open(&f->earned, &damaged, f->folder, now)));
    assert_true(damaged == 0);
}

static int
setup(void **state)
{
    static struct fixture f;

    f = (struct fixture){ .purpose = test_purpose(),
                          .folder = "/tmp/earned-test-XXXXXX",
                          .x = SK_STR("x"),
                          .y = SK_STR("y") };
    f.purpose.earned = 30 * (sk_when)TEST_DAY;
    if (!mkdtemp(f.folder)) return -1;
    reopen(&f, start);
    *state = &f;
    return 0;
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    keeper_earned_close(&f->earned);
    return sk_file_remove_tree(f->folder) ? 0 : -1;
}

static struct keeper_id
value_of(unsigned n)
{
    struct keeper_id id = test_person(n);

    memcpy(id.text, "val_", 4);
    return id;
}

static sk_err
earn(struct fixture *f, sk_str tenant, unsigned person, unsigned value, unsigned count, sk_when now)
{
    struct keeper_id values[70], whose = test_person(person);

    for (unsigned i = 0; i < count; i++)
        values[i] = value_of(value + i);
    return keeper_earned_add(f->earned, &f->purpose, tenant, &whose, values, count, now);
}

static bool
has(struct fixture *f, sk_str tenant, unsigned value, sk_when now)
{
    struct keeper_id id = value_of(value);

    return keeper_earned_has(f->earned, &f->purpose, tenant, &id, now);
}

static void
earned__values_are_read_until_they_expire_and_no_others(void **state)
{
    struct fixture *f = *state;
    struct keeper_purpose other = f->purpose;
    struct keeper_id id = value_of(1);

    other.name = SK_STR("letters");
    assert_false(sk_failed(earn(f, f->x, 1, 1, 3, start)));
    assert_true(has(f, f->x, 1, start) && has(f, f->x, 3, start));
    assert_true(has(f, f->x, 1, start)); /* reading does not use it up */
    assert_false(has(f, f->x, 4, start));
    assert_false(has(f, f->y, 1, start));
    assert_false(keeper_earned_has(f->earned, &other, f->x, &id, start));
    assert_true(has(f, f->x, 1, start + f->purpose.earned - 1));
    assert_false(has(f, f->x, 1, start + f->purpose.earned));
    assert_false(has(f, f->x, 1, start)); /* nor if the clock goes back */
}

static void
earned__for_a_purpose_without_earning_nothing_is(void **state)
{
    struct fixture *f = *state;

    f->purpose.earned = 0;
    assert_false(sk_failed(earn(f, f->x, 1, 1, 3, start)));
    assert_false(has(f, f->x, 1, start));
}

static void
earned__is_known_after_a_restart_and_a_shortened_journal(void **state)
{
    struct fixture *f = *state;
    sk_when now = start;

    for (unsigned i = 0; i < 2000; i++, now += 1000)
        assert_false(sk_failed(earn(f, f->x, i / 4, i, 1, now)));
    reopen(f, now);
    assert_true(has(f, f->x, 0, now) && has(f, f->x, 1999, now));
    assert_true(keeper_earned_people(f->earned, &f->purpose, f->x, now) == 500);
    now = start + f->purpose.earned + 1000 * 1000; /* half of them have expired */
    assert_false(sk_failed(keeper_earned_tend(f->earned, now)));
    assert_false(sk_failed(earn(f, f->x, 900, 5000, 1, now)));
    reopen(f, now);
    assert_false(has(f, f->x, 1000, now));
    assert_true(has(f, f->x, 1001, now) && has(f, f->x, 1999, now) && has(f, f->x, 5000, now));
    assert_true(keeper_earned_people(f->earned, &f->purpose, f->x, now) == 251);
}

static void
earned__people_are_counted_once_each(void **state)
{
    struct fixture *f = *state;

    assert_false(sk_failed(earn(f, f->x, 1, 1, 3, start)));
    assert_false(sk_failed(earn(f, f->x, 2, 20, 1, start)));
    assert_false(sk_failed(earn(f, f->y, 3, 30, 1, start)));
    assert_false(sk_failed(earn(f, f->x, 1, 10, 3, start + TEST_HOUR)));
    assert_true(keeper_earned_people(f->earned, &f->purpose, f->x, start + TEST_HOUR) == 2);
    /* the older of person 1's values has expired, the newer has not */
    assert_true(keeper_earned_people(f->earned, &f->purpose, f->x, start + f->purpose.earned) == 1);
    assert_int_equal(earn(f, f->x, 4, 40, 65, start).kind, SK_FULL);
}

static void
earned__lives_as_long_as_the_newest_configuration_says(void **state)
{
    struct fixture *f = *state;

    assert_false(sk_failed(earn(f, f->x, 1, 1, 1, start)));
    f->purpose.earned = TEST_DAY;
    assert_true(has(f, f->x, 1, start + TEST_DAY - 1));
    assert_false(has(f, f->x, 1, start + TEST_DAY));
}

/* As no keeper writes them; the fuzzer did. */
static void
earned__passes_over_records_of_no_time_and_no_kind(void **state)
{
    struct fixture *f = *state;
    const struct {
        unsigned char kind;
        sk_when when, life;
    } row[] = { { 0, start, TEST_DAY },      { 4, start, TEST_DAY },  { 1, -1, TEST_DAY },
                { 2, INT64_MIN, INT64_MIN }, { 1, start, INT64_MAX }, { 3, 1, INT64_MAX } };
    struct keeper_journal_found found = { 0 };
    struct keeper_journal *journal;

    keeper_earned_close(&f->earned);
    assert_false(sk_failed(keeper_journal_open(&journal, &found, f->folder, "earned", NULL, NULL)));
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        unsigned char body[KEEPER_RECORD_BODY] = { row[i].kind };

        memcpy(body + 8, &row[i].when, 8);
        memcpy(body + 16, &row[i].life, 8);
        assert_false(sk_failed(keeper_journal_add(journal, body, 1)));
    }
    keeper_journal_close(&journal);
    reopen(f, start);
    assert_false(sk_failed(earn(f, f->x, 1, 1, 1, start)));
    assert_true(has(f, f->x, 1, start));
    assert_false(sk_failed(keeper_earned_tend(f->earned, start)));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(earned__values_are_read_until_they_expire_and_no_others),
        CASE(earned__for_a_purpose_without_earning_nothing_is),
        CASE(earned__is_known_after_a_restart_and_a_shortened_journal),
        CASE(earned__people_are_counted_once_each),
        CASE(earned__lives_as_long_as_the_newest_configuration_says),
        CASE(earned__passes_over_records_of_no_time_and_no_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
