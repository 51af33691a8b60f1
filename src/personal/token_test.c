#include "personal/token.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct personal_token
made(enum personal_kind kind, unsigned char seed)
{
    struct personal_token token;
    unsigned char random[PERSONAL_TOKEN_RANDOM];

    for (unsigned i = 0; i < sizeof random; i++)
        random[i] = (unsigned char)(seed * 37 + i * 11);
    personal_token_make(&token, kind, random);
    return token;
}

static void
is(enum personal_kind kind, const char *text)
{
    struct personal_token token = made(kind, 0);

    assert_int_equal(token.kind, kind);
    assert_true(sk_str_eq(personal_token_str(&token), sk_str_of(text)));
}

static void
token__has_the_shape_of_its_kind(void **unused)
{
    (void)unused;
    is(PERSONAL_NAME, "skn0bp1cq2dr3es4ft5");
    is(PERSONAL_ADDRESS, "ska0bp1cq2dr3es4ft5");
    is(PERSONAL_BANK, "skb0bp1cq2dr3es4ft5");
    is(PERSONAL_NOTE, "skt0bp1cq2dr3es4ft5");
    is(PERSONAL_EMAIL, "ske0bp1cq2dr3es4ft5@sekisho.invalid");
    is(PERSONAL_READING, "ヲヲアスハイセヒウタフエチヘ");
}

/* Written out from the plan of numbers, not with the code that makes them. */
static void
token__of_a_phone_is_a_mobiles_number_that_no_subscriber_has(void **unused)
{
    (void)unused;
    for (int i = 0; i < 2000; i++) {
        unsigned char random[PERSONAL_TOKEN_RANDOM];
        struct personal_token t;
        sk_random(random, sizeof random);
        personal_token_make(&t, PERSONAL_PHONE, random);
        assert_int_equal(t.n, 13);
        assert_true(t.text[0] == '0' && (t.text[1] == '7' || t.text[1] == '9') && t.text[2] == '0');
        assert_memory_equal(t.text + 3, "-0", 2);
        assert_int_equal(t.text[8], '-');
    }
}

static void
token__of_a_birthday_is_a_day_of_every_calendar_before_1868(void **unused)
{
    (void)unused;
    for (int i = 0; i < 20000; i++) {
        unsigned char random[PERSONAL_TOKEN_RANDOM];
        struct personal_token t;
        sk_random(random, sizeof random);
        personal_token_make(&t, PERSONAL_BIRTHDAY, random);
        assert_int_equal(t.n, 10);
        t.text[t.n] = 0;
        long year = strtol(t.text, NULL, 10), month = strtol(t.text + 5, NULL, 10),
             day = strtol(t.text + 8, NULL, 10);
        assert_true(year >= 1000 && year <= 1867 && year != 1582);
        assert_true(month >= 1 && month <= 12 && day >= 1 && day <= 28);
    }
}

static void
token__is_another_for_other_bytes_and_the_same_for_the_same(void **unused)
{
    (void)unused;
    for (int kind = PERSONAL_NAME; kind < PERSONAL_KINDS; kind++) {
        struct personal_token a = made((enum personal_kind)kind, 1),
                              b = made((enum personal_kind)kind, 2),
                              c = made((enum personal_kind)kind, 1);
        assert_false(sk_str_eq(personal_token_str(&a), personal_token_str(&b)));
        assert_true(sk_str_eq(personal_token_str(&a), personal_token_str(&c)));
    }
}

static void
writes(const struct personal_token *token, const char *typed, const char *text)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };

    personal_token_write(&out, token, sk_str_of(typed));
    assert_true(sk_str_eq(sk_buf_str(&out), sk_str_of(text)));
}

static void
token__is_written_as_the_value_was(void **unused)
{
    (void)unused;
    struct personal_token phone = { PERSONAL_PHONE, 13, "090-0123-4567" };
    struct personal_token day = { PERSONAL_BIRTHDAY, 10, "1234-05-06" };
    struct personal_token name = made(PERSONAL_NAME, 0);

    writes(&phone, "080-1111-2222", "090-0123-4567");
    writes(&phone, "08011112222", "09001234567");
    writes(&phone, "+818011112222", "+819001234567");
    writes(&phone, "+81 80-1111-2222", "+81 90-0123-4567");
    writes(&day, "1980/01/31", "1234/05/06");
    writes(&day, "1980.1.31", "1234.05.06");
    writes(&day, "昭和55年1月31日", "1234-05-06");
    writes(&name, "山田 太郎", "skn0bp1cq2dr3es4ft5");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(token__has_the_shape_of_its_kind),
        cmocka_unit_test(token__of_a_phone_is_a_mobiles_number_that_no_subscriber_has),
        cmocka_unit_test(token__of_a_birthday_is_a_day_of_every_calendar_before_1868),
        cmocka_unit_test(token__is_another_for_other_bytes_and_the_same_for_the_same),
        cmocka_unit_test(token__is_written_as_the_value_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
