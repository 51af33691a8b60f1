/* docs/seclang-support.md against the engine: each example is loaded, and what happens compared
 * with the column "here"; each name of the engine's tables has a row. */
#include "base/file.h"
#include "seclang/mmdb_test.h"
#include "seclang/parse/action.h"
#include "seclang/parse/directive.h"
#include "seclang/replay.h"
#include "seclang/rules.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROWS_MOST = 1000, COLUMNS = 5, PAGE_MOST = 1 << 20 };

struct row {
    sk_str section, name, here, example;
};

static sk_arena *all;
static struct row rows[ROWS_MOST];
static size_t row_count;
static char folder[] = "/tmp/sekisho-support-XXXXXX";

/* ── the page ── */

/* `a\|b` is one cell with a bar in it. */
static sk_str
take_cell(sk_str *line)
{
    struct sk_buf cell = { .mem = all };
    size_t i = 0;

    for (; i < line->n && line->p[i] != '|'; i++) {
        if (line->p[i] == '\\' && i + 1 < line->n && line->p[i + 1] == '|') i++;
        sk_buf_byte(&cell, line->p[i]);
    }
    *line = sk_str_from(*line, i + 1);
    return sk_str_trim(sk_buf_str(&cell));
}

static void
take_row(sk_str section, sk_str line)
{
    sk_str cell[COLUMNS];

    line = sk_str_from(line, 1);
    for (size_t i = 0; i < COLUMNS; i++)
        cell[i] = take_cell(&line);
    if (cell[3].n < 3 || cell[3].p[0] != '`') return; /* the head of a table */
    assert_true(row_count < ROWS_MOST);
    rows[row_count++] = (struct row){ section, cell[0], cell[2],
                                      sk_str_first(sk_str_from(cell[3], 1), cell[3].n - 2) };
}

static void
write_file(const char *name, sk_str bytes)
{
    DEFER(sk_fd_close)
    int fd = open(sk_str_printf(all, "%s/%s", folder, name).p, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes.p, bytes.n), bytes.n);
}

static const char *const files[] = { "more.conf", "unicode.mapping", "phrases.data",
                                     "addresses.data", "countries.mmdb" };

/* What the examples name. */
static void
write_files(void)
{
    struct mmdb *db = SK_NEW(all, struct mmdb);

    mmdb_begin(db, all);
    mmdb_network(db, "192.0.2.0", 24);
    mmdb_map(&db->data, 1);
    mmdb_text(&db->data, "country"), mmdb_map(&db->data, 1);
    mmdb_text(&db->data, "iso_code"), mmdb_text(&db->data, "JP");
    write_file(files[0], SK_STR("SecAction \"id:77,phase:1,pass\"\n"));
    write_file(files[1], SK_STR("20127 (US-ASCII)\n00a0:20 00a1:21\n"));
    write_file(files[2], SK_STR("cat\ndog\n"));
    write_file(files[3], SK_STR("192.0.2.0/24\n"));
    write_file(files[4], mmdb_bytes(db, "GeoLite2-Country"));
}

static int
set_up(void **state)
{
    sk_str page, line, section = { 0 };

    (void)state;
    all = sk_arena_new(0);
    if (!mkdtemp(folder)) return -1;
    write_files();
    if (sk_failed(sk_file_read(&page, all, SOURCE_DIR "/docs/seclang-support.md", PAGE_MOST)))
        return -1;
    while (sk_str_cut(&line, &page, '\n')) {
        if (sk_str_starts(line, SK_STR("## "))) section = sk_str_from(line, 3);
        if (section.n > 0 && sk_str_starts(line, SK_STR("| "))) take_row(section, line);
    }
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(sk_str_printf(all, "%s/%s", folder, files[i]).p);
    rmdir(folder);
    sk_arena_free(all);
    return 0;
}

/* ── every example ── */

