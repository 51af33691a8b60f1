/* Transformations: the text cases of seclang/cases/tf, and what the table promises. */
#include "seclang/tf/tf.h"

#include "base/file.h"
#include "base/pick_test.h"

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>

#include <setjmp.h>

#include <cmocka.h>

enum { FILE_MOST = 1 << 20, RANDOM_TEXTS = 400, RANDOM_BYTES = 60 };

static const struct seclang_tf *
tf_of(const char *name)
{
    const struct seclang_tf *tf = seclang_tf_find(sk_str_of(name));

    assert_non_null(tf);
    return tf;
}

/* ── text cases ── */

/* Reads a quoted text from the start of *line. */
static bool
read_quoted(sk_str *text, sk_arena *mem, sk_str *line)
{
    struct sk_buf out = { .mem = mem };
    size_t i = 1;

    if (!sk_str_starts(*line, SK_STR("\""))) return false;
    sk_buf_room(&out, line->n);
    for (; i < line->n && line->p[i] != '"'; i++) {
        if (line->p[i] != '\\') {
            sk_buf_byte(&out, line->p[i]);
            continue;
        }
        if (++i >= line->n) return false;
        if (line->p[i] == 'x' && line->n - i > 2) {
            sk_buf_byte(&out,
                        (char)(sk_hex_value(line->p[i + 1]) * 16 + sk_hex_value(line->p[i + 2])));
            i += 2;
        } else {
            sk_buf_byte(&out, line->p[i] == 'n' ? '\n' : line->p[i] == 't' ? '\t' : line->p[i]);
        }
    }
    *text = sk_buf_str(&out);
    *line = sk_str_from(*line, i + 1);
    return true;
}

