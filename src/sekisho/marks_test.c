/* What a reload changed. */
#include "sekisho/marks.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

static char path[64];

static void
put(const char *name, const char *text)
{
    char file[128];
    FILE *f;

    snprintf(file, sizeof file, "%s/%s", path, name);
    f = fopen(file, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int
open_house(void **state)
{
    char folder[128];

    (void)state;
    strcpy(path, "/tmp/sekisho-marks-XXXXXX");
    if (!mkdtemp(path)) return -1;
    snprintf(folder, sizeof folder, "%s/rules", path);
    if (mkdir(folder, 0700) != 0) return -1;
    put("nginx.conf", "server");
    put("site-shop.rules", "rules");
    put("rules/exclusions.conf", "");
    return 0;
}

static int
close_house(void **state)
{
    (void)state;
    return sk_file_remove_tree(path) ? 0 : -1;
}

static unsigned
changed_by(const char *name, const char *text)
{
    struct conf_site site = { .name = SK_STR("shop") };
    struct conf conf = { .site = &site, .site_count = 1 };
    struct house house = { .conf = &conf, .state = path, .gate = path };
    struct marks before, after;

    assert_false(sk_failed(marks_take(&before, &house)));
    put(name, text);
    assert_false(sk_failed(marks_take(&after, &house)));
    return marks_differ(&before, &after);
}

static void
marks__tell_which_part_differs(void **state)
{
    (void)state;
    assert_int_equal(changed_by("nginx.conf", "server"), 0);
    assert_int_equal(changed_by("nginx.conf", "another"), 1 << MARK_SERVER);
    assert_int_equal(changed_by("site-shop.rules", "stricter"), 1 << MARK_SITES);
    assert_int_equal(changed_by("rules/exclusions.conf", "SecRuleRemoveById 1"), 1 << MARK_OWN);
    assert_int_equal(changed_by("rules/words.data", "a list of words"), 1 << MARK_OWN);
    assert_int_equal(changed_by("rules/notes.txt", "no rules"), 0);
}

static void
marks__need_all_that_was_rendered(void **state)
{
    struct conf_site site = { .name = SK_STR("away") };
    struct conf conf = { .site = &site, .site_count = 1 };
    struct house house = { .conf = &conf, .state = path, .gate = path };
    struct marks marks;

    (void)state;
    assert_int_equal(marks_take(&marks, &house).kind, SK_MISSING);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)
    const struct CMUnitTest tests[] = {
        CASE(marks__tell_which_part_differs),
        CASE(marks__need_all_that_was_rendered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
