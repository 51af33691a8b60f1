#include "accounts/case_test.h"
#include "accounts/mailed.h"
#include "accounts/sent.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
static const sk_when start = 1800000000000;

static sk_str
ask(sk_str *flow, const char *subject, sk_when now)
{
    struct accounts_sent sent = { .purpose = "code.sign_in",
                                  .site = SK_STR("shop"),
                                  .subject = sk_str_of(subject),
                                  .data = SK_STR("to=/x") };
    sk_str code;
    must(accounts_sent_make(&code, flow, t.mem, t.store, t.house->keys, &sent, now));
    return code;
}

static enum accounts_code_verdict
try_for(const char *purpose, sk_str flow, sk_str code, sk_when now)
{
    struct accounts_sent sent = { .purpose = purpose, .site = SK_STR("shop") };
    enum accounts_code_verdict verdict;
    must(accounts_sent_try(&verdict, &sent, t.mem, t.store, t.house->keys, flow, code, now));
    return verdict;
}

static enum accounts_code_verdict
try(sk_str flow, sk_str code, sk_when now)
{
    return try_for("code.sign_in", flow, code, now);
}

static void
sent__counts_once_in_its_browser_for_ten_minutes(void **state)
{
    sk_str flow, other, late;
    (void)state;
    sk_str code = ask(&flow, "a", start);
    ask(&other, "b", start);
    sk_str third = ask(&late, "c", start);
    assert_int_equal(try(other, code, start), ACCOUNTS_CODE_WRONG);
    assert_int_equal(try(SK_STR("none"), code, start), ACCOUNTS_CODE_OVER);
    assert_int_equal(try_for("code.phone", flow, code, start), ACCOUNTS_CODE_OVER);
    assert_int_equal(try(flow, code, start + 1), ACCOUNTS_CODE_RIGHT);
    assert_int_equal(try(flow, code, start + 2), ACCOUNTS_CODE_OVER);
    assert_int_equal(try(late, third, start + 10 * MINUTE + 1), ACCOUNTS_CODE_OVER);
}

static void
sent__is_a_wrong_one_on_the_pages_of_another_site(void **state)
{
    struct accounts_sent there = { .purpose = "code.sign_in", .site = SK_STR("rival") };
    enum accounts_code_verdict verdict;
    sk_str flow, code = ask(&flow, "a", start);
    (void)state;
    must(accounts_sent_try(&verdict, &there, t.mem, t.store, t.house->keys, flow, code, start));
    assert_int_equal(verdict, ACCOUNTS_CODE_WRONG);
    assert_int_equal(try(flow, code, start), ACCOUNTS_CODE_RIGHT);
}

static void
sent__is_over_after_five_wrong_ones(void **state)
{
    sk_str flow, code = ask(&flow, "a", start);
    sk_str wrong = sk_str_eq(code, SK_STR("000000")) ? SK_STR("000001") : SK_STR("000000");
    (void)state;
    for (int i = 0; i < ACCOUNTS_CODE_TRIES; i++)
        try(flow, wrong, start);
    assert_int_equal(try(flow, code, start), ACCOUNTS_CODE_OVER);
}

static void
sent__goes_to_one_address_five_times_an_hour(void **state)
{
    struct accounts_sent sent = { .purpose = "code.sign_in", .subject = SK_STR("a") };
    sk_str flow, code;
    (void)state;
    for (int i = 0; i < ACCOUNTS_SENT_PER_HOUR; i++)
        ask(&flow, "a", start + i);
    sk_err e = accounts_sent_make(&code, &flow, t.mem, t.store, t.house->keys, &sent, start + 9);
    assert_int_equal(e.kind, SK_BUSY);
    ask(&flow, "b", start + 9);
    ask(&flow, "a", start + HOUR);
    must(accounts_sent_sweep(t.store, start + 2 * HOUR));
}

static sk_str
mail(const char *purpose, sk_str account, sk_when ends)
{
    struct accounts_mailed link = {
        .account = account, .data = SK_STR("x"), .made = start, .ends = ends
    };
    sk_str token;
    must(accounts_mailed_make(&token, t.mem, t.store, t.house->keys, purpose, &link));
    return token;
}

static enum sk_kind
take(const char *purpose, sk_str token, sk_when now)
{
    struct accounts_mailed link;
    return accounts_mailed_take(&link, t.mem, t.store, t.house->keys, purpose, token, now).kind;
}

static void
mailed__works_once_for_its_purpose_until_its_time_is_over(void **state)
{
    struct accounts_mailed link;
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    sk_str token = mail("unlock", id, start + 30 * MINUTE);
    assert_int_equal(take("reset", token, start), SK_MISSING);
    assert_int_equal(take("unlock", SK_STR("x"), start), SK_MISSING);
    assert_int_equal(take("unlock", token, start + 30 * MINUTE), SK_MISSING);
    must(accounts_mailed_look(&link, t.mem, t.store, t.house->keys, "unlock", token, start));
    assert_true(sk_str_eq(link.account, id) && sk_str_eq(link.data, SK_STR("x")));
    assert_int_equal(take("unlock", token, start), SK_OK);
    assert_int_equal(take("unlock", token, start), SK_MISSING);
    assert_int_equal(
        accounts_mailed_look(&link, t.mem, t.store, t.house->keys, "unlock", token, start).kind,
        SK_MISSING);
}

static void
mailed__is_ended_by_a_newer_one_of_its_purpose(void **state)
{
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    sk_str first = mail("reset", id, start + HOUR), other = mail("unlock", id, start + HOUR);
    sk_str second = mail("reset", id, start + HOUR);
    assert_int_equal(take("reset", first, start), SK_MISSING);
    assert_int_equal(take("reset", second, start), SK_OK);
    must(accounts_mailed_end(t.store, "", id));
    assert_int_equal(take("unlock", other, start), SK_MISSING);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(sent__counts_once_in_its_browser_for_ten_minutes),
        CASE(sent__is_a_wrong_one_on_the_pages_of_another_site),
        CASE(sent__is_over_after_five_wrong_ones),
        CASE(sent__goes_to_one_address_five_times_an_hour),
        CASE(mailed__works_once_for_its_purpose_until_its_time_is_over),
        CASE(mailed__is_ended_by_a_newer_one_of_its_purpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
