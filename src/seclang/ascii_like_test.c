/* Best fits. */
#include "seclang/ascii_like.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
best_fit__of_full_width_forms_is_the_ascii_they_are_forms_of(void **state)
{
    (void)state;
    for (uint32_t c = 0x21; c < 0x7f; c++)
        assert_int_equal(seclang_ascii_like(0xff00 + c - 0x20), c);
    assert_int_equal(seclang_ascii_like(0xff5f), 0);
    assert_int_equal(seclang_ascii_like(0xff71), 0); /* half-width katakana */
}

static void
best_fit__knows_quotes_brackets_and_spaces(void **state)
{
    static const struct {
        uint32_t code;
        unsigned char ascii;
    } rows[] = {
        { 0x00a0, ' ' }, { 0x00ab, '<' },  { 0x02bc, '\'' }, { 0x2018, '\'' }, { 0x201d, '"' },
        { 0x2000, ' ' }, { 0x200a, ' ' },  { 0x200b, 0 },    { 0x2044, '/' },  { 0x212a, 'k' },
        { 0x3000, ' ' }, { 0x3001, 0 },    { 0x3002, 0 },    { 0x3008, '<' },  { 0x300c, 0 },
        { 0xfe6b, '@' }, { 0xff07, '\'' }, { 0x5927, 0 },    { 0x1f600, 0 },   { 0, 0 },
        { 0x10ffff, 0 }, { '\'', 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(seclang_ascii_like(rows[i].code), rows[i].ascii);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_fit__of_full_width_forms_is_the_ascii_they_are_forms_of),
        cmocka_unit_test(best_fit__knows_quotes_brackets_and_spaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
