/* Text cases of the body parsers: cases/body, see its README. Every body is fed whole, byte by
 * byte, and cut in two at every position; what is reported must be the same each time. */
#include "base/file.h"
#include "base/utf8.h"
#include "seclang/body/body.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    FILE_MOST = 1 << 20,
    CASES_MOST = 500,
    SHOWN_MOST = 100,     /* calls of one case; of more, only their number and the last are said */
    CUT_EVERYWHERE = 1000 /* bytes; longer bodies are cut at some positions only */
};

struct given {
    const char *title;
    sk_str kind, type, body, expected;
    struct seclang_body_limits limits;
};

struct seen {
    struct sk_buf out, last;
    unsigned calls;
};

static sk_arena *all;
static struct given cases[CASES_MOST];
static size_t case_count;

/* ── reading cases ── */

static void unescape(struct sk_buf *out, sk_str s);

/* \*N{text}: the text N times. Returns how many bytes of s it takes. */
static size_t
repeat(struct sk_buf *out, sk_str s)
{
    size_t open = sk_str_find_byte(s, '{'), close = sk_str_find_byte(s, '}');

    assert_true(open < close && close != SIZE_MAX);
    long count = strtol(s.p + 2, NULL, 10);
    for (long i = 0; i < count; i++)
        unescape(out, (sk_str){ s.p + open + 1, close - open - 1 });
    return close + 1;
}

/* One escape at the start of s; returns its length. */
static size_t
escape(struct sk_buf *out, sk_str s)
{
    static const char from[] = "rntv\\", to[] = "\r\n\t\v\\";
    char c = s.n > 1 ? s.p[1] : 0;
    const char *at = c ? strchr(from, c) : NULL;

    if (c == '*') return repeat(out, s);
    if (c == 'x') {
        int high = s.n > 3 ? sk_hex_value(s.p[2]) : -1, low = s.n > 3 ? sk_hex_value(s.p[3]) : -1;
        assert_true(high >= 0 && low >= 0);
        sk_buf_byte(out, (char)(high * 16 + low));
        return 4;
    }
    assert_non_null(at);
    sk_buf_byte(out, to[at - from]);
    return 2;
}

static void
unescape(struct sk_buf *out, sk_str s)
{
    while (s.n) {
        size_t n = 1;
        if (s.p[0] == '\\')
            n = escape(out, s);
        else
            sk_buf_byte(out, s.p[0]);
        s = sk_str_from(s, n);
    }
}

static void
read_limits(struct seclang_body_limits *limits, sk_str line)
{
    const char *text = sk_str_zcopy(all, line), *at;

    if ((at = strstr(text, "arguments="))) limits->arguments = (unsigned)strtoul(at + 10, NULL, 10);
    if ((at = strstr(text, "depth="))) limits->depth = (unsigned)strtoul(at + 6, NULL, 10);
    if ((at = strstr(text, "bytes="))) limits->no_files = strtoul(at + 6, NULL, 10);
    if ((at = strstr(text, "separator="))) limits->separator = at[10];
}

static void
read_field(struct given *c, sk_str line)
{
    struct sk_buf type = { .mem = all };

    if (sk_str_starts(line, SK_STR("kind: "))) {
        c->kind = sk_str_from(line, 6);
    } else if (sk_str_starts(line, SK_STR("type: "))) {
        unescape(&type, sk_str_from(line, 6));
        c->type = sk_buf_str(&type);
    } else if (sk_str_starts(line, SK_STR("limits: "))) {
        read_limits(&c->limits, line);
    } else if (line.n) {
        fail_msg("%s: what is \"%.*s\"?", c->title, SK_ARG(line));
    }
}

/* A case without the line of its title. */
static void
read_case(struct given *c, sk_str rest)
{
    struct sk_buf body = { .mem = all }, expected = { .mem = all };
    enum { HEAD, BODY, EXPECTED } section = HEAD;
    sk_str line;

    c->limits = (struct seclang_body_limits){ 1000, 100, 1 << 20, '&', 0, 0 };
    while (sk_str_cut(&line, &rest, '\n')) {
        if (sk_str_eq(line, SK_STR("--- body")))
            section = BODY;
        else if (sk_str_eq(line, SK_STR("--- expected")))
            section = EXPECTED;
        else if (section == HEAD)
            read_field(c, line);
        else if (section == BODY)
            unescape(&body, line);
        else if (line.n)
            sk_buf_printf(&expected, "%.*s\n", SK_ARG(line));
    }
    c->body = body.n ? sk_buf_str(&body) : SK_STR("");
    c->expected = expected.n ? sk_buf_str(&expected) : SK_STR("");
}

