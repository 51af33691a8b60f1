/* Coming by invitation and leaving, page by page. */
#include "accounts/browser_test.h"
#include "accounts/case_test.h"
#include "accounts/invite.h"
#include "accounts/life_test.h"

#define GOOD "new=nine+otters+carry+lanterns"

/* The path of an invitation's link: "/.sekisho/worker/invite?link_token=..." */
static const char *
invited_path(enum accounts_realm realm, const char *tenant, const char *email, sk_when now)
{
    struct accounts_visitor v = test_visitor(realm, now);
    struct accounts_invite invite = { .realm = realm,
                                      .tenant = sk_str_of(tenant),
                                      .email = sk_str_of(email) };
    struct accounts_invited in;
    must(accounts_invite(&in, t.mem, t.house, &v, &test_root, &invite));
    size_t at = sk_str_find(in.link, SK_STR("/.sekisho/"));
    return sk_str_zcopy(t.mem, sk_str_from(in.link, at));
}

static const char *
field_of(const char *path, const char *more)
{
    return sk_str_printf(t.mem, "%s&%s", strchr(path, '?') + 1, more).p;
}

static const char *
page_of(const char *path)
{
    return sk_str_zcopy(t.mem, sk_str_first(sk_str_of(path), strcspn(path, "?")));
}

/* Shows the form at `path`, and posts to its page. */
static void
accept(struct browser *b, const char *path, const char *form)
{
    browser_get(b, path);
    browser_post(b, page_of(path), field_of(path, form));
}

static void
invited__sets_a_password_and_is_in(void **state)
{
    const char *path = invited_path(ACCOUNTS_WORKER, "shop", "w@example.jp", sk_now());
    struct browser b = browser_new(&t, "192.0.2.1"), again = browser_new(&t, "192.0.2.2");
    (void)state;
    browser_get(&b, path);
    assert_int_equal(b.status, 200);
    browser_has(&b, "w@example.jp");
    accept(&b, path, "new=short");
    assert_int_equal(b.status, 422);
    accept(&b, path, GOOD);
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/worker/account")));
    browser_get(&b, "/.sekisho/worker/account");
    assert_int_equal(b.status, 200);
    browser_get(&again, path);
    assert_int_equal(again.status, 410);
    browser_fill(&again, "/.sekisho/worker/sign-in",
                 "email=w%40example.jp&password=nine+otters+carry+lanterns");
    assert_int_equal(again.status, 303);
}

static void
invited_operator__has_to_set_up_a_second_factor(void **state)
{
    const char *path = invited_path(ACCOUNTS_OPERATOR, "", "op@example.jp", sk_now());
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    b.site = "console";
    accept(&b, path, GOOD);
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/operator/factors")));
    browser_get(&b, "/.sekisho/operator/account");
    assert_int_equal(b.status, 303); /* not in yet */
}

/* Expired, used, changed, of another realm, site or tenant: one page, which says nothing. */
static void
link__that_does_not_hold_reveals_nothing(void **state)
{
    const char *path = invited_path(ACCOUNTS_WORKER, "shop", "w@example.jp", sk_now());
    const char *old = invited_path(ACCOUNTS_WORKER, "shop", "old@example.jp",
                                   sk_now() - ACCOUNTS_INVITE_LIFE - 1000);
    const char *blog = invited_path(ACCOUNTS_WORKER, "blog", "x@example.jp", sk_now());
    char *changed = sk_str_zcopy(t.mem, sk_str_of(path));
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    changed[strlen(changed) - 1] = changed[strlen(changed) - 1] == 'A' ? 'B' : 'A';
    const char *const wrong[] = {
        old,
        blog,
        changed,
        "/.sekisho/worker/invite?link_token=",
        "/.sekisho/worker/invite",
        "/.sekisho/worker/invite?link_token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        sk_str_printf(t.mem, "/.sekisho/buyer/invite%s", strchr(path, '?')).p,
        sk_str_printf(t.mem, "/.sekisho/worker/reset%s", strchr(path, '?')).p,
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        browser_get(&b, wrong[i]);
        if (b.status != 410) fail_msg("%s: %u", wrong[i], b.status);
        assert_true(sk_str_find(b.body, SK_STR("@example.jp")) == SIZE_MAX);
        browser_get(&b, path); /* a form of ours, for its token */
        browser_post(&b, page_of(wrong[i]),
                     strchr(wrong[i], '?') ? field_of(wrong[i], GOOD) : GOOD);
        if (b.status != 410) fail_msg("POST %s: %u", wrong[i], b.status);
    }
    accept(&b, path, GOOD);
    assert_int_equal(b.status, 303);
}

static void
leaving__asks_for_address_and_password_and_leaves_nothing(void **state)
{
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp");
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    test_password(&t, id, "correct horse battery");
    browser_fill(&b, "/.sekisho/buyer/sign-in",
                 "email=hanako%40example.jp&password=correct+horse+battery");
    assert_int_equal(b.status, 303);
    browser_fill(&b, "/.sekisho/buyer/leave",
                 "email=taro%40example.jp&password=correct+horse+battery");
    assert_int_equal(b.status, 422);
    browser_fill(&b, "/.sekisho/buyer/leave", "email=hanako%40example.jp&password=x");
    assert_int_equal(b.status, 422);
    browser_fill(&b, "/.sekisho/buyer/leave",
                 "email=Hanako%40EXAMPLE.jp&password=correct+horse+battery");
    assert_int_equal(b.status, 200);
    browser_has(&b, "Your account is removed");
    assert_int_equal(test_number(&t, "SELECT count(*) FROM account WHERE id = ?1", id), 0);
    browser_get(&b, "/.sekisho/buyer/account");
    assert_int_equal(b.status, 303);
    browser_get(&b, "/.sekisho/buyer/leave");
    assert_int_equal(b.status, 303);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(invited__sets_a_password_and_is_in),
        CASE(invited_operator__has_to_set_up_a_second_factor),
        CASE(link__that_does_not_hold_reveals_nothing),
        CASE(leaving__asks_for_address_and_password_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
