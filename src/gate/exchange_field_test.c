#include "gate/exchange_field.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct gate_exchange_field fields[] = {
    { { "phone", 5 }, PERSONAL_PHONE, 0 },
    { { "customer[name]", 14 }, PERSONAL_NAME, 0 },
    { { "shipping.address", 16 }, PERSONAL_ADDRESS, 0 },
    { { "お名前", 9 }, PERSONAL_NAME, 0 },
    { { "name", 4 }, PERSONAL_NAME, 0 },
    { { "name_kana", 9 }, PERSONAL_READING, 0 },
};

static enum personal_kind
kind_of(const char *name)
{
    const struct gate_exchange_field *field =
        gate_exchange_field_find(fields, sizeof fields / sizeof *fields, sk_str_of(name));

    return field ? field->kind : PERSONAL_NONE;
}

static void
exchange_field__is_found_in_every_spelling_that_a_framework_reads(void **unused)
{
    (void)unused;
    static const char *const names[] = { "customer[name]",    "customer.name",  "customer_name",
                                         "customer name",     "Customer[Name]", "customer[name][]",
                                         "customer[0][name]", "customer[name]x" };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (kind_of(names[i]) != PERSONAL_NAME) fail_msg("%s", names[i]);
    assert_int_equal(kind_of("phone[]"), PERSONAL_PHONE);
    assert_int_equal(kind_of("お名前"), PERSONAL_NAME);
    assert_int_equal(kind_of("name_kana"), PERSONAL_READING);
}

static void
exchange_field__has_everything_below_it(void **unused)
{
    (void)unused;
    assert_int_equal(kind_of("shipping.address.street"), PERSONAL_ADDRESS);
    assert_int_equal(kind_of("shipping[address][1][street]"), PERSONAL_ADDRESS);
    assert_int_equal(kind_of("phone.0"), PERSONAL_PHONE);
}

static void
exchange_field__is_no_other_name(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "",        "[",        "phones",     "phone2", "shipping",
        "address", "username", "name_of_it", "お名",   "my_phone"
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (kind_of(names[i]) != PERSONAL_NONE) fail_msg("%s", names[i]);
}

static void
exchange_field__has_a_part_at_least(void **unused)
{
    (void)unused;
    char longest[GATE_EXCHANGE_NAME + 1];

    memset(longest, 'a', sizeof longest);
    assert_true(gate_exchange_field_is_name((sk_str){ longest, GATE_EXCHANGE_NAME }));
    assert_false(gate_exchange_field_is_name((sk_str){ longest, sizeof longest }));
    assert_false(gate_exchange_field_is_name(SK_STR("")));
    assert_false(gate_exchange_field_is_name(SK_STR("[].")));
    assert_true(gate_exchange_field_is_name(SK_STR("a[]")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_field__is_found_in_every_spelling_that_a_framework_reads),
        cmocka_unit_test(exchange_field__has_everything_below_it),
        cmocka_unit_test(exchange_field__is_no_other_name),
        cmocka_unit_test(exchange_field__has_a_part_at_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
