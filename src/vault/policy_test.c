#include "vault/policy.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static sk_when
at(const char *jst)
{
    sk_when when = 0;

    assert_true(sk_when_read_jst(&when, sk_str_of(jst)));
    return when;
}

static void
policy__is_as_promised_where_nothing_is_configured(void **state)
{
    struct vault_policies p;

    (void)state;
    vault_policies_set(&p);
    assert_int_equal(vault_policy_due(&p, VAULT_TRADE_COMPLETED, at("2026-11-26T10:00")),
                     at("2026-12-26T10:00"));
    assert_int_equal(vault_policy_due(&p, VAULT_TRANSFER_COMPLETED, at("2026-12-10T10:00")),
                     at("2027-01-10T10:00"));
    assert_int_equal(vault_policy_due(&p, VAULT_ACCOUNT_CLOSED, at("2026-11-26T10:00")),
                     at("2026-11-26T10:00"));
    assert_int_equal(vault_policy_due(&p, VAULT_CONTRACT_ENDED, at("2026-11-26T10:00")),
                     at("2026-12-26T10:00"));
}

/* The evening of January 31 in Greenwich is February 1 in Japan, and the other way round. */
static void
policy__reckons_months_by_the_calendar_of_japan(void **state)
{
    struct vault_policies p;

    (void)state;
    vault_policies_set(&p);
    assert_int_equal(vault_policy_due(&p, VAULT_TRADE_COMPLETED, at("2027-01-31T03:00")),
                     at("2027-02-28T03:00"));
    assert_int_equal(vault_policy_due(&p, VAULT_TRADE_COMPLETED, at("2028-01-31T23:30")),
                     at("2028-02-29T23:30"));
    assert_int_equal(vault_policy_due(&p, VAULT_TRADE_COMPLETED, at("2026-12-31T00:10")),
                     at("2027-01-31T00:10"));
}

static void
policy__can_be_shorter_than_promised_and_never_longer(void **state)
{
    struct vault_policies p;

    (void)state;
    vault_policies_set(&p);
    assert_false(sk_failed(vault_policy_read(&p, SK_STR("trade_completed 14 days"))));
    assert_false(sk_failed(vault_policy_read(&p, SK_STR("contract_ended 53 days"))));
    assert_false(sk_failed(vault_policy_read(&p, SK_STR("transfer_completed now"))));
    assert_int_equal(vault_policy_due(&p, VAULT_TRADE_COMPLETED, at("2026-11-26T10:00")),
                     at("2026-12-10T10:00"));
    assert_int_equal(vault_policy_due(&p, VAULT_CONTRACT_ENDED, at("2026-11-26T10:00")),
                     at("2027-01-18T10:00"));
    assert_int_equal(vault_policy_due(&p, VAULT_TRANSFER_COMPLETED, 12345), 12345);
    assert_int_equal(vault_policy_read(&p, SK_STR("contract_ended 54 days")).kind, SK_BAD);
    assert_int_equal(vault_policy_read(&p, SK_STR("trade_completed 2 months")).kind, SK_BAD);
    assert_int_equal(vault_policy_read(&p, SK_STR("account_closed 1 day")).kind, SK_BAD);
}

static void
policy__says_what_is_wrong(void **state)
{
    static const char *const bad[] = { "",
                                       "moon_landed 1 month",
                                       "trade_completed",
                                       "trade_completed soon",
                                       "trade_completed -1 days",
                                       "trade_completed 1 year",
                                       "trade_completed 99999999999 days" };
    struct vault_policies p;

    (void)state;
    vault_policies_set(&p);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(vault_policy_read(&p, sk_str_of(bad[i])).kind, SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policy__is_as_promised_where_nothing_is_configured),
        cmocka_unit_test(policy__reckons_months_by_the_calendar_of_japan),
        cmocka_unit_test(policy__can_be_shorter_than_promised_and_never_longer),
        cmocka_unit_test(policy__says_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
