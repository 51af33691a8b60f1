/* Every transformation of both, on the same texts.
 *
 * Our answers go along as headers, and their rules compare: REQUEST_HEADERS:text, transformed and
 * hexadecimal, with what we have. So only differences cost a line, and nothing is cut off. */
#include "seclang/tf/tf.h"
#include "base/file.h"
#include "dice.h"
#include "differential.h"
#include "known_tf.h"
#include "say.h"
#include "theirs.h"

#include <stdio.h>

#define UNICODE_MAP "/etc/nginx/unicode.mapping"
enum { CODE_PAGE = 20127, MAP_MOST = 1 << 20, ROWS_MOST = 64, FIRST_ID = 1000 };

struct bench {
    const struct seclang_tf *row;
    size_t count;
    struct seclang_unicode_map *map;
    struct theirs *compare, *show;
    sk_str name[ROWS_MOST];  /* of the headers with our answers */
    bool differs[ROWS_MOST]; /* about the text asked last */
};

static sk_str
hexadecimal(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < s.n; i++)
        sk_buf_printf(&out, "%02x", (unsigned char)s.p[i]);
    return sk_buf_str(&out);
}

static sk_str
ours(sk_arena *mem, const struct bench *b, size_t row, sk_str in)
{
    sk_str out;

    return b->row[row].run(&out, mem, in, b->map) ? out : in;
}

/* ── both engines ── */

static sk_err
rules_of(struct theirs **rules, sk_arena *mem, const struct bench *b, bool show)
{
    struct sk_buf text = { .mem = mem };

    sk_buf_printf(&text, "SecRuleEngine DetectionOnly\nSecUnicodeMapFile %s %d\n", UNICODE_MAP,
                  CODE_PAGE);
    for (size_t i = 0; i < b->count; i++) {
        sk_buf_add(&text, SK_STR("SecRule REQUEST_HEADERS:text "));
        if (show)
            sk_buf_add(&text, SK_STR("\"@unconditionalMatch\" \"logdata:'%{MATCHED_VAR}',"));
        else
            sk_buf_printf(&text, "\"!@streq %%{REQUEST_HEADERS.%.*s}\" \"", SK_ARG(b->name[i]));
        sk_buf_printf(&text, "id:%zu,phase:1,pass,log,t:%s,t:hexEncode\"\n", FIRST_ID + i,
                      b->row[i].name);
    }
    sk_buf_byte(&text, '\0');
    return theirs_new(rules, text.p);
}

static sk_err
open_both(struct bench *b, sk_arena *mem)
{
    sk_str map;

    b->row = seclang_tf_rows(&b->count);
    if (b->count > ROWS_MOST) return sk_fail(SK_FULL, "more than %d transformations", ROWS_MOST);
    for (size_t i = 0; i < b->count; i++)
        b->name[i] = sk_str_printf(mem, "our-%s", b->row[i].name);
    b->map = SK_NEW(mem, struct seclang_unicode_map);
    TRY(sk_file_read(&map, mem, UNICODE_MAP, MAP_MOST));
    TRY(seclang_unicode_map_read(b->map, map, CODE_PAGE));
    TRY(rules_of(&b->compare, mem, b, false));
    return rules_of(&b->show, mem, b, true);
}

static void
hear_difference(void *bench, const char *line)
{
    struct bench *b = bench;
    unsigned id = theirs_line_id(line);

    if (id >= FIRST_ID && id - FIRST_ID < b->count) b->differs[id - FIRST_ID] = true;
}

static void
add_header(struct seclang_replay *request, sk_str name, sk_str value)
{
    request->header[request->header_count++] = (struct seclang_replay_header){ name, value };
}

static struct seclang_replay
request_of(sk_str text)
{
    struct seclang_replay request = { .method = SK_STR("GET"),
                                      .uri = SK_STR("/"),
                                      .protocol = SK_STR("HTTP/1.1") };

    add_header(&request, SK_STR("text"), text);
    return request;
}

/* Marks the rows in which their answer is not the expected one. */
static void
ask(struct bench *b, sk_arena *mem, sk_str text, const sk_str *expected)
{
    struct seclang_replay request = request_of(text);

    memset(b->differs, 0, sizeof(b->differs));
    for (size_t i = 0; i < b->count; i++)
        add_header(&request, b->name[i], hexadecimal(mem, expected[i]));
    theirs_run(b->compare, &request, hear_difference, b);
}

static void
ask_ours(struct bench *b, sk_arena *mem, sk_str text)
{
    sk_str answer[ROWS_MOST];

    for (size_t i = 0; i < b->count; i++)
        answer[i] = ours(mem, b, i, text);
    ask(b, mem, text, answer);
}

/* ── what is documented ── */

/* Takes from b->differs what this row explains. */
static void
explain(struct bench *b, sk_arena *mem, sk_str text, struct known_tf *known)
{
    bool left[ROWS_MOST];
    sk_str answer[ROWS_MOST];
    size_t row = 0;

    while (strcmp(b->row[row].name, known->tf) != 0)
        row++;
    if (!b->differs[row]) return;
    for (size_t i = 0; i < b->count; i++)
        answer[i] = ours(mem, b, i, text);
    if (!known->answer(&answer[row], mem, &b->row[row], text)) return;
    memcpy(left, b->differs, sizeof(left));
    ask(b, mem, text, answer);
    known->seen += !b->differs[row];
    left[row] = b->differs[row];
    memcpy(b->differs, left, sizeof(left));
}

