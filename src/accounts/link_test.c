#include "accounts/link.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "accounts/keys_test.h"

static void
link__is_found_by_its_token_and_purpose(void **state)
{
    struct test_keys *s = *state;
    sk_str token = accounts_link_new(s->mem), hash, again, other;
    assert_int_equal(token.n, ACCOUNTS_LINK_TEXT);
    assert_false(sk_failed(accounts_link_hash(&hash, s->mem, s->keys, 1, SK_STR("invite"), token)));
    assert_false(
        sk_failed(accounts_link_hash(&again, s->mem, s->keys, 1, SK_STR("invite"), token)));
    assert_false(sk_failed(accounts_link_hash(&other, s->mem, s->keys, 1, SK_STR("reset"), token)));
    assert_true(sk_str_eq(hash, again));
    assert_false(sk_str_eq(hash, other));
    assert_true(sk_str_find(hash, token) == SIZE_MAX);
    sk_str next = accounts_link_new(s->mem);
    assert_false(sk_str_eq(token, next));
}

static void
link__refuses_what_has_another_form(void **state)
{
    struct test_keys *s = *state;
    sk_str token = accounts_link_new(s->mem), hash;
    char *changed = sk_str_zcopy(s->mem, token);
    changed[7] = '+';
    sk_str refused[] = { SK_STR(""),
                         sk_str_first(token, 42),
                         sk_str_printf(s->mem, "%sA", token.p),
                         { changed, token.n } };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (accounts_link_hash(&hash, s->mem, s->keys, 1, SK_STR("reset"), refused[i]).kind !=
            SK_BAD)
            fail_msg("row %zu", i);
}

static void
link__lives_until_its_time_and_once(void **state)
{
    (void)state;
    assert_true(accounts_link_alive(&(struct accounts_link){ .until = 10 }, 9));
    assert_false(accounts_link_alive(&(struct accounts_link){ .until = 10 }, 10));
    assert_false(accounts_link_alive(&(struct accounts_link){ .until = 10, .used = true }, 9));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, test_keys_open, test_keys_close)
    const struct CMUnitTest tests[] = {
        CASE(link__is_found_by_its_token_and_purpose),
        CASE(link__refuses_what_has_another_form),
        CASE(link__lives_until_its_time_and_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
