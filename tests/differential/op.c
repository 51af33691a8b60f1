/* Every operator that both have, on the same arguments and values: a rule for each argument, and a
 * transaction for each set of values. */
#include "differential.h"
#include "known_op.h"
#include "say.h"
#include "theirs.h"

#include <stdio.h>
#include <stdlib.h>

enum { RULES = 56, ROUNDS = 20, FIRST_ID = 1000 };

struct row {
    struct question question;
    sk_str header; /* which has the value */
    struct answer theirs;
};

struct bench {
    struct row row[RULES];
    unsigned count;
    struct theirs *theirs;
    sk_arena *mem; /* what they say */
};

static unsigned long compared;

/* ── both engines ── */

/* No rule sees what another has captured. */
static void
write_rule(struct sk_buf *text, const struct row *row, unsigned number)
{
    sk_buf_printf(text, "SecAction \"id:%u,phase:1,nolog,pass", FIRST_ID + RULES + number);
    for (int i = 0; i < QUESTION_CAPTURES; i++)
        sk_buf_printf(text, ",setvar:!tx.%d", i);
    sk_buf_printf(text,
                  "\"\nSecRule REQUEST_HEADERS:%.*s \"@%s %.*s\" \"id:%u,phase:1,pass,log,capture,"
                  "logdata:'",
                  SK_ARG(row->header), row->question.op->name, SK_ARG(row->question.argument),
                  FIRST_ID + number);
    for (int i = 0; i < QUESTION_CAPTURES; i++)
        sk_buf_printf(text, "%s%%{TX.%d}", i ? "|" : "", i);
    sk_buf_add(text, SK_STR("'\"\n"));
}

static sk_err
load(struct bench *b, sk_arena *mem)
{
    struct sk_buf text = { .mem = mem };

    sk_buf_add(&text, SK_STR("SecRuleEngine DetectionOnly\n"));
    for (unsigned i = 0; i < b->count; i++)
        write_rule(&text, &b->row[i], i);
    sk_buf_byte(&text, '\0');
    return theirs_new(&b->theirs, text.p);
}

static void
hear(void *bench, const char *line)
{
    struct bench *b = bench;
    unsigned id = theirs_line_id(line);

    if (id < FIRST_ID || id - FIRST_ID >= b->count) return;
    b->row[id - FIRST_ID].theirs =
        (struct answer){ .match = true,
                         .captures = sk_str_copy(b->mem, theirs_line_field(line, "data")) };
}

static void
ask_theirs(struct bench *b)
{
    struct seclang_replay request = { .method = SK_STR("GET"),
                                      .uri = SK_STR("/"),
                                      .protocol = SK_STR("HTTP/1.1") };

    for (unsigned i = 0; i < b->count; i++) {
        b->row[i].theirs = (struct answer){ 0 };
        request.header[request.header_count++] =
            (struct seclang_replay_header){ b->row[i].header, b->row[i].question.value };
    }
    theirs_run(b->theirs, &request, hear, b);
}

/* ── findings ── */

/* The row of known_op that foretells their answer; NULL: none does. */
static struct known_op *
explanation(sk_arena *mem, const struct question *q, const struct answer *ours,
            const struct answer *theirs)
{
    size_t count;
    struct known_op *known = known_op_rows(&count);

    for (size_t i = 0; i < count; i++)
        if ((known[i].op[0] == '*' || strcmp(known[i].op, q->op->name) == 0) &&
            known[i].explains(mem, q, ours, theirs))
            return &known[i];
    return NULL;
}

static const char *
said(sk_arena *mem, const struct answer *answer)
{
    if (answer->refused) return "refused";
    return answer->match ? say_quoted(mem, answer->captures) : "no";
}

static void
compare(sk_arena *mem, const struct row *row)
{
    const struct question *q = &row->question;
    struct known_op *known;
    struct answer ours;

    question_ask(&ours, mem, q);
    compared++;
    if (!ours.passes)
        printf("new\t@%s %s %s  our own filter refuses what matches\n", q->op->name,
               say_quoted(mem, q->argument), say_quoted(mem, q->value));
    if (question_same(mem, q, &ours, &row->theirs)) return;
    known = explanation(mem, q, &ours, &row->theirs);
    if (known)
        known->seen++;
    else
        printf("new\t@%s %s %s  ours %s  theirs %s\n", q->op->name, say_quoted(mem, q->argument),
               say_quoted(mem, q->value), said(mem, &ours), said(mem, &row->theirs));
}

/* ── a set of arguments ── */