/* A rule around the example, by section. */
static const struct {
    const char *section, *before, *after;
} frames[] = {
    { "Directives",
      "SecAction \"id:900,phase:1,pass,msg:'Old',tag:'attack-sqli',tag:'attack-xss'\"\n", "\n" },
    { "Variables", "SecRule ", " \"@unconditionalMatch\" \"id:1,phase:5,pass\"\n" },
    { "Operators", "SecGeoLookupDb countries.mmdb\nSecRule REMOTE_ADDR \"",
      "\" \"id:1,phase:2,pass\"\n" },
    { "Transformations", "SecRule ARGS \"@rx a\" \"id:1,phase:2,pass,", "\"\n" },
    { "Actions", "SecRule ARGS \"@rx (a)\" \"",
      "\"\nSecRule ARGS \"@rx b\" \"id:2,phase:1,pass\"\nSecMarker HERE\n" },
    { "ctl",
      "SecAction \"id:900,phase:1,pass,msg:'Old',tag:'attack-sqli',tag:'attack-xss'\"\n"
      "SecAction \"id:1,phase:1,pass,",
      "\"\n" },
};

static sk_str
rules_of(const struct row *row)
{
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        if (sk_str_eq(row->section, sk_str_of(frames[i].section))) {
            /* the second rule of a chain has no id */
            bool chain = sk_str_eq(row->name, SK_STR("chain"));
            const char *after = chain ? "\"\nSecRule ARGS \"@rx b\" \"t:none\"\n" : frames[i].after;

            return sk_str_printf(all, "SecRuleEngine On\n%s%.*s%s", frames[i].before,
                                 SK_ARG(row->example), after);
        }
    fail_msg("there is no section %.*s", SK_ARG(row->section));
    return (sk_str){ 0 };
}

static sk_err
load(struct seclang_rules **loaded, sk_str text)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, text, sk_str_printf(all, "%s/rules.conf", folder).p, 1);
    e = seclang_rules_new(loaded, source);
    seclang_source_free(source);
    return e;
}

/* What a rich request shows of a variable that has no value behind a proxy. */
static void
check_empty(const struct row *row)
{
    struct seclang_rules *loaded;
    struct seclang_worker *worker;
    struct seclang_replay request;
    const struct seclang_host host = { 0 };
    struct seclang_tx *tx;
    sk_str raw = SK_STR("POST /a/b?q=1 HTTP/1.1\nHost: a\nAuthorization: Basic YTpi\n"
                        "Content-Type: multipart/form-data; boundary=x\n\n"
                        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\n\r\n"
                        "text\r\n--x--\r\n");
    sk_str text = sk_str_printf(all,
                                "SecRuleEngine On\nSecRequestBodyAccess On\n"
                                "SecRule %.*s \"@rx .\" \"id:1,phase:5,pass,setvar:tx.has=1\"\n",
                                SK_ARG(row->name));

    assert_false(sk_failed(load(&loaded, text)));
    assert_false(sk_failed(seclang_worker_new(&worker, loaded)));
    assert_false(sk_failed(seclang_replay_read_request(&request, raw)));
    tx = seclang_tx_new(worker, loaded, all, &host);
    (void)seclang_replay_request(tx, &request);
    seclang_tx_logging(tx);
    if (seclang_tx_get(tx, "has").p) fail_msg("%.*s is not empty", SK_ARG(row->name));
    seclang_tx_free(tx);
    seclang_worker_free(worker);
    seclang_rules_free(loaded);
}

