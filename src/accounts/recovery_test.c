#include "accounts/recovery.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "accounts/keys_test.h"

static const struct accounts_bound of_hana = {
    .realm = SK_STR("buyer"),
    .tenant = SK_STR("kamone"),
    .account = SK_STR("acc_1"),
};

static sk_str
hash_of(struct test_keys *s, const struct accounts_bound *bound, sk_str code)
{
    sk_str hash;
    assert_false(sk_failed(accounts_recovery_hash(&hash, s->mem, s->keys, 1, bound, code)));
    return hash;
}

static void
recovery__codes_differ_and_are_known_however_they_are_typed(void **state)
{
    struct test_keys *s = *state;
    sk_str a = accounts_recovery_new(s->mem), b = accounts_recovery_new(s->mem);
    assert_int_equal(a.n, 29);
    assert_false(sk_str_eq(a, b));
    sk_str hash = hash_of(s, &of_hana, SK_STR("01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"));
    static const char *const same[] = { "01abcdefghjkmnpqrstvwxyz", "O1AB CDEF GHJK MNPQ RSTV WXYZ",
                                        "０ｌＡＢ−CDEF-GHJK-MNPQ-RSTV-WXYZ" };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (!sk_str_eq(hash, hash_of(s, &of_hana, sk_str_of(same[i])))) fail_msg("%s", same[i]);
    assert_false(sk_str_eq(hash, hash_of(s, &of_hana, SK_STR("01AB-CDEF-GHJK-MNPQ-RSTV-WXYA"))));
}

static void
recovery__codes_are_of_one_account(void **state)
{
    struct test_keys *s = *state;
    sk_str code = accounts_recovery_new(s->mem);
    struct accounts_bound other = of_hana;
    other.account = SK_STR("acc_2");
    assert_false(sk_str_eq(hash_of(s, &of_hana, code), hash_of(s, &other, code)));
}

static void
recovery__refuses_what_has_another_form(void **state)
{
    struct test_keys *s = *state;
    static const char *const refused[] = { "", "01AB-CDEF-GHJK-MNPQ-RSTV-WXY",
                                           "01AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-R",
                                           "01AB-CDEF-GHJK-MNPQ-RSTV-WXYU", "あ" };
    sk_str hash;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (accounts_recovery_hash(&hash, s->mem, s->keys, 1, &of_hana, sk_str_of(refused[i]))
                .kind != SK_BAD)
            fail_msg("%s", refused[i]);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, test_keys_open, test_keys_close)
    const struct CMUnitTest tests[] = {
        CASE(recovery__codes_differ_and_are_known_however_they_are_typed),
        CASE(recovery__codes_are_of_one_account),
        CASE(recovery__refuses_what_has_another_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
