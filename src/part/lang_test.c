#include "part/lang.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
accept__chooses_what_the_reader_likes_best(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum part_lang lang;
    } rows[] = {
        { "", PART_JA },
        { "*", PART_JA },
        { "ja", PART_JA },
        { "ja-JP,ja;q=0.9,en;q=0.8", PART_JA },
        { "en-US,en;q=0.9,ja;q=0.8", PART_EN },
        { "en;q=0.5, ja;q=0.51", PART_JA },
        { "de,fr;q=0.8", PART_EN },
        { "de, JA;q=0.1", PART_JA },
        { "ja;q=0, en;q=0.1", PART_EN },
        { ",;,-;q=", PART_EN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (part_lang_accept(sk_str_of(rows[i].header)) != rows[i].lang)
            fail_msg("%s", rows[i].header);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(
        accept__chooses_what_the_reader_likes_best) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
