#include "base/file.h"
#include "evidence/catalog.h"
#include "evidence/probe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void
catalogue__has_the_80_promises_in_two_languages(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_catalog catalog;
    sk_err e = evidence_catalog_read(&catalog, mem, SOURCE_DIR "/controls");
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_int_equal(catalog.count, 80);
    for (size_t i = 0; i < catalog.count; i++) {
        const struct evidence_control *c = &catalog.control[i];
        assert_true(c->ja.n > 20 && c->en.n > 20);
        assert_true((unsigned char)c->ja.p[0] >= 0x80 || c->ja.p[0] == 'S');
    }
}

static void
catalogue__names_only_probes_that_exist_and_a_negative_test_for_each(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_catalog catalog;
    sk_str tests, breaks;
    assert_false(sk_failed(evidence_catalog_read(&catalog, mem, SOURCE_DIR "/controls")));
    assert_false(sk_failed(sk_file_read(&tests, mem, SOURCE_DIR "/tests/evidence/run", 1 << 20)));
    assert_false(
        sk_failed(sk_file_read(&breaks, mem, SOURCE_DIR "/tests/evidence/breaks.py", 1 << 20)));
    size_t with_probe = 0;
    for (size_t i = 0; i < catalog.count; i++) {
        const struct evidence_control *c = &catalog.control[i];
        if (!c->probe.n) continue;
        with_probe++;
        assert_non_null(evidence_probe_find(c->probe));
        sk_str word = sk_str_printf(mem, "%.*s", SK_ARG(c->negative));
        if (sk_str_find(tests, word) == SIZE_MAX && sk_str_find(breaks, word) == SIZE_MAX)
            fail_msg("tests/evidence has no %s", word.p);
    }
    assert_int_equal(with_probe, evidence_probe_count);
    for (size_t i = 0; i < evidence_probe_count; i++) { /* asked in both languages */
        assert_true(strlen(evidence_probes[i].en) > 20 && strlen(evidence_probes[i].ja) > 20);
        assert_true((unsigned char)evidence_probes[i].ja[3] >= 0x80);
    }
}

static void
catalogue__names_only_cases_that_exist_and_a_negative_test_beside_each(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_catalog catalog;
    size_t cases = 0;
    assert_false(sk_failed(evidence_catalog_read(&catalog, mem, SOURCE_DIR "/controls")));
    for (size_t i = 0; i < catalog.count; i++) {
        const struct evidence_control *c = &catalog.control[i];
        if (!c->case_file.n) continue;
        sk_str text, path = sk_str_printf(mem, SOURCE_DIR "/%.*s", SK_ARG(c->case_file));
        sk_err e = sk_file_read(&text, mem, path.p, 1 << 20);
        if (sk_failed(e)) fail_msg("%s", e.why);
        if (sk_str_find(text, c->case_name) == SIZE_MAX ||
            sk_str_find(text, c->negative) == SIZE_MAX)
            fail_msg("%s lacks %.*s or %.*s", path.p, SK_ARG(c->case_name), SK_ARG(c->negative));
        cases++;
    }
    assert_true(cases > 0);
}

