#include "sekisho/judge.h"

sk_err
judge_open(struct judge *judge, sk_str rules, const char *name)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    *judge = (struct judge){ 0 };
    seclang_source_text(source, rules, name, 1);
    e = seclang_rules_new(&judge->rules, source);
    seclang_source_free(source);
    TRY(e);
    e = seclang_worker_new(&judge->worker, judge->rules);
    if (sk_failed(e)) judge_close(judge);
    return e;
}

void
judge_close(struct judge *judge)
{
    if (judge->worker) seclang_worker_free(judge->worker);
    if (judge->rules) seclang_rules_free(judge->rules);
    *judge = (struct judge){ 0 };
}

static sk_str
line_cut(sk_str *rest)
{
    sk_str line = { 0 };

    sk_str_cut(&line, rest, '\n');
    if (line.n && line.p[line.n - 1] == '\r') line.n--;
    return line;
}

static sk_err
request_line(struct seclang_tx *tx, sk_str line)
{
    sk_str rest = line, method, uri, protocol;

    if (!sk_str_cut(&method, &rest, ' ') || !sk_str_cut(&uri, &rest, ' ') ||
        !sk_str_cut(&protocol, &rest, ' ') || !sk_str_starts(protocol, SK_STR("HTTP/")))
        return sk_fail(SK_BAD, "the first line is no request: expected GET /path HTTP/1.1");
    seclang_tx_request_line(tx, line, method, uri, protocol);
    return sk_ok();
}

/* Head and body; the body is what follows the first empty line. */
static sk_err
head_give(sk_str *body, struct seclang_tx *tx, sk_arena *mem, sk_str raw)
{
    bool has_length = false;

    TRY(request_line(tx, line_cut(&raw)));
    for (unsigned i = 0; raw.p; i++) {
        sk_str value = line_cut(&raw), name;

        if (value.n == 0) break;
        if (i == JUDGE_HEADERS_MAX)
            return sk_fail(SK_FULL, "more than %d headers", JUDGE_HEADERS_MAX);
        if (!sk_str_cut(&name, &value, ':') || !value.p)
            return sk_fail(SK_BAD, "%.*s is no header: expected Name: value", SK_ARG(name));
        if (sk_str_eq_nocase(name, SK_STR("Content-Length"))) has_length = true;
        seclang_tx_request_header(tx, name, sk_str_trim(value));
    }
    *body = raw;
    if (body->n && !has_length)
        seclang_tx_request_header(tx, SK_STR("Content-Length"), sk_str_printf(mem, "%zu", body->n));
    return sk_ok();
}

static struct seclang_verdict
phases_run(struct seclang_tx *tx, sk_str body)
{
    struct seclang_verdict verdict = seclang_tx_request_headers(tx);

    if (verdict.act != SECLANG_PASS) return verdict;
    if (body.n && seclang_tx_wants_request_body(tx) &&
        seclang_tx_request_body(tx, body) == SECLANG_TOO_LARGE)
        return (struct seclang_verdict){ .act = SECLANG_DENY, .status = 413 };
    return seclang_tx_request_done(tx);
}

sk_err
judge_request(struct judge_result *result, struct seclang_tx **out, sk_arena *mem,
              const struct judge *judge, sk_str raw)
{
    struct seclang_host host = { 0 };
    struct seclang_tx *tx = *out = seclang_tx_new(judge->worker, judge->rules, mem, &host);
    sk_str body;
    sk_err e;

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    e = head_give(&body, tx, mem, raw);
    if (sk_failed(e)) {
        seclang_tx_free(tx);
        *out = NULL;
        return e;
    }
    result->verdict = phases_run(tx, body);
    seclang_tx_logging(tx);
    result->match = seclang_tx_matches(tx, &result->match_count);
    result->inbound = seclang_tx_get(tx, "anomaly_score");
    if (!result->inbound.n) result->inbound = seclang_tx_get(tx, "blocking_inbound_anomaly_score");
    return sk_ok();
}