static void
check(const struct row *row)
{
    bool refused = sk_str_eq(row->here, SK_STR("refused"));
    struct seclang_rules *loaded = NULL;
    sk_err e = load(&loaded, rules_of(row));
    size_t warnings = 0;

    if (refused && (!sk_failed(e) || (!strstr(e.why, "not offered") && !strstr(e.why, "not done"))))
        fail_msg("%.*s is not refused with a reason: %s", SK_ARG(row->example), e.why);
    if (refused) return;
    if (sk_failed(e)) fail_msg("%.*s: %s", SK_ARG(row->example), e.why);
    (void)seclang_rules_warnings(loaded, &warnings);
    if (warnings > 0 && !sk_str_eq(row->here, SK_STR("ignored")))
        fail_msg("%.*s is warned of", SK_ARG(row->example));
    seclang_rules_free(loaded);
    if (sk_str_eq(row->here, SK_STR("empty"))) check_empty(row);
}

static void
support__every_example_does_what_the_page_says(void **state)
{
    static const sk_str known[] = {
        { "yes", 3 }, { "empty", 5 }, { "ignored", 7 }, { "refused", 7 }
    };

    (void)state;
    assert_true(row_count > 300);
    for (size_t i = 0; i < row_count; i++) {
        sk_str name = rows[i].name;
        bool is_known = false;

        for (size_t j = 0; j < sizeof known / sizeof *known; j++)
            is_known = is_known || sk_str_eq(rows[i].here, known[j]);
        if (!is_known) fail_msg("%.*s: '%.*s'?", SK_ARG(name), SK_ARG(rows[i].here));
        if (sk_str_find_nocase(rows[i].example, name) == SIZE_MAX)
            fail_msg("the example of %.*s is another's", SK_ARG(name));
        check(&rows[i]);
    }
}

/* ── every name ── */

static const struct row *
row_of(const char *section, const char *before, const char *name)
{
    const struct row *found = NULL;
    sk_str wanted = sk_str_printf(all, "%s%s", before, name);

    for (size_t i = 0; i < row_count; i++) {
        if (!sk_str_eq(rows[i].section, sk_str_of(section)) ||
            !sk_str_eq_nocase(rows[i].name, wanted))
            continue;
        if (found) fail_msg("%.*s has two rows", SK_ARG(wanted));
        found = &rows[i];
    }
    if (!found) fail_msg("docs/seclang-support.md has no row for %.*s", SK_ARG(wanted));
    return found;
}

static void
support__every_directive_has_a_row(void **state)
{
    size_t count;
    const struct seclang_directive *d = seclang_directive_rows(&count);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool ignored = d[i].set == seclang_set_quiet || d[i].set == seclang_set_warned;
        const char *wanted = ignored                           ? "ignored"
                             : d[i].set == seclang_set_refused ? "refused"
                                                               : "yes";

        if (!sk_str_eq(row_of("Directives", "", d[i].name)->here, sk_str_of(wanted)))
            fail_msg("%s is %s", d[i].name, wanted);
    }
}

static void
support__every_variable_operator_transformation_and_action_has_a_row(void **state)
{
    size_t count;
    const struct seclang_op *op = seclang_op_rows(&count);

    (void)state;
    for (size_t i = 0; i < count; i++)
        (void)row_of("Operators", "@", op[i].name);
    for (size_t i = 0; i < SECLANG_VAR_COUNT; i++)
        (void)row_of("Variables", "", seclang_var_rows[i].name);
    const struct seclang_var_absent *absent = seclang_var_absent_rows(&count);
    for (size_t i = 0; i < count; i++)
        (void)row_of("Variables", "", absent[i].name);
    const struct seclang_tf *tf = seclang_tf_rows(&count);
    for (size_t i = 0; i < count; i++)
        (void)row_of("Transformations", "t:", tf[i].name);
    const struct seclang_action_row *action = seclang_action_rows(&count);
    for (size_t i = 0; i < count; i++)
        (void)row_of("Actions", "", action[i].name);
    for (size_t i = 0; seclang_ctl_name(i); i++)
        (void)row_of("ctl", "ctl:", seclang_ctl_name(i));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(support__every_example_does_what_the_page_says),
        cmocka_unit_test(support__every_directive_has_a_row),
        cmocka_unit_test(support__every_variable_operator_transformation_and_action_has_a_row),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
