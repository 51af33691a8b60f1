#include "personal/typed_test.h"

static void
phone__has_one_spelling_however_it_is_typed(void **unused)
{
    (void)unused;
    static const char *const forms[] = {
        "090-1234-5678",   "09012345678",         " 090 1234 5678 ",   "０９０－１２３４－５６７８",
        "090ー1234ー5678", "(090)1234-5678",      "090.1234.5678",     "+81-90-1234-5678",
        "+819012345678",   "+81 (0)90-1234-5678", "＋81 90 1234 5678", "0901-234-5678",
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        reads(PERSONAL_PHONE, forms[i], "090-1234-5678", "+819012345678");
}

static void
phone__is_shown_as_its_kind_of_number_is_written(void **unused)
{
    (void)unused;
    reads(PERSONAL_PHONE, "0312345678", "03-1234-5678", "+81312345678");
    reads(PERSONAL_PHONE, "0612345678", "06-1234-5678", "+81612345678");
    reads(PERSONAL_PHONE, "0120-12-3456", "0120-123-456", "+81120123456");
    reads(PERSONAL_PHONE, "08001234567", "0800-123-4567", "+818001234567");
    reads(PERSONAL_PHONE, "05012345678", "050-1234-5678", "+815012345678");
    reads(PERSONAL_PHONE, "060-1234-5678", "060-1234-5678", "+816012345678");
}

static void
phone__keeps_the_area_code_that_was_typed(void **unused)
{
    (void)unused;
    reads(PERSONAL_PHONE, "0463-12-3456", "0463-12-3456", "+81463123456");
    reads(PERSONAL_PHONE, "045（123）4567", "045-123-4567", "+81451234567");
    reads(PERSONAL_PHONE, "04992-1-2345", "04992-1-2345", "+81499212345");
    reads(PERSONAL_PHONE, "0463123456", "0463123456", "+81463123456");
    reads(PERSONAL_PHONE, "046-31-23-456", "0463123456", "+81463123456");
}

static void
phone__of_another_country_is_digits_behind_a_plus(void **unused)
{
    (void)unused;
    reads(PERSONAL_PHONE, "+1 (415) 555-0100", "+14155550100", "+14155550100");
    reads(PERSONAL_PHONE, "+852 2123 4567", "+85221234567", "+85221234567");
}

static void
phone__that_does_not_fit_is_refused(void **unused)
{
    (void)unused;
    refuses(PERSONAL_PHONE, "", "empty");
    refuses(PERSONAL_PHONE, "--", "phone.plan");
    refuses(PERSONAL_PHONE, "090-1234-567", "phone.length");
    refuses(PERSONAL_PHONE, "090-1234-56789", "phone.length");
    refuses(PERSONAL_PHONE, "03-1234-567", "phone.length");
    refuses(PERSONAL_PHONE, "1234-5678", "phone.plan");
    refuses(PERSONAL_PHONE, "0011234567", "phone.plan");
    refuses(PERSONAL_PHONE, "090-1234-5678 内線2", "phone.sign");
    refuses(PERSONAL_PHONE, "+0123456789", "phone.plan");
    refuses(PERSONAL_PHONE, "+12345678901234567", "phone.length");
    refuses(PERSONAL_PHONE, "+", "phone.length");
    refuses(PERSONAL_PHONE, "0\xff", "sign");
}

static void
phone__that_is_a_token_is_no_value(void **unused)
{
    (void)unused;
    refuses(PERSONAL_PHONE, "090-0123-4567", "token");
    refuses(PERSONAL_PHONE, "+819001234567", "token");
    refuses(PERSONAL_PHONE, "0900-123-4567", "phone.plan"); /* nor is one torn apart */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(phone__has_one_spelling_however_it_is_typed),
        cmocka_unit_test(phone__is_shown_as_its_kind_of_number_is_written),
        cmocka_unit_test(phone__keeps_the_area_code_that_was_typed),
        cmocka_unit_test(phone__of_another_country_is_digits_behind_a_plus),
        cmocka_unit_test(phone__that_does_not_fit_is_refused),
        cmocka_unit_test(phone__that_is_a_token_is_no_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
