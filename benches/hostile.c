/* What hostile input costs, in process: asked by hostile.py, which thinks the input up.
 *
 *     sekisho_bench_hostile RULES
 *
 * Lines on standard input, an answer each on standard output; texts are in hexadecimal, "-" empty:
 *
 *     rules                            of each rule with an operator: INDEX ID PHASE OPERATOR
 *                                      ARGUMENT TARGET,TARGET...; an empty line ends them
 *     op INDEX SIZE PREFIX UNIT SUFFIX the rule's transformations and operator on PREFIX UNIT UNIT
 *                                      ... SUFFIX of SIZE bytes: US YES LIMIT
 *     tx REQUEST RESPONSE              the files' bytes through a whole transaction, RESPONSE as an
 *                                      HTML page (- for none): US STATUS LIMIT; STATUS 0: it
 *                                      passed; LIMIT: the rule whose match limit was reached
 *                                      first, 0: none
 *
 * US is CPU time in microseconds, the least of up to RUNS runs (3). In each of them values are met
 * for the first time: an attacker's are new in every request. */
#include "base/file.h"
#include "clock.h"
#include "seclang/replay.h"
#include "seclang/rule.h"
#include "seclang/worker.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    CHUNK = 1 << 20,      /* of the arena that every run reuses */
    TEXT_MOST = 8 << 20,  /* bytes of one input */
    WORDS = 7,            /* of a line */
    RUNS = 3,             /* of one input, */
    ENOUGH_US = 20 * 1000 /* unless it takes longer than that */
};

static struct {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    struct seclang_scratch *scratch;
    sk_arena *mem; /* of what is read */
    sk_arena *run_mem;
} bench;

static sk_err
load(const char *path)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_file(source, path);
    e = seclang_rules_new(&bench.rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) return e;
    TRY(seclang_worker_new(&bench.worker, bench.rules));
    return seclang_scratch_new(&bench.scratch);
}

/* ── rules ── */

static void
say_rule(const struct seclang_rule *rule)
{
    sk_str text = rule->argument.count ? rule->argument.part[0].literal : (sk_str){ 0 };

    printf("%u %u %u %s ", rule->index, rule->head->id, rule->phase, rule->op->name);
    for (size_t i = 0; i < text.n; i++)
        printf("%02x", (unsigned char)text.p[i]);
    printf("%s ", text.n > 0 ? "" : "-");
    for (size_t i = 0; i < rule->target_count; i++)
        printf("%s%s", i > 0 ? "," : "", seclang_var_rows[rule->target[i].var].name);
    printf("\n");
}

/* Of those that count things or look into TX nothing can be learnt. */
static void
say_rules(void)
{
    for (unsigned phase = 1; phase < SECLANG_PHASES; phase++)
        for (size_t i = 0; i < bench.rules->phase[phase].count; i++)
            for (const struct seclang_rule *r = bench.rules->phase[phase].step[i].rule; r;
                 r = r->chain)
                if (!r->unconditional && seclang_macro_constant(&r->argument)) say_rule(r);
    printf("\n");
}

/* ── one operator ── */

