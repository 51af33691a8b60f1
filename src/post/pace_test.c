#include "post/pace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
delay__doubles_up_to_its_most(void **state)
{
    (void)state;
    assert_int_equal(post_delay(true, 0, 500), 2000);
    assert_int_equal(post_delay(true, 1, 500), 4000);
    assert_int_equal(post_delay(true, 4, 500), 32000);
    assert_int_equal(post_delay(true, 5, 500), 60000);
    assert_int_equal(post_delay(false, 0, 500), 15000);
    assert_int_equal(post_delay(false, 8, 500), 3600000);
    assert_int_equal(post_delay(false, 4000000000u, 500), 3600000);
}

static void
delay__differs_by_a_fifth_at_most(void **state)
{
    (void)state;
    assert_int_equal(post_delay(false, 0, 0), 12000);
    assert_in_range(post_delay(false, 0, 999), 17980, 18000);
}

/* In a minute and a bit no more than the rate and one burst go out, and no fewer than the rate. */
static void
rate__lets_a_burst_through_and_then_its_pace(void **state)
{
    struct post_rate rate = { .rate = 60 };
    sk_when now = 1000000, end = now + 60000;
    int count = 0;
    (void)state;
    for (int i = 0; i < POST_BURST; i++)
        assert_int_equal(post_rate_wait(&rate, now), 0);
    assert_int_equal(post_rate_wait(&rate, now), 1000);
    while (now < end) {
        int64_t wait = post_rate_wait(&rate, now);
        count += wait == 0;
        now += wait;
    }
    assert_in_range(count, 59, 60);
    rate.rate = 0;
    assert_int_equal(post_rate_wait(&rate, now), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delay__doubles_up_to_its_most),
        cmocka_unit_test(delay__differs_by_a_fifth_at_most),
        cmocka_unit_test(rate__lets_a_burst_through_and_then_its_pace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
