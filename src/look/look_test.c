#include "look/tool/sample.h"

#include "base/file.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static sk_arena *mem;
static struct look *look;
static sk_str css;

/* --- the style sheet --- */

enum { COLOURS_MAX = 40, SCHEMES = 2 };

struct colour {
    sk_str name;
    double luminance;
};

static struct colour colours[SCHEMES][COLOURS_MAX];
static size_t counts[SCHEMES];

/* WCAG 2.2, "relative luminance" of #rgb or #rrggbb. */
static double
luminance(sk_str hex)
{
    static const double weight[] = { 0.2126, 0.7152, 0.0722 };
    double sum = 0;
    for (size_t i = 0; i < 3; i++) {
        size_t at = hex.n == 4 ? 1 + i : 1 + 2 * i, other = hex.n == 4 ? at : at + 1;
        double c = (sk_hex_value(hex.p[at]) * 16 + sk_hex_value(hex.p[other])) / 255.0;
        sum += weight[i] * (c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

/* Every "--name:#hex" of the :root block behind `at`. */
static void
colours_read(size_t scheme, size_t at)
{
    sk_str block = sk_str_from(css, at), line;
    block = sk_str_first(block, sk_str_find_byte(block, '}'));
    block = sk_str_from(block, sk_str_find_byte(block, '{') + 1);
    while (sk_str_cut(&line, &block, ';')) {
        sk_str name, value = sk_str_trim(line);
        if (!sk_str_starts(value, SK_STR("--"))) continue;
        sk_str_cut(&name, &value, ':');
        assert_true(value.n == 4 || value.n == 7);
        assert_true(counts[scheme] < COLOURS_MAX);
        colours[scheme][counts[scheme]++] = (struct colour){ name, luminance(value) };
    }
}

static double
colour(size_t scheme, const char *name)
{
    for (size_t i = 0; i < counts[scheme]; i++)
        if (sk_str_eq(colours[scheme][i].name, sk_str_of(name)))
            return colours[scheme][i].luminance;
    fail_msg("no colour %s", name);
    return 0;
}

static void
contrast_expect(const char *front, const char *back, double least)
{
    for (size_t scheme = 0; scheme < SCHEMES; scheme++) {
        double a = colour(scheme, front), b = colour(scheme, back);
        double ratio = (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
        if (ratio < least)
            fail_msg("%s on %s, %s: %.2f, wanted %.1f", front, back, scheme ? "dark" : "light",
                     ratio, least);
    }
}

static void
contrast__is_at_least_four_and_a_half_for_every_text(void **state)
{
    (void)state;
    static const char *const grounds[] = { "--paper", "--raised", "--sunk" };
    static const char *const texts[] = { "--ink",  "--soft", "--press", "--well",
                                         "--look", "--act",  "--danger" };
    static const char *const others[][2] = {
        { "--on", "--press" },         { "--on", "--danger" },       { "--paper", "--ink" },
        { "--press", "--press-tint" }, { "--ink", "--well-tint" },   { "--ink", "--look-tint" },
        { "--ink", "--act-tint" },     { "--well", "--well-tint" },  { "--look", "--look-tint" },
        { "--act", "--act-tint" },     { "--soft", "--well-tint" },  { "--soft", "--look-tint" },
        { "--soft", "--act-tint" },    { "--press", "--well-tint" }, { "--press", "--look-tint" },
        { "--press", "--act-tint" },
    };
    for (size_t g = 0; g < sizeof grounds / sizeof *grounds; g++) {
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
            contrast_expect(texts[t], grounds[g], 4.5);
        contrast_expect("--edge", grounds[g], 3); /* WCAG 1.4.11: the border of a field */
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        contrast_expect(others[i][0], others[i][1], 4.5);
}

/* Else the contrast above would not be that of the page. */
static void
colours__stand_in_root_only(void **state)
{
    (void)state;
    sk_str line, rest = sk_str_first(css, sk_str_find(css, SK_STR("@media print")));
    assert_true(rest.n < css.n);
    while (sk_str_cut(&line, &rest, '\n')) {
        if (sk_str_starts(line, SK_STR("--"))) continue;
        static const char *const forbidden[] = { ":#", " #", "rgb", "hsl", ",#" };
        for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
            if (sk_str_find(line, sk_str_of(forbidden[i])) != SIZE_MAX)
                fail_msg("a colour outside :root: %.*s", SK_ARG(line));
    }
    assert_int_equal(counts[0], counts[1]);
}

/* --- pages --- */

static sk_str
page(const char *target, const char *lang)
{
    struct part_request request = { .mem = mem, .ctx = look, .id = SK_STR("01TEST") };
    struct part_response response = { 0 };
    struct part_service service = { .routes = look_sample_routes,
                                    .count = LOOK_SAMPLE_ROUTES,
                                    .ctx = look,
                                    .headers = look_headers,
                                    .header_count = LOOK_HEADERS };
    sk_str whole = sk_str_printf(mem, "%s%clang=%s", target, strchr(target, '?') ? '&' : '?', lang);
    assert_false(sk_failed(part_request_target(&request, whole)));
    part_service_answer(&response, &request, &service, SK_STR("GET"), (sk_str){ 0 });
    if (response.status != 200)
        fail_msg("%s: %u %.*s", target, response.status, SK_ARG(response.body));
    return sk_str_copy(mem, response.body);
}

static void
has(sk_str text, const char *part)
{
    if (sk_str_find(text, sk_str_of(part)) == SIZE_MAX) fail_msg("%s is missing", part);
}

static void
pages__speak_both_languages_and_lead_to_the_other(void **state)
{
    (void)state;
    sk_str ja = page("/?sort=time&q=%E8%8C%B6", "ja"), en = page("/?sort=time", "en");
    has(ja, "<html lang=\"ja\">");
    has(ja, "次の項目をご確認ください");
    has(ja, "href=\"/?lang=en&amp;sort=time&amp;q=%E8%8C%B6\" hreflang=\"en\"");
    has(en, "<html lang=\"en\">");
    has(en, "Please check these fields");
    has(en, "href=\"/?lang=ja&amp;sort=time\" hreflang=\"ja\"");
}

static void
forms__say_what_is_wrong_beside_the_field_and_on_top(void **state)
{
    (void)state;
    sk_str text = page("/gate", "en");
    has(text, "<title>Error: Sampler | Sekisho sampler</title>");
    has(text, "<li><a href=\"#mail\">E-mail address</a>: Please enter an e-mail address");
    has(text, "name=\"mail\" type=\"email\" value=\"mori@\" maxlength=\"254\" "
              "autocomplete=\"email\" required aria-invalid=\"true\" "
              "aria-describedby=\"mail-help mail-fault\"");
    has(text, "<p class=\"fault\" id=\"mail-fault\">");
}

static void
words__of_time_and_number_fit_the_number(void **state)
{
    (void)state;
    enum { MINUTE = 60 * 1000 };
    static const struct {
        int64_t minutes;
        const char *words;
    } rows[] = { { 0, "just now" },     { -1, "1 minute ago" }, { -59, "59 minutes ago" },
                 { -60, "1 hour ago" }, { -2879, "1 day ago" }, { -2880, "2 days ago" },
                 { 1, "in 1 minute" },  { 125, "in 2 hours" },  { -2880000, "2,000 days ago" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct part_request request = { .mem = mem };
        struct part_response response = { 0 };
        struct look_view view;
        assert_false(sk_failed(part_request_target(&request, SK_STR("/?lang=en"))));
        look_view_begin(&view, look, &response, &request, 1800000000000);
        look_time(&view, view.values, "since", view.now + rows[i].minutes * MINUTE);
        assert_false(sk_failed(look_view_show(&view, "since", (sk_str){ 0 })));
        has(response.body, rows[i].words);
    }
    assert_true(sk_str_eq(look_number(mem, -1234567), SK_STR("-1,234,567")));
    assert_true(sk_str_eq(look_number(mem, -123), SK_STR("-123")));
    assert_true(sk_str_eq(look_number(mem, 0), SK_STR("0")));
}

/* What a first visit brings over the line, before compression. */
static void
first_visit__stays_below_a_hundred_kilobytes(void **state)
{
    (void)state;
    static const char *const files[] = { "/", "/asset/look.css", "/asset/look.js",
                                         "/asset/icon.svg", "/asset/icons.svg" };
    size_t sum = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        sum += page(files[i], "ja").n;
    if (sum > 100 * 1000) fail_msg("%zu bytes", sum);
}

static void
errors__name_the_status_and_what_to_do(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *words;
    } rows[] = { { 404, "There is no such page" },
                 { 403, "You may not open this page" },
                 { 422, "This could not be read" },
                 { 503, "There is no answer just now" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct part_request request = { .mem = mem, .id = SK_STR("01TEST") };
        struct part_response response = { .status = rows[i].status };
        struct look_view view;
        assert_false(sk_failed(part_request_target(&request, SK_STR("/?lang=en"))));
        look_view_begin(&view, look, &response, &request, sk_now());
        look_view_place(&view, SK_STR("<Sekisho>"), SK_STR("/"));
        assert_false(sk_failed(look_view_error(&view)));
        has(response.body, rows[i].words);
        has(response.body, "01TEST");
        has(response.body, "&lt;Sekisho&gt;");
    }
}

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(1 << 20);
    sk_err e = look_open(&look, SOURCE_DIR, "src/look/sample", "/asset/");
    if (!sk_failed(e))
        e = sk_file_read(&css, mem, SOURCE_DIR "/src/look/ui/asset/look.css", 64 * 1024);
    if (sk_failed(e)) {
        fprintf(stderr, "%s\n", e.why);
        return -1;
    }
    size_t light = sk_str_find(css, SK_STR(":root")),
           dark = sk_str_find(css, SK_STR("@media (prefers-color-scheme:dark){:root"));
    colours_read(0, light);
    colours_read(1, dark + sizeof "@media (prefers-color-scheme:dark){" - 1);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    look_close(look);
    sk_arena_free(mem);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(contrast__is_at_least_four_and_a_half_for_every_text),
        cmocka_unit_test(colours__stand_in_root_only),
        cmocka_unit_test(pages__speak_both_languages_and_lead_to_the_other),
        cmocka_unit_test(forms__say_what_is_wrong_beside_the_field_and_on_top),
        cmocka_unit_test(words__of_time_and_number_fit_the_number),
        cmocka_unit_test(first_visit__stays_below_a_hundred_kilobytes),
        cmocka_unit_test(errors__name_the_status_and_what_to_do),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
