/* Beside a model that remembers every reading and counts anew each time. */
#include "base/pick_test.h"
#include "keeper/people.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CROWD = 40, STEPS = 60000 };

static const sk_when lengths[3] = { 10, 60, 240 };

struct model {
    sk_when last[CROWD]; /* 0: never */
};

static struct keeper_who
who_of(unsigned n)
{
    struct keeper_id id = { "per_" };

    snprintf(id.text + 4, sizeof id.text - 4, "%019u", n);
    return keeper_who_of(&id);
}

static unsigned
model_count(const struct model *m, sk_when now, sk_when length)
{
    unsigned count = 0;

    for (unsigned i = 0; i < CROWD; i++)
        count += m->last[i] > 0 && m->last[i] > now - length;
    return count;
}

static void
people__are_counted_as_one_would_by_hand(void **state)
{
    struct keeper_people people;
    struct model model = { { 0 } };
    sk_when now = 1000;
    (void)state;

    keeper_people_init(&people, lengths, 3);
    for (int step = 0; step < STEPS; step++) {
        struct keeper_who who = who_of(pick(CROWD));
        unsigned i = (unsigned)strtoul(who.id.text + 4, NULL, 10);
        bool fresh;

        now += pick(50) == 0 ? pick(300) : pick(4);
        keeper_people_move(&people, now);
        for (unsigned w = 0; w < 3; w++) {
            bool outside = model.last[i] == 0 || model.last[i] <= now - lengths[w];

            assert_int_equal(people.count[w], model_count(&model, now, lengths[w]));
            assert_int_equal(keeper_people_misses(&people, &who, now) >> w & 1, outside);
        }
        if (pick(3) == 0) continue;
        assert_true(keeper_people_see(&fresh, &people, &who, now));
        assert_int_equal(fresh, model.last[i] == 0 || model.last[i] <= now - lengths[2]);
        model.last[i] = now;
    }
    assert_true(people.size <= 64); /* as many as the longest window holds, not as came */
    keeper_people_clear(&people);
}

static void
people__leave_a_window_when_exactly_its_length_has_passed(void **state)
{
    struct keeper_people people;
    struct keeper_who who = who_of(1);
    bool fresh;
    (void)state;

    keeper_people_init(&people, keeper_window_length, KEEPER_WINDOWS);
    assert_true(keeper_people_see(&fresh, &people, &who, 5000));
    keeper_people_move(&people, 5999);
    assert_int_equal(people.count[KEEPER_WINDOW_SECOND], 1);
    assert_int_equal(keeper_people_misses(&people, &who, 5999), 0);
    keeper_people_move(&people, 6000);
    assert_int_equal(people.count[KEEPER_WINDOW_SECOND], 0);
    assert_int_equal(keeper_people_misses(&people, &who, 6000), 1);
    assert_int_equal(people.count[KEEPER_WINDOW_HOUR], 1);
    assert_int_equal(keeper_people_move(&people, 5000 + 24 * 3600 * 1000 - 1), 0);
    assert_int_equal(keeper_people_move(&people, 5000 + 24 * 3600 * 1000), 1);
    assert_true(keeper_people_last(&people, &who) == INT64_MIN);
    keeper_people_clear(&people);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(people__are_counted_as_one_would_by_hand),
        cmocka_unit_test(people__leave_a_window_when_exactly_its_length_has_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