static sk_str
from_hex(const char *hex)
{
    size_t n = strcmp(hex, "-") == 0 ? 0 : strlen(hex) / 2;
    char *p = sk_alloc(bench.mem, n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = (char)(sk_hex_value(hex[2 * i]) * 16 + sk_hex_value(hex[2 * i + 1]));
    return (sk_str){ p, n };
}

/* prefix unit unit ... suffix: `size` bytes, the last unit cut. */
static sk_str
build(size_t size, sk_str prefix, sk_str unit, sk_str suffix)
{
    char *p = sk_alloc(bench.mem, size + 1);

    for (size_t i = 0; i < size; i++) {
        if (i < prefix.n)
            p[i] = prefix.p[i];
        else if (i + suffix.n >= size)
            p[i] = suffix.p[i + suffix.n - size];
        else
            p[i] = unit.n > 0 ? unit.p[(i - prefix.n) % unit.n] : 'a';
    }
    return (sk_str){ p, size };
}

static sk_str
transformed(unsigned node, sk_str text)
{
    const struct seclang_form *form = &bench.rules->form[node];
    sk_str out;

    if (!form->tf) return text;
    text = transformed(form->parent, text);
    return form->tf->run(&out, bench.run_mem, text, bench.rules->unicode_map) ? out : text;
}

struct answer {
    double us;
    bool yes, limit;
};

static struct answer
operate(const struct seclang_rule *rule, sk_str text)
{
    struct seclang_op_run run = { .scratch = bench.scratch, .mem = bench.run_mem };
    struct answer a = { 0 };
    double begun = clock_cpu_us();

    if (rule->argument.count) run.argument = rule->argument.part[0].literal;
    run.want_captures = rule->capture;
    text = transformed(rule->form, text);
    a.yes = rule->op->run(rule->op_state, &run, text);
    a.us = clock_cpu_us() - begun;
    a.limit = run.limit_hit;
    sk_arena_reset(bench.run_mem);
    return a;
}

static void
ask_op(char *const *word)
{
    size_t index = strtoul(word[1], NULL, 10), size = strtoul(word[2], NULL, 10);
    struct answer best = { 0 };
    sk_str text;

    if (index >= bench.rules->rule_count || size > TEXT_MOST) return;
    text = build(size, from_hex(word[3]), from_hex(word[4]), from_hex(word[5]));
    for (int i = 0; i < RUNS && (i == 0 || best.us < ENOUGH_US); i++) {
        struct answer a = operate(&bench.rules->rule[index], text);

        if (i == 0 || a.us < best.us) best = a;
    }
    printf("%.2f %d %d\n", best.us, best.yes, best.limit);
}

/* ── a whole transaction ── */

struct judged {
    double us;
    struct seclang_verdict verdict;
    unsigned long limit;
};

/* The alarm says which rule it was; one that does not is worth a number that no rule has. */
static void
hear(void *ctx, sk_str line)
{
    static const sk_str alarm = SK_STR("PCRE limits exceeded"), name = SK_STR("[id \"");
    unsigned long *limit = ctx;
    size_t at;

    if (*limit > 0 || sk_str_find(line, alarm) == SIZE_MAX) return;
    at = sk_str_find(line, name);
    *limit = at == SIZE_MAX ? 1 : strtoul(line.p + at + name.n, NULL, 10);
}

static struct judged
judge(const struct seclang_replay *request, const struct seclang_replay *response)
{
    struct judged j = { 0 };
    const struct seclang_host host = { .ctx = &j.limit, .log = hear };
    struct seclang_tx *tx;
    double begun;

    seclang_recall_forget(bench.worker->recall);
    begun = clock_cpu_us();
    tx = seclang_tx_new(bench.worker, bench.rules, bench.run_mem, &host);

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    j.verdict = seclang_replay_request(tx, request);
    if (j.verdict.act == SECLANG_PASS) j.verdict = seclang_replay_response(tx, response);
    seclang_tx_logging(tx);
    if (seclang_tx_limit_hit(tx) && j.limit == 0) j.limit = 1;
    seclang_tx_free(tx);
    sk_arena_reset(bench.run_mem);
    j.us = clock_cpu_us() - begun;
    return j;
}

static sk_err
ask_tx(char *const *word)
{
    struct seclang_replay request, response = { .protocol = SK_STR("HTTP/1.1"), .status = 200 };
    struct judged best = { 0 };
    sk_str raw;

    TRY(sk_file_read(&raw, bench.mem, word[1], TEXT_MOST));
    TRY(seclang_replay_read_request(&request, raw));
    response.header[response.header_count++] =
        (struct seclang_replay_header){ SK_STR("Content-Type"), SK_STR("text/html") };
    if (strcmp(word[2], "-") != 0) TRY(sk_file_read(&response.body, bench.mem, word[2], TEXT_MOST));
    for (int i = 0; i < RUNS && (i == 0 || best.us < ENOUGH_US); i++) {
        struct judged j = judge(&request, &response);

        if (i == 0 || j.us < best.us) best = j;
    }
    printf("%.2f %d %lu\n", best.us, best.verdict.act == SECLANG_PASS ? 0 : best.verdict.status,
           best.limit);
    return sk_ok();
}

/* ── lines ── */

static sk_err
obey(char *line)
{
    char *word[WORDS] = { 0 }, *rest = line;
    int n = 0;

    while (n < WORDS && (word[n] = strsep(&rest, " \n")))
        n++;
    if (n == 0) return sk_ok();
    if (strcmp(word[0], "rules") == 0)
        say_rules();
    else if (strcmp(word[0], "op") == 0 && n == 7)
        ask_op(word);
    else if (strcmp(word[0], "tx") == 0 && n >= 3)
        TRY(ask_tx(word));
    else
        return sk_fail(SK_BAD, "not understood: %s", word[0]);
    fflush(stdout);
    sk_arena_reset(bench.mem);
    return sk_ok();
}

static sk_err
serve(const char *rules)
{
    char *line = NULL;
    size_t size = 0;
    sk_err e = load(rules);

    bench.mem = sk_arena_new(CHUNK);
    bench.run_mem = sk_arena_new(CHUNK);
    while (!sk_failed(e) && getline(&line, &size, stdin) > 0)
        e = obey(line);
    free(line);
    sk_arena_free(bench.mem);
    sk_arena_free(bench.run_mem);
    seclang_scratch_free(bench.scratch);
    seclang_worker_free(bench.worker);
    seclang_rules_free(bench.rules);
    return e;
}

int
main(int argc, char **argv)
{
    sk_err e = argc == 2 ? serve(argv[1]) : sk_fail(SK_BAD, "usage: %s RULES", argv[0]);

    if (sk_failed(e)) fprintf(stderr, "%s: %s\n", argv[0], e.why);
    return sk_kind_rows[e.kind].exit_code;
}
