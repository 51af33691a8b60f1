#include "pack.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static sk_err
read_text(struct pack *pack, sk_arena *mem, const char *text)
{
    char path[] = "/tmp/pack_test_XXXXXX";
    int fd = mkstemp(path);
    sk_err e;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    e = pack_read(pack, mem, path);
    unlink(path);
    return e;
}

static void
pack__gives_messages_with_newlines_in_order(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    struct pack pack;

    (void)state;
    assert_false(sk_failed(read_text(&pack, mem, "3\na\nb1\nz")));
    assert_int_equal(pack.count, 2);
    assert_true(sk_str_eq(pack.at[0], SK_STR("a\nb")));
    assert_true(sk_str_eq(pack.at[1], SK_STR("z")));
    sk_arena_free(mem);
}

static void
pack__refuses_what_is_cut_short_or_no_number_or_empty(void **state)
{
    static const char *const wrong[] = { "4\nabc", "x\nabc", "-1\nabc", "3", "", "0\n" };
    sk_arena *mem = sk_arena_new(0);
    struct pack pack;

    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(read_text(&pack, mem, wrong[i]).kind, SK_BAD);
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pack__gives_messages_with_newlines_in_order),
        cmocka_unit_test(pack__refuses_what_is_cut_short_or_no_number_or_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
