/* The engine as its users see it: text cases of rules, request, response and what is to come of
 * them, in cases/run. See cases/run/README. */
#include "base/file.h"
#include "seclang/replay.h"

#include <dirent.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { FILE_MOST = 1 << 20, CASES_MOST = 1000, REQUESTS_MOST = 8, LOGS_MOST = 64, STORE_MOST = 64 };

struct given {
    const char *title; /* "run/chain.txt: a sentence" */
    sk_str rules, response, expected;
    sk_str request[REQUESTS_MOST];
    unsigned request_count;
};

/* A store as a host would offer it, and the log's lines. */
struct kept {
    sk_str collection, key, name, value;
    int64_t expires;
};
struct world {
    sk_arena *mem;
    sk_str log[LOGS_MOST];
    unsigned log_count;
    struct kept kept[STORE_MOST];
    unsigned kept_count;
};

static sk_arena *all;
static struct given cases[CASES_MOST];
static size_t case_count;

/* ── reading cases ── */

/* \r \n \t \\ \xHH */
static sk_str
unescape(sk_arena *mem, sk_str s)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < s.n; i++) {
        char next = i + 1 < s.n ? s.p[i + 1] : 0;
        int high = next == 'x' && i + 3 < s.n ? sk_hex_value(s.p[i + 2]) : -1;
        int low = high >= 0 ? sk_hex_value(s.p[i + 3]) : -1;

        if (s.p[i] == '\\' && low >= 0) {
            sk_buf_byte(&out, (char)(high << 4 | low));
            i += 3;
        } else if (s.p[i] == '\\' && next && strchr("rnt\\", next)) {
            sk_buf_byte(&out, next == 'r' ? '\r' : next == 'n' ? '\n' : next == 't' ? '\t' : '\\');
            i++;
        } else {
            sk_buf_byte(&out, s.p[i]);
        }
    }
    return sk_buf_str(&out);
}

/* The last line's end does not belong to a request: a body ends where it ends. */
static sk_str
message_of(sk_str part)
{
    if (part.n > 0 && part.p[part.n - 1] == '\n') part.n--;
    return unescape(all, part);
}

static void
take_part(struct given *into, sk_str name, sk_str text)
{
    if (sk_str_eq(name, SK_STR("rules"))) into->rules = text;
    if (sk_str_eq(name, SK_STR("response"))) into->response = message_of(text);
    if (sk_str_eq(name, SK_STR("expected"))) into->expected = text;
    if (sk_str_eq(name, SK_STR("request")) && into->request_count < REQUESTS_MOST)
        into->request[into->request_count++] = message_of(text);
}

static void
read_case(const char *file, sk_str text)
{
    struct given *into = &cases[case_count++];
    sk_str title = { 0 }, name = { 0 }, line, rest;

    sk_str_cut(&title, &text, '\n');
    into->title = sk_str_zcopy(all, sk_str_printf(all, "%s: %.*s", file, SK_ARG(title)));
    rest = text;
    while (sk_str_cut(&line, &rest, '\n')) {
        if (!sk_str_starts(line, SK_STR("-- "))) continue;
        if (name.n > 0) take_part(into, name, (sk_str){ text.p, (size_t)(line.p - text.p) });
        name = sk_str_from(line, 3);
        text = rest;
    }
    if (name.n > 0) take_part(into, name, text);
}

static void
read_file(const char *folder, const char *name)
{
    sk_str text, mark = SK_STR("\n== ");
    sk_err e = sk_file_read(
        &text, all, sk_str_zcopy(all, sk_str_printf(all, "%s/%s", folder, name)), FILE_MOST);

    if (sk_failed(e)) {
        fprintf(stderr, "%s\n", e.why);
        exit(1);
    }
    for (size_t at = sk_str_find(text, mark); at != SIZE_MAX && case_count < CASES_MOST;) {
        size_t next;

        text = sk_str_from(text, at + mark.n);
        next = sk_str_find(text, mark);
        read_case(name, sk_str_first(text, next == SIZE_MAX ? text.n : next + 1));
        at = next;
    }
}

/* ── the world around ── */

static void
take_log(void *ctx, sk_str line)
{
    struct world *w = ctx;

    assert_true(w->log_count < LOGS_MOST);
    w->log[w->log_count++] = sk_str_copy(w->mem, line);
}

static void
load(void *ctx, sk_arena *mem, sk_str collection, sk_str key,
     void (*each)(void *each_ctx, sk_str name, sk_str value, int64_t expires), void *each_ctx)
{
    struct world *w = ctx;

    (void)mem;
    for (unsigned i = 0; i < w->kept_count; i++)
        if (sk_str_eq(w->kept[i].collection, collection) && sk_str_eq(w->kept[i].key, key) &&
            w->kept[i].value.p)
            each(each_ctx, w->kept[i].name, w->kept[i].value, w->kept[i].expires);
}

