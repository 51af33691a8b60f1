#include "shop/cache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
cache__gives_back_what_was_put_and_only_by_its_own_key(void **state)
{
    (void)state;
    sk_arena *mem = sk_arena_new(0);
    struct shop_cache *cache = shop_cache_new();
    struct shop_kept in = { SK_STR("茶"), SK_STR("\"e\"") }, out;
    shop_cache_put(cache, SK_STR("a"), &in);
    assert_true(shop_cache_get(&out, mem, cache, SK_STR("a")));
    assert_true(sk_str_eq(out.body, in.body) && sk_str_eq(out.etag, in.etag));
    assert_false(shop_cache_get(&out, mem, cache, SK_STR("b")));
    assert_false(shop_cache_get(&out, mem, cache, SK_STR("")));
    in.body = SK_STR("newer");
    shop_cache_put(cache, SK_STR("a"), &in);
    assert_true(shop_cache_get(&out, mem, cache, SK_STR("a")));
    assert_true(sk_str_eq(out.body, SK_STR("newer")));
    shop_cache_free(cache);
    sk_arena_free(mem);
}

static void
cache__keeps_at_most_its_places_and_no_huge_page(void **state)
{
    (void)state;
    sk_arena *mem = sk_arena_new(0);
    struct shop_cache *cache = shop_cache_new();
    struct shop_kept in = { SK_STR("x"), SK_STR("") }, out;
    unsigned found = 0;
    for (int i = 0; i < SHOP_CACHE_PLACES * 4; i++)
        shop_cache_put(cache, sk_str_printf(mem, "%d", i), &in);
    for (int i = 0; i < SHOP_CACHE_PLACES * 4; i++)
        found += shop_cache_get(&out, mem, cache, sk_str_printf(mem, "%d", i));
    assert_true(found > 0 && found <= SHOP_CACHE_PLACES);
    in.body = (sk_str){ sk_zalloc(mem, SHOP_CACHE_PAGE_MAX + 1), SHOP_CACHE_PAGE_MAX + 1 };
    shop_cache_put(cache, SK_STR("huge"), &in);
    assert_false(shop_cache_get(&out, mem, cache, SK_STR("huge")));
    shop_cache_free(cache);
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cache__gives_back_what_was_put_and_only_by_its_own_key),
        cmocka_unit_test(cache__keeps_at_most_its_places_and_no_huge_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
