#include "sekisho/judge.h"

#include "seclang/inspect.h"
#include "seclang/replay.h"

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

/* ── the request ── */

/* What an editor puts behind the last line is no part of the body. */
static sk_str
without_last_newline(sk_str body)
{
    body.n -= sk_str_ends(body, SK_STR("\n"));
    body.n -= sk_str_ends(body, SK_STR("\r"));
    return body;
}

static sk_err
request_read(struct seclang_replay *request, sk_arena *mem, sk_str raw)
{
    TRY(seclang_replay_read_request(request, raw));
    if (!sk_str_starts(request->protocol, SK_STR("HTTP/")))
        return sk_fail(SK_BAD, "the first line is no request: expected GET /path HTTP/1.1");
    if (seclang_replay_header(request, SK_STR("Content-Length")).p) return sk_ok();
    request->body = without_last_newline(request->body);
    if (request->body.n && request->header_count < SECLANG_REPLAY_HEADERS_MOST)
        request->header[request->header_count++] =
            (struct seclang_replay_header){ SK_STR("Content-Length"),
                                            sk_str_printf(mem, "%zu", request->body.n) };
    return sk_ok();
}

/* ── with its response ── */

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
    struct seclang_replay *request = SK_NEW(mem, struct seclang_replay);
    struct seclang_replay *answer = SK_NEW(mem, struct seclang_replay);

    TRY(request_read(request, mem, raw));
    if (response.n) TRY(seclang_replay_read_response(answer, response));
    result->verdict = seclang_replay_request(tx, request);
    if (result->verdict.act == SECLANG_PASS && response.n)
        result->verdict = seclang_replay_response(tx, answer);
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