/* Leaves in b->differs what no row of known_tf explains. */
static void
ask_explained(struct bench *b, sk_arena *mem, sk_str text)
{
    size_t count;
    struct known_tf *known = known_tf_rows(&count);

    ask_ours(b, mem, text);
    for (size_t i = 0; i < count; i++)
        explain(b, mem, text, &known[i]);
}

/* ── findings ── */

struct shown {
    sk_arena *mem;
    unsigned id;
    sk_str hex;
};

static void
hear_answer(void *shown, const char *line)
{
    struct shown *s = shown;

    if (theirs_line_id(line) == s->id)
        s->hex = sk_str_copy(s->mem, theirs_line_field(line, "data"));
}

/* Removes what can be removed while they still differ: halves, then smaller pieces, then bytes. */
static sk_str
shrink(struct bench *b, sk_arena *mem, size_t row, sk_str text)
{
    for (size_t piece = text.n; piece > 0; piece /= 2)
        for (size_t at = 0; at + piece <= text.n;) {
            struct sk_buf less = { .mem = mem };

            sk_buf_add(&less, sk_str_first(text, at));
            sk_buf_add(&less, sk_str_from(text, at + piece));
            ask_explained(b, mem, sk_buf_str(&less));
            if (b->differs[row])
                text = sk_buf_str(&less);
            else
                at++;
        }
    return text;
}

/* Their answer; of a long one the first bytes, since libmodsecurity cuts what it logs. */
static sk_str
theirs(struct bench *b, sk_arena *mem, size_t row, sk_str text)
{
    struct shown shown = { mem, (unsigned)(FIRST_ID + row), { 0 } };
    struct seclang_replay request = request_of(text);
    struct sk_buf out = { .mem = mem };

    theirs_run(b->show, &request, hear_answer, &shown);
    for (size_t i = 0; i + 1 < shown.hex.n && sk_hex_value(shown.hex.p[i]) >= 0; i += 2)
        sk_buf_byte(&out,
                    (char)(sk_hex_value(shown.hex.p[i]) * 16 + sk_hex_value(shown.hex.p[i + 1])));
    return sk_buf_str(&out);
}

static void
tell(struct bench *b, sk_arena *mem, size_t row, sk_str text)
{
    sk_str small = shrink(b, mem, row, text);

    printf("new\tt:%s %s  ours %s  theirs %s\n", b->row[row].name, say_quoted(mem, small),
           say_quoted(mem, ours(mem, b, row, small)), say_quoted(mem, theirs(b, mem, row, small)));
}

static void
tell_sum(const struct bench *b, unsigned texts)
{
    size_t count;
    const struct known_tf *known = known_tf_rows(&count);

    printf("compared\ttransformations\t%zu\n", texts * b->count);
    for (size_t i = 0; i < count; i++)
        if (known[i].seen) printf("known\t%s\t%lu\n", known[i].id, known[i].seen);
}

static void
close_both(struct bench *b)
{
    theirs_free(b->compare);
    theirs_free(b->show);
}

sk_err
tf_compare(struct span span)
{
    struct bench b = { 0 };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(1 << 16);

    TRY(open_both(&b, mem));
    for (unsigned i = 0; i < span.count; i++) {
        struct dice dice = dice_of(span.seed + i);
        sk_str text = dice_text(&dice, scratch);
        bool differs[ROWS_MOST];

        ask_explained(&b, scratch, text);
        memcpy(differs, b.differs, sizeof(differs));
        for (size_t row = 0; row < b.count; row++)
            if (differs[row]) tell(&b, scratch, row, text);
        sk_arena_reset(scratch);
    }
    tell_sum(&b, span.count);
    close_both(&b);
    return sk_ok();
}

/* ── an example of docs/differences.md: "text"  ours "..."  theirs "..." ── */

static sk_err
replay(struct bench *b, sk_arena *mem, const char *id, size_t row, sk_str line)
{
    sk_str text, our, their;
    struct known_tf *known = known_tf_rows(&(size_t){ 0 });

    while (strcmp(known->id, id) != 0)
        known++;
    known->seen = 0;
    TRY(say_take_quoted(&text, mem, &line));
    TRY(say_take_word(&line, "ours"));
    TRY(say_take_quoted(&our, mem, &line));
    TRY(say_take_word(&line, "theirs"));
    TRY(say_take_quoted(&their, mem, &line));
    if (!sk_str_eq(our, ours(mem, b, row, text)))
        return sk_fail(SK_BAD, "ours is %s", say_quoted(mem, ours(mem, b, row, text)));
    if (!sk_str_eq(their, theirs(b, mem, row, text)))
        return sk_fail(SK_BAD, "theirs is %s", say_quoted(mem, theirs(b, mem, row, text)));
    ask_explained(b, mem, text);
    return known->seen ? sk_ok() : sk_fail(SK_BAD, "the row %s does not explain it", id);
}

sk_err
tf_example(sk_arena *mem, const char *id, sk_str line)
{
    struct bench b = { 0 };
    size_t row = 0, blank = sk_str_find_byte(line, ' ');
    sk_err e;

    TRY(open_both(&b, mem));
    while (row < b.count &&
           !sk_str_eq_nocase(sk_str_of(b.row[row].name), sk_str_first(line, blank)))
        row++;
    e = row < b.count ? replay(&b, mem, id, row, sk_str_from(line, blank))
                      : sk_fail(SK_BAD, "no such transformation: %.*s", SK_ARG(line));
    close_both(&b);
    return e;
}