/* Whether they take the argument at all. */
static bool
they_take(sk_arena *mem, const struct row *row)
{
    struct sk_buf text = { .mem = mem };
    struct theirs *theirs;

    write_rule(&text, row, 0);
    sk_buf_byte(&text, '\0');
    if (sk_failed(theirs_new(&theirs, text.p))) return false;
    theirs_free(theirs);
    return true;
}

static void
choose_arguments(struct bench *b, struct dice *d, sk_arena *mem)
{
    struct answer ours;

    b->count = 0;
    for (size_t i = 0; b->count < RULES; i++) {
        struct row *row = &b->row[b->count];
        const char *op = question_operator(i);

        *row = (struct row){ .header = sk_str_printf(mem, "v%u", b->count) };
        row->question.op = seclang_op_find(sk_str_of(op));
        row->question.argument = question_argument(d, mem, op);
        row->theirs.refused = !they_take(mem, row);
        question_ask(&ours, mem, &row->question);
        if (ours.refused || row->theirs.refused)
            compare(mem, row);
        else
            b->count++;
    }
}

static sk_err
one_set(uint64_t seed)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1 << 16);
    struct bench *b = SK_NEW(mem, struct bench);
    struct dice d = dice_of(seed);

    b->mem = mem;
    choose_arguments(b, &d, mem);
    TRY(load(b, mem));
    for (int round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < b->count; i++)
            b->row[i].question.value =
                question_value(&d, mem, b->row[i].question.op->name, b->row[i].question.argument);
        ask_theirs(b);
        for (unsigned i = 0; i < b->count; i++)
            compare(mem, &b->row[i]);
    }
    theirs_free(b->theirs);
    return sk_ok();
}

sk_err
op_compare(struct span span)
{
    size_t count;
    const struct known_op *known = known_op_rows(&count);

    for (unsigned i = 0; i < span.count; i++)
        TRY(one_set(span.seed + i));
    printf("compared\toperators\t%lu\n", compared);
    for (size_t i = 0; i < count; i++)
        if (known[i].seen) printf("known\t%s\t%lu\n", known[i].id, known[i].seen);
    return sk_ok();
}

/* ── an example of docs/differences.md: NAME "argument" "value"  ours ANSWER  theirs ANSWER ── */

/* "refused", "no", or the captures in quotes. */
static sk_err
read_answer(struct answer *answer, sk_arena *mem, sk_str *line)
{
    *answer = (struct answer){ .passes = true };
    if (!sk_failed(say_take_word(line, "refused"))) {
        answer->refused = true;
        return sk_ok();
    }
    if (!sk_failed(say_take_word(line, "no"))) return sk_ok();
    answer->match = true;
    if (!sk_failed(say_take_word(line, "yes"))) return sk_ok();
    return say_take_quoted(&answer->captures, mem, line);
}

static bool
as_documented(const struct answer *said, const struct answer *is)
{
    return said->refused == is->refused && said->match == is->match &&
           sk_str_eq(said->captures, sk_str_first(is->captures, said->captures.n));
}

static sk_err
ask_one(struct bench *b, sk_arena *mem)
{
    struct row *row = &b->row[0];

    b->mem = mem;
    b->count = 1;
    row->header = SK_STR("v0");
    row->theirs.refused = !they_take(mem, row);
    if (row->theirs.refused) return sk_ok();
    TRY(load(b, mem));
    ask_theirs(b);
    theirs_free(b->theirs);
    return sk_ok();
}

sk_err
op_example(sk_arena *mem, const char *id, sk_str line)
{
    struct bench *b = SK_NEW(mem, struct bench);
    struct question *q = &b->row[0].question;
    size_t blank = sk_str_find_byte(line, ' ');
    struct answer ours, our, their;
    struct known_op *known;

    q->op = seclang_op_find(sk_str_first(line, blank));
    if (!q->op) return sk_fail(SK_BAD, "no such operator");
    line = sk_str_from(line, blank);
    TRY(say_take_quoted(&q->argument, mem, &line));
    TRY(say_take_quoted(&q->value, mem, &line));
    TRY(say_take_word(&line, "ours"));
    TRY(read_answer(&our, mem, &line));
    TRY(say_take_word(&line, "theirs"));
    TRY(read_answer(&their, mem, &line));
    TRY(ask_one(b, mem));
    question_ask(&ours, mem, q);
    if (!as_documented(&our, &ours)) return sk_fail(SK_BAD, "ours is %s", said(mem, &ours));
    if (!as_documented(&their, &b->row[0].theirs))
        return sk_fail(SK_BAD, "theirs is %s", said(mem, &b->row[0].theirs));
    known = explanation(mem, q, &ours, &b->row[0].theirs);
    return known && strcmp(known->id, id) == 0 ? sk_ok()
                                               : sk_fail(SK_BAD, "the row does not explain it");
}
