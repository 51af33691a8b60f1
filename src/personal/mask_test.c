#include "personal/typed_test.h"

static void
masks(enum personal_kind kind, const char *shown, const char *mask)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };

    personal_mask(&out, kind, sk_str_of(shown));
    if (!sk_str_eq(sk_buf_str(&out), sk_str_of(mask)))
        fail_msg("%s: %.*s", shown, SK_ARG(sk_buf_str(&out)));
}

static void
mask__shows_one_letter_of_a_name_and_not_its_length(void **unused)
{
    (void)unused;
    masks(PERSONAL_NAME, "山田 太郎", "山＊＊");
    masks(PERSONAL_NAME, "勅使河原 光太郎", "勅＊＊");
    masks(PERSONAL_READING, "ヤマダ タロウ", "ヤ＊＊");
}

static void
mask__of_a_phone_hides_the_area(void **unused)
{
    (void)unused;
    masks(PERSONAL_PHONE, "090-1234-5678", "090-****-5678");
    masks(PERSONAL_PHONE, "050-1234-5678", "050-****-5678");
    masks(PERSONAL_PHONE, "03-1234-5678", "0*-****-5678");
    masks(PERSONAL_PHONE, "04992-1-2345", "0*-****-2345");
    masks(PERSONAL_PHONE, "0463123456", "0*-****-3456");
    masks(PERSONAL_PHONE, "+14155550100", "+****0100");
    masks(PERSONAL_PHONE, "090", "＊＊＊");
    masks(PERSONAL_PHONE, "", "＊＊＊");
}

static void
mask__of_an_address_shows_the_domain_of_a_crowd_only(void **unused)
{
    (void)unused;
    masks(PERSONAL_EMAIL, "taro@gmail.com", "t***@gmail.com");
    masks(PERSONAL_EMAIL, "taro@yamada-shoten.co.jp", "t***@***.jp");
    masks(PERSONAL_EMAIL, "taro", "＊＊＊");
    masks(PERSONAL_EMAIL, "@gmail.com", "＊＊＊");
}

static void
mask__of_a_postal_address_is_its_prefecture(void **unused)
{
    (void)unused;
    masks(PERSONAL_ADDRESS, "〒100-1511 東京都青ヶ島村1", "東京都＊＊＊");
    masks(PERSONAL_ADDRESS, "京都府京都市東山区1", "京都府＊＊＊");
    masks(PERSONAL_ADDRESS, "東京都府中市北海道通り", "東京都＊＊＊");
    masks(PERSONAL_ADDRESS, "1-2-3 Shibuya", "＊＊＊");
}

static void
mask__of_other_kinds_shows_little_or_nothing(void **unused)
{
    (void)unused;
    masks(PERSONAL_BIRTHDAY, "1980-01-31", "1980-**-**");
    masks(PERSONAL_BIRTHDAY, "31.1.80", "＊＊＊");
    masks(PERSONAL_BANK, "0001-001-1-0234567 ﾔﾏﾀﾞ ﾀﾛｳ", "****-***-*-*****67");
    masks(PERSONAL_BANK, "0001", "＊＊＊");
    masks(PERSONAL_NOTE, "置き配で", "＊＊＊");
    masks(PERSONAL_NONE, "x", "＊＊＊");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mask__shows_one_letter_of_a_name_and_not_its_length),
        cmocka_unit_test(mask__of_a_phone_hides_the_area),
        cmocka_unit_test(mask__of_an_address_shows_the_domain_of_a_crowd_only),
        cmocka_unit_test(mask__of_a_postal_address_is_its_prefecture),
        cmocka_unit_test(mask__of_other_kinds_shows_little_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
