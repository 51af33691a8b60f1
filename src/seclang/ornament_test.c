/* What is an ornament and what is not. */
#include "seclang/ornament.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
face__is_a_whole_drawing(void **state)
{
    static const struct {
        const char *text;
        size_t length;
    } rows[] = {
        { "<(_ _)>", 7 }, { "<(_ _)>>", 7 },    { "<(_ _)", 0 },
        { "<(ls)>", 0 },  { "(t_t)", 5 },       { "(^^;)", 5 },
        { "(^^;", 4 },    { "(^^)v", 5 },       { "(^^)", 4 },
        { "(_ _)m", 5 },  { "m(__)m", 0 },      { "('_')", 0 },
        { "", 0 },        { "(", 0 },           { "(^_^)/cat", 6 },
        { "x(^^)", 0 },   { "(´・ω・｀)", 15 }, { "(*´∀｀*)", 12 },
        { "(^^;cat", 0 }, { "(^_^;。", 5 },     { "(大)", 0 },
        { "(´a´)", 0 },   { "(´'´)", 0 },       { "(＇´＇)", 0 },
        { "(´・ω", 0 },   { ">_<", 3 },         { ">_<svg", 0 },
        { ">_<。", 3 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (seclang_face(sk_str_of(rows[i].text), 0) != rows[i].length)
            fail_msg("%s: %zu", rows[i].text, seclang_face(sk_str_of(rows[i].text), 0));
}

static void
face__of_brackets_is_none_before_what_could_be_a_tag(void **state)
{
    (void)state;
    assert_int_equal(seclang_face(SK_STR("a>_<"), 1), 3);
    assert_int_equal(seclang_face(SK_STR("a>_<1"), 1), 3);
    assert_int_equal(seclang_face(SK_STR("a>_</b"), 1), 0);
    assert_int_equal(seclang_face(SK_STR("\n>_<\r\n"), 1), 3);
    assert_int_equal(seclang_face(SK_STR("a>_<img"), 1), 0);
}

static void
figure__is_a_price_or_a_number_beside_japanese(void **state)
{
    static const struct {
        const char *text;
        size_t at, length;
    } rows[] = {
        { "\\12,770で", 0, 7 },  { "約\\12,770", 3, 7 },   { "で\\770。", 3, 4 },
        { "\\141lert", 0, 0 },   { "大\\141\\154", 3, 0 }, { "a\\12,770", 1, 0 },
        { "\\", 0, 0 },          { "\\x27", 0, 0 },        { "12,770円", 0, 6 },
        { "1,200,300円", 0, 9 }, { "¥12,770+", 2, 6 },     { "12,770", 0, 0 },
        { "11,12,770円", 3, 0 }, { "12,77円", 0, 0 },      { "番号 #1234です", 7, 5 },
        { "番号#1", 6, 2 },      { "1 #1234", 2, 0 },      { "番号 #12a", 7, 0 },
        { "#1", 0, 0 },          { "番号 # x", 7, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (seclang_figure(sk_str_of(rows[i].text), rows[i].at) != rows[i].length)
            fail_msg("%s: %zu", rows[i].text, seclang_figure(sk_str_of(rows[i].text), rows[i].at));
}

static void
quote_mark__begins_a_line_of_japanese(void **state)
{
    static const struct {
        const char *text;
        size_t at, length;
    } rows[] = {
        { "> (帯)と", 0, 1 }, { "a\n> 126cmです\nb", 2, 1 },
        { "a> (帯)", 1, 0 },  { "> /etc/x\n大", 0, 0 },
        { ">(帯)", 0, 0 },    { "> ", 0, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (seclang_quote_mark(sk_str_of(rows[i].text), rows[i].at) != rows[i].length)
            fail_msg("%s: %zu", rows[i].text,
                     seclang_quote_mark(sk_str_of(rows[i].text), rows[i].at));
}

static void
ruler__is_all_of_its_line(void **state)
{
    static const struct {
        const char *text;
        size_t at, length;
    } rows[] = {
        { "a\r\n-----\r\nb", 3, 5 }, { "a\n====\nb", 2, 4 }, { "****\nb", 0, 4 },
        { "a\n--\nb", 2, 0 },        { "a ---\nb", 2, 0 },   { "a\n--- b", 2, 0 },
        { "a\n---", 2, 3 },          { "---", 0, 3 },        { "a\n--=\nb", 2, 0 },
        { "a\n///\nb", 2, 0 },       { "a\n----\nb", 3, 0 }, { "a", 1, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (seclang_ruler(sk_str_of(rows[i].text), rows[i].at) != rows[i].length)
            fail_msg("%s: %zu", rows[i].text, seclang_ruler(sk_str_of(rows[i].text), rows[i].at));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(face__is_a_whole_drawing),
        cmocka_unit_test(face__of_brackets_is_none_before_what_could_be_a_tag),
        cmocka_unit_test(figure__is_a_price_or_a_number_beside_japanese),
        cmocka_unit_test(quote_mark__begins_a_line_of_japanese),
        cmocka_unit_test(ruler__is_all_of_its_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
