#include "shop/lang.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
accept__chooses_what_the_reader_likes_best(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum shop_lang lang;
    } rows[] = {
        { "", SHOP_JA },
        { "*", SHOP_JA },
        { "ja", SHOP_JA },
        { "ja-JP,ja;q=0.9,en;q=0.8", SHOP_JA },
        { "en-US,en;q=0.9,ja;q=0.8", SHOP_EN },
        { "en;q=0.5, ja;q=0.51", SHOP_JA },
        { "de,fr;q=0.8", SHOP_EN },
        { "de, JA;q=0.1", SHOP_JA },
        { "ja;q=0, en;q=0.1", SHOP_EN },
        { ",;,-;q=", SHOP_EN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (shop_lang_accept(sk_str_of(rows[i].header)) != rows[i].lang)
            fail_msg("%s", rows[i].header);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        accept__chooses_what_the_reader_likes_best) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
