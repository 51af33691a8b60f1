#include "seclang/fault.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
check(const char *why, const char *file, unsigned line, unsigned column, const char *what)
{
    struct seclang_fault f = seclang_fault_of(why);

    assert_true(sk_str_eq(f.file, sk_str_of(file)));
    assert_int_equal(f.line, line);
    assert_int_equal(f.column, column);
    assert_true(sk_str_eq(f.what, sk_str_of(what)));
}

static void
fault__has_a_place_where_the_text_begins_with_one(void **state)
{
    (void)state;
    check("/etc/a.conf:12:34: no such file: b:1:2: c", "/etc/a.conf", 12, 34,
          "no such file: b:1:2: c");
    check("C:a:1:2: x", "C:a", 1, 2, "x");
}

static void
fault__without_a_place_is_all_text(void **state)
{
    (void)state;
    check("/etc/a.conf: no such file", "", 0, 0, "/etc/a.conf: no such file");
    check("a:1: only a line", "", 0, 0, "a:1: only a line");
    check("a:0:5: counts from one", "", 0, 0, "a:0:5: counts from one");
    check("a:1:2", "", 0, 0, "a:1:2");
    check("", "", 0, 0, "");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fault__has_a_place_where_the_text_begins_with_one),
        cmocka_unit_test(fault__without_a_place_is_all_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
