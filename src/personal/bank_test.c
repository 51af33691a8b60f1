#include "personal/typed_test.h"

#define SHOWN    "0001-001-1-0234567 ﾔﾏﾀﾞ ﾀﾛｳ"
#define COMPARED "0001-001-1-0234567"

static void
bank__is_read_from_json_and_from_text(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        "0001-001-1-0234567 ﾔﾏﾀﾞ ﾀﾛｳ",
        "1,1,普通,234567,ヤマダ　タロウ",
        "0001 001 普通預金 0234567 やまだ たろう",
        "０００１/001/1/0234567/ヤマダ タロウ",
        "{\"bank\":\"0001\",\"branch\":\"001\",\"type\":\"1\",\"number\":\"0234567\","
        "\"holder\":\"ヤマダ タロウ\"}",
        "{\"holder\":\"\\uff94\\uff8f\\uff80\\uff9e "
        "\\uff80\\uff9b\\uff73\",\"bank\":\"1\",\"branch\":"
        "\"1\",\"type\":\"普通\",\"number\":\"234567\"}",
        SHOWN,
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        reads(PERSONAL_BANK, forms[i], SHOWN, COMPARED);
}

static void
bank__holder_is_written_as_transfer_records_have_it(void **unused)
{
    (void)unused;
    reads(PERSONAL_BANK, "9900 018 2 1234567 カ）セキショ・ジャパン",
          "9900-018-2-1234567 ｶ)ｾｷｼﾖ.ｼﾞﾔﾊﾟﾝ", "9900-018-2-1234567");
    reads(
        PERSONAL_BANK,
        "{\"bank\":\"1\",\"branch\":\"1\",\"type\":\"1\",\"number\":\"1\",\"holder\":\",ーセキ\"}",
        "0001-001-1-0000001 ｾｷ", "0001-001-1-0000001"); /* as it would be read again */
    reads(PERSONAL_BANK, "9900 018 4 1234567 ヴィーナス abc 12", "9900-018-4-1234567 ｳﾞｲ-ﾅｽ ABC 12",
          "9900-018-4-1234567");
}

static void
bank__that_does_not_fit_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_BANK, "0001-001-1-12345678 ヤマダ", "bank.form");
    refuses(PERSONAL_BANK, "00001-001-1-1234567 ヤマダ", "bank.form");
    refuses(PERSONAL_BANK, "0001-0001-1-1234567 ヤマダ", "bank.form");
    refuses(PERSONAL_BANK, "みずほ-001-1-1234567 ヤマダ", "bank.form");
    refuses(PERSONAL_BANK, "0001", "bank.form");
    refuses(PERSONAL_BANK, "{\"bank\":\"0001\"}", "bank.form");
    refuses(PERSONAL_BANK, "{\"bank\":", "bank.form");
    refuses(PERSONAL_BANK, "0001-001-3-1234567 ヤマダ", "bank.type");
    refuses(PERSONAL_BANK, "0001-001-1-1234567 山田太郎", "bank.holder");
    refuses(PERSONAL_BANK, "0001-001-1-1234567", "bank.holder");
    refuses(PERSONAL_BANK, "0001-001-1-1234567 ガガガガガガガガガガガガガガガガ", "bank.holder");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bank__is_read_from_json_and_from_text),
        cmocka_unit_test(bank__holder_is_written_as_transfer_records_have_it),
        cmocka_unit_test(bank__that_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
