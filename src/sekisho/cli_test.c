#include "sekisho/cli.h"

#include "base/file.h"
#include "sekisho/conf.h"
#include "sekisho/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const struct verb *
verb_named(const char *name)
{
    for (const struct verb *v = verbs; v->name; v++)
        if (strcmp(v->name, name) == 0) return v;
    fail_msg("no verb %s", name);
    return NULL;
}

static sk_err
read_words(struct verb_args *args, const char *verb, const char *a, const char *b, const char *c)
{
    char words[3][64];
    char *argv[3];
    const char *given[] = { a, b, c };
    int n = 0;

    for (int i = 0; i < 3 && given[i]; i++) {
        snprintf(words[i], sizeof(words[i]), "%s", given[i]);
        argv[n++] = words[i];
    }
    return cli_read(args, verb_named(verb), n, argv);
}

static void
cli__reads_options_in_both_spellings(void **state)
{
    struct verb_args args;

    (void)state;
    assert_false(sk_failed(read_words(&args, "up", "--detach", "--port=7000", NULL)));
    assert_true(args.detach);
    assert_false(sk_failed(read_words(&args, "log", "--id", "X", "--json")));
    assert_true(args.json);
    assert_string_equal(verb_named("log")->name, "log");
}

static void
cli__suggests_the_nearest_option(void **state)
{
    struct verb_args args;
    sk_err e = read_words(&args, "up", "--stat", "x", NULL);

    (void)state;
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "--state"));
    assert_int_equal(read_words(&args, "up", "--id", "x", NULL).kind, SK_BAD);
    assert_int_equal(read_words(&args, "up", "--port", NULL, NULL).kind, SK_BAD);
    assert_int_equal(read_words(&args, "stop", "now", NULL, NULL).kind, SK_BAD);
    assert_int_equal(read_words(&args, "restart", NULL, NULL, NULL).kind, SK_BAD);
}

static void
nearest__finds_a_slip_and_not_a_stranger(void **state)
{
    struct nearest near = nearest_to(SK_STR("stauts"));

    (void)state;
    nearest_try(&near, "stop");
    nearest_try(&near, "status");
    assert_string_equal(near.best, "status");
    near = nearest_to(SK_STR("frobnicate"));
    nearest_try(&near, "stop");
    assert_null(near.best);
}

static void
verbs__take_only_options_that_exist(void **state)
{
    (void)state;
    for (const struct verb *v = verbs; v->name; v++) {
        sk_str word, rest = sk_str_of(v->options);

        assert_true(v->internal || (v->en[0] && v->ja[0]));
        while (sk_str_cut(&word, &rest, ' ')) {
            bool found = false;

            for (const struct verb_option *o = verb_options; o->name; o++)
                found = found || sk_str_eq(word, sk_str_of(o->name));
            if (!found) fail_msg("%s takes %.*s", v->name, SK_ARG(word));
        }
    }
}

static sk_str
manual(sk_arena *mem, const char *name)
{
    sk_str text;
    sk_err e =
        sk_file_read(&text, mem, sk_str_printf(mem, "%s/docs/man/%s", SOURCE_DIR, name).p, 1 << 20);

    if (sk_failed(e)) fail_msg("%s", e.why);
    return text;
}

static void
expect_in(sk_arena *mem, sk_str text, const char *macro, const char *word)
{
    sk_str line = sk_str_printf(mem, "\n%s %s", macro, word);
    size_t at = sk_str_find(text, line);

    if (at == SIZE_MAX) fail_msg("the manual has no line `%s %s`", macro, word);
}

/* Options are written as mdoc has it: ".It Fl -state Ar DIR". */
static void
manual__describes_every_verb_and_option(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = manual(mem, "sekisho.1");

    (void)state;
    for (const struct verb *v = verbs; v->name; v++)
        if (!v->internal) expect_in(mem, text, ".It Cm", v->name);
    for (const struct verb_option *o = verb_options; o->name; o++) {
        if (strcmp(o->name, "--share") == 0 || strcmp(o->name, "--number") == 0) continue;
        expect_in(mem, text, ".It Fl", o->name + 1);
    }
}

static void
expect_rows(sk_arena *mem, sk_str text, const struct conf_row *rows)
{
    for (; rows->key; rows++) {
        expect_in(mem, text, ".It Ic", rows->key);
        if (rows->block[0]) expect_in(mem, text, ".Ss", rows->block);
        if (rows->usual && rows->usual[0] &&
            sk_str_find(text, sk_str_printf(mem, "default %s", rows->usual)) == SIZE_MAX)
            fail_msg("the manual does not say: default %s (%s)", rows->usual, rows->key);
    }
}

static void
manual__describes_every_key_and_its_default(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = manual(mem, "sekisho.conf.5");

    (void)state;
    expect_rows(mem, text, conf_rows);
    expect_rows(mem, text, conf_site_rows);
    expect_rows(mem, text, conf_admin_rows);
    expect_rows(mem, text, conf_login_rows);
    expect_rows(mem, text, conf_exchange_rows);
    expect_rows(mem, text, conf_show_rows);
    expect_rows(mem, text, conf_purpose_rows);
    for (const struct conf_format *f = conf_formats; f->name; f++)
        expect_in(mem, text, ".It Ic", f->name);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cli__reads_options_in_both_spellings),
        cmocka_unit_test(cli__suggests_the_nearest_option),
        cmocka_unit_test(nearest__finds_a_slip_and_not_a_stranger),
        cmocka_unit_test(verbs__take_only_options_that_exist),
        cmocka_unit_test(manual__describes_every_verb_and_option),
        cmocka_unit_test(manual__describes_every_key_and_its_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
