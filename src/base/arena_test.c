#include "base/arena.h"
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

static int live;

static void *
counted_get(void *ctx, size_t size)
{
    (void)ctx;
    live++;
    return malloc(size);
}

static void
counted_put(void *ctx, void *p)
{
    (void)ctx;
    live--;
    free(p);
}

static void
arena__gives_everything_back(void **unused)
{
    (void)unused;
    struct sk_arena_source source = { counted_get, counted_put, NULL };
    sk_arena *a = sk_arena_on(source, 100);
    for (size_t i = 0; i < 100; i++)
        memset(sk_alloc(a, i * 7), 1, i * 7);
    sk_arena_reset(a);
    assert_int_equal(live, 2); /* its head and the first chunk */
    assert_int_equal(sk_arena_used(a), 0);
    sk_arena_free(a);
    assert_int_equal(live, 0);
}

static void
arena__of_pages_gives_them_back_to_the_system(void **unused)
{
    (void)unused;
    sk_arena *a = sk_arena_new_pages(64 << 10);
    char *small = sk_alloc(a, 100), *large = sk_alloc(a, 1 << 20);
    unsigned char here[1];
    void *page = large - (uintptr_t)large % 4096;
    assert_int_equal((uintptr_t)small % 16, 0);
    memset(large, 1, 1 << 20);
    assert_int_equal(mincore(page, 1, here), 0);
    sk_arena_free(a);
    assert_int_equal(mincore(page, 1, here), -1); /* nothing is mapped there any more */
}

static void
arena__aligns_and_clears(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *a = sk_arena_new(64);
    for (size_t i = 1; i < 50; i++) {
        const char *p = sk_zalloc(a, i);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t k = 0; k < i; k++)
            assert_int_equal(p[k], 0);
    }
}

static void
grow__keeps_the_contents_in_place_or_moved(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *a = sk_arena_new(256);
    char *p = sk_alloc(a, 16);
    memcpy(p, "0123456789abcdef", 16);
    assert_ptr_equal(sk_grow(a, p, 16, 64), p); /* newest: in place */
    (void)sk_alloc(a, 1);
    char *q = sk_grow(a, p, 64, 4000);
    assert_ptr_not_equal(q, p);
    assert_memory_equal(q, "0123456789abcdef", 16);
}

static void
error__keeps_its_text_when_made_from_itself(void **unused)
{
    (void)unused;
    sk_err e = sk_fail(SK_BAD, "column %d", 3);
    e = sk_fail(e.kind, "line %d: %s", 2, e.why);
    assert_string_equal(e.why, "line 2: column 3");
    assert_int_equal(sk_kind_rows[e.kind].exit_code, 2);
    char long_text[3000];
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = 0;
    e = sk_fail(SK_BAD, "%s", long_text);
    assert_int_equal(strlen(e.why), 1023);
    assert_string_equal(e.why + 1020, "...");
}

static char kept[8192] __attribute__((aligned(16)));

static void *
kept_get(void *ctx, size_t size)
{
    size_t *at = ctx, from = *at;

    *at += (size + 15) / 16 * 16;
    return *at <= sizeof kept ? kept + from : NULL;
}

static void
kept_put(void *ctx, void *chunk)
{
    (void)ctx, (void)chunk;
}

static const char secret[] = "a secret that nobody shall find";

/* What an allocator gave is nobody else's to the compiler, which may leave out what it sees nobody
 * read: not what is volatile. */
static void
secret_keep(sk_arena *mem)
{
    volatile char *p = sk_alloc(mem, sizeof secret);

    for (size_t i = 0; i < sizeof secret; i++)
        p[i] = secret[i];
}

/* Last, since it cannot be undone. */
static void
arena__leaves_nothing_behind_where_all_is_wiped(void **unused)
{
    size_t at = 0;
    sk_arena *mem;

    (void)unused;
    sk_arena_wipe_all();
    mem = sk_arena_on((struct sk_arena_source){ kept_get, kept_put, &at }, 256);
    for (int i = 0; i < 20; i++)
        secret_keep(mem);
    assert_non_null(memmem(kept, sizeof kept, secret, sizeof secret));
    sk_arena_reset(mem);
    assert_null(memmem(kept, sizeof kept, secret, sizeof secret));
    secret_keep(mem);
    assert_non_null(memmem(kept, sizeof kept, secret, sizeof secret));
    sk_arena_free(mem);
    assert_null(memmem(kept, sizeof kept, secret, sizeof secret));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena__gives_everything_back),
        cmocka_unit_test(arena__aligns_and_clears),
        cmocka_unit_test(arena__of_pages_gives_them_back_to_the_system),
        cmocka_unit_test(grow__keeps_the_contents_in_place_or_moved),
        cmocka_unit_test(error__keeps_its_text_when_made_from_itself),
        cmocka_unit_test(arena__leaves_nothing_behind_where_all_is_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
