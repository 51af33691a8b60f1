#include "gate/exchange_spot.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
becomes(enum gate_spot spot, bool wide, const char *value, const char *wanted)
{
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    bool put = gate_spot_put(&out, spot, wide, true, sk_str_of(value));

    if (put != (wanted != NULL)) fail_msg("%d %s", spot, value);
    if (!wanted) assert_int_equal(out.n, 0);
    if (wanted && !sk_str_eq(sk_buf_str(&out), sk_str_of(wanted)))
        fail_msg("%d %s: %.*s", spot, value, SK_ARG(sk_buf_str(&out)));
    sk_arena_free(mem);
}

static void
spot__in_html_nothing_is_markup(void **unused)
{
    (void)unused;
    becomes(GATE_SPOT_TEXT, true, "山田 <b>\"'&\n", "山田 &#60;b&#62;&#34;&#39;&#38;\n");
    becomes(GATE_SPOT_TEXT, true, "\\x(1);`${}\x01\x7f",
            "&#92;x&#40;1&#41;&#59;&#96;&#36;&#123;&#125;");
    becomes(GATE_SPOT_TEXT, false, "山😀a", "&#23665;&#128512;a");
    becomes(GATE_SPOT_FIELD, true, "a b=c\n", "a&#32;b&#61;c&#10;");
    becomes(GATE_SPOT_QUOTED, false, "山\"", "&#23665;&#34;");
    becomes(GATE_SPOT_CLOSED, true, "a", NULL);
}

static void
spot__what_programs_read_gets_harmless_values_only(void **unused)
{
    (void)unused;
    becomes(GATE_SPOT_DATA, true, "山田 太郎", "山田&#32;太郎");
    becomes(GATE_SPOT_DATA, true, "O'Brien", NULL);
    becomes(GATE_SPOT_URL, true, "taro@example.jp", "taro@example.jp");
    becomes(GATE_SPOT_URL, true, "山 田", "%E5%B1%B1%20%E7%94%B0");
    becomes(GATE_SPOT_URL, true, "a&b=c", NULL);
    becomes(GATE_SPOT_URL, true, "');alert(1)//", NULL);
}

static void
spot__in_a_script_neither_string_nor_element_ends(void **unused)
{
    (void)unused;
    becomes(GATE_SPOT_SCRIPT, true, "山</script>'\"\\\n",
            "山\\u003c\\u002fscript\\u003e\\u0027\\u0022\\u005c\\u000a");
    becomes(GATE_SPOT_SCRIPT, false, "😀", "\\ud83d\\ude00");
    becomes(GATE_SPOT_SCRIPT, true, "a\xe2\x80\xa8", "a"); /* a line separator */
}

static void
spot__in_json_a_value_is_a_string_without_markup(void **unused)
{
    (void)unused;
    becomes(GATE_SPOT_JSON, true, "山 \"&\n", "山 \\u0022\\u0026\\u000a");
    becomes(GATE_SPOT_JSON, false, "山", "\\u5c71");
    becomes(GATE_SPOT_JSON, true, "<img>", NULL);
}

static void
spot__in_csv_a_value_is_one_field_and_no_formula(void **unused)
{
    (void)unused;
    becomes(GATE_SPOT_CSV_WHOLE, true, "山田", "山田");
    becomes(GATE_SPOT_CSV_WHOLE, true, "a,b\"c\nd", "\"a,b\"\"c\nd\"");
    becomes(GATE_SPOT_CSV_WHOLE, true, "=1+2", "\"'=1+2\"");
    becomes(GATE_SPOT_CSV_QUOTED, true, "＝cmd\"", "'＝cmd\"\"");
    becomes(GATE_SPOT_CSV_QUOTED, true, "+81 90-1234-5678", "+81 90-1234-5678");
    becomes(GATE_SPOT_CSV_QUOTED, true, "-1", "'-1");
    becomes(GATE_SPOT_CSV, true, "a,b;c\"d\te\r\nf", "a b c d e  f");
    becomes(GATE_SPOT_CSV, false, "山", NULL);
    becomes(GATE_SPOT_CSV_WHOLE, false, "山", NULL);
    becomes(GATE_SPOT_CSV_QUOTED, false, "a", "a");
}

static void
spot__in_plain_text_a_value_is_itself(void **unused)
{
    (void)unused;
    becomes(GATE_SPOT_PLAIN, true, "<山>", "<山>");
    becomes(GATE_SPOT_PLAIN, false, "山", NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spot__in_html_nothing_is_markup),
        cmocka_unit_test(spot__what_programs_read_gets_harmless_values_only),
        cmocka_unit_test(spot__in_a_script_neither_string_nor_element_ends),
        cmocka_unit_test(spot__in_json_a_value_is_a_string_without_markup),
        cmocka_unit_test(spot__in_csv_a_value_is_one_field_and_no_formula),
        cmocka_unit_test(spot__in_plain_text_a_value_is_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