/* Once more changes nothing. */
static bool
is_idempotent(const struct seclang_tf *tf)
{
    static const char *const names[] = {
        "compresswhitespace", "lowercase", "parityzero7bit", "removenulls", "removewhitespace",
        "replacenulls",       "trim",      "trimleft",       "trimright",   "uppercase"
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (!strcmp(names[i], tf->name)) return true;
    return false;
}

/* "given" -> "expected", or same. */
static bool
read_case(sk_str *given, sk_str *expected, sk_arena *mem, sk_str line)
{
    if (!read_quoted(given, mem, &line) || !sk_str_starts(line, SK_STR(" -> "))) return false;
    line = sk_str_from(line, 4);
    *expected = *given;
    return sk_str_eq(line, SK_STR("same")) || read_quoted(expected, mem, &line);
}

static void
hold_case(const struct seclang_tf *tf, sk_arena *mem, sk_str line)
{
    sk_str given, expected, again, untouched = SK_STR("untouched"), out = untouched;
    struct sk_bytes present;
    bool changed;

    if (!read_case(&given, &expected, mem, line)) {
        fail_msg("no case: %.*s", SK_ARG(line));
        return;
    }
    changed = tf->run(&out, mem, given, NULL);
    if (changed ? !sk_str_eq(out, expected) || sk_str_eq(out, given)
                : out.p != untouched.p || !sk_str_eq(given, expected))
        fail_msg("%s: %.*s gives \"%.*s\"", tf->name, SK_ARG(line), SK_ARG(changed ? out : given));
    if (changed && is_idempotent(tf) && tf->run(&again, mem, out, NULL))
        fail_msg("%s changes twice: %.*s", tf->name, SK_ARG(line));
    present = sk_bytes_of(given);
    if (changed && !tf->always && !sk_bytes_meet(&present, &tf->needs))
        fail_msg("%s needs more: %.*s", tf->name, SK_ARG(line));
}

static size_t
hold_file(sk_arena *mem, const char *path)
{
    const struct seclang_tf *tf = NULL;
    size_t count = 0;
    sk_str text, line;

    assert_false(sk_failed(sk_file_read(&text, mem, path, FILE_MOST)));
    while (sk_str_cut(&line, &text, '\n')) {
        if (line.n == 0 || line.p[0] == '#') continue;
        if (sk_str_starts(line, SK_STR("t: "))) {
            tf = seclang_tf_find(sk_str_from(line, 3));
            continue;
        }
        if (!tf) break;
        hold_case(tf, mem, line);
        count++;
    }
    if (!tf) fail_msg("%s names no transformation", path);
    return count;
}

static void
transformations__do_what_the_text_cases_say(void **state)
{
    sk_arena *mem = sk_arena_new(1 << 16);
    size_t count = 0;
    glob_t files;

    (void)state;
    assert_int_equal(glob(SOURCE_DIR "/src/seclang/cases/tf/*.txt", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        size_t cases = hold_file(mem, files.gl_pathv[i]);

        assert_true(cases > 0);
        count += cases;
    }
    print_message("%zu cases in %zu files\n", count, (size_t)files.gl_pathc);
    globfree(&files);
    sk_arena_free(mem);
}

static void
every_transformation__has_a_file_of_cases(void **state)
{
    size_t count;
    const struct seclang_tf *rows = seclang_tf_rows(&count);
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        glob_t files;

        if (strncmp(rows[i].name, "normalize", 9) == 0) continue; /* the other spelling */
        assert_int_equal(glob(SOURCE_DIR "/src/seclang/cases/tf/*.txt", 0, NULL, &files), 0);
        for (size_t f = 0; f < files.gl_pathc && !found; f++) {
            sk_str file = sk_str_of(strrchr(files.gl_pathv[f], '/') + 1);

            found = sk_str_eq_nocase(sk_str_first(file, file.n - 4), sk_str_of(rows[i].name));
        }
        if (!found) fail_msg("no cases for %s", rows[i].name);
        globfree(&files);
    }
    sk_arena_free(mem);
}

/* ── what the table promises ── */

/* A text of bytes that are all in, or all outside of, the set. */
static sk_str
random_text(char *out, const struct sk_bytes *set, bool inside)
{
    size_t n = pick(RANDOM_BYTES), k = 0;

    for (unsigned tries = 0; k < n && tries < 8 * RANDOM_BYTES; tries++) {
        unsigned char c = (unsigned char)pick(256);

        if (sk_bytes_has(set, c) == inside) out[k++] = (char)c;
    }
    return (sk_str){ out, k };
}

static void
a_text_without_needed_bytes__stays(void **state)
{
    char text[RANDOM_BYTES];
    size_t count;
    const struct seclang_tf *rows = seclang_tf_rows(&count);
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (unsigned k = 0; !rows[i].always && k < RANDOM_TEXTS; k++) {
            sk_str out, in = random_text(text, &rows[i].needs, false);

            if (rows[i].run(&out, mem, in, NULL)) fail_msg("%s changes it", rows[i].name);
            sk_arena_reset(mem);
        }
    sk_arena_free(mem);
}

/* Mostly of the signs that base 64 has, so that there is something to reach. */
static sk_str
random_signs(char *out)
{
    static const char signs[] = "ABCabcxyz019+/= -\n";
    size_t n = pick(RANDOM_BYTES);

    for (size_t i = 0; i < n; i++)
        out[i] = signs[pick(pick(8) ? 11 : sizeof signs - 1)];
    return (sk_str){ out, n };
}

static void
what_a_text_does_not_reach__it_does_not_have(void **state)
{
    char text[RANDOM_BYTES];
    size_t count, held = 0;
    const struct seclang_tf *rows = seclang_tf_rows(&count);
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (unsigned k = 0; rows[i].reaches && k < 10 * RANDOM_TEXTS; k++) {
            sk_str in = random_signs(text), out = in;

            (void)rows[i].run(&out, mem, in, NULL);
            if (out.n > 0 && !rows[i].reaches(in, out.n))
                fail_msg("%s makes %zu bytes of \"%.*s\"", rows[i].name, out.n, SK_ARG(in));
            held += !rows[i].reaches(in, out.n + 1);
            sk_arena_reset(mem);
        }
    assert_true(held > 0); /* it does say no */
    sk_arena_free(mem);
}

/* For those that look at single bytes, `needs` is exactly what changes. */
static void
parity__needs_exactly_the_bytes_it_changes(void **state)
{
    static const char *const names[] = { "parityeven7bit",   "parityodd7bit", "parityzero7bit",
                                         "lowercase",        "uppercase",     "removenulls",
                                         "removewhitespace", "trim",          "replacenulls" };
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        for (unsigned c = 0; c < 256; c++) {
            char byte = (char)c;
            sk_str out;
            const struct seclang_tf *tf = tf_of(names[i]);

            assert_int_equal(tf->run(&out, mem, (sk_str){ &byte, 1 }, NULL),
                             sk_bytes_has(&tf->needs, (unsigned char)c));
        }
    sk_arena_free(mem);
}

static void
a_changed_text__differs_from_the_given_one(void **state)
{
    char text[RANDOM_BYTES];
    size_t count;
    const struct seclang_tf *rows = seclang_tf_rows(&count);
    struct sk_bytes none = { { 0 } };
    sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < count; i++)
        for (unsigned k = 0; k < RANDOM_TEXTS; k++) {
            sk_str out, in = random_text(text, k & 1 ? &rows[i].needs : &none, (k & 1) != 0);

            if (rows[i].run(&out, mem, in, NULL)) assert_false(sk_str_eq(out, in));
            sk_arena_reset(mem);
        }
    sk_arena_free(mem);
}

