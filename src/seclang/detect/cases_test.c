/* Text cases of the detectors: cases/detect, see its README. libinjection is asked the same
 * questions: ours must find more of the attacks and less in prose. */
#include "base/file.h"
#include "seclang/detect/detect.h"
#include "seclang/detect/sql.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { FILE_MOST = 1 << 20, CASES_LEAST = 80 };

int libinjection_sqli(const char *text, size_t n, char fingerprint[8]);
int libinjection_xss(const char *text, size_t n);

typedef bool (*detect_fn)(char reason[SECLANG_REASON], sk_str value);

static bool
oracle_sql(char reason[SECLANG_REASON], sk_str value)
{
    return libinjection_sqli(value.p, value.n, reason);
}

static bool
oracle_xss(char reason[SECLANG_REASON], sk_str value)
{
    (void)reason;
    return libinjection_xss(value.p, value.n);
}

static void
unescape(struct sk_buf *out, sk_str line)
{
    static const char from[] = "nrt0\\", to[] = "\n\r\t\0\\";

    for (size_t i = 0; i < line.n; i++) {
        const char *at = i + 1 < line.n ? strchr(from, line.p[i + 1]) : NULL;
        if (line.p[i] != '\\') {
            sk_buf_byte(out, line.p[i]);
        } else if (at && *at) {
            sk_buf_byte(out, to[at - from]);
            i++;
        } else {
            assert_true(i + 3 < line.n && line.p[i + 1] == 'x');
            sk_buf_byte(out,
                        (char)(sk_hex_value(line.p[i + 2]) * 16 + sk_hex_value(line.p[i + 3])));
            i += 3;
        }
    }
}

struct count {
    unsigned all, ours, oracles;
};

static void
ask(struct count *count, sk_arena *mem, sk_str line, detect_fn ours, detect_fn oracle, bool attack)
{
    char reason[SECLANG_REASON] = "", none[SECLANG_REASON];
    struct sk_buf value = { .mem = mem };
    struct seclang_filter filter;
    struct sk_bytes present;
    bool found;

    unescape(&value, line);
    found = ours(reason, sk_buf_str(&value));
    present = sk_bytes_of(sk_buf_str(&value));
    count->all++;
    count->ours += found;
    count->oracles += oracle(none, sk_buf_str(&value));
    if (found != attack) print_error("%s: %.*s\n", found ? reason : "nothing in", SK_ARG(line));
    (ours == seclang_detect_sql ? seclang_detect_sql_filter : seclang_detect_xss_filter)(&filter);
    if (found) assert_true(seclang_filter_passes(&filter, value.n, &present));
}

static struct count
ask_all(const char *name, detect_fn ours, detect_fn oracle, bool attack)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct count count = { 0 };
    const char *path = sk_str_printf(mem, SOURCE_DIR "/src/seclang/cases/detect/%s", name).p;
    sk_str text, line;
    sk_err e = sk_file_read(&text, mem, path, FILE_MOST);

    if (sk_failed(e)) fail_msg("%s", e.why);
    while (sk_str_cut(&line, &text, '\n'))
        if (line.n && !sk_str_starts(line, SK_STR("# ")))
            ask(&count, mem, line, ours, oracle, attack);
    print_message("%s: %u cases, %u found, %u by libinjection\n", name, count.all, count.ours,
                  count.oracles);
    assert_true(count.all >= CASES_LEAST);
    return count;
}

static void
attacks__are_found_and_more_of_them_than_libinjection_finds(void **unused)
{
    struct count sql = ask_all("sql_attacks.txt", seclang_detect_sql, oracle_sql, true);
    struct count xss = ask_all("xss_attacks.txt", seclang_detect_xss, oracle_xss, true);

    (void)unused;
    assert_int_equal(sql.ours, sql.all);
    assert_int_equal(xss.ours, xss.all);
    assert_true(sql.ours > sql.oracles && xss.ours > xss.oracles);
}

