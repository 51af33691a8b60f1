#include "personal/typed_test.h"

static void
name__keeps_the_ideographs_that_people_write(void **unused)
{
    (void)unused;
    reads(PERSONAL_NAME, " 山田　 太郎 ", "山田 太郎", "山田太郎");
    reads(PERSONAL_NAME, "髙﨑", "髙﨑", "髙﨑");
    reads(PERSONAL_NAME, "\xef\xa8\x99谷", "\xef\xa8\x99谷", "神谷");             /* U+FA19 */
    reads(PERSONAL_NAME, "葛\xf3\xa0\x84\x80城", "葛\xf3\xa0\x84\x80城", "葛城"); /* a variation */
}

static void
name__is_compared_without_blanks_width_and_case(void **unused)
{
    (void)unused;
    reads(PERSONAL_NAME, "Ｔａｒｏ ＹＡＭＡＤＡ", "Taro YAMADA", "taroyamada");
    reads(PERSONAL_NAME, "㈱ｾｷｼｮ", "(株)セキショ", "(株)セキショ");
    reads(PERSONAL_NAME, "か\xe3\x82\x99", "が", "が"); /* a letter and its mark */
}

static void
name__with_control_signs_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_NAME, "山田\n太郎", "sign");
    refuses(PERSONAL_NAME, "山田\x01", "sign");
    refuses(PERSONAL_NAME, "山田\xe2\x80\xae", "sign");
    refuses(PERSONAL_NAME, "\xe5\xb1", "sign");
    refuses(PERSONAL_NAME, " \t ", "empty");
    refuses(PERSONAL_NAME, "skn0bp1cq2dr3es4ft5", "token");
}

static void
reading__is_the_same_in_every_kana(void **unused)
{
    (void)unused;
    reads(PERSONAL_READING, "ヤマダ タロウ", "ヤマダ タロウ", "ヤマダタロウ");
    reads(PERSONAL_READING, "やまだ　たろう", "やまだ たろう", "ヤマダタロウ");
    reads(PERSONAL_READING, "ﾔﾏﾀﾞ ﾀﾛｰ", "ヤマダ タロー", "ヤマダタロー");
    reads(PERSONAL_READING, "ジョン・スミス", "ジョン・スミス", "ジョン・スミス");
}

static void
reading__in_other_letters_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_READING, "山田", "reading.kana");
    refuses(PERSONAL_READING, "Yamada", "reading.kana");
    refuses(PERSONAL_READING, "ヤマダ1", "reading.kana");
    refuses(PERSONAL_READING, "ヲヲアスハイセヒウタフエチヘ", "token");
}

static void
note__keeps_its_lines_and_signs(void **unused)
{
    (void)unused;
    reads(PERSONAL_NOTE, "①留守なら\r\n 置き配で  \r\n", "①留守なら\n置き配で",
          "1留守なら置き配で");
}

static void
value__above_its_length_is_refused_at_once(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    static char large[1 << 20];
    struct personal_value value;

    memset(large, 'a', sizeof large);
    for (int kind = PERSONAL_NAME; kind < PERSONAL_KINDS; kind++) {
        size_t before = sk_arena_used(mem);
        sk_err e =
            personal_read(&value, mem, (enum personal_kind)kind, (sk_str){ large, sizeof large });
        assert_int_equal(e.kind, SK_BAD);
        assert_int_equal(value.unfit, PERSONAL_UNFIT_LONG);
        assert_int_equal(sk_arena_used(mem), before);
    }
}

/* U+FDFA becomes 18 characters. */
static void
value__that_grows_above_its_length_is_refused(void **unused)
{
    (void)unused;
    char grows[3 * 1000 + 1] = { 0 };

    for (int i = 0; i < 1000; i++)
        memcpy(grows + i * 3, "\xef\xb7\xba", 3);
    refuses(PERSONAL_NAME, grows, "long");
    refuses(PERSONAL_ADDRESS, grows, "long");
    refuses(PERSONAL_NOTE, grows, "long");
}

static void
value__of_a_kind_that_there_is_not_is_our_fault(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct personal_value value;

    assert_int_equal(personal_read(&value, mem, PERSONAL_NONE, SK_STR("x")).kind, SK_BROKEN);
    assert_int_equal(personal_read(&value, mem, PERSONAL_KINDS, SK_STR("x")).kind, SK_BROKEN);
}

static void
unfit__has_a_word_of_its_own_and_a_sentence_in_both_languages(void **unused)
{
    (void)unused;
    for (int i = 0; i < PERSONAL_UNFITS; i++) {
        assert_true(personal_unfit_rows[i].word && personal_unfit_rows[i].ja &&
                    personal_unfit_rows[i].en);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(personal_unfit_rows[i].word, personal_unfit_rows[k].word);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(name__keeps_the_ideographs_that_people_write),
        cmocka_unit_test(name__is_compared_without_blanks_width_and_case),
        cmocka_unit_test(name__with_control_signs_is_refused),
        cmocka_unit_test(reading__is_the_same_in_every_kana),
        cmocka_unit_test(reading__in_other_letters_is_refused),
        cmocka_unit_test(note__keeps_its_lines_and_signs),
        cmocka_unit_test(value__above_its_length_is_refused_at_once),
        cmocka_unit_test(value__that_grows_above_its_length_is_refused),
        cmocka_unit_test(value__of_a_kind_that_there_is_not_is_our_fault),
        cmocka_unit_test(unfit__has_a_word_of_its_own_and_a_sentence_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
