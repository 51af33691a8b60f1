/* An exchange's way through the five phases. Whatever comes out of turn is answered with
 * SECLANG_E_ORDER, so that no order of calls does harm. */
#include "seclang/lib/inside.h"

#include "seclang/replay.h"

enum { CHUNK = 8192 };

seclang_exchange *
seclang_exchange_new(seclang_thread *thread)
{
    sk_arena *mem = sk_arena_new(CHUNK);
    seclang_exchange *x = SK_NEW(mem, seclang_exchange);
    struct seclang_host host = seclang_lib_host(thread);

    x->thread = thread;
    x->mem = mem;
    x->tx = seclang_tx_new(thread->worker, thread->ruleset->rules, mem, &host);
    return x;
}

void
seclang_exchange_free(seclang_exchange *exchange)
{
    if (!exchange) return;
    seclang_tx_free(exchange->tx);
    sk_arena_free(exchange->mem);
}

static bool
is_at(const seclang_exchange *x, enum seclang_stage stage)
{
    return x && x->stage == stage && !x->refused;
}

static int
answer_of(seclang_exchange *x, struct seclang_verdict verdict, seclang_answer *out)
{
    static const int actions[] = { [SECLANG_PASS] = SECLANG_LET_PASS,
                                   [SECLANG_DENY] = SECLANG_REFUSE,
                                   [SECLANG_REDIRECT] = SECLANG_FORWARD,
                                   [SECLANG_DROP] = SECLANG_HANG_UP };
    seclang_answer answer = { .action = actions[verdict.act], .rule = verdict.rule };

    x->refused = verdict.act != SECLANG_PASS;
    answer.status = x->refused ? verdict.status : 0;
    answer.url = sk_str_zcopy(x->mem, verdict.url);
    answer.url_length = verdict.url.n;
    if (out) seclang_lib_fill(out, &answer, sizeof(answer));
    return answer.action;
}

/* ── the request ── */

int
seclang_exchange_id(seclang_exchange *exchange, const char *id, size_t length)
{
    if (!is_at(exchange, SECLANG_STAGE_NEW)) return SECLANG_E_ORDER;
    seclang_tx_id(exchange->tx, seclang_lib_copy(exchange->mem, id, length));
    return 0;
}

int
seclang_exchange_connection(seclang_exchange *exchange, const char *client, unsigned client_port,
                            const char *server, unsigned server_port)
{
    if (!is_at(exchange, SECLANG_STAGE_NEW)) return SECLANG_E_ORDER;
    seclang_tx_conn(exchange->tx, seclang_lib_copy(exchange->mem, client, SECLANG_ZERO_ENDED),
                    client_port, seclang_lib_copy(exchange->mem, server, SECLANG_ZERO_ENDED),
                    server_port);
    return 0;
}

int
seclang_exchange_request_line(seclang_exchange *exchange, const char *line, size_t length)
{
    struct seclang_replay_line parts;

    if (!is_at(exchange, SECLANG_STAGE_NEW)) return SECLANG_E_ORDER;
    parts = seclang_replay_cut(seclang_lib_copy(exchange->mem, line, length));
    seclang_tx_request_line(exchange->tx, parts.line, parts.method, parts.uri, parts.protocol);
    exchange->stage = SECLANG_STAGE_REQUEST_HEADERS;
    return 0;
}

int
seclang_exchange_request_header(seclang_exchange *exchange, const char *name, size_t name_length,
                                const char *value, size_t value_length)
{
    if (!is_at(exchange, SECLANG_STAGE_REQUEST_HEADERS)) return SECLANG_E_ORDER;
    seclang_tx_request_header(exchange->tx, seclang_lib_copy(exchange->mem, name, name_length),
                              seclang_lib_copy(exchange->mem, value, value_length));
    return 0;
}

int
seclang_exchange_judge_request_headers(seclang_exchange *exchange, seclang_answer *answer)
{
    if (!is_at(exchange, SECLANG_STAGE_REQUEST_HEADERS)) return SECLANG_E_ORDER;
    exchange->stage = SECLANG_STAGE_REQUEST_BODY;
    return answer_of(exchange, seclang_tx_request_headers(exchange->tx), answer);
}

int
seclang_exchange_wants_request_body(const seclang_exchange *exchange)
{
    return is_at(exchange, SECLANG_STAGE_REQUEST_BODY) &&
           seclang_tx_wants_request_body(exchange->tx);
}

static const int feeds[] = { [SECLANG_MORE] = SECLANG_BODY_MORE,
                             [SECLANG_ENOUGH] = SECLANG_BODY_ENOUGH,
                             [SECLANG_TOO_LARGE] = SECLANG_BODY_TOO_LARGE,
                             [SECLANG_REFUSED] = SECLANG_BODY_REFUSED };

