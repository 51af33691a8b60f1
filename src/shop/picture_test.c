#include "shop/picture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static sk_arena *mem;
static struct part_templates *set;

static sk_str
draw(const char *drawing, const char *pattern, const char *mark)
{
    struct sk_buf svg = { .mem = mem };
    struct shop_picture p = { .id = 3,
                              .drawing = sk_str_of(drawing),
                              .pattern = sk_str_of(pattern),
                              .mark = sk_str_of(mark),
                              .title = SK_STR("<茶 & 菓子>"),
                              .colour = { 0x4d7350, 0xc8a24a, 0xdfe8cf } };
    sk_err e = shop_picture_draw(&svg, set, &p);
    if (sk_failed(e)) fail_msg("%s/%s: %s", drawing, pattern, e.why);
    return sk_buf_str(&svg);
}

static void
picture__is_drawn_in_every_drawing_and_pattern(void **state)
{
    (void)state;
    static const char *const drawings[] = {
        "tin",   "pouch",    "teapot", "cup",       "bowl",  "whisk", "namagashi", "yokan",
        "dango", "konpeito", "gift",   "notebook",  "washi", "crane", "brush",     "inkstone",
        "pen",   "ink",      "letter", "furoshiki", "tape",  "seal"
    };
    static const char *const patterns[] = { "plain",    "seigaiha",  "asanoha", "shippo",
                                            "yagasuri", "ichimatsu", "shima",   "sakura" };
    for (size_t i = 0; i < sizeof drawings / sizeof *drawings; i++)
        for (size_t k = 0; k < sizeof patterns / sizeof *patterns; k++) {
            sk_str svg = draw(drawings[i], patterns[k], "茶");
            assert_true(sk_str_starts(svg, SK_STR("<svg xmlns=")));
            assert_true(sk_str_ends(sk_str_trim(svg), SK_STR("</svg>")));
            assert_true(sk_str_find(svg, SK_STR("<pattern id=\"p\"")) != SIZE_MAX);
            assert_true(svg.n < 16 * 1024);
        }
}

static void
picture__escapes_title_and_mark(void **state)
{
    (void)state;
    sk_str svg = draw("tin", "plain", "<&\"'");
    assert_true(sk_str_find(svg, SK_STR("&lt;茶 &amp; 菓子&gt;")) != SIZE_MAX);
    assert_true(sk_str_find(svg, SK_STR(">&lt;</text>")) != SIZE_MAX);
    assert_true(sk_str_find(svg, SK_STR(">&amp;</text>")) != SIZE_MAX);
}

static void
picture__shows_the_products_colours(void **state)
{
    (void)state;
    assert_true(sk_str_find(draw("cup", "shima", ""), SK_STR("#4d7350")) != SIZE_MAX);
    assert_true(sk_str_find(draw("cup", "shima", ""), SK_STR("#c8a24a")) != SIZE_MAX);
}

static void
picture__of_an_unknown_drawing_is_refused(void **state)
{
    (void)state;
    struct sk_buf svg = { .mem = mem };
    struct shop_picture p = { .drawing = SK_STR("../page"), .pattern = SK_STR("plain") };
    assert_int_equal(shop_picture_draw(&svg, set, &p).kind, SK_MISSING);
    assert_false(shop_picture_known(SK_STR("tin"), SK_STR("none")));
    assert_true(shop_picture_known(SK_STR("tin"), SK_STR("shima")));
}

static int
start(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    return sk_failed(part_templates_load(&set, SOURCE_DIR "/src/shop/ui")) ? -1 : 0;
}

static int
stop(void **state)
{
    (void)state;
    part_templates_free(set);
    sk_arena_free(mem);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(picture__is_drawn_in_every_drawing_and_pattern),
        cmocka_unit_test(picture__escapes_title_and_mark),
        cmocka_unit_test(picture__shows_the_products_colours),
        cmocka_unit_test(picture__of_an_unknown_drawing_is_refused),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
