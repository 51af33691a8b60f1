#include "console/csv.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
cells__cannot_be_formulas_and_keep_quotes_and_lines(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct csv csv = csv_begin(mem);
    csv_cell(&csv, SK_STR("=cmd|' /C calc'!A0"));
    csv_cell(&csv, SK_STR("say \"茶\"\nagain"));
    csv_int(&csv, -3);
    csv_line_end(&csv);
    csv_cell(&csv, (sk_str){ 0 });
    csv_line_end(&csv);
    assert_true(sk_str_eq(sk_buf_str(&csv.out),
                          SK_STR("\xef\xbb\xbf\"'=cmd|' /C calc'!A0\",\"say \"\"茶\"\"\nagain\","
                                 "-3\r\n\"\"\r\n")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        cells__cannot_be_formulas_and_keep_quotes_and_lines) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
