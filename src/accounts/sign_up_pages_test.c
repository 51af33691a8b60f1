/* Signing up, page by page: a buyer by an address, a merchant by a phone number and an address. */
#include "accounts/browser_test.h"
#include "accounts/case_test.h"
#include "accounts/life_test.h"
#include "accounts/sign_up.h"

/* The path of the link in the newest letter. */
static const char *
mailed_path(void)
{
    sk_str text = t.mail[t.mail_count - 1].text;
    size_t at = sk_str_find(text, SK_STR("/.sekisho/"));
    assert_true(at != SIZE_MAX);
    text = sk_str_from(text, at);
    return sk_str_zcopy(t.mem, sk_str_first(text, sk_str_find_byte(text, '\n')));
}

/* The six digits of the newest SMS. */
static sk_str
told_code(void)
{
    sk_str text = t.mail[t.mail_count - 1].text;
    size_t at = sk_str_find(text, SK_STR("code: "));
    assert_true(at != SIZE_MAX);
    return sk_str_first(sk_str_from(text, at + 6), 6);
}

static void
join(struct browser *b, const char *path, const char *form)
{
    browser_get(b, path);
    browser_post(b, sk_str_zcopy(t.mem, sk_str_first(sk_str_of(path), strcspn(path, "?"))),
                 sk_str_printf(t.mem, "%s&%s", strchr(path, '?') + 1, form).p);
}

static int64_t
count_of(const char *sql)
{
    return test_number(&t, sql, SK_STR(""));
}

#define ACCOUNTS "SELECT count(*) FROM account WHERE ?1 = ''"

static void
buyer__proves_an_address_and_sets_a_password(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_fill(&b, "/.sekisho/buyer/sign-up", "email=hanako%40example.jp&name=Hanako");
    assert_int_equal(b.status, 200);
    assert_int_equal(count_of(ACCOUNTS), 0);
    const char *path = mailed_path();
    join(&b, path, "new=x");
    assert_int_equal(b.status, 422);
    join(&b, path, "new=nine+otters+carry+lanterns");
    assert_int_equal(b.status, 303);
    browser_get(&b, "/.sekisho/buyer/account");
    assert_int_equal(b.status, 200);
    assert_int_equal(test_said(&t, "accounts.sign_up ok acc_"), 1);
    browser_get(&b, path);
    assert_int_equal(b.status, 410);
}

/* ACC-02: then none is stored. */
static void
buyer__may_have_no_password(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_fill(&b, "/.sekisho/buyer/sign-up", "email=hanako%40example.jp");
    join(&b, mailed_path(), "how=code");
    assert_int_equal(b.status, 303);
    assert_int_equal(count_of(ACCOUNTS " AND password IS NULL"), 1);
}

static void
page__answers_alike_whoever_has_an_account(void **state)
{
    struct browser a = browser_new(&t, "192.0.2.1"), b = browser_new(&t, "192.0.2.2");
    (void)state;
    test_person(&t, ACCOUNTS_BUYER, "shop", "known@example.jp");
    browser_fill(&a, "/.sekisho/buyer/sign-up", "email=known%40example.jp");
    assert_true(sk_str_eq(t.mail[t.mail_count - 1].purpose, SK_STR("accounts.sign_up_known")));
    browser_fill(&b, "/.sekisho/buyer/sign-up", "email=fresh%40example.jp");
    assert_true(sk_str_eq(t.mail[t.mail_count - 1].purpose, SK_STR("accounts.sign_up")));
    assert_int_equal(a.status, b.status);
    assert_int_equal(a.body.n, b.body.n);
    assert_int_equal(t.mail_count, 2);
}

/* Through phone number and code; where the proof is: "/.sekisho/merchant/sign-up?p=prf_..." */
static const char *
proven(struct browser *b, const char *number)
{
    browser_fill(b, "/.sekisho/merchant/sign-up",
                 sk_str_printf(t.mem, "phone=%s&way=sms", number).p);
    assert_int_equal(b->status, 303);
    assert_true(sk_str_eq(b->location, SK_STR("/.sekisho/merchant/sign-up/code")));
    browser_fill(b, "/.sekisho/merchant/sign-up/code",
                 sk_str_printf(t.mem, "code=%.*s", SK_ARG(told_code())).p);
    assert_int_equal(b->status, 303);
    return sk_str_zcopy(t.mem, b->location);
}

static void
address(struct browser *b, const char *path, const char *form)
{
    browser_get(b, path);
    browser_post(b, "/.sekisho/merchant/sign-up",
                 sk_str_printf(t.mem, "%s&%s", strchr(path, '?') + 1, form).p);
}

