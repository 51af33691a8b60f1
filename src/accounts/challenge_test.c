#include "accounts/challenge.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "accounts/keys_test.h"

static const sk_when noon = 1795440380123;

static void
challenge__is_ours_for_its_purpose_browser_and_time(void **state)
{
    struct test_keys *s = *state;
    sk_str text, next;
    sk_str browser = SK_STR("ses_1");
    assert_false(
        sk_failed(accounts_challenge_new(&text, s->mem, s->keys, "passkey.get", browser, noon)));
    assert_false(
        sk_failed(accounts_challenge_new(&next, s->mem, s->keys, "passkey.get", browser, noon)));
    assert_int_equal(text.n, ACCOUNTS_CHALLENGE_TEXT);
    assert_false(sk_str_eq(text, next));
    sk_when last = noon + ACCOUNTS_CHALLENGE_LIFE - 1;
#define CHECK(purpose, binding, text, when)                                                        \
    accounts_challenge_check(s->keys, purpose, binding, text, when).kind
    assert_int_equal(CHECK("passkey.get", browser, text, noon), SK_OK);
    assert_int_equal(CHECK("passkey.get", browser, text, last), SK_OK);
    assert_int_equal(CHECK("passkey.get", browser, text, last + 1), SK_DENIED);
    assert_int_equal(CHECK("passkey.get", browser, text, noon - 1), SK_DENIED);
    assert_int_equal(CHECK("passkey.create", browser, text, noon), SK_DENIED);
    assert_int_equal(CHECK("passkey.get", SK_STR("ses_2"), text, noon), SK_DENIED);
    assert_false(sk_failed(test_keys_add(s)));
    assert_int_equal(CHECK("passkey.get", browser, text, noon), SK_OK);
}

static void
challenge__is_refused_with_any_byte_changed(void **state)
{
    struct test_keys *s = *state;
    sk_str text;
    assert_false(sk_failed(accounts_challenge_new(&text, s->mem, s->keys, "p", SK_STR("b"), noon)));
    for (size_t i = 0; i < text.n; i++) {
        char *changed = sk_str_zcopy(s->mem, text);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_int_equal(CHECK("p", SK_STR("b"), ((sk_str){ changed, text.n }), noon), SK_DENIED);
    }
    assert_int_equal(CHECK("p", SK_STR("b"), sk_str_first(text, 60), noon), SK_DENIED);
    assert_int_equal(CHECK("p", SK_STR("b"), SK_STR(""), noon), SK_DENIED);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, test_keys_open, test_keys_close)
    const struct CMUnitTest tests[] = {
        CASE(challenge__is_ours_for_its_purpose_browser_and_time),
        CASE(challenge__is_refused_with_any_byte_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
