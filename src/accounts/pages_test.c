#include "accounts/browser_test.h"
#include "accounts/case_test.h"

static sk_str buyer;

static int
setup(void **state)
{
    (void)test_setup(state);
    buyer = test_person(&t, ACCOUNTS_BUYER, "shop", "hanako@example.jp");
    test_password(&t, buyer, "correct horse battery");
    return 0;
}

#define SIGN_IN "/.sekisho/buyer/sign-in"
#define RIGHT   "email=hanako%40example.jp&password=correct+horse+battery"
#define WRONG   "email=hanako%40example.jp&password=x"

/* The path of the link in the newest mail: "/.sekisho/buyer/unlock?link_token=..." */
static const char *
mailed_path(void)
{
    accounts_carrier_round(t.house, sk_now());
    sk_str text = t.mail[t.mail_count - 1].text;
    size_t at = sk_str_find(text, SK_STR("/.sekisho/"));
    assert_true(at != SIZE_MAX);
    text = sk_str_from(text, at);
    return sk_str_copy(t.mem, sk_str_first(text, sk_str_find_byte(text, '\n'))).p;
}

/* The same without its query, and the token as a field. */
static const char *
path_only(const char *path)
{
    return sk_str_copy(t.mem, sk_str_first(sk_str_of(path), strcspn(path, "?"))).p;
}

static const char *
token_field(const char *path, const char *more)
{
    return sk_str_printf(t.mem, "%s&%s", strchr(path, '?') + 1, more).p;
}

static void
sign_in__leads_to_where_one_wanted_to_go(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_get(&b, SIGN_IN "?to=%2Fs%2Fkamone%2F%3Fq%3D%25E8%258C%25B6");
    assert_int_equal(b.status, 200);
    assert_true(sk_str_eq(browser_hidden(&b, "to"), SK_STR("/s/kamone/?q=%E8%8C%B6")));
    assert_int_equal(browser_session(&b, "buyer"), 401);
    browser_get(&b, SIGN_IN);
    browser_post(&b, SIGN_IN, RIGHT "&to=%2Fs%2F%E8%8C%B6");
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/s/%E8%8C%B6")));
    assert_int_equal(browser_session(&b, "buyer"), 204);
    assert_true(sk_str_find(b.head, SK_STR("X-Sekisho-Level: 1\n")) != SIZE_MAX);
    assert_true(sk_str_find(b.head, SK_STR("X-Sekisho-Tenant: shop\n")) != SIZE_MAX);
    assert_true(sk_str_find(b.head, buyer) != SIZE_MAX);
    assert_int_equal(browser_session(&b, "operator"), 401);
    b.site = "blog";
    assert_int_equal(browser_session(&b, "buyer"), 401);
}

static void
sign_in__goes_to_no_other_host(void **state)
{
    static const char *const others[] = { "%2F%2Fevil.example", "https%3A%2F%2Fevil.example",
                                          "%2F%5Cevil.example", "%2F%0Aevil", "evil" };
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct browser b = browser_new(&t, "192.0.2.1");
        browser_fill(&b, sk_str_printf(t.mem, SIGN_IN "?to=%s", others[i]).p, RIGHT);
        if (b.status == 400) continue; /* a line end is no query at all */
        assert_int_equal(b.status, 303);
        assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/buyer/account")));
    }
}

static void
sign_in__needs_a_form_of_ours_and_the_gate(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1"), other = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_get(&other, SIGN_IN);
    sk_str token = browser_hidden(&other, "token");
    browser_get(&b, SIGN_IN);
    b.body = sk_str_printf(t.mem, "name=\"token\" value=\"%.*s\"", SK_ARG(token));
    browser_post(&b, SIGN_IN, RIGHT);
    assert_int_equal(b.status, 403);
    assert_int_equal(browser_session(&b, "buyer"), 401);
    b.site = "elsewhere";
    browser_get(&b, SIGN_IN);
    assert_int_equal(b.status, 403);
    b = browser_new(&t, "");
    browser_get(&b, SIGN_IN);
    assert_int_equal(b.status, 403);
    b = browser_new(&t, "192.0.2.1");
    browser_get(&b, "/.sekisho/api/sign-in");
    assert_int_equal(b.status, 404);
}

/* The whole answer, but for what is random in it. */
static sk_str
answer_to(const char *address, const char *fields)
{
    struct browser b = browser_new(&t, address);
    browser_fill(&b, SIGN_IN, fields);
    struct sk_buf out = { .mem = t.mem };
    sk_str line, rest = b.body, token = browser_hidden(&b, "token");
    sk_buf_printf(&out, "%u\n%.*s\n", b.status, SK_ARG(b.head));
    while (sk_str_cut(&line, &rest, '\n')) {
        bool random = sk_str_find(line, token) != SIZE_MAX || /* and the request's id */
                      sk_str_find(line, SK_STR("<code")) != SIZE_MAX;
        if (!random) sk_buf_printf(&out, "%.*s\n", SK_ARG(line));
    }
    return sk_buf_str(&out);
}

