/* For tests: each case has a house of its own, `t`, opened before and closed behind it. A file
 * whose cases want people in it has a setup of its own that begins with test_setup(). */
#ifndef SK_ACCOUNTS_CASE_TEST_H
#define SK_ACCOUNTS_CASE_TEST_H

#include "accounts/house_test.h"

static struct test_house t;

static inline int
test_setup(void **state)
{
    (void)state;
    test_house_open(&t);
    return 0;
}

static inline int
test_teardown(void **state)
{
    (void)state;
    test_house_close(&t);
    return 0;
}

#endif