/* The catalogue of the papers: `| GATE-01 | sentence | CM MK | E P |`. */
static void
catalogue__agrees_with_the_list_of_promises(void **unused)
{
    (void)unused;
    static const char papers[] = SOURCE_DIR "/../shared/CONTROLS.md";
    if (access(papers, R_OK) != 0) skip(); /* leaves at once: nothing may be held yet */
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct evidence_catalog catalog;
    sk_str text, line;
    assert_false(sk_failed(sk_file_read(&text, mem, papers, 1 << 20)));
    assert_false(sk_failed(evidence_catalog_read(&catalog, mem, SOURCE_DIR "/controls")));
    size_t rows = 0;
    while (sk_str_cut(&line, &text, '\n')) {
        sk_str cell[6] = { { 0 } };
        for (int i = 0; i < 6 && sk_str_cut(&cell[i], &line, '|'); i++)
            cell[i] = sk_str_trim(cell[i]);
        if (cell[1].n < 6 || sk_str_find_byte(cell[1], '-') == SIZE_MAX || cell[1].p[0] == '-')
            continue;
        const struct evidence_control *c = evidence_catalog_find(&catalog, cell[1]);
        if (!c) {
            fail_msg("%.*s is missing", SK_ARG(cell[1]));
            return;
        }
        rows++;
        assert_int_equal(c->enforced, sk_str_find_byte(cell[4], 'E') != SIZE_MAX);
        assert_int_equal(c->proven, sk_str_find_byte(cell[4], 'P') != SIZE_MAX);
        assert_int_equal(c->attested, sk_str_find_byte(cell[4], 'A') != SIZE_MAX);
    }
    assert_int_equal(rows, 80);
}

static sk_err
read_text(const char *text)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char folder[] = "/tmp/sekisho-catalog-XXXXXX", path[64];
    struct evidence_catalog catalog;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.json", folder);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    sk_err e = evidence_catalog_read(&catalog, mem, folder);
    unlink(path);
    rmdir(folder);
    return e;
}

#define ENTRY(extra)                                                                               \
    "{\"id\":\"X-01\",\"ja\":\"あ\",\"en\":\"a\",\"sources\":[\"CM\"],\"kind\":[\"E\"]" extra "}"

static void
catalogue__refuses_a_fault_and_says_where(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *said;
    } cases[] = {
        { "[" ENTRY("") "," ENTRY("") "]", "twice" },
        { "[" ENTRY(",\"probe\":{\"name\":\"p\"}") "]", "probe.every" },
        { "[" ENTRY(",\"probe\":{\"name\":\"p\",\"every\":\"1h\"}") "]", "negative" },
        { "[" ENTRY(",\"case\":{\"file\":\"tests/x\",\"name\":\"y\"}") "]", "negative" },
        { "[" ENTRY(",\"case\":{\"file\":\"tests/x\"},\"negative\":\"z\"") "]", "case.name" },
        { "[{\"id\":\"X-01\",\"ja\":\"あ\",\"sources\":[\"CM\"],\"kind\":[\"E\"]}]", "\"en\"" },
        { "[{\"id\":\"X-01\",\"ja\":\"あ\",\"en\":\"a\",\"sources\":[\"CM\"],\"kind\":[\"Q\"]}]",
          "kind" },
        { "[{", "line 1" },
    };
    assert_false(sk_failed(read_text("[" ENTRY("") "]")));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        sk_err e = read_text(cases[i].text);
        assert_int_equal(e.kind, SK_BAD);
        if (!strstr(e.why, cases[i].said)) fail_msg("case %zu says: %s", i, e.why);
    }
}

static void
interval__reads_units_and_nothing_else(void **unused)
{
    (void)unused;
    assert_int_equal(evidence_interval(SK_STR("10m")), 600000);
    assert_int_equal(evidence_interval(SK_STR("6h")), 21600000);
    assert_int_equal(evidence_interval(SK_STR("1d")), 86400000);
    assert_int_equal(evidence_interval(SK_STR("h")), 0);
    assert_int_equal(evidence_interval(SK_STR("-1h")), 0);
    assert_int_equal(evidence_interval(SK_STR("5y")), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(catalogue__has_the_80_promises_in_two_languages),
        cmocka_unit_test(catalogue__names_only_probes_that_exist_and_a_negative_test_for_each),
        cmocka_unit_test(catalogue__names_only_cases_that_exist_and_a_negative_test_beside_each),
        cmocka_unit_test(catalogue__agrees_with_the_list_of_promises),
        cmocka_unit_test(catalogue__refuses_a_fault_and_says_where),
        cmocka_unit_test(interval__reads_units_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
