#include "shop/seed.h"

#include "base/file.h"
#include "shop/catalog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static char folder[64];
static struct part_store *store;

static sk_err
load(const char *json)
{
    char path[96];
    snprintf(path, sizeof path, "%s/a.json", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(json, f);
    fclose(f);
    return shop_seed(store, folder);
}

static void
refuse(const char *json, const char *why)
{
    int64_t version;
    sk_err e = load(json);
    if (!sk_failed(e) || !strstr(e.why, why)) fail_msg("'%s' and not '%s'", e.why, why);
    assert_false(sk_failed(shop_catalog_version(&version, store)));
    assert_int_equal(version, 1); /* nothing was written */
}

#define BOTH(key) "\"" key "\":{\"ja\":\"あ\",\"en\":\"a\"},"
#define SHOP                                                                                       \
    "{\"slug\":\"x\",\"position\":1,\"theme\":\"tea\"," BOTH("name") BOTH("lead") BOTH("about")
#define PRODUCTS                                                                                   \
    "\"categories\":[{\"slug\":\"c\"," BOTH("name") "\"lead\":{\"ja\":\"あ\",\"en\":\"a\"}}],"    \
                                                    "\"products\":[{" BOTH("name") BOTH("size")    \
                                                        BOTH("lead") BOTH("text")

static void
seed__refuses_a_wrong_file_and_writes_nothing(void **state)
{
    (void)state;
    refuse("{", "a.json");
    refuse("{}", "name.ja is missing");
    refuse(SHOP PRODUCTS "\"picture\":\"none\",\"pattern\":\"plain\"}]}", "no such picture 'none'");
    refuse(SHOP PRODUCTS "\"picture\":\"tin\",\"pattern\":\"plain\",\"colours\":[\"12345\"]}]}",
           "six digits");
    refuse(SHOP PRODUCTS
           "\"picture\":\"tin\",\"pattern\":\"plain\",\"category\":\"c\",\"added\":\"d\","
           "\"tax\":9,\"price\":1,\"stock\":1,"
           "\"colours\":[\"111111\",\"111111\",\"111111\"]}]}",
           "product 1");
}

static void
seed__fills_an_empty_store_once(void **state)
{
    (void)state;
    int64_t before, after;
    assert_false(sk_failed(shop_seed(store, SOURCE_DIR "/src/shop/seed")));
    assert_false(sk_failed(shop_catalog_version(&before, store)));
    assert_true(before > 30);
    assert_false(sk_failed(shop_seed(store, SOURCE_DIR "/src/shop/seed")));
    assert_false(sk_failed(shop_catalog_version(&after, store)));
    assert_int_equal(before, after);
}

static int
setup(void **state)
{
    (void)state;
    char path[96];
    strcpy(folder, "/tmp/seed-test-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/a.db", folder);
    if (sk_failed(part_store_open(&store, path))) return -1;
    return sk_failed(part_store_migrate(store, SOURCE_DIR "/src/shop/sql")) ? -1 : 0;
}

static int
teardown(void **state)
{
    (void)state;
    part_store_close(&store);
    return sk_file_remove_tree(folder) ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(seed__refuses_a_wrong_file_and_writes_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(seed__fills_an_empty_store_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
