#include "accounts/bell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <pthread.h>

static void
bells__that_rang_before_are_heard_once(void **state)
{
    struct accounts_bell *bell = accounts_bell_new();

    (void)state;
    accounts_bell_ring(bell);
    accounts_bell_ring(bell);
    assert_true(accounts_bell_wait(bell, 3600, true));
    assert_true(accounts_bell_wait(bell, 0, true)); /* not rung: the time is over */
    accounts_bell_free(bell);
}

static void *
end_it(void *bell)
{
    accounts_bell_end(bell);
    return NULL;
}

static void
waits__end_when_told_from_another_thread_rung_or_not(void **state)
{
    struct accounts_bell *bell = accounts_bell_new();
    pthread_t other;

    (void)state;
    accounts_bell_ring(bell); /* not heeded */
    assert_int_equal(pthread_create(&other, NULL, end_it, bell), 0);
    assert_false(accounts_bell_wait(bell, 3600, false));
    pthread_join(other, NULL);
    accounts_bell_free(bell);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bells__that_rang_before_are_heard_once),
        cmocka_unit_test(waits__end_when_told_from_another_thread_rung_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
