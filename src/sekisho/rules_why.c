/* sekisho rules why: one request through the rules, and for each match what the rule looked at,
 * what transformations made of it, which bytes it found, and what that did to the score. */
#include "base/file.h"
#include "base/json.h"
#include "explain/explain.h"
#include "seclang/inspect.h"
#include "sekisho/judge.h"
#include "sekisho/recorded.h"
#include "sekisho/rules.h"
#include "sekisho/rules_words.h"
#include "sekisho/tongue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { VALUE_SHOWN = 600, AROUND = 200, LINE_MOST = 4 << 20 };

struct why {
    struct judge judge;
    struct judge_result result;
    struct seclang_tx *tx;
    const struct seclang_sighting *sight;
    size_t sight_count;
    int64_t inbound, outbound; /* thresholds; 0: not known */
};

/* ── which are told ── */

/* What counts is logged or adds to a score. Settings that a rule set gives itself do not, nor sums
 * but the one that decides. */
static bool
counts(const struct seclang_sighting *s)
{
    if (s->decisive) return true;
    if (explain_is_sum(s->rule)) return false;
    if (s->log) return true;
    for (size_t i = 0; i < s->change_count; i++)
        if (s->change[i].adds && !sk_str_eq(s->change[i].before, s->change[i].after)) return true;
    return false;
}

/* A member of a chain counts when its chain was completed. */
static bool
is_told(const struct why *w, size_t index)
{
    const struct seclang_sighting *s = &w->sight[index];

    if (s->complete) return counts(s);
    for (size_t i = index + 1; i < w->sight_count && w->sight[i].rule == s->rule; i++)
        if (w->sight[i].complete) return counts(&w->sight[i]);
    return false;
}

/* ── text ── */

/* Text with [from, to) marked: by colour, or between these signs. */
static void
write_marked(struct sk_buf *out, sk_str text, bool marked, size_t from, size_t to)
{
    size_t begin = marked && from > AROUND ? from - AROUND : 0;

    if (!marked) {
        explain_text(out, text, VALUE_SHOWN);
        return;
    }
    if (begin > 0) sk_buf_add(out, SK_STR("..."));
    explain_text(out, sk_str_first(sk_str_from(text, begin), from - begin), 4 * VALUE_SHOWN);
    sk_buf_add(out, sk_str_of(rules_colour() ? "\033[7m" : "«"));
    explain_text(out, sk_str_first(sk_str_from(text, from), to - from), VALUE_SHOWN);
    sk_buf_add(out, sk_str_of(rules_colour() ? "\033[0m" : "»"));
    explain_text(out, sk_str_from(text, to), AROUND);
}

static void
label(struct sk_buf *out, const char *en, const char *ja)
{
    sk_buf_printf(out, "    %s%s%s ", rules_ink_on(RULES_DIM), tongue(en, ja), rules_ink_off());
}

static void
write_steps(struct sk_buf *out, const struct seclang_sighting *s)
{
    label(out, "came as ", "届いた値");
    write_marked(out, s->step[0].text, s->traced, s->raw_from, s->raw_to);
    if (s->traced)
        sk_buf_printf(out,
                      tongue("  (bytes %zu to %zu of %zu)", "  （全 %3$zu バイト中 %1$zu〜%2$zu）"),
                      s->raw_from, s->raw_to, s->step[0].text.n);
    sk_buf_byte(out, '\n');
    for (size_t i = 1; i < s->step_count; i++) {
        bool last = i + 1 == s->step_count;

        sk_buf_printf(out, "    t:%-15s ", s->step[i].tf);
        if (sk_str_eq(s->step[i].text, s->step[i - 1].text) && !(last && s->located))
            sk_buf_add(out, sk_str_of(tongue("unchanged", "変化なし")));
        else
            write_marked(out, s->step[i].text, last && s->located, s->from, s->to);
        sk_buf_byte(out, '\n');
    }
}

