#include "part/child.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

static const char *const sleeper[] = { "/bin/sleep", "60", NULL };
static struct part_children all;

static struct part_child *
started(void)
{
    all = (struct part_children){ .count = 0 };
    struct part_child *child = part_child_add(&all, "sleeper", sleeper);
    child->log_fd = 2;
    assert_false(sk_failed(part_child_start(child)));
    return child;
}

/* Until it was noticed that it has ended. */
static void
reaped(void)
{
    struct timespec pause = { 0, 1000 * 1000 };
    sk_when until = sk_monotonic() + 10000;
    while (part_children_reap(&all, sk_monotonic()) == 0 && sk_monotonic() < until)
        nanosleep(&pause, NULL);
}

static void
child__that_fails_starts_again_later_each_time(void **state)
{
    struct part_child *child = started();
    (void)state;
    for (unsigned delay = PART_CHILD_DELAY_FIRST; delay <= 2 * PART_CHILD_DELAY_FIRST; delay *= 2) {
        part_child_end(child, SIGKILL);
        reaped();
        assert_int_equal(child->pid, 0);
        assert_int_equal(child->delay, delay);
        part_children_tend(&all, sk_monotonic());
        assert_int_equal(child->pid, 0);
        part_children_tend(&all, child->due);
        assert_true(child->pid > 0);
    }
    part_children_stop(&all);
}

static void
child__that_is_renewed_starts_again_at_once_however_often(void **state)
{
    struct part_child *child = started();
    (void)state;
    for (int i = 0; i < 3; i++) {
        pid_t old = child->pid;
        part_child_renew(child);
        reaped();
        part_children_tend(&all, sk_monotonic());
        assert_true(child->pid > 0 && child->pid != old);
        assert_int_equal(child->delay, 0);
    }
    part_child_end(child, SIGKILL); /* and this is a failure again */
    reaped();
    assert_int_equal(child->delay, PART_CHILD_DELAY_FIRST);
    part_children_stop(&all);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(child__that_fails_starts_again_later_each_time),
        cmocka_unit_test(child__that_is_renewed_starts_again_at_once_however_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
