/* Charsets of Japanese forms. */
#include "seclang/decoder.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    ALL = 1 << SECLANG_CHARSET_SHIFT_JIS | 1 << SECLANG_CHARSET_EUC_JP |
          1 << SECLANG_CHARSET_ISO_2022_JP
};

static const struct {
    enum seclang_charset charset;
    const char *in, *out;
    bool valid;
} rows[] = {
    { SECLANG_CHARSET_SHIFT_JIS, "\x95\x5c\x83\x5c\x94\x5c", "表ソ能", true },
    { SECLANG_CHARSET_SHIFT_JIS, "\\ ~ a'", "\\ ~ a'", true },
    { SECLANG_CHARSET_SHIFT_JIS, "\x87\x40\x87\x8a\xb1", "①㈱ｱ", true },
    { SECLANG_CHARSET_SHIFT_JIS, "\x81'or", "\xef\xbf\xbd'or", false },
    { SECLANG_CHARSET_SHIFT_JIS, "a\x95", "a\xef\xbf\xbd", false },
    { SECLANG_CHARSET_SHIFT_JIS, "", "", true },
    { SECLANG_CHARSET_EUC_JP, "\xc2\xe7\xba\xe5\xad\xa1\x8e\xb1", "大阪①ｱ", true },
    { SECLANG_CHARSET_EUC_JP, "\xc2<script>", "\xef\xbf\xbd<script>", false },
    { SECLANG_CHARSET_ISO_2022_JP, "\x1b$BBg:e\x1b(B<b>", "大阪<b>", true },
    { SECLANG_CHARSET_ISO_2022_JP, "\x1b$BBg\xe5", "大\xef\xbf\xbd", false },
    { SECLANG_CHARSET_ISO_2022_JP, "plain", "plain", true }, /* a new text begins in ASCII */
};

static void
decoding__gives_utf8_and_says_where_it_had_to_guess(void **state)
{
    struct seclang_decoders *decoders;
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    assert_false(sk_failed(seclang_decoders_new(&decoders, ALL)));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        sk_str out;
        bool valid = seclang_decode(&out, mem, decoders, rows[i].charset, sk_str_of(rows[i].in));

        if (valid != rows[i].valid || !sk_str_eq(out, sk_str_of(rows[i].out)))
            fail_msg("%zu: %.*s", i, SK_ARG(out));
    }
    seclang_decoders_free(decoders);
    sk_arena_free(mem);
}

static void
decoding__of_what_was_not_asked_for_leaves_the_text(void **state)
{
    struct seclang_decoders *decoders;
    sk_arena *mem = sk_arena_new(0);
    sk_str out, in = SK_STR("\x95\x5c");

    (void)state;
    assert_false(sk_failed(seclang_decoders_new(&decoders, 1 << SECLANG_CHARSET_EUC_JP)));
    assert_false(seclang_decode(&out, mem, decoders, SECLANG_CHARSET_SHIFT_JIS, in));
    assert_true(sk_str_eq(out, in));
    assert_false(seclang_decode(&out, mem, decoders, SECLANG_CHARSET_OTHER, in));
    seclang_decoders_free(decoders);
    assert_false(sk_failed(seclang_decoders_new(&decoders, 0)));
    assert_null(decoders);
    assert_false(seclang_decode(&out, mem, decoders, SECLANG_CHARSET_SHIFT_JIS, in));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoding__gives_utf8_and_says_where_it_had_to_guess),
        cmocka_unit_test(decoding__of_what_was_not_asked_for_leaves_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