static void
read_file(const char *name)
{
    sk_str text, line, rest;
    const char *path = sk_str_printf(all, SOURCE_DIR "/src/seclang/cases/body/%s", name).p;
    sk_err e = sk_file_read(&text, all, path, FILE_MOST);

    if (sk_failed(e)) fail_msg("%s", e.why);
    for (size_t at = sk_str_find(text, SK_STR("== ")); at != SIZE_MAX;) {
        rest = sk_str_from(text, at + 3);
        size_t next = sk_str_find(rest, SK_STR("\n== "));
        text = next == SIZE_MAX ? SK_STR("") : sk_str_from(rest, next);
        at = next == SIZE_MAX ? SIZE_MAX : 1;
        rest = sk_str_first(rest, next);
        assert_true(case_count < CASES_MOST);
        struct given *c = &cases[case_count++];
        (void)sk_str_cut(&line, &rest, '\n');
        c->title = sk_str_printf(all, "%s: %.*s", name, SK_ARG(line)).p;
        read_case(c, rest);
    }
}

/* ── what is reported, as text ── */

static void
quote(struct sk_buf *out, sk_str s)
{
    static const char from[] = "\r\n\t\\", to[] = "rnt\\";
    uint32_t code;

    sk_buf_byte(out, '"');
    for (unsigned n; s.n; s = sk_str_from(s, n ? n : 1)) {
        const char *at = s.p[0] ? strchr(from, s.p[0]) : NULL;
        n = sk_utf8_decode(&code, s);
        if (at)
            sk_buf_printf(out, "\\%c", to[at - from]);
        else if (n == 0 || code < 0x20 || code == 0x7f)
            sk_buf_printf(out, "\\x%02x", (unsigned char)s.p[0]);
        else
            sk_buf_add(out, sk_str_first(s, n));
    }
    sk_buf_byte(out, '"');
}

static void
end_call(struct seen *seen, struct sk_buf *line)
{
    sk_buf_byte(line, '\n');
    seen->last.n = 0;
    sk_buf_add(&seen->last, sk_buf_str(line));
    if (++seen->calls <= SHOWN_MOST) sk_buf_add(&seen->out, sk_buf_str(line));
}

static void
on_argument(void *ctx, sk_str name, sk_str value)
{
    struct seen *seen = ctx;
    struct sk_buf line = { .mem = seen->out.mem };

    sk_buf_add(&line, SK_STR("argument "));
    quote(&line, name);
    sk_buf_add(&line, SK_STR(" = "));
    quote(&line, value);
    end_call(seen, &line);
}

static void
on_file(void *ctx, sk_str field, sk_str filename, size_t size)
{
    struct seen *seen = ctx;
    struct sk_buf line = { .mem = seen->out.mem };

    sk_buf_add(&line, SK_STR("file "));
    quote(&line, field);
    sk_buf_byte(&line, ' ');
    quote(&line, filename);
    sk_buf_printf(&line, " %zu", size);
    end_call(seen, &line);
}

static void
on_part_header(void *ctx, sk_str part, sk_str text)
{
    struct seen *seen = ctx;
    struct sk_buf line = { .mem = seen->out.mem };

    sk_buf_add(&line, SK_STR("header "));
    quote(&line, part);
    sk_buf_byte(&line, ' ');
    quote(&line, text);
    end_call(seen, &line);
}

static void
on_xml(void *ctx, sk_str text, bool attribute)
{
    struct seen *seen = ctx;
    struct sk_buf line = { .mem = seen->out.mem };

    sk_buf_add(&line, attribute ? SK_STR("attribute ") : SK_STR("text "));
    quote(&line, text);
    end_call(seen, &line);
}