static void
write_operator(struct sk_buf *out, const struct seclang_sighting *s)
{
    const char *words = rules_words_op(sk_str_of(s->op));
    sk_str what = s->part.n ? s->part : s->argument;

    label(out, "asked   ", "条件    ");
    sk_buf_printf(out, "%s@%s", s->negated ? "!" : "", s->op);
    if (words)
        sk_buf_printf(out, tongue(" (%s%s)", "（%s%s）"),
                      s->negated ? tongue("not: ", "否定: ") : "", words);
    sk_buf_byte(out, '\n');
    if (what.n && !s->secret) {
        label(out, s->part.n ? "by      " : "with    ", s->part.n ? "該当部分" : "引数    ");
        explain_text(out, what, VALUE_SHOWN);
        sk_buf_byte(out, '\n');
    }
    if (s->located) {
        label(out, "found   ", "検出    ");
        explain_text(
            out,
            sk_str_first(sk_str_from(s->step[s->step_count - 1].text, s->from), s->to - s->from),
            VALUE_SHOWN);
        sk_buf_byte(out, '\n');
    }
}

static void
write_changes(struct sk_buf *out, const struct seclang_sighting *s)
{
    for (size_t i = 0; i < s->change_count; i++) {
        const struct seclang_change *c = &s->change[i];

        if (!c->adds) continue;
        label(out, "score   ", "点数    ");
        sk_buf_add(out, SK_STR("tx."));
        explain_text(out, c->name, 200);
        sk_buf_printf(out, " %.*s -> ", SK_ARG(c->before.n ? c->before : SK_STR("0")));
        explain_text(out, c->after, 100);
        sk_buf_byte(out, '\n');
    }
}

static void
write_sighting(struct sk_buf *out, const struct seclang_sighting *s)
{
    sk_buf_printf(out, "\n  %s", rules_ink_on(s->decisive ? RULES_RED : RULES_BOLD));
    sk_buf_printf(out, tongue("rule %u", "規則 %u"), s->rule);
    sk_buf_add(out, sk_str_of(rules_ink_off()));
    if (s->member > 0)
        sk_buf_printf(out, tongue(", chain member %u", "（連鎖 %u）"), s->member + 1);
    if (s->severity.n && s->complete) sk_buf_printf(out, " %.*s", SK_ARG(s->severity));
    sk_buf_add(out, SK_STR("  "));
    explain_text(out, s->msg, 300);
    sk_buf_add(out, SK_STR("\n    "));
    sk_buf_add(out, sk_str_of(rules_ink_on(RULES_DIM)));
    explain_text(out, sk_str_of(s->file), 500);
    sk_buf_printf(out, tongue(":%u, phase %u%s\n", ":%u、段階 %u%s\n"), s->line, s->phase,
                  rules_ink_off());
    if (!s->always) {
        label(out, "looked at", "対象    ");
        explain_text(out, s->variable, 200);
        sk_buf_byte(out, '\n');
        write_steps(out, s);
        write_operator(out, s);
    }
    write_changes(out, s);
}

static bool
refused(const struct why *w)
{
    return w->result.verdict.act != SECLANG_PASS;
}

static void
write_verdict(struct sk_buf *out, const struct why *w)
{
    const struct seclang_verdict *v = &w->result.verdict;

    sk_buf_byte(out, '\n');
    if (w->result.inbound.n && w->inbound)
        sk_buf_printf(out,
                      tongue("  score %.*s, refused from %lld", "  点数 %.*s（%lld から拒否）"),
                      SK_ARG(w->result.inbound), (long long)w->inbound);
    else if (w->result.inbound.n)
        sk_buf_printf(out, tongue("  score %.*s", "  点数 %.*s"), SK_ARG(w->result.inbound));
    if (w->result.outbound.n && !sk_str_eq(w->result.outbound, SK_STR("0")) && w->outbound)
        sk_buf_printf(out,
                      tongue("; response %.*s, refused from %lld", "、応答 %.*s（%lld から拒否）"),
                      SK_ARG(w->result.outbound), (long long)w->outbound);
    if (w->result.inbound.n) sk_buf_byte(out, '\n');
    sk_buf_printf(out, "  %s", rules_ink_on(refused(w) ? RULES_RED : RULES_GREEN));
    if (refused(w))
        sk_buf_printf(out, tongue("REFUSED with %d by rule %u", "拒否 %d（規則 %u）"), v->status,
                      v->rule);
    else
        sk_buf_add(out, sk_str_of(tongue("passes", "通過")));
    sk_buf_printf(out, "%s\n", rules_ink_off());
}

