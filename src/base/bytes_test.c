/* Sets of byte values. */
#include "base/bytes.h"

#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>

#include <cmocka.h>

enum { LONG = 5000 };

static struct sk_bytes
one_by_one(sk_str s)
{
    struct sk_bytes set = { { 0 } };

    for (size_t i = 0; i < s.n; i++)
        sk_bytes_put(&set, (unsigned char)s.p[i]);
    return set;
}

/* Each byte at each place of a vector, before and behind it, in short texts and long ones. */
static void
bytes_of__a_text_are_all_that_it_has(void **state)
{
    static char text[LONG];

    (void)state;
    for (unsigned c = 0; c < 256; c++)
        for (size_t n = 0; n < LONG; n += 1 + n / 2) {
            struct sk_bytes got, want;

            memset(text, 'a', LONG);
            if (n > 0) text[(c * 7 + n) % n] = (char)c;
            got = sk_bytes_of((sk_str){ text, n });
            want = one_by_one((sk_str){ text, n });
            assert_memory_equal(&got, &want, sizeof(got));
        }
}

static void
bytes_of__mixed_texts_are_all_that_they_have(void **state)
{
    static char text[LONG];
    uint64_t x = 0x9e3779b97f4a7c15;

    (void)state;
    for (unsigned span = 1; span <= 256; span++) {
        struct sk_bytes got, want;

        for (size_t i = 0; i < LONG; i++) {
            x = x * 6364136223846793005 + 1442695040888963407;
            text[i] = (char)((x >> 40) % span); /* Knuth's MMIX generator */
        }
        got = sk_bytes_of((sk_str){ text, LONG - span });
        want = one_by_one((sk_str){ text, LONG - span });
        assert_memory_equal(&got, &want, sizeof(got));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_of__a_text_are_all_that_it_has),
        cmocka_unit_test(bytes_of__mixed_texts_are_all_that_they_have),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