static void
save(void *ctx, sk_str collection, sk_str key, sk_str name, sk_str value, bool add, int64_t expires)
{
    struct world *w = ctx;
    struct kept *k = w->kept, *end = w->kept + w->kept_count;
    int64_t before = 0, change = 0;

    while (k < end && !(sk_str_eq(k->collection, collection) && sk_str_eq(k->key, key) &&
                        sk_str_eq_nocase(k->name, name)))
        k++;
    if (k == end) {
        assert_true(w->kept_count < STORE_MOST);
        w->kept_count++;
        *k = (struct kept){ sk_str_copy(w->mem, collection),
                            sk_str_copy(w->mem, key),
                            sk_str_copy(w->mem, name),
                            { 0 },
                            0 };
    }
    if (add) {
        sk_str_to_i64(&before, k->value);
        assert_true(sk_str_to_i64(&change, value));
        k->value = sk_str_printf(w->mem, "%" PRId64, before + change);
    } else {
        k->value = value.p ? sk_str_copy(w->mem, value) : (sk_str){ 0 };
    }
    k->expires = expires;
}

/* ── what is expected ── */

static const char *const act_name[] = { "pass", "deny", "redirect", "drop" };

static sk_str
verdict_text(sk_arena *mem, const struct seclang_verdict *v)
{
    if (v->act == SECLANG_PASS) return SK_STR("verdict: pass");
    return sk_str_printf(mem, "verdict: %s %d by %u%s%.*s", act_name[v->act], v->status, v->rule,
                         v->url.n ? " to " : "", SK_ARG(v->url));
}

static void
add_matches(struct sk_buf *out, const struct seclang_tx *tx)
{
    size_t count;
    const struct seclang_match *m = seclang_tx_matches(tx, &count);
    bool refuses = false;

    for (size_t i = 0; i < count; i++, m++) {
        refuses |= m->disruptive;
        sk_buf_printf(out, "match: %u %.*s = %.*s", m->rule, SK_ARG(m->variable), SK_ARG(m->value));
        if (m->msg.n) sk_buf_printf(out, " | %.*s", SK_ARG(m->msg));
        if (m->data.n) sk_buf_printf(out, " | %.*s", SK_ARG(m->data));
        if (m->disruptive) sk_buf_add(out, SK_STR(" !"));
        sk_buf_byte(out, '\n');
    }
    if (refuses != seclang_tx_would_refuse(tx)) sk_buf_add(out, SK_STR("would_refuse: lies\n"));
}

/* Verdict and matches as they were, in the cases' words. */
static sk_str
outcome(sk_arena *mem, const struct seclang_tx *tx, const struct seclang_verdict *verdict)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_add(&out, verdict_text(mem, verdict));
    sk_buf_byte(&out, '\n');
    add_matches(&out, tx);
    return sk_buf_str(&out);
}

static void
check_variable(const struct given *c, const struct seclang_tx *tx, sk_arena *mem, sk_str line)
{
    size_t sign = sk_str_find(line, SK_STR(" = "));
    sk_str name = sk_str_first(line, sign);
    sk_str value = seclang_tx_get(tx, sk_str_zcopy(mem, sk_str_from(name, 3)));

    if (sign == SIZE_MAX) { /* "tx.name unset" */
        name = sk_str_first(line, sk_str_find_byte(line, ' '));
        if (seclang_tx_get(tx, sk_str_zcopy(mem, sk_str_from(name, 3))).p)
            fail_msg("%s\n%.*s: it is set", c->title, SK_ARG(line));
        return;
    }
    if (!value.p || !sk_str_eq(value, sk_str_from(line, sign + 3)))
        fail_msg("%s\nexpected %.*s\nbut it is  %.*s", c->title, SK_ARG(line),
                 SK_ARG(value.p ? value : SK_STR("(unset)")));
}

static void
check_log(const struct given *c, const struct world *w, unsigned *at, sk_str text)
{
    if (sk_str_eq(text, SK_STR("none"))) return;
    if (*at >= w->log_count) fail_msg("%s\nno more log lines for: %.*s", c->title, SK_ARG(text));
    if (sk_str_find(w->log[*at], text) == SIZE_MAX)
        fail_msg("%s\nexpected %.*s\nin line  %.*s", c->title, SK_ARG(text), SK_ARG(w->log[*at]));
    (*at)++;
}