static void
sign_in__answers_alike_whoever_exists(void **state)
{
    (void)state;
    sk_str wrong = answer_to("10.0.0.1", "email=x%40example.jp&password=x");
    assert_true(sk_str_starts(wrong, SK_STR("422\n")));
    /* The same letters where the address is shown again. */
    test_person(&t, ACCOUNTS_BUYER, "shop", "y@example.jp");
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "z@example.jp");
    test_password(&t, id, "correct horse battery");
    for (const char *who = "yz"; *who; who++) {
        char *fields = sk_str_zcopy(t.mem, SK_STR("email=?%40example.jp&password=x"));
        fields[6] = *who;
        sk_str other = answer_to(*who == 'y' ? "10.0.1.1" : "10.0.2.1", fields);
        char *same = sk_str_zcopy(t.mem, other);
        char *at = strstr(same, "@example.jp");
        assert_non_null(at);
        at[-1] = 'x';
        assert_string_equal(same, sk_str_zcopy(t.mem, wrong));
    }
}

static void
lock__is_lifted_for_one_browser_by_a_mailed_link(void **state)
{
    struct browser own = browser_new(&t, "192.0.2.1"), mail_program = browser_new(&t, "192.0.2.9");
    (void)state;
    for (int i = 0; i < 6; i++) {
        struct browser b = browser_new(&t, sk_str_printf(t.mem, "10.0.%d.1", i).p);
        browser_fill(&b, SIGN_IN, WRONG);
        assert_int_equal(b.status, 422);
    }
    browser_fill(&own, SIGN_IN, RIGHT);
    assert_int_equal(own.status, 422); /* locked, and looks like a failure */
    const char *path = mailed_path();
    browser_get(&mail_program, path); /* opening it changes nothing */
    assert_int_equal(mail_program.status, 200);
    browser_get(&own, path);
    browser_post(&own, path_only(path), token_field(path, ""));
    assert_int_equal(own.status, 200);
    browser_has(&own, "You can sign in from this device");
    browser_get(&own, path);
    assert_int_equal(own.status, 410); /* once */
    browser_fill(&own, SIGN_IN, RIGHT);
    assert_int_equal(own.status, 303);
    struct browser other = browser_new(&t, "203.0.113.1");
    browser_fill(&other, SIGN_IN, RIGHT);
    assert_int_equal(other.status, 422); /* for that browser only */
}

static void
link__of_another_realm_site_or_purpose_is_none(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_fill(&b, SIGN_IN, RIGHT);
    const char *path = mailed_path(), *token = strchr(path, '=') + 1;
    static const char *const wrong[] = { "/.sekisho/operator/stop?link_token=%s",
                                         "/.sekisho/buyer/unlock?link_token=%s",
                                         "/.sekisho/buyer/reset?link_token=%s",
                                         "/.sekisho/buyer/stop?link_token=x%s" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct sk_buf target = { .mem = t.mem };
        sk_str format = sk_str_of(wrong[i]);
        sk_buf_add(&target, sk_str_first(format, format.n - 2));
        sk_buf_add(&target, sk_str_of(token));
        sk_buf_byte(&target, 0);
        browser_get(&b, target.p);
        assert_int_equal(b.status, 410);
    }
    b.site = "blog";
    browser_get(&b, path);
    assert_int_equal(b.status, 410);
    b.site = "shop";
    browser_get(&b, path);
    assert_int_equal(b.status, 200);
}

static void
stop__ends_everything_and_leads_to_a_new_password(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1"), thief = browser_new(&t, "203.0.113.1");
    (void)state;
    browser_fill(&b, SIGN_IN, RIGHT);
    mailed_path();
    browser_fill(&thief, SIGN_IN, RIGHT);
    const char *path = mailed_path();
    assert_int_equal(browser_session(&thief, "buyer"), 204);
    browser_get(&b, path);
    browser_post(&b, path_only(path), token_field(path, ""));
    assert_int_equal(b.status, 200);
    assert_int_equal(browser_session(&thief, "buyer"), 401);
    assert_int_equal(browser_session(&b, "buyer"), 401);
    path = mailed_path();
    browser_fill(&thief, SIGN_IN, RIGHT);
    assert_int_equal(thief.status, 403); /* void */
    browser_get(&b, path);
    browser_post(&b, path_only(path), token_field(path, "new=12345678"));
    assert_int_equal(b.status, 410); /* the thief's attempt sent a newer link */
    path = mailed_path();
    browser_get(&b, path);
    browser_post(&b, path_only(path), token_field(path, "new=12345678"));
    assert_int_equal(b.status, 422);
    browser_post(&b, path_only(path), token_field(path, "new=gull+kettle+window+seven"));
    assert_int_equal(b.status, 200);
    browser_fill(&b, SIGN_IN, RIGHT);
    assert_int_equal(b.status, 422);
    browser_fill(&b, SIGN_IN, "email=hanako%40example.jp&password=gull+kettle+window+seven");
    assert_int_equal(b.status, 303);
}

