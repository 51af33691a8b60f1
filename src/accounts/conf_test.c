#include "accounts/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define SITES                                                                                      \
    "\"house\":{\"https\":8443,\"console\":443,"                                                   \
    "\"sites\":[{\"name\":\"shop\",\"names\":[\"localhost\",\"b.example\"]}]}"

static struct accounts_conf conf;
static sk_arena *mem;

static sk_err
read_text(const char *text)
{
    return accounts_conf_read(&conf, mem, sk_str_of(text));
}

static void
conf__takes_what_is_said_and_the_usual_for_the_rest(void **state)
{
    (void)state;
    assert_int_equal(read_text("{\"lock_after\":8,\"buyer_idle\":5," SITES "}").kind, SK_OK);
    assert_int_equal(conf.lock_after, 8);
    assert_int_equal(conf.lock, 30 * 60 * 1000);
    assert_int_equal(conf.realm[ACCOUNTS_BUYER].idle, 5 * 60 * 1000);
    assert_int_equal(conf.realm[ACCOUNTS_OPERATOR].idle, 30 * 60 * 1000);
    assert_int_equal(conf.realm[ACCOUNTS_OPERATOR].longest, 12 * 3600 * 1000);
    const struct accounts_site *shop = accounts_conf_site(&conf, SK_STR("shop"));
    assert_non_null(shop);
    assert_true(sk_str_eq(shop->url, SK_STR("https://localhost:8443")));
    assert_true(sk_str_eq(accounts_conf_site(&conf, ACCOUNTS_CONSOLE_SITE)->url,
                          SK_STR("https://localhost")));
    assert_null(accounts_conf_site(&conf, SK_STR("sho")));
}

static void
conf__keeps_the_second_factor_of_operators_whatever_it_says(void **state)
{
    (void)state;
    assert_int_equal(read_text("{\"second_factor\":[\"worker\"]," SITES "}").kind, SK_OK);
    assert_true(conf.realm[ACCOUNTS_OPERATOR].second);
    assert_true(conf.realm[ACCOUNTS_WORKER].second);
    assert_false(conf.realm[ACCOUNTS_BUYER].second);
}

static void
conf__says_how_passwords_are_stretched_and_refuses_too_little(void **state)
{
    (void)state;
    assert_int_equal(read_text("{" SITES "}").kind, SK_OK);
    assert_int_equal(conf.cost.stretch, ACCOUNTS_STRETCH_PBKDF2);
    assert_int_equal(conf.cost.rounds, 210000);
    assert_int_equal(read_text("{\"password_rounds\":300000," SITES "}").kind, SK_OK);
    assert_int_equal(conf.cost.rounds, 300000);
    assert_int_equal(read_text("{\"password\":\"argon2id\"," SITES "}").kind, SK_OK);
    assert_int_equal(conf.cost.stretch, ACCOUNTS_STRETCH_ARGON2ID);
    assert_true(conf.cost.rounds == 2 && conf.cost.memory == 19456);
#define ARGON "{\"password\":\"argon2id\",\"password_passes\":"
    assert_int_equal(read_text(ARGON "1,\"password_memory\":46," SITES "}").kind, SK_OK);
    assert_true(conf.cost.rounds == 1 && conf.cost.memory == 47104);
    assert_int_equal(read_text(ARGON "1,\"password_memory\":45," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text(ARGON "2,\"password_memory\":18," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text(ARGON "3,\"password_memory\":12," SITES "}").kind, SK_OK);
    assert_int_equal(read_text(ARGON "3,\"password_memory\":11," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text("{\"password_rounds\":209999," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text("{\"password\":\"md5\"," SITES "}").kind, SK_BAD);
}

static void
conf__refuses_an_eleventh_failure_and_what_is_no_site(void **state)
{
    (void)state;
    assert_int_equal(read_text("{\"lock_after\":11," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text("{\"lock_after\":0," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text("{\"lock_minutes\":\"30\"," SITES "}").kind, SK_BAD);
    assert_int_equal(read_text("{}").kind, SK_BAD);
    assert_int_equal(read_text("{\"house\":{\"sites\":[{\"name\":\"shop\"}]}}").kind, SK_BAD);
    assert_int_equal(read_text("{\"second_factor\":[\"buyers\"]," SITES "}").kind, SK_BAD);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conf__takes_what_is_said_and_the_usual_for_the_rest),
        cmocka_unit_test(conf__keeps_the_second_factor_of_operators_whatever_it_says),
        cmocka_unit_test(conf__says_how_passwords_are_stretched_and_refuses_too_little),
        cmocka_unit_test(conf__refuses_an_eleventh_failure_and_what_is_no_site),
    };
    mem = sk_arena_new(0);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    sk_arena_free(mem);
    return failed;
}
