/* The cache's file as bytes: what is written is read, what is not whole is refused. */
#include "seclang/cache/pack.h"

#include <stdarg.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>

static const unsigned char maker[SK_SHA256] = "a maker";

static sk_str
written(sk_arena *mem)
{
    struct seclang_pack_entry entries[] = {
        { .key = "one", .age = 3, .body = SK_STR("the first body") },
        { .key = "two", .body = { "", 0 } },
        { .key = "three", .body = { "\0\1\2", 3 } },
    };
    struct seclang_pack pack = { entries, 3 };
    struct sk_buf out = { .mem = mem };

    seclang_pack_write(&out, &pack, maker);
    return sk_buf_str(&out);
}

static void
pack__gives_back_what_was_written(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    struct seclang_pack pack;

    (void)state;
    assert_false(sk_failed(seclang_pack_read(&pack, mem, written(mem), maker)));
    assert_int_equal(pack.count, 3);
    assert_string_equal((const char *)pack.entry[0].key, "one");
    assert_int_equal(pack.entry[0].age, 3);
    assert_true(sk_str_eq(pack.entry[0].body, SK_STR("the first body")));
    assert_int_equal(pack.entry[1].body.n, 0);
    assert_memory_equal(pack.entry[2].body.p, "\0\1\2", 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(seclang_pack_sound(&pack.entry[i]));
    sk_arena_free(mem);
}

static void
pack__cut_anywhere_is_refused(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str whole = written(mem);
    struct seclang_pack pack;

    (void)state;
    for (size_t n = 0; n < whole.n; n++) {
        sk_str cut = sk_str_copy(mem, sk_str_first(whole, n));

        assert_int_equal(seclang_pack_read(&pack, mem, cut, maker).kind, SK_BAD);
        assert_int_equal(pack.count, 0);
    }
    sk_arena_free(mem);
}

static void
pack__any_changed_byte_is_noticed(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str whole = written(mem);
    struct seclang_pack pack;

    (void)state;
    for (size_t i = 0; i < whole.n; i++) {
        char *bytes = sk_str_zcopy(mem, whole);
        bool sound = true;

        memcpy(bytes, whole.p, whole.n);
        bytes[i] ^= 0x20;
        if (sk_failed(seclang_pack_read(&pack, mem, (sk_str){ bytes, whole.n }, maker))) continue;
        for (size_t k = 0; k < pack.count; k++)
            sound = sound && seclang_pack_sound(&pack.entry[k]);
        if (sound) fail_msg("byte %zu was changed and nobody noticed", i);
    }
    sk_arena_free(mem);
}

static void
pack__of_another_maker_is_refused(void **state)
{
    static const unsigned char other[SK_SHA256] = "another maker";
    sk_arena *mem = sk_arena_new(0);
    struct seclang_pack pack;
    sk_err e = seclang_pack_read(&pack, mem, written(mem), other);

    (void)state;
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "another processor"));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pack__gives_back_what_was_written),
        cmocka_unit_test(pack__cut_anywhere_is_refused),
        cmocka_unit_test(pack__any_changed_byte_is_noticed),
        cmocka_unit_test(pack__of_another_maker_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
