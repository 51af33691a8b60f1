#include "gate/area.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static bool
covers(const char *area, sk_str path)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    return gate_area_covers(mem, sk_str_of(area), path);
}

static void
area__covers_itself_and_what_lies_below(void **unused)
{
    (void)unused;
    static const char *const rows[] = { "/wp-admin", "/wp-admin/", "/wp-admin/x/y.php",
                                        "/wp-admin?x=1", "/wp-admin/?x=/y" };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!covers("/wp-admin", sk_str_of(rows[i]))) fail_msg("%s", rows[i]);
    assert_true(covers("/", SK_STR("/")) && covers("/", SK_STR("/anything")));
    assert_true(covers("/a/b", SK_STR("/a/b/c")));
}

static void
area__leaves_others_alone(void **unused)
{
    (void)unused;
    static const char *const rows[] = {
        "/",
        "",
        "/wp-adminx",
        "/wp-admin.php",
        "/xwp-admin",
        "/blog/wp-admin",
        "/wp/admin",
        "/?/wp-admin",
        "/s/shop?to=/wp-admin",
        "/wp%2dadmi",
        "/日本語/wp-admin",
        "/index.php",
        "/a.php/b/wp-admin",
        "/%E3%81%82",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (covers("/wp-admin", sk_str_of(rows[i]))) fail_msg("%s", rows[i]);
    assert_false(covers("/a/b", SK_STR("/a")));
}

static void
area__is_not_left_by_another_spelling(void **unused)
{
    (void)unused;
    static const char *const rows[] = {
        "//wp-admin",           "/./wp-admin",
        "/x/../wp-admin",       "/../wp-admin",
        "/wp-admin/../x",       "/wp-admin/..%2fx",
        "/wp-admin;/../x",      "/wp%2dadmin",
        "/%77p-admin",          "/%2577p-admin",
        "/%252577p-admin",      "/WP-Admin",
        "/wp-admin%2f",         "/wp-admin%2fx",
        "/%2fwp-admin",         "/%2e/wp-admin",
        "/x/%2e%2e/wp-admin",   "/wp-admin;a=b",
        "/;x/wp-admin",         "/wp-admin;jsessionid=1/",
        "/wp-admin.",           "/wp-admin...",
        "/wp-admin%20",         "/wp-admin%20.%20/x",
        "/wp-admin%00.jpg",     "/wp-admin%3fx",
        "/wp-admin%23",         "\\wp-admin",
        "/\\wp-admin",          "/x\\..\\wp-admin",
        "/%5cwp-admin",         "/index.php/wp-admin",
        "/INDEX.PHP/wp-admin",  "/a/b.php/wp-admin/x",
        "/x.cgi//wp-admin",     "/%u0077p-admin",
        "/%uff57p-admin",       "/ｗｐ-admin",
        "/%EF%BD%97p-admin",    "/wp-admin#x",
        "/wp-admin%09",         "/wp-admin%0d%0a",
        "/%2e%2e%2fwp-admin",   "/x/..;/wp-admin",
        "/x/%2e%2e;a/wp-admin", "/.%00/wp-admin",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!covers("/wp-admin", sk_str_of(rows[i]))) fail_msg("%s", rows[i]);
    assert_true(covers("/wp-admin", (sk_str){ "/wp-admin\0x", 11 }));
}

static void
path__that_cannot_be_judged_is_covered(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf deep = { .mem = mem };

    for (int i = 0; i <= GATE_AREA_SEGMENTS; i++)
        sk_buf_add(&deep, SK_STR("/a"));
    assert_true(covers("/wp-admin", sk_buf_str(&deep)));
    assert_false(covers("/wp-admin", sk_str_first(sk_buf_str(&deep), deep.n - 2)));
    assert_true(covers("/wp-admin", SK_STR("/x%2525252561")));
    assert_false(covers("/wp-admin", SK_STR("/100%25")));
}

static void
areas_own_path__is_plain(void **unused)
{
    (void)unused;
    static const char *const bad[] = { "",     "wp-admin", "/wp admin", "/a//b", "/a/../b", "/.",
                                       "/a;b", "/a%20",    "/管理",     "/a.",   "/a\\b",   "/a*" };

    assert_true(gate_area_is_plain(SK_STR("/.sekisho")) && gate_area_is_plain(SK_STR("/")) &&
                gate_area_is_plain(SK_STR("/wp-login.php")) &&
                gate_area_is_plain(SK_STR("/Admin_1/x~y/")));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (gate_area_is_plain(sk_str_of(bad[i]))) fail_msg("%s", bad[i]);
}

static void
path__is_literal_where_nobody_reads_it_otherwise(void **unused)
{
    (void)unused;
    static const char *const literal[] = {
        "/", "/a", "/a/", "/a/b.php?x=//%2e", "/%E6%97%A5%E6%9C%AC", "/.sekisho/x", "/a:b@c,d=e+f!"
    };
    static const char *const other[] = { "",     "a",     "//",      "/a//b", "/a//",
                                         "/./a", "/a/..", "/a/../b", "/a.",   "/a./b",
                                         "/a;b", "/a%20", "/%61",    "/a\\b", "/%EF%BD%97",
                                         "/a#b", "/a%",   "/a%E",    "/日本" };

    for (size_t i = 0; i < sizeof literal / sizeof *literal; i++)
        if (!gate_area_is_literal(sk_str_of(literal[i]))) fail_msg("%s", literal[i]);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (gate_area_is_literal(sk_str_of(other[i]))) fail_msg("%s", other[i]);
}

static void
area__begins_what_lies_below_as_it_is_written(void **unused)
{
    (void)unused;
    assert_true(gate_area_begins(SK_STR("/a"), SK_STR("/a")) &&
                gate_area_begins(SK_STR("/a"), SK_STR("/a/b")) &&
                gate_area_begins(SK_STR("/a/"), SK_STR("/a/b")) &&
                gate_area_begins(SK_STR("/"), SK_STR("/b")));
    assert_false(gate_area_begins(SK_STR("/a"), SK_STR("/ab")) ||
                 gate_area_begins(SK_STR("/a"), SK_STR("/A")) ||
                 gate_area_begins(SK_STR("/a/b"), SK_STR("/a")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(area__covers_itself_and_what_lies_below),
        cmocka_unit_test(area__leaves_others_alone),
        cmocka_unit_test(area__is_not_left_by_another_spelling),
        cmocka_unit_test(path__that_cannot_be_judged_is_covered),
        cmocka_unit_test(areas_own_path__is_plain),
        cmocka_unit_test(path__is_literal_where_nobody_reads_it_otherwise),
        cmocka_unit_test(area__begins_what_lies_below_as_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
