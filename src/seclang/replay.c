/* Raw HTTP/1 through a transaction. */
#include "seclang/replay.h"

static struct seclang_verdict
refused(int status)
{
    return (struct seclang_verdict){ SECLANG_DENY, status, { 0 }, 0 };
}

struct seclang_verdict
seclang_replay_request(struct seclang_tx *tx, const struct seclang_replay *request)
{
    struct seclang_verdict verdict;

    seclang_tx_request_line(tx, request->line, request->method, request->uri, request->protocol);
    for (unsigned i = 0; i < request->header_count; i++)
        seclang_tx_request_header(tx, request->header[i].name, request->header[i].value);
    verdict = seclang_tx_request_headers(tx);
    if (verdict.act != SECLANG_PASS) return verdict;
    if (request->body.n > 0 && seclang_tx_wants_request_body(tx) &&
        seclang_tx_request_body(tx, request->body) == SECLANG_TOO_LARGE)
        return refused(413);
    return seclang_tx_request_done(tx);
}

struct seclang_verdict
seclang_replay_response(struct seclang_tx *tx, const struct seclang_replay *response)
{
    struct seclang_verdict verdict;

    seclang_tx_response_line(tx, response->status, response->protocol);
    for (unsigned i = 0; i < response->header_count; i++)
        seclang_tx_response_header(tx, response->header[i].name, response->header[i].value);
    verdict = seclang_tx_response_headers(tx);
    if (verdict.act != SECLANG_PASS) return verdict;
    if (seclang_tx_wants_response_body(tx) &&
        seclang_tx_response_body(tx, response->body) == SECLANG_TOO_LARGE)
        return refused(500);
    return seclang_tx_response_done(tx);
}

sk_str
seclang_replay_header(const struct seclang_replay *message, sk_str name)
{
    for (unsigned i = 0; i < message->header_count; i++)
        if (sk_str_eq_nocase(message->header[i].name, name))
            return message->header[i].value.p ? message->header[i].value : SK_STR("");
    return (sk_str){ 0 };
}