static void
merchant__proves_a_phone_number_before_a_shop_is_opened(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    const char *path = proven(&b, "090-1234-5678");
    assert_true(sk_str_eq(t.mail[0].to, SK_STR("+819012345678")));
    address(&b, path, "email=owner%40example.jp&id=kamone");
    assert_int_equal(b.status, 200);
    join(&b, mailed_path(), "new=nine+otters+carry+lanterns");
    assert_int_equal(b.status, 303);
    assert_true(sk_str_eq(b.location, SK_STR("/.sekisho/merchant/factors"))); /* ACC-03 */
    assert_int_equal(count_of("SELECT count(*) FROM account WHERE realm = 'merchant'"
                              " AND role = 'owner' AND tenant = 'kamone' AND phone IS NOT NULL"
                              " AND phone_index IS NOT NULL AND ?1 = ''"),
                     1);
    assert_int_equal(
        count_of("SELECT count(*) FROM account WHERE instr(phone, '1234') AND ?1 = ''"), 0);
}

static void
shop__is_opened_by_no_other_proof(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    const char *path = proven(&b, "090-1234-5678");
    address(&b, "/.sekisho/merchant/sign-up?p=prf_00000000000000000000",
            "email=x%40example.jp&id=newshop");
    assert_int_equal(b.status, 410);
    address(&b, path, "email=x%40example.jp&id=shop"); /* is somebody's */
    assert_int_equal(b.status, 422);
    address(&b, path, "email=x%40example.jp&id=No+Shop");
    assert_int_equal(b.status, 422);
    /* Two letters with one proof: the second one comes too late. */
    address(&b, path, "email=one%40example.jp&id=first");
    const char *one = mailed_path();
    address(&b, path, "email=two%40example.jp&id=second");
    const char *two = mailed_path();
    join(&b, one, "new=nine+otters+carry+lanterns");
    assert_int_equal(b.status, 303);
    join(&b, two, "new=nine+otters+carry+lanterns");
    assert_int_equal(b.status, 410);
    assert_int_equal(count_of("SELECT count(*) FROM tenant WHERE id = 'second' AND ?1 = ''"), 0);
}

static void
phone__numbers_that_cost_or_cannot_hear_are_refused(void **state)
{
    static const char *const wrong[] = { "0120-123-456&way=voice", "0990-12-3456&way=voice",
                                         "110&way=voice",          "03-1234-5678&way=sms",
                                         "%2B15551234567&way=sms", "hello&way=sms" };
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        browser_fill(&b, "/.sekisho/merchant/sign-up",
                     sk_str_printf(t.mem, "phone=%s", wrong[i]).p);
        if (b.status != 422) fail_msg("%s: %u", wrong[i], b.status);
    }
    assert_int_equal(t.mail_count, 0);
    browser_fill(&b, "/.sekisho/merchant/sign-up", "phone=03-1234-5678&way=voice");
    assert_int_equal(b.status, 303);
}

static void
code__is_over_after_five_tries_and_ten_minutes_and_elsewhere(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1"), other = browser_new(&t, "192.0.2.9");
    struct accounts_visitor v =
        test_visitor(ACCOUNTS_MERCHANT, sk_now() - ACCOUNTS_CODE_AGE - 1000);
    struct accounts_phone_ask ask = { .number = SK_STR("090-1111-2222") };
    enum accounts_code_verdict verdict;
    sk_str flow, proof;
    (void)state;
    browser_fill(&b, "/.sekisho/merchant/sign-up", "phone=090-1234-5678&way=sms");
    sk_str code = told_code();
    browser_fill(&other, "/.sekisho/merchant/sign-up/code",
                 sk_str_printf(t.mem, "code=%.*s", SK_ARG(code)).p);
    assert_int_equal(other.status, 422); /* another browser has no flow */
    const char *wrong = sk_str_eq(code, SK_STR("000000")) ? "code=111111" : "code=000000";
    for (int i = 0; i < ACCOUNTS_CODE_TRIES; i++) {
        browser_fill(&b, "/.sekisho/merchant/sign-up/code", wrong);
        assert_int_equal(b.status, 422);
    }
    browser_fill(&b, "/.sekisho/merchant/sign-up/code",
                 sk_str_printf(t.mem, "code=%.*s", SK_ARG(code)).p);
    assert_int_equal(b.status, 422);
    v.site = accounts_conf_site(&t.house->conf, SK_STR("shop"));
    must(accounts_phone_send(&flow, t.mem, t.house, &v, &ask));
    code = sk_str_copy(t.mem, sk_str_from(t.mail[t.mail_count - 1].text, 0));
    v.now = sk_now();
    sk_str digits = code;
    while (digits.n && !(digits.p[0] >= '0' && digits.p[0] <= '9'))
        digits = sk_str_from(digits, 1);
    must(accounts_phone_try(&verdict, &proof, t.mem, t.house, &v, flow, sk_str_first(digits, 6)));
    assert_int_equal(verdict, ACCOUNTS_CODE_OVER);
}

