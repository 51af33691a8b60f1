#include "personal/typed_test.h"

static void
birthday__is_one_day_however_it_is_written(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        "1980-01-31",      "1980/1/31",
        "1980.01.31",      "19800131",
        "1980年1月31日",   "１９８０年１月３１日",
        "昭和55年1月31日", "昭和５５年１月３１日生",
        "S55.1.31",        "s55/01/31",
        "㍼55年1月31日",   "S.55.1.31",
        "1980年 1月 31日", "昭和55年01月31日生まれ",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        reads(PERSONAL_BIRTHDAY, forms[i], "1980-01-31", "1980-01-31");
}

static void
birthday__may_be_of_any_era_since_1868(void **unused)
{
    (void)unused;
    reads(PERSONAL_BIRTHDAY, "明治元年10月23日", "1868-10-23", "1868-10-23");
    reads(PERSONAL_BIRTHDAY, "T1.7.30", "1912-07-30", "1912-07-30");
    reads(PERSONAL_BIRTHDAY, "大正15年12月24日", "1926-12-24", "1926-12-24");
    reads(PERSONAL_BIRTHDAY, "昭和64年1月7日", "1989-01-07", "1989-01-07");
    reads(PERSONAL_BIRTHDAY, "平成元年1月8日", "1989-01-08", "1989-01-08");
    reads(PERSONAL_BIRTHDAY, "H31/4/30", "2019-04-30", "2019-04-30");
    reads(PERSONAL_BIRTHDAY, "令和元年5月1日", "2019-05-01", "2019-05-01");
    reads(PERSONAL_BIRTHDAY, "R6-2-29", "2024-02-29", "2024-02-29");
    reads(PERSONAL_BIRTHDAY, "1868-01-01", "1868-01-01", "1868-01-01");
}

static void
birthday__that_no_calendar_has_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_BIRTHDAY, "1900-02-29", "birthday.day");
    refuses(PERSONAL_BIRTHDAY, "1980-13-01", "birthday.day");
    refuses(PERSONAL_BIRTHDAY, "1980-00-10", "birthday.day");
    refuses(PERSONAL_BIRTHDAY, "1980-04-31", "birthday.day");
    refuses(PERSONAL_BIRTHDAY, "昭和65年1月1日", "birthday.day");
    refuses(PERSONAL_BIRTHDAY, "平成元年1月7日", "birthday.day");
    refuses(PERSONAL_BIRTHDAY, "令和0年5月1日", "birthday.day");
}

static void
birthday__of_nobody_alive_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_BIRTHDAY, "1867-12-31", "birthday.range");
    refuses(PERSONAL_BIRTHDAY, "2999-01-01", "birthday.range");
    refuses(PERSONAL_BIRTHDAY, "1234-05-06", "token");
}

static void
birthday__that_is_no_date_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_BIRTHDAY, "", "empty");
    refuses(PERSONAL_BIRTHDAY, "　", "empty");
    refuses(PERSONAL_BIRTHDAY, "1980", "birthday.form");
    refuses(PERSONAL_BIRTHDAY, "80-01-31", "birthday.form");
    refuses(PERSONAL_BIRTHDAY, "1980-01-31x", "birthday.form");
    refuses(PERSONAL_BIRTHDAY, "昭和", "birthday.form");
    refuses(PERSONAL_BIRTHDAY, "S1980-01-31", "birthday.form");
    refuses(PERSONAL_BIRTHDAY, "198001311", "birthday.form");
    refuses(PERSONAL_BIRTHDAY, "99999999999999999999", "birthday.form");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(birthday__is_one_day_however_it_is_written),
        cmocka_unit_test(birthday__may_be_of_any_era_since_1868),
        cmocka_unit_test(birthday__that_no_calendar_has_is_refused),
        cmocka_unit_test(birthday__of_nobody_alive_is_refused),
        cmocka_unit_test(birthday__that_is_no_date_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
