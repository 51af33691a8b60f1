/* Heads that a server refused. */
#include "gate/rawhead.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
same(sk_str got, const char *wanted)
{
    if (!sk_str_eq(got, sk_str_of(wanted))) fail_msg("'%.*s', not '%s'", SK_ARG(got), wanted);
    assert_non_null(got.p);
}

static void
line__is_cut_into_words_however_wrong(void **state)
{
    static const struct {
        const char *line, *method, *target, *protocol;
    } cases[] = {
        { "GET /a HTTP/1.1", "GET", "/a", "HTTP/1.1" },
        { "|GET / HTTP/1.0", "|GET", "/", "HTTP/1.0" },
        { "POST ?x=1 HTTP/1.1", "POST", "?x=1", "HTTP/1.1" },
        { "GET / HTTP/4.0", "GET", "/", "HTTP/4.0" },
        { "CONNECT www.example.jp:80 HTTP/1.1", "CONNECT", "www.example.jp:80", "HTTP/1.1" },
        { "GET /a b c HTTP/1.1", "GET", "/a b c", "HTTP/1.1" },
        { "GET /", "GET", "/", "" },
        { "GET ", "GET", "", "" },
        { "GET", "GET", "", "" },
        { " ", "", "", "" },
        { "  ", "", "", "" },
        { "GET  HTTP/1.1", "GET", "", "HTTP/1.1" },
        { "\x16\x03\x01", "\x16\x03\x01", "", "" },
        { "GET /会社 HTTP/1.1", "GET", "/会社", "HTTP/1.1" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gate_rawline line;

        gate_rawhead_words(&line, sk_str_of(cases[i].line));
        same(line.line, cases[i].line);
        same(line.method, cases[i].method);
        same(line.target, cases[i].target);
        same(line.protocol, cases[i].protocol);
    }
}

static void
head__is_read_line_by_line_to_its_blank_line(void **state)
{
    sk_str rest =
        SK_STR("\r\n\nGET / HTTP/4.0\r\nHost:\r\nno colon\nA :  b:c \r\n : x\r\n\r\nbody: no");
    struct gate_rawline line;
    sk_str name, value;

    (void)state;
    assert_true(gate_rawhead_line(&line, &rest));
    same(line.line, "GET / HTTP/4.0");
    static const char *const wanted[][2] = {
        { "Host", "" }, { "no colon", "" }, { "A ", "b:c" }, { " ", "x" }
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(gate_rawhead_header(&name, &value, &rest));
        same(name, wanted[i][0]);
        same(value, wanted[i][1]);
    }
    assert_false(gate_rawhead_header(&name, &value, &rest));
}

static void
head__that_breaks_off_is_read_as_far_as_it_goes(void **state)
{
    sk_str rest = SK_STR("GET / HTTP/1.1\r\nHost: exam"), none = SK_STR("\r\n\r\n");
    struct gate_rawline line;
    sk_str name, value;

    (void)state;
    assert_true(gate_rawhead_line(&line, &rest));
    assert_true(gate_rawhead_header(&name, &value, &rest));
    same(value, "exam");
    assert_false(gate_rawhead_header(&name, &value, &rest));
    assert_false(gate_rawhead_line(&line, &none));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__is_cut_into_words_however_wrong),
        cmocka_unit_test(head__is_read_line_by_line_to_its_blank_line),
        cmocka_unit_test(head__that_breaks_off_is_read_as_far_as_it_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