static void
say_flags(struct sk_buf *out, const struct seclang_multipart_flags *f)
{
    const struct {
        const char *name;
        int value;
    } flags[] = {
        { "boundary_quoted", f->boundary_quoted },
        { "boundary_whitespace", f->boundary_whitespace },
        { "data_before", f->data_before },
        { "data_after", f->data_after },
        { "header_folding", f->header_folding },
        { "lf_line", f->lf_line },
        { "missing_semicolon", f->missing_semicolon },
        { "invalid_quoting", f->invalid_quoting },
        { "invalid_part", f->invalid_part },
        { "invalid_header_folding", f->invalid_header_folding },
        { "file_limit_exceeded", f->file_limit_exceeded },
        { "crlf_lf_lines", f->crlf_lf_lines },
        { "unmatched_boundary", f->unmatched_boundary },
        { "strict_error", f->strict_error },
    };
    size_t before = out->n;

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (!flags[i].value) continue;
        sk_buf_printf(out, "%s%s", out->n == before ? "flags " : " ", flags[i].name);
    }
    if (out->n > before) sk_buf_byte(out, '\n');
}

static void
say_report(struct seen *seen, const struct seclang_body_report *report)
{
    if (seen->calls > SHOWN_MOST) {
        sk_buf_printf(&seen->out, "calls %u, the last one\n", seen->calls);
        sk_buf_add(&seen->out, sk_buf_str(&seen->last));
    }
    say_flags(&seen->out, &report->multipart);
    if (report->files_combined_size)
        sk_buf_printf(&seen->out, "files %zu\n", report->files_combined_size);
    if (report->bad_encoding) sk_buf_printf(&seen->out, "bad %u\n", report->bad_encoding);
    if (report->error.n) sk_buf_printf(&seen->out, "error %.*s\n", SK_ARG(report->error));
}

/* ── running ── */

static void
feed_copy(struct seclang_body *body, sk_str chunk)
{
    char *copy = malloc(chunk.n + 1); /* chunks are not kept: this one goes at once */

    memcpy(copy, chunk.p, chunk.n);
    seclang_body_feed(body, (sk_str){ copy, chunk.n });
    free(copy);
}

/* Chunks: up to `first` bytes, then `step` at a time. */
static sk_str
run(sk_arena *mem, const struct given *c, size_t first, size_t step)
{
    struct seen seen = { .out = { .mem = mem }, .last = { .mem = mem } };
    struct seclang_body_sink sink = { &seen, on_argument, on_file, on_part_header, on_xml };
    struct seclang_body_report report = { 0 };
    struct seclang_body *body = seclang_body_begin(mem, c->kind, c->type, &c->limits, &sink);

    if (!body) {
        fail_msg("%s: unknown kind", c->title);
        return SK_STR("");
    }
    feed_copy(body, sk_str_first(c->body, first));
    for (size_t at = first; at < c->body.n; at += step)
        feed_copy(body, sk_str_first(sk_str_from(c->body, at), step));
    seclang_body_finish(body, &report);
    seclang_body_free(body);
    say_report(&seen, &report);
    return seen.out.n ? sk_buf_str(&seen.out) : SK_STR("");
}

/* Query strings and cookies come in one piece. */
static sk_str
run_split(sk_arena *mem, const struct given *c)
{
    struct seen seen = { .out = { .mem = mem }, .last = { .mem = mem } };
    struct seclang_body_report report = { 0 };
    bool all_taken = true;

    if (sk_str_eq(c->kind, SK_STR("COOKIES"))) {
        seclang_cookies_split(c->body, on_argument, &seen);
    } else {
        all_taken = seclang_arguments_split(mem, c->body, c->limits.separator, c->limits.arguments,
                                            &report.bad_encoding, on_argument, &seen);
    }
    if (!all_taken) report.error = SK_STR("too many");
    say_report(&seen, &report);
    return seen.out.n ? sk_buf_str(&seen.out) : SK_STR("");
}

static bool
agree(const struct given *c, sk_str got, const char *how)
{
    if (sk_str_eq(got, c->expected)) return true;
    print_error("%s (%s)\nexpected:\n%.*sgot:\n%.*s\n", c->title, how, SK_ARG(c->expected),
                SK_ARG(got));
    return false;
}

