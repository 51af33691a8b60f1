#include "sekisho/judge.h"

#include "seclang/inspect.h"

sk_err
judge_open(struct judge *judge, sk_str rules, const char *name)
{
    struct seclang_source *source = seclang_source_new();
    sk_err e;

    seclang_source_text(source, rules, name, 1);
    e = judge_open_source(judge, source);
    seclang_source_free(source);
    return e;
}

sk_err
judge_open_source(struct judge *judge, const struct seclang_source *source)
{
    sk_err e;

    *judge = (struct judge){ 0 };
    TRY(seclang_rules_new(&judge->rules, source));
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

/* What an editor puts behind the last line is no part of the body. */
static sk_str
without_last_newline(sk_str body)
{
    body.n -= sk_str_ends(body, SK_STR("\n"));
    body.n -= sk_str_ends(body, SK_STR("\r"));
    return body;
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
    *body = has_length ? raw : without_last_newline(raw);
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

/* ── the response ── */

static sk_err
status_line(struct seclang_tx *tx, sk_str line)
{
    sk_str rest = line, protocol, status;
    int64_t number;

    if (!sk_str_cut(&protocol, &rest, ' ') || !sk_str_cut(&status, &rest, ' ') ||
        !sk_str_starts(protocol, SK_STR("HTTP/")) || !sk_str_to_i64(&number, status) ||
        number < 100 || number > 999)
        return sk_fail(SK_BAD, "the first line is no response: expected HTTP/1.1 200 OK");
    seclang_tx_response_line(tx, (int)number, protocol);
    return sk_ok();
}

static sk_err
response_give(struct seclang_verdict *verdict, struct seclang_tx *tx, sk_str raw)
{
    TRY(status_line(tx, line_cut(&raw)));
    for (unsigned i = 0; raw.p; i++) {
        sk_str value = line_cut(&raw), name;

        if (value.n == 0) break;
        if (i == JUDGE_HEADERS_MAX)
            return sk_fail(SK_FULL, "more than %d headers", JUDGE_HEADERS_MAX);
        if (!sk_str_cut(&name, &value, ':') || !value.p)
            return sk_fail(SK_BAD, "%.*s is no header: expected Name: value", SK_ARG(name));
        seclang_tx_response_header(tx, name, sk_str_trim(value));
    }
    *verdict = seclang_tx_response_headers(tx);
    if (verdict->act != SECLANG_PASS) return sk_ok();
    if (raw.n && seclang_tx_wants_response_body(tx) &&
        seclang_tx_response_body(tx, raw) == SECLANG_TOO_LARGE)
        *verdict = (struct seclang_verdict){ .act = SECLANG_DENY, .status = 500 };
    else
        *verdict = seclang_tx_response_done(tx);
    return sk_ok();
}

/* ── both ── */

/* The names of version 3 and of version 4 of the rule set. */
static sk_str
score(const struct seclang_tx *tx, const char *version3, const char *version4)
{
    sk_str value = seclang_tx_get(tx, version3);

    return value.n ? value : seclang_tx_get(tx, version4);
}

static sk_err
exchange_run(struct judge_result *result, struct seclang_tx *tx, sk_arena *mem, sk_str raw,
             sk_str response)
{
    sk_str body;

    TRY(head_give(&body, tx, mem, raw));
    result->verdict = phases_run(tx, body);
    if (result->verdict.act == SECLANG_PASS && response.n)
        TRY(response_give(&result->verdict, tx, response));
    seclang_tx_logging(tx);
    result->match = seclang_tx_matches(tx, &result->match_count);
    result->inbound = score(tx, "anomaly_score", "blocking_inbound_anomaly_score");
    result->outbound = score(tx, "outbound_anomaly_score", "blocking_outbound_anomaly_score");
    return sk_ok();
}

sk_err
judge_request(struct judge_result *result, struct seclang_tx **out, sk_arena *mem,
              const struct judge *judge, sk_str raw, sk_str response)
{
    struct seclang_host host = { 0 };
    struct seclang_tx *tx = *out = seclang_tx_new(judge->worker, judge->rules, mem, &host);
    sk_err e;

    seclang_tx_conn(tx, SK_STR("127.0.0.1"), 40000, SK_STR("127.0.0.1"), 443);
    if (judge->watch) seclang_tx_watch(tx);
    e = exchange_run(result, tx, mem, raw, response);
    if (!sk_failed(e)) return e;
    seclang_tx_free(tx);
    *out = NULL;
    return e;
}
