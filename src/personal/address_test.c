#include "personal/typed_test.h"

static void
postal(const char *typed, const char *digits)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct personal_value value;

    assert_false(sk_failed(personal_read(&value, mem, PERSONAL_ADDRESS, sk_str_of(typed))));
    assert_true(sk_str_eq(value.digits, sk_str_of(digits)));
}

static void
address__has_its_postal_code_at_the_front(void **unused)
{
    (void)unused;
    static const char shown[] = "〒150-0001 東京都渋谷区神宮前1-2-3";
    static const char compared[] = "〒1500001東京都渋谷区神宮前123";
    static const char *const forms[] = {
        "〒150-0001 東京都渋谷区神宮前1-2-3",          "〒1500001東京都渋谷区神宮前１－２－３",
        "150-0001　東京都渋谷区神宮前1-2-3",           "1500001 東京都渋谷区神宮前1-2-3",
        "１５０－０００１ 東京都渋谷区神宮前１-２-３", "〒 150ー0001\r\n東京都渋谷区神宮前1-2-3",
        "東京都渋谷区神宮前1-2-3 〒150-0001",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        reads(PERSONAL_ADDRESS, forms[i], shown, compared);
        postal(forms[i], "1500001");
    }
}

static void
address__may_have_no_postal_code(void **unused)
{
    (void)unused;
    reads(PERSONAL_ADDRESS, "東京都渋谷区神宮前1-2-3", "東京都渋谷区神宮前1-2-3",
          "東京都渋谷区神宮前123");
    postal("東京都渋谷区神宮前1-2-3", "");
    postal("東京都渋谷区 1500001", "");
    postal("15000012 x", "");
    postal("150-00012", "");
    postal("1500001-2", "");
    refuses(PERSONAL_ADDRESS, "〒150-001 東京都", "address.postal");
    refuses(PERSONAL_ADDRESS, "東京都 〒", "address.postal");
}

static void
address__keeps_its_lines_and_compares_without_them(void **unused)
{
    (void)unused;
    reads(PERSONAL_ADDRESS, "東京都渋谷区 \r\n\tﾊｲﾂ ABC  ２０１\n\n",
          "東京都渋谷区\nハイツ ABC 201", "東京都渋谷区ハイツabc201");
}

static void
address__takes_a_long_vowel_for_a_hyphen_between_digits_only(void **unused)
{
    (void)unused;
    reads(PERSONAL_ADDRESS, "1ー2 タワー", "1ー2 タワー", "12タワー");
}

static void
address__with_control_signs_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_ADDRESS, "東京都\x1b[0m", "sign");
    refuses(PERSONAL_ADDRESS, "東京都\xe2\x80\xae", "sign");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address__has_its_postal_code_at_the_front),
        cmocka_unit_test(address__may_have_no_postal_code),
        cmocka_unit_test(address__keeps_its_lines_and_compares_without_them),
        cmocka_unit_test(address__takes_a_long_vowel_for_a_hyphen_between_digits_only),
        cmocka_unit_test(address__with_control_signs_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
