#include "shop/fold.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
fold__gives_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *text, *folded;
    } rows[] = {
        { "", "" },
        { "  　 ", "" },
        { "１２３ＡＢＣ", "123abc" },
        { "ｶﾅ", "かな" },
        { "ｶﾞﾗｽﾍﾟﾝ", "がらすぺん" },
        { "ガラスペン", "がらすぺん" },
        { "ハ゛ター", "ばたー" },
        { "ｳﾞｧｲｵﾘﾝ", "ゔぁいおりん" },
        { "ﾎﾟｯﾄ ﾂﾞﾄﾞ", "ぽっと づど" },
        { "お 茶　 缶\n", "お 茶 缶" },
        { "CAFÉ", "café" },
        { "京の茶舗・煎茶", "京の茶舗・煎茶" },
        { "ﾞ", "\xe3\x82\x99" },
    };
    sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_str folded = shop_fold(mem, sk_str_of(rows[i].text));
        if (!sk_str_eq(folded, sk_str_of(rows[i].folded)))
            fail_msg("%s: %.*s", rows[i].text, SK_ARG(folded));
    }
    sk_arena_free(mem);
}

static void
fold__survives_bytes_that_are_no_text(void **state)
{
    (void)state;
    sk_arena *mem = sk_arena_new(0);
    assert_true(
        sk_str_eq(shop_fold(mem, SK_STR("a\xff\xe3")), SK_STR("a\xef\xbf\xbd\xef\xbf\xbd")));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fold__gives_one_spelling),
        cmocka_unit_test(fold__survives_bytes_that_are_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