static void
names__are_found_in_any_case_and_sorted(void **state)
{
    size_t count;
    const struct seclang_tf *rows = seclang_tf_rows(&count);

    (void)state;
    assert_ptr_equal(tf_of("urlDecodeUni"), tf_of("URLDECODEUNI"));
    assert_null(seclang_tf_find(SK_STR("urlDecodeUn")));
    for (size_t i = 1; i < count; i++)
        assert_true(strcmp(rows[i - 1].name, rows[i].name) < 0);
}

/* ── code pages ── */

static const char mapping[] = "(some words: none of them counts)\n\n"
                              "1250  (ANSI - Central Europe)\n"
                              "00a1:21 00a2:63\n\n"
                              "20127 (US-ASCII)\n"
                              "00a0:20 2032:27 ff1c:3c\n3042:61\n\n"
                              "20261 (T.61)\n"
                              "00a0:ff\n";

static struct seclang_unicode_map map;

static void
unicode_map__reads_its_own_code_page_only(void **state)
{
    (void)state;
    assert_false(sk_failed(seclang_unicode_map_read(&map, sk_str_of(mapping), 20127)));
    assert_int_equal(map.best_fit[0xa0], 0x20);
    assert_int_equal(map.best_fit[0x2032], 0x27);
    assert_int_equal(map.best_fit[0x3042], 'a');
    assert_int_equal(map.best_fit[0xa1], 0);
    assert_int_equal(map.best_fit[0x3002], '.'); /* always */
}

static void
unicode_map__says_which_code_page_is_missing(void **state)
{
    sk_err e = seclang_unicode_map_read(&map, sk_str_of(mapping), 932);

    (void)state;
    assert_int_equal(e.kind, SK_BAD);
    assert_non_null(strstr(e.why, "932"));
    e = seclang_unicode_map_read(&map, SK_STR("932 (x)\n00a0:zz"), 932);
    assert_non_null(strstr(e.why, "00a0:zz"));
}

static void
url_decode_uni__takes_the_best_fit_of_the_map(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str out;

    (void)state;
    assert_false(sk_failed(seclang_unicode_map_read(&map, sk_str_of(mapping), 20127)));
    assert_true(tf_of("urldecodeuni")->run(&out, mem, SK_STR("a%u2032%u3042%uff1d%u3002"), &map));
    assert_true(sk_str_eq(out, SK_STR("a'a=.")));
    assert_true(tf_of("urldecodeuni")->run(&out, mem, SK_STR("a%u2032"), NULL));
    assert_true(sk_str_eq(out, SK_STR("a2")));
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transformations__do_what_the_text_cases_say),
        cmocka_unit_test(every_transformation__has_a_file_of_cases),
        cmocka_unit_test(a_text_without_needed_bytes__stays),
        cmocka_unit_test(what_a_text_does_not_reach__it_does_not_have),
        cmocka_unit_test(parity__needs_exactly_the_bytes_it_changes),
        cmocka_unit_test(a_changed_text__differs_from_the_given_one),
        cmocka_unit_test(names__are_found_in_any_case_and_sorted),
        cmocka_unit_test(unicode_map__reads_its_own_code_page_only),
        cmocka_unit_test(unicode_map__says_which_code_page_is_missing),
        cmocka_unit_test(url_decode_uni__takes_the_best_fit_of_the_map),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
