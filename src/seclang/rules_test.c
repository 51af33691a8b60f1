/* Loading rules, by the text cases in cases/parse/: given configuration, then the dump, the error
 * or the warnings that must come out. */
#include "base/file.h"
#include "seclang/rules.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define FOLDER SOURCE_DIR "/src/seclang/cases/parse/"
enum { CASES_MOST = 1000, CASE_FILE_MOST = 1 << 20 };

struct text_case {
    const char *title;
    sk_str given, dump, error, warnings;
    bool wants_dump, wants_warnings;
};

static sk_arena *all; /* the cases' */
static struct text_case cases[CASES_MOST];
static size_t case_count;

/* ── reading cases ── */

static void
take_section(struct text_case *c, sk_str name, sk_str text)
{
    if (sk_str_eq(name, SK_STR("given"))) c->given = text;
    if (sk_str_eq(name, SK_STR("error"))) c->error = text;
    if (sk_str_eq(name, SK_STR("dump"))) c->dump = text, c->wants_dump = true;
    if (sk_str_eq(name, SK_STR("warnings"))) c->warnings = text, c->wants_warnings = true;
}

/* `text` begins behind "=== ", at the title. */
static void
take_case(sk_str text, const char *file)
{
    sk_str title, name, rest = text;
    assert_true(case_count < CASES_MOST);
    struct text_case *c = &cases[case_count++];
    (void)sk_str_cut(&title, &rest, '\n');
    const char *base = strrchr(file, '/');
    c->title = sk_str_printf(all, "%s: %.*s", base ? base + 1 : file, SK_ARG(title)).p;
    for (size_t at; (at = sk_str_find(rest, SK_STR("--- "))) != SIZE_MAX;) {
        rest = sk_str_from(rest, at + 4);
        (void)sk_str_cut(&name, &rest, '\n');
        size_t end = sk_str_find(rest, SK_STR("\n--- "));
        sk_str body = end == SIZE_MAX ? rest : sk_str_first(rest, end + 1);
        take_section(c, name, body);
        rest = sk_str_from(rest, body.n);
    }
}

static void
read_cases(const char *file)
{
    sk_str text;
    sk_err e = sk_file_read(&text, all, file, CASE_FILE_MOST);
    if (sk_failed(e)) fail_msg("%s", e.why);
    size_t at = sk_str_starts(text, SK_STR("=== ")) ? 0 : sk_str_find(text, SK_STR("\n=== ")) + 1;
    while (at != SIZE_MAX && at < text.n) {
        sk_str rest = sk_str_from(text, at + 4);
        size_t end = sk_str_find(rest, SK_STR("\n=== "));
        take_case(end == SIZE_MAX ? rest : sk_str_first(rest, end + 1), file);
        at = end == SIZE_MAX ? SIZE_MAX : at + 4 + end + 1;
    }
}

/* ── running one ── */

/* Paths in messages are long and differ from machine to machine: the folder goes. */
static sk_str
without_folder(sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    for (size_t at; (at = sk_str_find(text, SK_STR(FOLDER))) != SIZE_MAX;) {
        sk_buf_add(&out, sk_str_first(text, at));
        text = sk_str_from(text, at + sizeof FOLDER - 1);
    }
    sk_buf_add(&out, text);
    return sk_buf_str(&out);
}

static void
same_text(const char *what, sk_str got, sk_str expected)
{
    got = sk_str_trim(got);
    expected = sk_str_trim(expected);
    if (!sk_str_eq(got, expected))
        fail_msg("%s:\n%.*s\nexpected:\n%.*s\n", what, SK_ARG(got), SK_ARG(expected));
}

static sk_str
warnings_of(sk_arena *mem, const struct seclang_rules *rules)
{
    struct sk_buf out = { .mem = mem };
    size_t count;
    const struct seclang_warning *w = seclang_rules_warnings(rules, &count);
    for (size_t i = 0; i < count; i++)
        sk_buf_printf(&out, "%s:%u:%u: %s\n", w[i].file, w[i].line, w[i].column, w[i].text);
    return without_folder(mem, sk_buf_str(&out));
}

static void
check_rules(sk_arena *mem, const struct text_case *c, const struct seclang_rules *rules)
{
    struct sk_buf dump = { .mem = mem };
    seclang_rules_dump(&dump, rules);
    if (c->wants_dump) same_text("dump", sk_buf_str(&dump), c->dump);
    if (c->wants_warnings) same_text("warnings", warnings_of(mem, rules), c->warnings);
}

static void
run_case(void **state)
{
    const struct text_case *c = *state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct seclang_source *source = seclang_source_new();
    struct seclang_rules *rules;
    assert_true(c->error.n || c->wants_dump || c->wants_warnings);
    seclang_source_text(source, c->given, FOLDER "given", 1);
    sk_err e = seclang_rules_new(&rules, source);
    seclang_source_free(source);
    if (c->error.n) {
        assert_true(sk_failed(e));
        same_text("error", without_folder(mem, sk_str_of(e.why)), c->error);
        return;
    }
    if (sk_failed(e)) fail_msg("%s", e.why);
    check_rules(mem, c, rules);
    seclang_rules_free(rules);
}

int
main(void)
{
    static struct CMUnitTest tests[CASES_MOST];
    glob_t files;
    all = sk_arena_new(1 << 16);
    if (glob(FOLDER "*.txt", 0, NULL, &files)) return 1;
    for (size_t i = 0; i < files.gl_pathc; i++)
        read_cases(files.gl_pathv[i]);
    globfree(&files);
    for (size_t i = 0; i < case_count; i++)
        tests[i] = (struct CMUnitTest){ .name = cases[i].title,
                                        .test_func = run_case,
                                        .initial_state = &cases[i] };
    int rc = _cmocka_run_group_tests("parse cases", tests, case_count, NULL, NULL);
    sk_arena_free(all);
    return rc;
}
