/* Judges requests in process and says what was found, a line for each.
 *
 *     sekisho_japanese_judge RULES FILE [values]
 *
 * FILE holds requests one behind the other, each behind a line "KIND LENGTH". Prints for each, in
 * order, "KIND pass|deny RULE,RULE,...": the rules that matched and say so (log), each once. With
 * `values`, behind each that was denied: what they matched, tab first. */
#include "base/file.h"
#include "seclang/replay.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    FILE_MOST = 512 << 20,
    CHUNK = 256 << 10 /* of the arena that every transaction reuses */
};

struct judge {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    sk_arena *mem; /* one transaction at a time */
    bool values;
};

static sk_err
load(struct judge *j, const char *path)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_file(source, path);
    e = seclang_rules_new(&j->rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) return e;
    return seclang_worker_new(&j->worker, j->rules);
}

static bool
is_first(const struct seclang_match *match, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (match[i].rule == match[at].rule) return false;
    return true;
}

static void
say(sk_str kind, const struct seclang_tx *tx, const struct seclang_verdict *verdict)
{
    size_t count;
    const struct seclang_match *match = seclang_tx_matches(tx, &count);
    const char *comma = "";

    printf("%.*s %s ", SK_ARG(kind), verdict->act == SECLANG_PASS ? "pass" : "deny");
    for (size_t i = 0; i < count; i++) {
        if (!match[i].log || !is_first(match, i)) continue;
        printf("%s%u", comma, match[i].rule);
        comma = ",";
    }
    printf("\n");
}

/* Control characters as dots: a line stays a line. */
static void
say_text(sk_str text)
{
    for (size_t i = 0; i < text.n; i++)
        putchar((unsigned char)text.p[i] < ' ' ? '.' : text.p[i]);
}

static void
say_values(const struct seclang_tx *tx)
{
    size_t count;
    const struct seclang_match *match = seclang_tx_matches(tx, &count);

    for (size_t i = 0; i < count; i++) {
        if (!match[i].log) continue;
        printf("\t%u ", match[i].rule);
        say_text(match[i].variable);
        printf(" | ");
        say_text(match[i].data);
        printf(" | ");
        say_text(match[i].value);
        printf("\n");
    }
}

static sk_err
judge(struct judge *j, sk_str kind, sk_str raw)
{
    static const struct seclang_host host; /* logs nowhere, stores nothing */
    struct seclang_replay request;
    struct seclang_verdict verdict;
    struct seclang_tx *tx;

    TRY(seclang_replay_read_request(&request, raw));
    tx = seclang_tx_new(j->worker, j->rules, j->mem, &host);
    seclang_tx_conn(tx, SK_STR("192.0.2.1"), 40000, SK_STR("192.0.2.2"), 443);
    verdict = seclang_replay_request(tx, &request);
    seclang_tx_logging(tx);
    say(kind, tx, &verdict);
    if (j->values && verdict.act != SECLANG_PASS) say_values(tx);
    seclang_tx_free(tx);
    sk_arena_reset(j->mem);
    return sk_ok();
}

static sk_err
judge_all(struct judge *j, sk_str all)
{
    sk_str line, kind;
    int64_t length;

    while (all.n > 0) {
        if (!sk_str_cut(&line, &all, '\n') || !sk_str_cut(&kind, &line, ' ') ||
            !sk_str_to_i64(&length, line) || length < 0 || (size_t)length > all.n)
            return sk_fail(SK_BAD, "not a line \"KIND LENGTH\" and so many bytes behind it");
        TRY(judge(j, kind, sk_str_first(all, (size_t)length)));
        all = sk_str_from(all, (size_t)length);
    }
    return sk_ok();
}

int
main(int argc, char **argv)
{
    struct judge j = { .mem = sk_arena_new(CHUNK), .values = argc == 4 };
    sk_arena *mem = sk_arena_new(0);
    sk_str all;
    sk_err e;

    if (argc < 3) {
        fprintf(stderr, "usage: %s RULES FILE [values]\n", argv[0]);
        return sk_kind_rows[SK_BAD].exit_code;
    }
    e = sk_file_read(&all, mem, argv[2], FILE_MOST);
    if (!sk_failed(e)) e = load(&j, argv[1]);
    if (!sk_failed(e)) e = judge_all(&j, all);
    if (sk_failed(e)) fprintf(stderr, "%s: %s\n", argv[0], e.why);
    seclang_worker_free(j.worker);
    seclang_rules_free(j.rules);
    sk_arena_free(j.mem);
    sk_arena_free(mem);
    return sk_kind_rows[e.kind].exit_code;
}