static void
write_text(struct sk_buf *out, const struct why *w)
{
    size_t told = 0;

    for (size_t i = 0; i < w->sight_count; i++) {
        if (!is_told(w, i)) continue;
        told++;
        write_sighting(out, &w->sight[i]);
    }
    if (told == 0)
        sk_buf_printf(out, "\n  %s\n", tongue("no rule matched", "一致した規則はありません"));
    write_verdict(out, w);
}

/* ── JSON ── */

static void
json_steps(struct sk_json_writer *j, const struct seclang_sighting *s)
{
    sk_json_array(j, "steps");
    for (size_t i = 0; i < s->step_count; i++) {
        sk_json_object(j, NULL);
        if (s->step[i].tf) sk_json_text(j, "transformation", s->step[i].tf);
        sk_json_str(j, "text", s->step[i].text);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
}

static void
json_span(struct sk_json_writer *j, const char *key, size_t from, size_t to)
{
    sk_json_array(j, key);
    sk_json_int(j, NULL, (int64_t)from);
    sk_json_int(j, NULL, (int64_t)to);
    sk_json_end_array(j);
}

static void
json_changes(struct sk_json_writer *j, const struct seclang_sighting *s)
{
    sk_json_array(j, "changes");
    for (size_t i = 0; i < s->change_count; i++) {
        sk_json_object(j, NULL);
        sk_json_str(j, "name", s->change[i].name);
        sk_json_str(j, "before", s->change[i].before);
        sk_json_str(j, "after", s->change[i].after);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
}

static void
json_sighting(struct sk_json_writer *j, const struct seclang_sighting *s)
{
    sk_json_object(j, NULL);
    sk_json_int(j, "rule", s->rule);
    sk_json_int(j, "member", s->member);
    sk_json_int(j, "phase", s->phase);
    sk_json_text(j, "file", s->file);
    sk_json_int(j, "line", s->line);
    sk_json_str(j, "msg", s->msg);
    sk_json_str(j, "severity", s->severity);
    sk_json_bool(j, "decisive", s->decisive);
    if (!s->always) {
        sk_json_str(j, "variable", s->variable);
        json_steps(j, s);
        sk_json_text(j, "operator", s->op);
        sk_json_bool(j, "negated", s->negated);
        sk_json_str(j, "argument", s->argument);
        if (s->part.n) sk_json_str(j, "part", s->part);
        if (s->located) json_span(j, "found", s->from, s->to);
        if (s->traced) json_span(j, "bytes", s->raw_from, s->raw_to);
    }
    json_changes(j, s);
    sk_json_end_object(j);
}

static void
write_json(struct sk_buf *out, const struct why *w)
{
    static const char *const acts[] = { [SECLANG_PASS] = "pass",
                                        [SECLANG_DENY] = "deny",
                                        [SECLANG_REDIRECT] = "redirect",
                                        [SECLANG_DROP] = "drop" };
    struct sk_json_writer j = { .out = out };

    sk_json_object(&j, NULL);
    sk_json_text(&j, "verdict", acts[w->result.verdict.act]);
    sk_json_int(&j, "status", w->result.verdict.status);
    sk_json_int(&j, "rule", w->result.verdict.rule);
    sk_json_str(&j, "inbound", w->result.inbound);
    sk_json_str(&j, "outbound", w->result.outbound);
    if (w->inbound) sk_json_int(&j, "inbound_threshold", w->inbound);
    if (w->outbound) sk_json_int(&j, "outbound_threshold", w->outbound);
    sk_json_array(&j, "matches");
    for (size_t i = 0; i < w->sight_count; i++)
        if (is_told(w, i)) json_sighting(&j, &w->sight[i]);
    sk_json_end_array(&j);
    sk_json_end_object(&j);
    sk_buf_byte(out, '\n');
}

/* ── a request from the audit log ── */

/* With what it lacks said aloud. */
static void
request_of(struct sk_buf *out, const sk_json *event)
{
    recorded_request(out, event);
    if (sk_json_get_int(event, "request_bytes", 0) > 0)
        fputs(tongue("The log does not keep bodies: this is the request without its body.\n",
                     "記録に本文は残りません。本文なしで判定します。\n"),
              stderr);
    fputs(
        tongue(
            "Secrets are masked in the log: rules that look at them may differ.\n",
            "記録では秘密の値が伏せられています。それを調べる規則の結果は異なることがあります。\n"),
        stderr);
}

static bool
line_is_it(struct sk_buf *request, sk_str line, sk_str id)
{
    DEFER(sk_json_close) sk_json *event = NULL;

    if (sk_str_find_nocase(line, id) == SIZE_MAX || sk_failed(sk_json_read(&event, line)) ||
        !sk_str_eq_nocase(sk_json_get_str(event, "id"), id))
        return false;
    request_of(request, event);
    return true;
}

static sk_err
find_logged(sk_str *raw, sk_arena *mem, const struct rules_site *site, const char *id)
{
    const char *path = house_path(&site->house, "log/gate-audit.json");
    struct sk_buf request = { .mem = mem };
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    bool found = false;

    if (!in) return sk_fail(errno == EACCES ? SK_DENIED : SK_MISSING, "cannot read %s", path);
    while (!found && (n = getline(&line, &size, in)) > 0)
        if (n < LINE_MOST) found = line_is_it(&request, (sk_str){ line, (size_t)n }, sk_str_of(id));
    free(line);
    fclose(in);
    if (!found)
        return sk_fail(
            SK_MISSING,
            tongue("no request with the id %s in %s", "番号 %s の要求は %s にありません"), id,
            path);
    *raw = sk_buf_str(&request);
    return sk_ok();
}

/* ── the verb ── */

static sk_err
request_read(sk_str *raw, sk_arena *mem, const struct rules_site *site,
             const struct verb_args *args)
{
    if (args->request) return sk_file_read(raw, mem, args->request, JUDGE_REQUEST_MAX);
    if (site->own_file)
        return sk_fail(
            SK_BAD,
            tongue(
                "rules why: --id looks into the site's log; with --rules expected --request FILE",
                "rules why: --id はサイトの記録を調べます。--rules のときは --request FILE "
                "が必要です"));
    return find_logged(raw, mem, site, args->id);
}

static sk_err
look(struct why *w, sk_arena *mem, const struct verb_args *args)
{
    DEFER(rules_close) struct rules_site site = { 0 };
    sk_str raw, response = { 0 };

    if (!args->request == !args->id)
        return sk_fail(SK_BAD, tongue("rules why: expected --request FILE or --id ID",
                                      "rules why: --request FILE か --id ID のどちらかが必要です"));
    TRY(rules_load(&site, mem, args));
    TRY(request_read(&raw, mem, &site, args));
    if (args->response) TRY(sk_file_read(&response, mem, args->response, JUDGE_REQUEST_MAX));
    if (!site.own_file) {
        w->inbound = site.house.conf->inbound;
        w->outbound = site.house.conf->outbound;
    }
    TRY(judge_open_source(&w->judge, site.source));
    w->judge.watch = true;
    TRY(judge_request(&w->result, &w->tx, mem, &w->judge, raw, response));
    w->sight = seclang_tx_sightings(w->tx, &w->sight_count);
    return sk_ok();
}

int
rules_why(const struct verb_args *args)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct why w = { 0 };
    struct sk_buf out = { .mem = mem };
    sk_err e = look(&w, mem, args);

    if (!sk_failed(e)) {
        if (args->json)
            write_json(&out, &w);
        else
            write_text(&out, &w);
        fwrite(out.p, 1, out.n, stdout);
    }
    seclang_tx_free(w.tx);
    judge_close(&w.judge);
    if (sk_failed(e)) return verb_fail(e);
    return 0;
}