int
seclang_exchange_request_windows(seclang_exchange *exchange, size_t length)
{
    if (!is_at(exchange, SECLANG_STAGE_REQUEST_BODY) || exchange->fed) return SECLANG_E_ORDER;
    seclang_tx_request_windows(exchange->tx, length);
    return 0;
}

int
seclang_exchange_request_body(seclang_exchange *exchange, const char *data, size_t length)
{
    if (!is_at(exchange, SECLANG_STAGE_REQUEST_BODY)) return SECLANG_E_ORDER;
    exchange->fed = true;
    return feeds[seclang_tx_request_body(exchange->tx, seclang_lib_text(data, length))];
}

int
seclang_exchange_judge_request(seclang_exchange *exchange, seclang_answer *answer)
{
    if (!is_at(exchange, SECLANG_STAGE_REQUEST_BODY)) return SECLANG_E_ORDER;
    exchange->stage = SECLANG_STAGE_REQUEST_JUDGED;
    return answer_of(exchange, seclang_tx_request_done(exchange->tx), answer);
}

int
seclang_exchange_judge_raw_request(seclang_exchange *exchange, const char *raw, size_t length,
                                   seclang_answer *answer)
{
    struct seclang_replay *request;
    sk_err e;

    if (!is_at(exchange, SECLANG_STAGE_NEW)) return SECLANG_E_ORDER;
    request = SK_NEW(exchange->mem, struct seclang_replay);
    e = seclang_replay_read_request(request, seclang_lib_copy(exchange->mem, raw, length));
    if (sk_failed(e)) return seclang_lib_fail(NULL, e);
    exchange->stage = SECLANG_STAGE_REQUEST_JUDGED;
    return answer_of(exchange, seclang_replay_request(exchange->tx, request), answer);
}

/* ── the response ── */

int
seclang_exchange_response_line(seclang_exchange *exchange, int status, const char *protocol)
{
    if (!is_at(exchange, SECLANG_STAGE_REQUEST_JUDGED)) return SECLANG_E_ORDER;
    seclang_tx_response_line(exchange->tx, status,
                             seclang_lib_copy(exchange->mem, protocol, SECLANG_ZERO_ENDED));
    exchange->stage = SECLANG_STAGE_RESPONSE_HEADERS;
    return 0;
}

int
seclang_exchange_response_header(seclang_exchange *exchange, const char *name, size_t name_length,
                                 const char *value, size_t value_length)
{
    if (!is_at(exchange, SECLANG_STAGE_RESPONSE_HEADERS)) return SECLANG_E_ORDER;
    seclang_tx_response_header(exchange->tx, seclang_lib_copy(exchange->mem, name, name_length),
                               seclang_lib_copy(exchange->mem, value, value_length));
    return 0;
}

int
seclang_exchange_judge_response_headers(seclang_exchange *exchange, seclang_answer *answer)
{
    if (!is_at(exchange, SECLANG_STAGE_RESPONSE_HEADERS)) return SECLANG_E_ORDER;
    exchange->stage = SECLANG_STAGE_RESPONSE_BODY;
    return answer_of(exchange, seclang_tx_response_headers(exchange->tx), answer);
}

int
seclang_exchange_wants_response_body(const seclang_exchange *exchange)
{
    return is_at(exchange, SECLANG_STAGE_RESPONSE_BODY) &&
           seclang_tx_wants_response_body(exchange->tx);
}

int
seclang_exchange_response_windows(seclang_exchange *exchange)
{
    if (!is_at(exchange, SECLANG_STAGE_RESPONSE_BODY) || exchange->answered) return SECLANG_E_ORDER;
    seclang_tx_response_windows(exchange->tx);
    return 0;
}

int
seclang_exchange_response_body(seclang_exchange *exchange, const char *data, size_t length)
{
    if (!is_at(exchange, SECLANG_STAGE_RESPONSE_BODY)) return SECLANG_E_ORDER;
    exchange->answered = true;
    return feeds[seclang_tx_response_body(exchange->tx, seclang_lib_text(data, length))];
}

int
seclang_exchange_judge_response(seclang_exchange *exchange, seclang_answer *answer)
{
    if (!is_at(exchange, SECLANG_STAGE_RESPONSE_BODY)) return SECLANG_E_ORDER;
    exchange->stage = SECLANG_STAGE_RESPONSE_JUDGED;
    return answer_of(exchange, seclang_tx_response_done(exchange->tx), answer);
}

int
seclang_exchange_finish(seclang_exchange *exchange)
{
    if (!exchange || exchange->stage < SECLANG_STAGE_REQUEST_BODY ||
        exchange->stage == SECLANG_STAGE_FINISHED)
        return SECLANG_E_ORDER;
    exchange->stage = SECLANG_STAGE_FINISHED;
    seclang_tx_logging(exchange->tx);
    return 0;
}