static void
limits__hold_for_number_and_network(void **state)
{
    struct accounts_visitor v = test_visitor(ACCOUNTS_MERCHANT, sk_now());
    struct accounts_phone_ask ask = { .number = SK_STR("090-1234-5678"), .worked = true };
    sk_str flow;
    (void)state;
    v.site = accounts_conf_site(&t.house->conf, SK_STR("shop"));
    for (int i = 0; i < ACCOUNTS_PHONE_PER_NUMBER; i++) {
        v.place = sk_str_printf(t.mem, "198.51.%d.0/24", i);
        must(accounts_phone_send(&flow, t.mem, t.house, &v, &ask));
    }
    assert_int_equal(accounts_phone_send(&flow, t.mem, t.house, &v, &ask).kind, SK_BUSY);
    v.place = SK_STR("203.0.113.0/24");
    for (int i = 0; i < ACCOUNTS_PHONE_PER_NETWORK; i++) {
        ask.number = sk_str_printf(t.mem, "090-2222-%04d", i);
        must(accounts_phone_send(&flow, t.mem, t.house, &v, &ask));
    }
    ask.number = SK_STR("090-3333-0000");
    assert_int_equal(accounts_phone_send(&flow, t.mem, t.house, &v, &ask).kind, SK_BUSY);
    v.place = SK_STR("203.0.114.0/24");
    ask.worked = false;
    for (int i = 0; i < ACCOUNTS_PHONE_FREE; i++) {
        ask.number = sk_str_printf(t.mem, "090-4444-%04d", i);
        must(accounts_phone_send(&flow, t.mem, t.house, &v, &ask));
    }
    ask.number = SK_STR("090-5555-0000");
    sk_err e = accounts_phone_send(&flow, t.mem, t.house, &v, &ask);
    assert_int_equal(e.kind, SK_BUSY);
    assert_string_equal(e.why, "work");
    v.now += 24 * 3600 * 1000;
    must(accounts_phone_send(&flow, t.mem, t.house, &v, &ask));
}

static void
puzzle__is_asked_for_after_a_few_from_one_network(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    for (int i = 0; i < ACCOUNTS_SIGN_UP_FREE; i++) {
        browser_fill(&b, "/.sekisho/buyer/sign-up",
                     sk_str_printf(t.mem, "email=p%d%%40example.jp", i).p);
        assert_int_equal(b.status, 200);
    }
    browser_fill(&b, "/.sekisho/buyer/sign-up", "email=more%40example.jp");
    assert_int_equal(b.status, 429);
    browser_has(&b, "data-puzzle=\"{&quot;algorithm&quot;");
}

static void
link__of_another_realm_or_site_is_none(void **state)
{
    struct browser b = browser_new(&t, "192.0.2.1");
    (void)state;
    browser_fill(&b, "/.sekisho/buyer/sign-up", "email=hanako%40example.jp");
    const char *path = mailed_path();
    b.site = "blog";
    browser_get(&b, path);
    assert_int_equal(b.status, 410);
    b.site = "shop";
    browser_get(&b, sk_str_printf(t.mem, "/.sekisho/merchant/join%s", strchr(path, '?')).p);
    assert_int_equal(b.status, 410);
    browser_get(&b, sk_str_printf(t.mem, "/.sekisho/buyer/reset%s", strchr(path, '?')).p);
    assert_int_equal(b.status, 410);
    browser_get(&b, "/.sekisho/worker/sign-up");
    assert_int_equal(b.status, 404);
    browser_get(&b, path);
    assert_int_equal(b.status, 200);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(buyer__proves_an_address_and_sets_a_password),
        CASE(buyer__may_have_no_password),
        CASE(page__answers_alike_whoever_has_an_account),
        CASE(merchant__proves_a_phone_number_before_a_shop_is_opened),
        CASE(shop__is_opened_by_no_other_proof),
        CASE(phone__numbers_that_cost_or_cannot_hear_are_refused),
        CASE(code__is_over_after_five_tries_and_ten_minutes_and_elsewhere),
        CASE(limits__hold_for_number_and_network),
        CASE(puzzle__is_asked_for_after_a_few_from_one_network),
        CASE(link__of_another_realm_or_site_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