static bool
agrees_cut(const struct given *c, size_t first, size_t step)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    const char *how = sk_str_printf(mem, "%zu bytes, then %zu at a time", first, step).p;

    return agree(c, run(mem, c, first, step), how);
}

static bool
agrees(const struct given *c)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    bool split = sk_str_eq(c->kind, SK_STR("COOKIES")) || sk_str_eq(c->kind, SK_STR("ARGUMENTS"));
    size_t stride = c->body.n > CUT_EVERYWHERE ? c->body.n / 5 : 1;

    if (split) return agree(c, run_split(mem, c), "whole");
    if (!agree(c, run(mem, c, c->body.n, 1), "whole")) return false;
    if (!agrees_cut(c, 0, 1)) return false;
    for (size_t at = 1; at < c->body.n; at += stride)
        if (!agrees_cut(c, at, c->body.n)) return false;
    return true;
}

static void
bodies__are_read_the_same_however_they_are_cut(void **unused)
{
    unsigned wrong = 0;

    (void)unused;
    for (size_t i = 0; i < case_count; i++)
        wrong += !agrees(&cases[i]);
    print_message("%zu cases\n", case_count);
    assert_true(case_count >= 100);
    assert_int_equal(wrong, 0);
}

static void
kinds__are_found_without_regard_to_case(void **unused)
{
    static const struct {
        const char *name, *kind;
    } rows[] = { { "json", "JSON" }, { "Multipart", "MULTIPART" }, { "YAML", NULL }, { "", NULL } };
    static const struct seclang_body_limits limits = { .arguments = 1 };
    const struct seclang_body_sink sink = { 0 };

    (void)unused;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct seclang_body *body =
            seclang_body_begin(all, sk_str_of(rows[i].name), SK_STR(""), &limits, &sink);

        if (!rows[i].kind || !body)
            assert_true(!rows[i].kind && !body);
        else
            assert_string_equal(seclang_body_name(body), rows[i].kind);
        seclang_body_free(body);
    }
}

static void
count_argument(void *ctx, sk_str name, sk_str value)
{
    unsigned *count = ctx;

    (void)name, (void)value;
    ++*count;
}

/* 9 KB with a thousand values, each of which would bring its name of 6 KB along. */
static void
json__names_that_many_values_repeat_are_a_fault_in_the_end(void **unused)
{
    static const struct seclang_body_limits limits = { .arguments = 10000, .depth = 10 };
    unsigned count = 0;
    const struct seclang_body_sink sink = { .ctx = &count, .argument = count_argument };
    struct seclang_body_report report = { 0 };
    struct seclang_body *body = seclang_body_begin(all, SK_STR("JSON"), SK_STR(""), &limits, &sink);
    char key[3000];

    (void)unused;
    memset(key, 'k', sizeof(key));
    seclang_body_feed(body, SK_STR("{\""));
    seclang_body_feed(body, (sk_str){ key, sizeof(key) });
    seclang_body_feed(body, SK_STR("\":[1"));
    for (int i = 0; i < 1000; i++)
        seclang_body_feed(body, SK_STR(",1"));
    seclang_body_feed(body, SK_STR("]}"));
    seclang_body_finish(body, &report);
    assert_true(sk_str_starts(report.error, SK_STR("JSON parsing error: too much of it is names")));
    assert_in_range(count, 20, 30);
}

static int
read_cases(void **unused)
{
    struct dirent *entry;
    DIR *dir = opendir(SOURCE_DIR "/src/seclang/cases/body");

    (void)unused;
    all = sk_arena_new(0);
    assert_non_null(dir);
    while ((entry = readdir(dir)))
        if (sk_str_ends(sk_str_of(entry->d_name), SK_STR(".txt"))) read_file(entry->d_name);
    closedir(dir);
    return 0;
}

static int
forget_cases(void **unused)
{
    (void)unused;
    sk_arena_free(all);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds__are_found_without_regard_to_case),
        cmocka_unit_test(bodies__are_read_the_same_however_they_are_cut),
        cmocka_unit_test(json__names_that_many_values_repeat_are_a_fault_in_the_end),
    };
    return cmocka_run_group_tests(tests, read_cases, forget_cases);
}
