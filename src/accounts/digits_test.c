#include "accounts/digits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
digits__are_read_however_they_were_copied(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *digits;
    } rows[] = {
        { "123456", "123456" },
        { " 123 456\n", "123456" },
        { "１２３４５６", "123456" },
        { "123-456", "123456" },
        { "123ー456", "123456" },
        { "1234５６", "123456" },
        { "", "" },
        { "12345a", "" },
        { "一二三", "" },
        { "123\xff", "" },
        { "①②③", "123" /* NFKC */ },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!sk_str_eq(accounts_digits_read(mem, sk_str_of(rows[i].typed)),
                       sk_str_of(rows[i].digits)))
            fail_msg("%s", rows[i].typed);
    char long_one[ACCOUNTS_TYPED_MAX + 1];
    memset(long_one, '1', sizeof long_one);
    assert_int_equal(accounts_digits_read(mem, (sk_str){ long_one, ACCOUNTS_TYPED_MAX }).n,
                     ACCOUNTS_TYPED_MAX);
    assert_int_equal(accounts_digits_read(mem, (sk_str){ long_one, sizeof long_one }).n, 0);
}

static void
base32__forgives_what_people_mix_up(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *read;
    } rows[] = {
        { "abcd-efgh", "ABCDEFGH" },
        { "oO0 iIlL1", "00011111" },
        { "ＡＢＣ１２３", "ABC123" },
        { "ABCU", "" },
        { "あ", "" },
        { "AB/CD", "" },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!sk_str_eq(accounts_base32_read(mem, sk_str_of(rows[i].typed)),
                       sk_str_of(rows[i].read)))
            fail_msg("%s", rows[i].typed);
}

static void
new_ones__use_all_characters_about_as_often(void **state)
{
    (void)state;
    enum { COUNT = 32000 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned seen[256] = { 0 };
    sk_str digits = accounts_digits_new(mem, COUNT), letters = accounts_base32_new(mem, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        seen[(unsigned char)digits.p[i]]++;
    /* 3200 expected, standard deviation 54: seven of them either way */
    for (int c = '0'; c <= '9'; c++)
        assert_in_range(seen[c], 2820, 3580);
    memset(seen, 0, sizeof seen);
    for (size_t i = 0; i < COUNT; i++)
        seen[(unsigned char)letters.p[i]]++;
    for (const char *c = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; *c; c++)
        assert_in_range(seen[(unsigned char)*c], 780, 1220);
    assert_true(sk_str_eq(accounts_base32_read(mem, sk_str_first(letters, 100)),
                          sk_str_first(letters, 100)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits__are_read_however_they_were_copied),
        cmocka_unit_test(base32__forgives_what_people_mix_up),
        cmocka_unit_test(new_ones__use_all_characters_about_as_often),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
