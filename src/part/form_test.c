#include "part/form.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static sk_arena *mem;

static enum sk_kind
read_kind(struct part_form *form, const char *text)
{
    return part_form_read(form, mem, sk_str_of(text)).kind;
}

static void
form__decodes_japanese_plus_and_percent(void **state)
{
    (void)state;
    struct part_form form;
    assert_int_equal(read_kind(&form, "q=%E5%AE%87%E6%B2%BB+%2B1&empty=&bare&&a%26b=c%3Dd"), SK_OK);
    assert_int_equal(form.count, 4);
    assert_true(sk_str_eq(part_form_get(&form, "q"), SK_STR("宇治 +1")));
    assert_true(sk_str_eq(part_form_get(&form, "a&b"), SK_STR("c=d")));
    assert_int_equal(part_form_get(&form, "missing").n, 0);
}

static void
form__refuses_broken_escapes_broken_utf8_and_control_characters(void **state)
{
    (void)state;
    static const char *const bad[] = { "q=%",         "q=%4",      "q=%zz", "q=a%",
                                       "q=%00",       "q=%1b[31m", "%80=1", "q=%C0%AF",
                                       "q=%ED%A0%80", "q=\xff",    "q=%7f", "q=%C2%85",
                                       "q=%E2%80%AE" };
    struct part_form form;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (read_kind(&form, bad[i]) != SK_BAD) fail_msg("taken: %s", bad[i]);
}

static void
form__takes_64_fields_and_refuses_the_65th(void **state)
{
    (void)state;
    struct part_form form;
    struct sk_buf text = { .mem = mem };
    for (int i = 0; i < PART_FORM_FIELDS_MAX; i++)
        sk_buf_printf(&text, "&f%d=%d", i, i);
    assert_int_equal(part_form_read(&form, mem, sk_buf_str(&text)).kind, SK_OK);
    sk_buf_add(&text, SK_STR("&one=more"));
    assert_int_equal(part_form_read(&form, mem, sk_buf_str(&text)).kind, SK_FULL);
}

static enum part_field_fault
fault_of(enum part_field_kind kind, const char *value)
{
    struct part_form form = { .count = 1, .field = { { SK_STR("f"), sk_str_of(value) } } };
    struct part_field row = { "f", kind, 40, true };
    struct part_field_answer answer;
    part_form_check(&answer, mem, &form, &row, 1);
    return answer.fault;
}

static void
email__accepts_what_people_have(void **state)
{
    (void)state;
    static const char *const good[] = { "a@example.jp", "o'neil+shop@mail.example.co.jp",
                                        "da..me.@docomo.example", "ａ＠ｅｘａｍｐｌｅ．ｊｐ" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (fault_of(PART_FIELD_EMAIL, good[i])) fail_msg("refused: %s", good[i]);
}

static void
email__refuses_what_cannot_be_answered(void **state)
{
    (void)state;
    static const char *const bad[] = { "a",
                                       "@example.jp",
                                       "a@",
                                       "a@example",
                                       "a b@example.jp",
                                       "a@-x.jp",
                                       "a@x..jp",
                                       "a@x.jp\nBcc: b@x.jp",
                                       "<a@x.jp>",
                                       "山田@example.jp",
                                       "a@b@c.jp",
                                       "a@x.jp." };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (fault_of(PART_FIELD_EMAIL, bad[i]) != PART_FIELD_FORMAT) fail_msg("taken: %s", bad[i]);
}

static void
phone__accepts_wide_digits_and_refuses_letters(void **state)
{
    (void)state;
    assert_int_equal(fault_of(PART_FIELD_PHONE, "０７５－１２３－４５６７"), PART_FIELD_OK);
    assert_int_equal(fault_of(PART_FIELD_PHONE, "+81 (75) 123-4567"), PART_FIELD_OK);
    assert_int_equal(fault_of(PART_FIELD_PHONE, "12345678"), PART_FIELD_FORMAT);
    assert_int_equal(fault_of(PART_FIELD_PHONE, "0123456789012345"), PART_FIELD_FORMAT);
    assert_int_equal(fault_of(PART_FIELD_PHONE, "075-CALL-ME12"), PART_FIELD_FORMAT);
}

static void
check__counts_characters_not_bytes_after_trimming(void **state)
{
    (void)state;
    struct part_form form = { .count = 2,
                              .field = { { SK_STR("name"), SK_STR("　 山田花子 \t") },
                                         { SK_STR("text"), SK_STR("a\r\nb\rc") } } };
    struct part_field rows[] = { { "name", PART_FIELD_LINE, 4, true },
                                 { "text", PART_FIELD_LINES, 9, true },
                                 { "more", PART_FIELD_LINE, 9, true },
                                 { "free", PART_FIELD_LINE, 9, false } };
    struct part_field_answer answers[4];
    assert_int_equal(part_form_check(answers, mem, &form, rows, 4), 1);
    assert_true(sk_str_eq(answers[0].value, SK_STR("山田花子")));
    assert_true(sk_str_eq(answers[1].value, SK_STR("a\nb\nc")));
    assert_int_equal(answers[2].fault, PART_FIELD_EMPTY);
    assert_int_equal(answers[3].fault, PART_FIELD_OK);
    rows[0].most = 3;
    assert_int_equal(part_form_check(answers, mem, &form, rows, 1), 1);
    assert_int_equal(answers[0].fault, PART_FIELD_LONG);
}

static void
check__refuses_line_ends_in_one_line_and_fields_given_twice(void **state)
{
    (void)state;
    assert_int_equal(fault_of(PART_FIELD_LINE, "a\nb"), PART_FIELD_FORMAT);
    struct part_form form;
    struct part_field row = { "f", PART_FIELD_LINE, 9, true };
    struct part_field_answer answer;
    assert_int_equal(read_kind(&form, "f=a&f=b"), SK_OK);
    assert_int_equal(part_form_check(&answer, mem, &form, &row, 1), 1);
    assert_int_equal(answer.fault, PART_FIELD_TWICE);
}

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(form__decodes_japanese_plus_and_percent),
        cmocka_unit_test(form__refuses_broken_escapes_broken_utf8_and_control_characters),
        cmocka_unit_test(form__takes_64_fields_and_refuses_the_65th),
        cmocka_unit_test(email__accepts_what_people_have),
        cmocka_unit_test(email__refuses_what_cannot_be_answered),
        cmocka_unit_test(phone__accepts_wide_digits_and_refuses_letters),
        cmocka_unit_test(check__counts_characters_not_bytes_after_trimming),
        cmocka_unit_test(check__refuses_line_ends_in_one_line_and_fields_given_twice),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