static void
account__lists_sessions_and_ends_them(void **state)
{
    struct browser a = browser_new(&t, "192.0.2.1"), b = browser_new(&t, "203.0.113.1"),
                   c = browser_new(&t, "198.51.100.1");
    (void)state;
    b.agent = "Mozilla/5.0 (iPhone) Safari/1";
    browser_fill(&a, SIGN_IN, RIGHT);
    browser_fill(&b, SIGN_IN, RIGHT);
    browser_fill(&c, SIGN_IN, RIGHT);
    browser_get(&a, "/.sekisho/buyer/account");
    assert_int_equal(a.status, 200);
    browser_has(&a, "Safari, iPhone");
    browser_has(&a, "203.0.113.0/24");
    browser_has(&a, "hanako@example.jp");
    size_t at = sk_str_find(a.body, SK_STR("value=\"ses_"));
    assert_true(at != SIZE_MAX);
    sk_str id = sk_str_first(sk_str_from(a.body, at + 7), 24);
    browser_post(&a, "/.sekisho/buyer/account/end",
                 sk_str_printf(t.mem, "what=%.*s", SK_ARG(id)).p);
    assert_int_equal(a.status, 303);
    assert_int_equal((browser_session(&b, "buyer") == 401) + (browser_session(&c, "buyer") == 401),
                     1);
    browser_get(&a, "/.sekisho/buyer/account?ended=1");
    browser_post(&a, "/.sekisho/buyer/account/end", "what=others");
    assert_int_equal(browser_session(&b, "buyer"), 401);
    assert_int_equal(browser_session(&c, "buyer"), 401);
    assert_int_equal(browser_session(&a, "buyer"), 204);
    browser_get(&a, "/.sekisho/buyer/account");
    browser_post(&a, "/.sekisho/buyer/account/end", "what=all");
    assert_int_equal(browser_session(&a, "buyer"), 401);
    assert_int_equal(test_said(&t, "accounts.session_end ok"), 3);
}

static void
account__of_somebody_else_cannot_be_touched(void **state)
{
    struct browser a = browser_new(&t, "192.0.2.1"), b = browser_new(&t, "203.0.113.1");
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "taro@example.jp");
    test_password(&t, id, "correct horse battery");
    browser_fill(&a, SIGN_IN, RIGHT);
    browser_fill(&b, SIGN_IN, "email=taro%40example.jp&password=correct+horse+battery");
    assert_int_equal(browser_session(&b, "buyer"), 204);
    size_t at = sk_str_find(b.head, SK_STR("X-Sekisho-Session: "));
    sk_str session = sk_str_first(sk_str_from(b.head, at + 19), 24);
    browser_get(&a, "/.sekisho/buyer/account");
    browser_post(&a, "/.sekisho/buyer/account/end",
                 sk_str_printf(t.mem, "what=%.*s", SK_ARG(session)).p);
    assert_int_equal(browser_session(&b, "buyer"), 204);
    /* Signed out: to sign in and back. */
    struct browser nobody = browser_new(&t, "192.0.2.1");
    browser_get(&nobody, "/.sekisho/buyer/account");
    assert_int_equal(nobody.status, 303);
    assert_true(sk_str_eq(nobody.location,
                          SK_STR("/.sekisho/buyer/sign-in?to=%2F.sekisho%2Fbuyer%2Faccount")));
}

static void
password__change_needs_the_old_one_and_ends_other_sessions(void **state)
{
    struct browser a = browser_new(&t, "192.0.2.1"), b = browser_new(&t, "203.0.113.1");
    (void)state;
    browser_fill(&a, SIGN_IN, RIGHT);
    browser_fill(&b, SIGN_IN, RIGHT);
    browser_fill(&a, "/.sekisho/buyer/password", "old=x&new=gull+kettle+window+seven");
    assert_int_equal(a.status, 422);
    browser_has(&a, "not your current password");
    browser_post(&a, "/.sekisho/buyer/password",
                 "old=correct+horse+battery&new=hanako-hanako-hanako");
    assert_int_equal(a.status, 422);
    browser_post(&a, "/.sekisho/buyer/password",
                 "old=correct+horse+battery&new=gull+kettle+window+seven");
    assert_int_equal(a.status, 200);
    assert_int_equal(browser_session(&a, "buyer"), 204);
    assert_int_equal(browser_session(&b, "buyer"), 401);
    browser_fill(&b, SIGN_IN, RIGHT);
    assert_int_equal(b.status, 422);
    accounts_carrier_round(t.house, sk_now());
    assert_true(sk_str_eq(t.mail[0].purpose, SK_STR("accounts.password_changed")));
}

