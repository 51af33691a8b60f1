#include "part/assets.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static sk_arena *mem;
static char folder[64];

static void
put(const char *name, const char *text)
{
    FILE *f = fopen(sk_str_printf(mem, "%s/%s", folder, name).p, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static sk_err
load(struct part_assets **assets)
{
    return part_assets_load(assets, (const char *const[]){ folder, NULL }, "/asset/");
}

static void
addresses__change_with_the_content(void **state)
{
    (void)state;
    struct part_assets *one, *two;
    put("a.css", "a{}");
    put("b.js", "1");
    assert_false(sk_failed(load(&one)));
    put("a.css", "b{}");
    assert_false(sk_failed(load(&two)));
    sk_str a = part_asset_path(one, "a.css"), b = part_asset_path(two, "a.css");
    assert_true(sk_str_starts(a, SK_STR("/asset/a.css?v=")));
    assert_false(sk_str_eq(a, b));
    assert_true(sk_str_eq(part_asset_path(one, "b.js"), part_asset_path(two, "b.js")));
    assert_int_equal(part_asset_path(one, "c.css").n, 0);
    part_assets_free(one);
    part_assets_free(two);
}

static void
answers__may_be_kept_for_ever_only_with_their_version(void **state)
{
    (void)state;
    struct part_assets *assets;
    put("a.js", "1");
    put("notes.md", "not served");
    assert_false(sk_failed(load(&assets)));
    for (int versioned = 0; versioned < 2; versioned++) {
        struct part_request request = { .mem = mem };
        struct part_response response = { 0 };
        sk_str target = versioned ? part_asset_path(assets, "a.js") : SK_STR("/asset/a.js");
        assert_false(sk_failed(part_request_target(&request, target)));
        assert_false(sk_failed(part_asset_answer(&response, &request, assets, SK_STR("a.js"))));
        assert_true(sk_str_eq(response.body, SK_STR("1")));
        assert_true(sk_str_eq(response.type, SK_STR("text/javascript; charset=utf-8")));
        assert_int_equal(response.etag.n, 18);
        sk_str kept = response.header[0].value;
        assert_int_equal(sk_str_find(kept, SK_STR("immutable")) != SIZE_MAX, versioned);
        static const char *const missing[] = { "notes.md", "b.js", "", "../a.js" };
        for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
            assert_int_equal(
                part_asset_answer(&response, &request, assets, sk_str_of(missing[i])).kind,
                SK_MISSING);
    }
    part_assets_free(assets);
}

static void
files__too_many_or_of_one_name_are_refused(void **state)
{
    (void)state;
    struct part_assets *assets;
    put("a.css", "");
    assert_int_equal(
        part_assets_load(&assets, (const char *const[]){ folder, folder, NULL }, "/").kind, SK_BAD);
    assert_int_equal(part_assets_load(&assets, (const char *const[]){ "/nowhere", NULL }, "/").kind,
                     SK_MISSING);
    for (int i = 0; i < PART_ASSETS_MAX; i++)
        put(sk_str_printf(mem, "%d.css", i).p, "");
    assert_int_equal(load(&assets).kind, SK_FULL);
}

static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    strcpy(folder, "/tmp/assets-test-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int
teardown(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(addresses__change_with_the_content),
        CASE(answers__may_be_kept_for_ever_only_with_their_version),
        CASE(files__too_many_or_of_one_name_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
