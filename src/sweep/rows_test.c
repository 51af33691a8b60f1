#include "sweep/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
field(void *ctx, unsigned column, sk_str text)
{
    sk_buf_printf(ctx, "%u=%.*s;", column, SK_ARG(text));
}

static void
end(void *ctx)
{
    sk_buf_byte(ctx, '/');
}

static void
reads(const char *bytes, const char *all)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    for (size_t step = 1; step < 9; step++) {
        struct sk_buf out = { .mem = mem };
        struct sweep_rows *rows = SK_NEW(mem, struct sweep_rows);
        rows->field = field;
        rows->end = end;
        rows->ctx = &out;
        for (sk_str rest = sk_str_of(bytes); rest.n; rest = sk_str_from(rest, step))
            sweep_rows_feed(rows, sk_str_first(rest, step));
        assert_true(sk_str_eq(sk_buf_str(&out), sk_str_of(all)));
    }
}

static void
rows__are_fields_between_tabs(void **unused)
{
    (void)unused;
    reads("a\tb\nc\td\n", "0=a;1=b;/0=c;1=d;/");
    reads("a\t\tc\n\n", "0=a;2=c;//");
}

static void
rows__have_signs_escaped(void **unused)
{
    (void)unused;
    reads("a\\tb\\\\\\n\tc\n", "0=a\tb\\\n;1=c;/");
    reads("\\N\ta\n", "1=a;/");
    reads("\\Nx\n", "0=Nx;/");
}

static void
rows__give_a_long_field_in_parts(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct sweep_rows *rows = SK_NEW(mem, struct sweep_rows);
    char *large = sk_alloc(mem, SWEEP_FIELD_MAX + 2);

    memset(large, 'a', SWEEP_FIELD_MAX + 2);
    large[SWEEP_FIELD_MAX + 1] = '\n';
    rows->field = field;
    rows->ctx = &out;
    sweep_rows_feed(rows, (sk_str){ large, SWEEP_FIELD_MAX + 2 });
    assert_int_equal(out.n, SWEEP_FIELD_MAX + 1 + 2 * 3);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows__are_fields_between_tabs),
        cmocka_unit_test(rows__have_signs_escaped),
        cmocka_unit_test(rows__give_a_long_field_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