static void
prose__is_left_alone_more_than_by_libinjection(void **unused)
{
    struct count sql = ask_all("sql_prose.txt", seclang_detect_sql, oracle_sql, false);
    struct count xss = ask_all("xss_prose.txt", seclang_detect_xss, oracle_xss, false);

    (void)unused;
    assert_int_equal(sql.ours, 0);
    assert_int_equal(xss.ours, 0);
    assert_true(sql.oracles > 0 && xss.oracles > 0);
}

static void
reasons__say_the_place_and_the_cause(void **unused)
{
    char reason[SECLANG_REASON];

    (void)unused;
    assert_true(seclang_detect_sql(reason, SK_STR("1 union select 1")));
    assert_string_equal(reason, "value union");
    assert_true(seclang_detect_sql(reason, SK_STR("a' or 'b'='b")));
    assert_string_equal(reason, "' comparison");
    assert_true(seclang_detect_xss(reason, SK_STR("\" onclick=x")));
    assert_string_equal(reason, "\" handler");
}

static void
sql__every_sign_between_two_words_passes_the_filter(void **unused)
{
    static const char *const words[] = { "union", "or 1", "select", "union(1)", "having",   "al",
                                         "or",    "o",    "1",      "v",        "1shutdown" };
    static const char *const before[] = { "1", "select", "2or", "exec." };
    struct seclang_filter filter;
    char reason[SECLANG_REASON], text[32];

    (void)unused;
    seclang_detect_sql_filter(&filter);
    for (int sign = 1; sign < 256; sign++)
        for (size_t i = 0; i < 4 * sizeof(words) / sizeof(words[0]); i++) {
            int n = snprintf(text, sizeof(text), "%s%c%s", before[i % 4], sign, words[i / 4]);
            sk_str value = { text, (size_t)n };
            struct sk_bytes present = sk_bytes_of(value);

            if (seclang_detect_sql(reason, value))
                assert_true(seclang_filter_passes(&filter, value.n, &present));
        }
}

/* With time that grew with the square this would take minutes. */
static void
sql__a_long_row_of_points_is_read_once(void **unused)
{
    static char text[256 << 10];
    char reason[SECLANG_REASON];

    (void)unused;
    memset(text, '.', sizeof(text));
    text[sizeof(text) - 1] = '\'';
    assert_false(seclang_detect_sql(reason, (sk_str){ text, sizeof(text) }));
}

static void
words__are_all_found_by_their_text(void **unused)
{
    size_t count;
    const struct sql_word *words = seclang_sql_words(&count);

    (void)unused;
    assert_true(count > 500);
    for (size_t i = 0; i < count; i++)
        if (seclang_sql_word(sk_str_of(words[i].text)) != &words[i])
            fail_msg("%s is not found: the rows or their index are out of order", words[i].text);
    assert_null(seclang_sql_word(SK_STR("teapot")));
    assert_null(seclang_sql_word(SK_STR("selec")));
    assert_non_null(seclang_sql_word(SK_STR("SeLeCt")));
}

static void
nothing__is_found_in_nothing(void **unused)
{
    char reason[SECLANG_REASON];

    (void)unused;
    assert_false(seclang_detect_sql(reason, SK_STR("")));
    assert_false(seclang_detect_xss(reason, SK_STR("")));
    assert_false(seclang_detect_sql(reason, (sk_str){ 0 }));
    assert_false(seclang_detect_xss(reason, (sk_str){ 0 }));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attacks__are_found_and_more_of_them_than_libinjection_finds),
        cmocka_unit_test(prose__is_left_alone_more_than_by_libinjection),
        cmocka_unit_test(reasons__say_the_place_and_the_cause),
        cmocka_unit_test(words__are_all_found_by_their_text),
        cmocka_unit_test(sql__every_sign_between_two_words_passes_the_filter),
        cmocka_unit_test(sql__a_long_row_of_points_is_read_once),
        cmocka_unit_test(nothing__is_found_in_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