static void
code__signs_in_without_a_password(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_fill(&b, "/.sekisho/buyer/code?to=%2Fcart", "email=hanako%40example.jp&to=%2Fcart");
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/buyer/code/enter?to=%2Fcart")));
    accounts_carrier_round(t.house, sk_now());
    sk_str text = t.mail[0].text;
    sk_str code = sk_str_first(sk_str_from(text, sk_str_find(text, SK_STR("\n\n")) + 2), 6);
    browser_fill(&b, "/.sekisho/buyer/code/enter", "code=abc");
    assert_int_equal(b.status, 422);
    browser_post(&b, "/.sekisho/buyer/code/enter",
                 sk_str_printf(t.mem, "code=%.*s", SK_ARG(code)).p);
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/cart")));
    assert_int_equal(browser_session(&b, "buyer"), 204);
    browser_get(&b, "/.sekisho/operator/code");
    assert_int_equal(b.status, 404); /* mail is no factor of operators */
}

static void
sign_out__ends_the_session_and_the_cookie(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_fill(&b, SIGN_IN, RIGHT);
    sk_str cookie = browser_cookie(&b, "__Host-sekisho-buyer");
    assert_int_equal(cookie.n, 64);
    browser_fill(&b, "/.sekisho/buyer/sign-out", "");
    assert_int_equal(b.status, 200);
    assert_int_equal(browser_cookie(&b, "__Host-sekisho-buyer").n, 0);
    browser_cookie_put(&b, SK_STR("__Host-sekisho-buyer"), cookie);
    assert_int_equal(browser_session(&b, "buyer"), 401);
    assert_int_equal(test_said(&t, "accounts.sign_out ok"), 1);
}

static void
operator__is_nobody_before_the_second_factor(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    sk_str op = test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    test_password(&t, op, "correct horse battery");
    b.site = "console";
    browser_fill(&b, "/.sekisho/operator/sign-in?to=%2Fx",
                 "email=op%40example.jp&password=correct+horse+battery&to=%2Fx");
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/operator/factors?to=%2Fx")));
    assert_int_equal(browser_session(&b, "operator"), 401);
    browser_get(&b, "/.sekisho/operator/account");
    assert_int_equal(b.status, 303);
    browser_get(&b, "/.sekisho/operator/sign-in");
    assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/operator/factors")));
}

static void
ledger__that_is_away_is_a_clear_refusal(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_get(&b, SIGN_IN);
    t.ledger_away = true;
    browser_post(&b, SIGN_IN, RIGHT);
    assert_int_equal(b.status, 500);
    browser_has(&b, "<html");
    assert_int_equal(browser_session(&b, "buyer"), 401);
}

static void
puzzle__comes_with_the_form_once_its_source_failed_often(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_true(sk_str_find(b.body, SK_STR("data-puzzle")) == SIZE_MAX);
        browser_fill(&b, SIGN_IN, sk_str_printf(t.mem, "email=p%d%%40example.jp&password=x", i).p);
    }
    browser_has(&b, "data-puzzle=\"{&quot;algorithm&quot;");
    browser_fill(&b, SIGN_IN, RIGHT);
    assert_int_equal(b.status, 429);
    browser_fill(&b, SIGN_IN, RIGHT "&solution=e30%3D");
    assert_int_equal(b.status, 429);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sign_in__leads_to_where_one_wanted_to_go),
        CASE(sign_in__goes_to_no_other_host),
        CASE(sign_in__needs_a_form_of_ours_and_the_gate),
        CASE(sign_in__answers_alike_whoever_exists),
        CASE(lock__is_lifted_for_one_browser_by_a_mailed_link),
        CASE(link__of_another_realm_site_or_purpose_is_none),
        CASE(stop__ends_everything_and_leads_to_a_new_password),
        CASE(account__lists_sessions_and_ends_them),
        CASE(account__of_somebody_else_cannot_be_touched),
        CASE(password__change_needs_the_old_one_and_ends_other_sessions),
        CASE(code__signs_in_without_a_password),
        CASE(sign_out__ends_the_session_and_the_cookie),
        CASE(operator__is_nobody_before_the_second_factor),
        CASE(ledger__that_is_away_is_a_clear_refusal),
        CASE(puzzle__comes_with_the_form_once_its_source_failed_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
