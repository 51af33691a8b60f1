#include "vault/letter.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct vault_letter_word words[] = {
    { { "who", 3 }, { "関 所子", sizeof "関 所子" - 1 } },
    { { "odd", 3 }, { "{who}{", 6 } },
};

static sk_err
write(sk_str *out, sk_arena *mem, const char *template)
{
    struct sk_buf buf = { .mem = mem };
    sk_err e = vault_letter_write(&buf, sk_str_of(template), words, 2);

    *out = sk_buf_str(&buf);
    return e;
}

static void
letter__has_values_in_their_places(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str out;

    (void)state;
    assert_false(sk_failed(write(&out, mem, "{who} 様\n\n{{1} {who}")));
    assert_true(sk_str_eq(out, SK_STR("関 所子 様\n\n{1} 関 所子")));
    assert_false(sk_failed(write(&out, mem, "")));
    assert_int_equal(out.n, 0);
}

static void
letter__does_not_read_values_as_templates(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str out;

    (void)state;
    assert_false(sk_failed(write(&out, mem, "{odd}who}")));
    assert_true(sk_str_eq(out, SK_STR("{who}{who}")));
}

static void
letter__refuses_places_that_nothing_belongs_to(void **state)
{
    static const char *const bad[] = { "{nobody}", "{who", "{", "{}",
                                       "{a_word_that_is_far_too_long_for_any_place}" };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str out;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(write(&out, mem, bad[i]).kind, SK_BAD);
}

static void
letter__has_a_named_maximum(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf template = { .mem = mem };
    sk_str out;

    (void)state;
    for (int i = 0; i < VAULT_LETTER_MAX; i++)
        sk_buf_byte(&template, 'x');
    sk_buf_byte(&template, 0);
    assert_false(sk_failed(write(&out, mem, template.p)));
    template.n--;
    sk_buf_add(&template, SK_STR("{who}"));
    sk_buf_byte(&template, 0);
    assert_int_equal(write(&out, mem, template.p).kind, SK_FULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter__has_values_in_their_places),
        cmocka_unit_test(letter__does_not_read_values_as_templates),
        cmocka_unit_test(letter__refuses_places_that_nothing_belongs_to),
        cmocka_unit_test(letter__has_a_named_maximum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
