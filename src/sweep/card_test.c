#include "sweep/judge.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool
is(const char *digits)
{
    return sweep_is_card(sk_str_of(digits));
}

/* The networks' published numbers for tests. */
static void
card__of_every_network_is_known(void **unused)
{
    (void)unused;
    static const char *const cards[] = {
        "4111111111111111", "4012888888881881", "5555555555554444", "2223003122003222",
        "3530111333300000", "3566002020360505", "378282246310005",  "30569309025904",
        "38520000023237",   "6011111111111117", "6200000000000005", "4222222222222",
    };
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++)
        assert_true(is(cards[i]));
}

static void
card__with_a_wrong_check_digit_is_none(void **unused)
{
    (void)unused;
    assert_false(is("4111111111111112"));
    assert_false(is("378282246310006"));
}

static void
card__of_no_network_or_length_is_none(void **unused)
{
    (void)unused;
    assert_false(is("1234567812345670")); /* its check digit is right */
    assert_false(is("2026112600000006"));
    assert_false(is("411111111111"));
    assert_false(is("41111111111111111111"));
    assert_false(is("4444444444444444"));
    assert_false(is(""));
}

static void
card__is_no_jan_code(void **unused)
{
    (void)unused;
    assert_false(is("4901234567894")); /* a JAN code */
    assert_false(is("4900000000073")); /* right by both */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(card__of_every_network_is_known),
        cmocka_unit_test(card__with_a_wrong_check_digit_is_none),
        cmocka_unit_test(card__of_no_network_or_length_is_none),
        cmocka_unit_test(card__is_no_jan_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
