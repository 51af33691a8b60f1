#include "personal/typed_test.h"

static void
words_are(enum personal_kind kind, const char *typed, const char *all)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct personal_value value;
    struct personal_words words;

    assert_false(sk_failed(personal_read(&value, mem, kind, sk_str_of(typed))));
    personal_words(&words, mem, &value);
    sk_buf_add(&out, words.exact);
    for (size_t i = 0; i < words.prefixes; i++)
        sk_buf_printf(&out, " %.*s", SK_ARG(words.prefix[i]));
    if (!sk_str_eq(sk_buf_str(&out), sk_str_of(all)))
        fail_msg("%s: %.*s", typed, SK_ARG(sk_buf_str(&out)));
}

static void
words__are_the_value_and_its_beginnings(void **unused)
{
    (void)unused;
    words_are(PERSONAL_PHONE, "0463-12-3456",
              "3=+81463123456 3^046 3^0463 3^04631 3^046312 3^0463123 3^04631234 3^046312345 "
              "3^0463123456");
    words_are(PERSONAL_PHONE, "+85221234567",
              "3=+85221234567 3^+852 3^+8522 3^+85221 3^+852212 3^+8522123 3^+85221234 "
              "3^+852212345 3^+8522123456 3^+85221234567");
    words_are(PERSONAL_ADDRESS, "〒150-0001 東京都",
              "5=〒1500001東京都 5^150 5^1500 5^15000 5^150000 5^1500001");
    words_are(PERSONAL_ADDRESS, "東京都", "5=東京都");
    words_are(PERSONAL_NAME, "山田 太郎", "1=山田太郎");
}

static void
asks(enum personal_kind kind, const char *typed, bool beginning, const char *word)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    enum personal_unfit why;
    sk_str asked = { 0 };
    sk_err e = personal_word_asked(&asked, &why, mem, kind, sk_str_of(typed), beginning);

    if (sk_failed(e)) {
        assert_int_equal(e.kind, SK_BAD);
        assert_string_equal(personal_unfit_rows[why].word, word);
    } else {
        assert_int_equal(why, PERSONAL_FITS);
        assert_true(sk_str_eq(asked, sk_str_of(word)));
    }
}

static void
word__that_is_asked_for_is_one_of_the_values(void **unused)
{
    (void)unused;
    asks(PERSONAL_PHONE, "+81 90-1234-5678", false, "3=+819012345678");
    asks(PERSONAL_PHONE, "090-12", true, "3^09012");
    asks(PERSONAL_PHONE, "+8190", true, "3^090");
    asks(PERSONAL_PHONE, "+852", true, "3^+852");
    asks(PERSONAL_ADDRESS, "〒150-0", true, "5^1500");
    asks(PERSONAL_ADDRESS, "１５０", true, "5^150");
    asks(PERSONAL_READING, "やまだ", false, "2=ヤマダ");
}

static void
word__of_a_beginning_too_short_or_of_another_kind_is_refused(void **unused)
{
    (void)unused;
    asks(PERSONAL_PHONE, "09", true, "prefix");
    asks(PERSONAL_PHONE, "+85", true, "prefix");
    asks(PERSONAL_PHONE, "山", true, "prefix");
    asks(PERSONAL_PHONE, "090123456789012345", true, "prefix");
    asks(PERSONAL_ADDRESS, "15000011", true, "prefix");
    asks(PERSONAL_ADDRESS, "+1500", true, "prefix");
    asks(PERSONAL_ADDRESS, "東京都", true, "prefix");
    asks(PERSONAL_NAME, "山田", true, "prefix");
    asks(PERSONAL_NAME, "", false, "empty");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words__are_the_value_and_its_beginnings),
        cmocka_unit_test(word__that_is_asked_for_is_one_of_the_values),
        cmocka_unit_test(word__of_a_beginning_too_short_or_of_another_kind_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