static void
check(const struct given *c, const struct world *w, const struct seclang_tx *tx,
      const struct seclang_verdict *verdict)
{
    struct sk_buf wanted = { .mem = w->mem };
    sk_str rest = c->expected, line, got = outcome(w->mem, tx, verdict);
    bool logs = false;
    unsigned at = 0;

    while (sk_str_cut(&line, &rest, '\n')) {
        if (sk_str_starts(line, SK_STR("verdict: ")) || sk_str_starts(line, SK_STR("match: "))) {
            sk_buf_add(&wanted, unescape(w->mem, line));
            sk_buf_byte(&wanted, '\n');
        } else if (sk_str_starts(line, SK_STR("tx."))) {
            check_variable(c, tx, w->mem, line);
        } else if (sk_str_starts(line, SK_STR("log: "))) {
            logs = true;
            check_log(c, w, &at, sk_str_from(line, 5));
        } else if (sk_str_starts(line, SK_STR("audit: "))) {
            bool yes = sk_str_eq(sk_str_from(line, 7), SK_STR("yes"));

            if (seclang_tx_audit_wanted(tx) != yes) fail_msg("%s\n%.*s", c->title, SK_ARG(line));
        } else if (sk_str_trim(line).n > 0) {
            fail_msg("%s\nwhat does this mean: %.*s", c->title, SK_ARG(line));
        }
    }
    if (!sk_str_eq(sk_buf_str(&wanted), got))
        fail_msg("%s\n--- expected\n%.*s--- but it was\n%.*s", c->title,
                 SK_ARG(sk_buf_str(&wanted)), SK_ARG(got));
    if (logs && at != w->log_count)
        fail_msg("%s\none log line too many: %.*s", c->title, SK_ARG(w->log[at]));
}

static void
run_request(const struct given *c, struct world *w, struct seclang_worker *worker,
            const struct seclang_rules *rules, unsigned i)
{
    struct seclang_host host = { .ctx = w, .log = take_log, .store = { w, load, save } };
    struct seclang_tx *tx = seclang_tx_new(worker, rules, w->mem, &host);
    struct seclang_replay request, response;
    struct seclang_verdict verdict;

    w->log_count = 0;
    seclang_tx_id(tx, SK_STR("01TEST"));
    seclang_tx_conn(tx, SK_STR("192.0.2.7"), 40000, SK_STR("192.0.2.1"), 443);
    assert_false(sk_failed(seclang_replay_read_request(&request, c->request[i])));
    verdict = seclang_replay_request(tx, &request);
    if (c->response.n > 0 && verdict.act == SECLANG_PASS) {
        assert_false(sk_failed(seclang_replay_read_response(&response, c->response)));
        verdict = seclang_replay_response(tx, &response);
    }
    seclang_tx_logging(tx);
    if (i + 1 == c->request_count) check(c, w, tx, &verdict);
    seclang_tx_free(tx);
}

static void
run_case(void **state)
{
    static const sk_str before =
        SK_STR("SecRuleEngine On\nSecRequestBodyAccess On\nSecResponseBodyAccess On\n"
               "SecResponseBodyMimeType text/plain text/html\nSecAuditEngine RelevantOnly\n"
               "SecDefaultAction \"phase:1,log,auditlog,pass\"\n"
               "SecDefaultAction \"phase:2,log,auditlog,pass\"\n");
    const struct given *c = *state;
    struct world w = { .mem = sk_arena_new(0) };
    struct seclang_source *source = seclang_source_new();
    struct seclang_rules *rules = NULL;
    struct seclang_worker *worker = NULL;
    sk_err e;

    seclang_source_text(source, before, "before", 1);
    seclang_source_text(source, c->rules, "case.conf", 1);
    e = seclang_rules_new(&rules, source);
    seclang_source_free(source);
    if (sk_failed(e)) fail_msg("%s\n%s", c->title, e.why);
    assert_false(sk_failed(seclang_worker_new(&worker, rules)));
    for (unsigned i = 0; i < c->request_count; i++)
        run_request(c, &w, worker, rules, i);
    seclang_worker_free(worker);
    seclang_rules_free(rules);
    sk_arena_free(w.mem);
}

int
main(void)
{
    static struct CMUnitTest tests[CASES_MOST];
    const char *folder = SOURCE_DIR "/src/seclang/cases/run";
    struct dirent **entry = NULL;
    int count, failures;

    all = sk_arena_new(0);
    count = scandir(folder, &entry, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (sk_str_ends(sk_str_of(entry[i]->d_name), SK_STR(".txt")))
            read_file(folder, entry[i]->d_name);
        free(entry[i]);
    }
    free(entry);
    for (size_t i = 0; i < case_count; i++)
        tests[i] = (struct CMUnitTest){ cases[i].title, run_case, NULL, NULL, &cases[i] };
    if (case_count == 0) {
        fprintf(stderr, "%s: no cases\n", folder);
        return 1;
    }
    failures = _cmocka_run_group_tests("seclang/run", tests, case_count, NULL, NULL);
    sk_arena_free(all);
    return failures;
}
