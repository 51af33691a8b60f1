#include "accounts/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* RFC 6238, appendix B: the secret of its SHA-1 rows; the last six of its eight digits. */
static const struct accounts_totp rfc = { "12345678901234567890" };

static bool
matches(int64_t last, sk_when now, const char *code)
{
    return accounts_totp_matches(&last, &rfc, now, sk_str_of(code));
}

static void
totp__gives_the_codes_of_the_rfc(void **state)
{
    (void)state;
    static const struct {
        int64_t seconds;
        const char *code;
    } rows[] = {
        { 59, "287082" },         { 1111111109, "081804" }, { 1111111111, "050471" },
        { 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" },
    };
    /* 59 seconds are step 1, which the window of the first steps excludes */
    for (size_t i = 1; i < sizeof rows / sizeof *rows; i++)
        if (!matches(0, rows[i].seconds * 1000, rows[i].code)) fail_msg("row %zu", i);
    assert_true(matches(0, (rows[0].seconds + ACCOUNTS_TOTP_STEP) * 1000, rows[0].code));
}

static void
totp__allows_one_step_of_another_clock_and_no_more(void **state)
{
    (void)state;
    sk_when now = (sk_when)1111111111 / 30 * 30 * 1000; /* the first moment of its step */
    assert_true(matches(0, now, "050471"));
    assert_true(matches(0, now - 1, "050471"));
    assert_true(matches(0, now - 30000, "050471"));
    assert_false(matches(0, now - 30001, "050471"));
    assert_true(matches(0, now + 59999, "050471"));
    assert_false(matches(0, now + 60000, "050471"));
}

static void
totp__takes_a_code_once(void **state)
{
    (void)state;
    int64_t last = 0;
    sk_when now = (sk_when)1111111111 * 1000;
    assert_true(accounts_totp_matches(&last, &rfc, now, SK_STR("050471")));
    assert_int_equal(last, 1111111111 / 30);
    assert_false(accounts_totp_matches(&last, &rfc, now, SK_STR("050471")));
    assert_false(accounts_totp_matches(&last, &rfc, now, SK_STR("081804"))); /* the step before */
}

static void
totp__reads_what_people_type_and_nothing_else(void **state)
{
    (void)state;
    sk_when now = (sk_when)1111111111 * 1000;
    assert_true(matches(0, now, "050 471"));
    assert_true(matches(0, now, "０５０４７１"));
    static const char *const refused[] = { "",       "50471",   "0050471", "05047",  "050472",
                                           "05O471", "050471x", "\xff",    "-50471", "0504710" };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (matches(0, now, refused[i])) fail_msg("%s", refused[i]);
    assert_false(matches(0, -1, "050471"));
}

static void
uri__is_what_apps_read(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str uri = accounts_totp_uri(mem, &rfc, SK_STR("関所 & Co"), SK_STR("hana@example.jp"));
    assert_true(sk_str_eq(
        uri, SK_STR("otpauth://totp/%E9%96%A2%E6%89%80%20%26%20Co:hana%40example.jp"
                    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                    "&issuer=%E9%96%A2%E6%89%80%20%26%20Co&algorithm=SHA1&digits=6&period=30")));
    assert_true(sk_str_eq(accounts_totp_text(mem, &rfc),
                          SK_STR("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")));
}

static void
secrets__are_new_each_time(void **state)
{
    (void)state;
    struct accounts_totp a, b;
    accounts_totp_new(&a);
    accounts_totp_new(&b);
    assert_memory_not_equal(&a, &b, sizeof a);
    accounts_totp_wipe(&a);
    assert_memory_equal(&a, &(struct accounts_totp){ 0 }, sizeof a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totp__gives_the_codes_of_the_rfc),
        cmocka_unit_test(totp__allows_one_step_of_another_clock_and_no_more),
        cmocka_unit_test(totp__takes_a_code_once),
        cmocka_unit_test(totp__reads_what_people_type_and_nothing_else),
        cmocka_unit_test(uri__is_what_apps_read),
        cmocka_unit_test(secrets__are_new_each_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
