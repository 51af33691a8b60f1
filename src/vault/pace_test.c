#include "vault/pace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct vault_pace pace;

static void
pace__refuses_the_fourth_of_a_minute_and_takes_it_in_the_next(void **state)
{
    const sk_when noon = 12 * 3600 * 1000;

    (void)state;
    vault_pace_begin(&pace);
    for (int i = 0; i < 3; i++)
        assert_true(vault_pace_take(&pace, SK_STR("per_1"), 3, noon + i));
    assert_false(vault_pace_take(&pace, SK_STR("per_1"), 3, noon + 59999));
    assert_true(vault_pace_take(&pace, SK_STR("per_1"), 3, noon + 60000));
}

/* Whoever asks about everybody is refused for most of them, and shuts out nobody for long. */
static void
pace__never_takes_more_than_it_may_of_any_name(void **state)
{
    unsigned taken = 0;

    (void)state;
    vault_pace_begin(&pace);
    for (unsigned i = 0; i < 10 * VAULT_PACE_PLACES; i++) {
        char name[24] = { 0 };

        for (unsigned n = i, at = 0; n; n /= 10)
            name[at++] = (char)('0' + n % 10);
        taken += vault_pace_take(&pace, sk_str_of(name), 2, 1);
    }
    assert_true(taken <= 2 * VAULT_PACE_PLACES && taken > VAULT_PACE_PLACES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pace__refuses_the_fourth_of_a_minute_and_takes_it_in_the_next),
        cmocka_unit_test(pace__never_takes_more_than_it_may_of_any_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
