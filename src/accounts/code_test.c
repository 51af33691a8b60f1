#include "accounts/code.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "accounts/keys_test.h"

static const struct accounts_bound sign_in = {
    .kind = SK_STR("code.sign_in"),
    .realm = SK_STR("buyer"),
    .tenant = SK_STR("kamone"),
    .account = SK_STR("acc_1"),
};
static const sk_when noon = 1795440380123;

static struct accounts_code
row_of(struct test_keys *s, sk_str code)
{
    struct accounts_code row = { .made = noon };
    assert_false(sk_failed(accounts_code_hash(&row.hash, s->mem, s->keys, &sign_in, code)));
    return row;
}

static void
code__has_six_to_eight_digits(void **state)
{
    struct test_keys *s = *state;
    assert_int_equal(accounts_code_new(s->mem, 6).n, 6);
    assert_int_equal(accounts_code_new(s->mem, 8).n, 8);
    assert_int_equal(accounts_code_new(s->mem, 4).n, 6);
    assert_int_equal(accounts_code_new(s->mem, 99).n, 8);
}

static void
code__counts_once(void **state)
{
    struct test_keys *s = *state;
    struct accounts_code row = row_of(s, SK_STR("012345"));
    assert_true(sk_str_find(row.hash, SK_STR("012345")) == SIZE_MAX);
    assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR("０１２ 345"), noon),
                     ACCOUNTS_CODE_RIGHT);
    assert_true(row.used);
    assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR("012345"), noon),
                     ACCOUNTS_CODE_OVER);
}

static void
code__forgives_four_mistakes(void **state)
{
    struct test_keys *s = *state;
    struct accounts_code row = row_of(s, SK_STR("012345"));
    for (int i = 0; i < ACCOUNTS_CODE_TRIES - 1; i++)
        assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR("012346"), noon),
                         ACCOUNTS_CODE_WRONG);
    struct accounts_code fifth = row;
    assert_int_equal(accounts_code_try(&fifth, s->keys, &sign_in, SK_STR("012345"), noon),
                     ACCOUNTS_CODE_RIGHT);
    assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR(""), noon),
                     ACCOUNTS_CODE_OVER);
    assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR("012345"), noon),
                     ACCOUNTS_CODE_OVER);
}

static void
code__is_over_after_ten_minutes(void **state)
{
    struct test_keys *s = *state;
    sk_when last = noon + ACCOUNTS_CODE_AGE - 1;
    struct accounts_code row = row_of(s, SK_STR("012345")), late = row, early = row;
    assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR("012345"), last),
                     ACCOUNTS_CODE_RIGHT);
    assert_int_equal(accounts_code_try(&late, s->keys, &sign_in, SK_STR("012345"), last + 1),
                     ACCOUNTS_CODE_OVER);
    assert_int_equal(accounts_code_try(&early, s->keys, &sign_in, SK_STR("012345"), noon - 1),
                     ACCOUNTS_CODE_OVER);
}

static void
code__is_of_one_account_and_purpose(void **state)
{
    struct test_keys *s = *state;
    struct accounts_bound other[] = { sign_in, sign_in, sign_in, sign_in };
    other[0].kind = SK_STR("code.reset");
    other[1].realm = SK_STR("merchant");
    other[2].tenant = SK_STR("ashibune");
    other[3].account = SK_STR("acc_2");
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        struct accounts_code row = row_of(s, SK_STR("012345"));
        assert_int_equal(accounts_code_try(&row, s->keys, &other[i], SK_STR("012345"), noon),
                         ACCOUNTS_CODE_WRONG);
    }
}

static void
code__is_known_after_the_key_was_changed(void **state)
{
    struct test_keys *s = *state;
    struct accounts_code row = row_of(s, SK_STR("012345")), broken = row;
    assert_false(sk_failed(test_keys_add(s)));
    assert_int_equal(accounts_code_try(&row, s->keys, &sign_in, SK_STR("012345"), noon),
                     ACCOUNTS_CODE_RIGHT);
    broken.hash = SK_STR("9.x");
    assert_int_equal(accounts_code_try(&broken, s->keys, &sign_in, SK_STR("012345"), noon),
                     ACCOUNTS_CODE_WRONG);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, test_keys_open, test_keys_close)
    const struct CMUnitTest tests[] = {
        CASE(code__has_six_to_eight_digits),       CASE(code__counts_once),
        CASE(code__forgives_four_mistakes),        CASE(code__is_over_after_ten_minutes),
        CASE(code__is_of_one_account_and_purpose), CASE(code__is_known_after_the_key_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
