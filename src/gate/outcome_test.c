#include "gate/outcome.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct gate_outcome
outcome(const char *text)
{
    struct gate_outcome made;

    assert_true(gate_outcome_read(&made, sk_str_of(text)));
    return made;
}

static void
outcome__by_status_is_that_status(void **unused)
{
    (void)unused;
    struct gate_outcome failed = outcome("status:401");

    assert_true(gate_outcome_is(&failed, 401, (sk_str){ 0 }));
    assert_false(gate_outcome_is(&failed, 403, (sk_str){ 0 }));
}

static void
outcome__by_place_is_where_a_redirect_leads(void **unused)
{
    (void)unused;
    struct gate_outcome failed = outcome("location:/login?error");

    assert_true(gate_outcome_is(&failed, 302, SK_STR("/login?error=1")));
    assert_true(gate_outcome_is(&failed, 303, SK_STR("https://shop.example/login?error")));
    assert_true(gate_outcome_is(&failed, 302, SK_STR("//shop.example:8443/login?error")));
    assert_false(gate_outcome_is(&failed, 302, SK_STR("/account")));
    assert_false(gate_outcome_is(&failed, 302, SK_STR("/account?from=https://x/login?error")));
    assert_false(gate_outcome_is(&failed, 302, SK_STR("https://shop.example")));
    assert_false(gate_outcome_is(&failed, 200, SK_STR("/login?error")));
    assert_false(gate_outcome_is(&failed, 302, (sk_str){ 0 }));
}

static void
outcome__refuses_what_is_neither(void **unused)
{
    (void)unused;
    static const char *const bad[] = { "",           "status:",    "status:99", "status:600",
                                       "status:4o1", "status:+40", "location:", "location:login",
                                       "body:wrong", "401" };
    struct gate_outcome made;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (gate_outcome_read(&made, sk_str_of(bad[i]))) fail_msg("%s", bad[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome__by_status_is_that_status),
        cmocka_unit_test(outcome__by_place_is_where_a_redirect_leads),
        cmocka_unit_test(outcome__refuses_what_is_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
