/* Phases 3 and 4: an answer is judged before its first byte leaves.
 *
 * The filters stand behind nginx's copy filter (bodies in files come as memory then) and before
 * compression, ranges and chunking. Where the body is to be seen, header and body are held back; a
 * refusal still has its own status and page then. Answers whose type is not listed flow on at
 * once: downloads, upgraded connections.
 *
 * Nothing is held for ever. An answer leaves when it has ended, when its limit is reached, or when
 * it has been held for sekisho_hold; from then on it is judged window by window, and leaves so. Its
 * memory is bounded: what is held, one window in the engine, and GATE_BUSY on the way to the
 * client; a source that is faster than its client waits. */
#include "gate/ngx/gate.h"

/* ── phase 3 ── */

static bool
bodyless(ngx_http_request_t *r)
{
    ngx_uint_t status = r->headers_out.status;

    return r->method == NGX_HTTP_HEAD || r->header_only || status < 200 || status == 204 ||
           status == 304;
}

/* Nothing to be held: phase 4 at once, while a refusal can still have its own status. */
static ngx_int_t
judge_without_body(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct seclang_verdict verdict = seclang_tx_response_done(ctx->tx);

    ctx->answer_judged = 1;
    if (verdict.act != SECLANG_PASS) return gate_refuse_answer(ctx, verdict);
    return gate_next_header(r);
}

static ngx_int_t
refuse_unseen(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str encoding)
{
    struct seclang_verdict verdict = { .act = SECLANG_DENY, .status = NGX_HTTP_BAD_GATEWAY };
    bool refuse = ctx->conf->rules->settings->engine == SECLANG_ON &&
                  ctx->conf->unknown_encoding == GATE_UNSEEN_REFUSE;

    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                  "sekisho: an answer that is to be inspected has Content-Encoding \"%*s\", which "
                  "is not understood; %s",
                  sk_str_first(encoding, 64).n, encoding.p,
                  refuse ? "refused" : "passed without a look");
    return refuse ? gate_refuse_answer(ctx, verdict) : judge_without_body(r, ctx);
}

/* Events are worth nothing when they come late, and nginx's own buffers would keep them, too. */
static void
events_hurry(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_http_upstream_t *u = r->upstream;

    if (!sk_str_starts_nocase(gate_str(r->headers_out.content_type), SK_STR("text/event-stream")))
        return;
    ctx->answer.at_once = 1;
    if (!u || u->store) return;
#if (NGX_HTTP_CACHE)
    if (u->cacheable) return;
#endif
    u->buffering = 0;
}

static void hold_expired(ngx_event_t *event);

/* NGX_OK: the header waits for the body. */
static ngx_int_t
hold_begin(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_table_elt_t *h = gate_header_find(&r->headers_out.headers, SK_STR("Content-Encoding"));
    sk_str value = h ? gate_str(h->value) : (sk_str){ 0 };
    enum gate_encoding encoding = gate_encoding_of(value);
    struct gate_answer *answer = &ctx->answer;

    if (encoding == GATE_UNKNOWN_ENCODING) return refuse_unseen(r, ctx, value);
    gate_hold_init(&answer->hold);
    answer->timer = (ngx_event_t){
        .handler = hold_expired, .data = ctx, .log = r->connection->log, .cancelable = 1
    };
    if (encoding != GATE_IDENTITY) {
        answer->inflate = gate_inflate_new(ctx->mem, encoding);
        if (!answer->inflate) return NGX_ERROR;
    }
    if (ctx->conf->past_limit == GATE_PAST_WINDOWS) seclang_tx_response_windows(ctx->tx);
    ctx->holding = 1;
    r->filter_need_in_memory = 1;
    return NGX_OK;
}

static ngx_int_t
header_filter(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = r == r->main ? gate_ctx_find(r) : NULL;
    struct seclang_verdict verdict;

    if (ctx && ctx->page_due) return gate_refuse_instead(ctx);
    if (ctx) gate_claims_answer(r);
    if (ctx) gate_login_answer(r, ctx);
    if (!ctx || !ctx->tx || ctx->answering || ctx->refused) return gate_next_header(r);
    ctx->answering = 1;
    events_hurry(r, ctx);
    gate_feed_answer(ctx->tx, r, ctx->mem);
    verdict = seclang_tx_response_headers(ctx->tx);
    if (verdict.act != SECLANG_PASS) return gate_refuse_answer(ctx, verdict);
    if (bodyless(r) || !seclang_tx_wants_response_body(ctx->tx)) return judge_without_body(r, ctx);
    return hold_begin(r, ctx);
}

/* ── holding ── */

static bool
take_plain(void *data, sk_str slice)
{
    struct gate_ctx *ctx = data;

    ctx->answer.seen += slice.n;
    ctx->answer.fed = seclang_tx_response_body(ctx->tx, slice);
    return ctx->answer.fed == SECLANG_MORE;
}

/* Bytes as they come from the source: unpacked if need be, then given to the engine. */
static void
take(struct gate_ctx *ctx, sk_str slice)
{
    struct gate_answer *answer = &ctx->answer;
    sk_err e;

    if (!answer->inflate) {
        take_plain(ctx, slice);
        return;
    }
    e = gate_inflate_add(answer->inflate, slice, take_plain, ctx);
    if (!sk_failed(e)) return;
    ngx_log_error(NGX_LOG_ERR, ctx->r->connection->log, 0, "sekisho: %s", e.why);
    answer->broken = 1;
}

static void
buf_spend(ngx_buf_t *b)
{
    b->pos = b->last;
    if (b->in_file) b->file_pos = b->file_last;
}

static bool
decided(const struct gate_answer *answer)
{
    return answer->fed != SECLANG_MORE || answer->broken;
}

/* Something has been judged that is still held. */
static bool
advanced(const struct gate_ctx *ctx)
{
    return seclang_tx_response_judged(ctx->tx) > ctx->answer.judged;
}

/* Takes the chain up to the point where something is to be done. *last: the body ends here. */
static ngx_int_t
hold_take(ngx_http_request_t *r, struct gate_ctx *ctx, ngx_chain_t **in, bool *last)
{
    struct gate_answer *answer = &ctx->answer;

    while (*in && !decided(answer) && !*last && !advanced(ctx)) {
        ngx_chain_t *cl = *in;
        ngx_buf_t *b = cl->buf;

        if (ngx_buf_in_memory(b) && b->last > b->pos) {
            sk_str bytes = { (const char *)b->pos, (size_t)(b->last - b->pos) };

            take(ctx, bytes);
            if (gate_hold_add(r, &answer->hold, bytes) != NGX_OK) return NGX_ERROR;
        } else if (b->in_file && !ngx_buf_in_memory(b) && b->file_last > b->file_pos) {
            /* the copy filter promised memory: what cannot be seen does not pass */
            return NGX_ERROR;
        }
        buf_spend(b);
        if (b->last_buf) *last = true;
        *in = cl->next;
        ngx_free_chain(r->pool, cl);
    }
    return NGX_OK;
}

/* ── letting go ── */

/* A body that could not be unpacked, or ended in its middle, was not seen. */
static bool
unseen(const struct gate_ctx *ctx, bool last)
{
    const struct gate_answer *answer = &ctx->answer;

    if (!answer->inflate || ctx->conf->rules->settings->engine != SECLANG_ON ||
        ctx->conf->unknown_encoding != GATE_UNSEEN_REFUSE)
        return false;
    return answer->broken ||
           (last && answer->fed == SECLANG_MORE && !gate_inflate_whole(answer->inflate));
}

/* What the body up to here leads to. False: *verdict refuses. */
static bool
hold_verdict(struct seclang_verdict *verdict, struct gate_ctx *ctx, bool last)
{
    struct gate_answer *answer = &ctx->answer;

    *verdict = (struct seclang_verdict){ .act = SECLANG_DENY, .status = NGX_HTTP_BAD_GATEWAY };
    if (unseen(ctx, last)) return false;
    if (answer->fed == SECLANG_TOO_LARGE) {
        verdict->status = NGX_HTTP_INTERNAL_SERVER_ERROR; /* as mod_security answers here */
        return false;
    }
    *verdict = (struct seclang_verdict){ 0 };
    if (last || decided(answer)) {
        ctx->answer_judged = 1;
        *verdict = seclang_tx_response_done(ctx->tx);
    } else if (answer->at_once) {
        *verdict = seclang_tx_response_window(ctx->tx);
    }
    return verdict->act == SECLANG_PASS;
}

/* Bytes that are not judged yet stay, and as many before them as may belong to what they begin. Of
 * what is compressed at least as many: it is shorter than what it unpacks to, but for its frame. */
static size_t
stay_of(const struct gate_answer *answer, size_t judged)
{
    return GATE_OVERLAP + (answer->seen - judged) + (answer->inflate ? GATE_FRAME : 0);
}

/* Sends the header if it is still held, and what may leave of the body. */
static ngx_int_t
hold_send(ngx_http_request_t *r, struct gate_ctx *ctx, size_t stay)
{
    struct gate_hold *hold = &ctx->answer.hold;
    ngx_chain_t *out = gate_hold_cut(hold, stay);
    ngx_int_t rc;

    ctx->answer.judged = seclang_tx_response_judged(ctx->tx);
    if (!r->header_sent) {
        rc = gate_next_header(r);
        if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    }
    if (!out) return NGX_OK;
    rc = gate_next_body(r, out);
    ctx->answer.busy = gate_hold_sent(r, hold, out);
    return rc;
}

static void
flush_mark(const struct gate_hold *hold)
{
    if (hold->tail) hold->tail->buf->flush = 1;
}

/* The answer has ended, or is not to be looked at any further: all of it leaves, and what the
 * source sends from now on goes straight through. */
static ngx_int_t
hold_finish(ngx_http_request_t *r, struct gate_ctx *ctx, bool last)
{
    struct gate_answer *answer = &ctx->answer;
    ngx_chain_t *rest = answer->in;
    ngx_int_t rc;

    ctx->holding = 0;
    gate_waits(ctx, GATE_WAITS_ENGINE, false);
    if (answer->timer.timer_set) ngx_del_timer(&answer->timer);
    if (last && gate_hold_end(r, &answer->hold) != NGX_OK) return NGX_ERROR;
    rc = hold_send(r, ctx, 0);
    if (!rest || rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    answer->in = NULL;
    return gate_next_body(r, rest);
}

static ngx_int_t
refuse(struct gate_ctx *ctx, struct seclang_verdict verdict)
{
    gate_waits(ctx, GATE_WAITS_ENGINE, false);
    if (ctx->answer.timer.timer_set) ngx_del_timer(&ctx->answer.timer);
    return gate_refuse_answer(ctx, verdict);
}

static void
timer_set(struct gate_ctx *ctx)
{
    struct gate_answer *answer = &ctx->answer;
    ngx_msec_t wait = answer->in ? GATE_RETRY_MS : ctx->conf->hold;

    if (wait == 0 || answer->timer.timer_set || (!answer->in && answer->hold.size == 0)) return;
    ngx_add_timer(&answer->timer, wait);
}

/* One judgement and what follows from it. */
static ngx_int_t
hold_step(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_answer *answer = &ctx->answer;
    struct seclang_verdict verdict;
    bool last = false;

    if (hold_take(r, ctx, &answer->in, &last) != NGX_OK) return NGX_ERROR;
    if (answer->seen > ctx->conf->rules->settings->response_body_limit) ctx->past_limit = 1;
    if (!last && !decided(answer) && !advanced(ctx) && !answer->at_once) return NGX_OK;
    if (!hold_verdict(&verdict, ctx, last)) return refuse(ctx, verdict);
    if (last || decided(answer)) return hold_finish(r, ctx, last);
    if (answer->at_once) {
        flush_mark(&answer->hold);
        return hold_send(r, ctx, 0);
    }
    return hold_send(r, ctx, stay_of(answer, seclang_tx_response_judged(ctx->tx)));
}

/* As long as there is something to look at, and the client keeps up. */
static ngx_int_t
hold_run(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_answer *answer = &ctx->answer;
    ngx_int_t rc = NGX_OK;

    while (answer->in && ctx->holding && answer->busy <= GATE_BUSY) {
        rc = hold_step(r, ctx);
        if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    }
    if (!ctx->holding) return rc;
    timer_set(ctx);
    if (!answer->in) {
        gate_waits(ctx, GATE_WAITS_ENGINE, false);
        return rc;
    }
    gate_waits(ctx, GATE_WAITS_ENGINE, true);
    return NGX_AGAIN;
}

/* What was sent before goes on, and makes room. */
static ngx_int_t
hold_drain(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_int_t rc = gate_next_body(r, NULL);

    ctx->answer.busy = gate_hold_sent(r, &ctx->answer.hold, NULL);
    return rc;
}

/* Held for long enough: what has come is judged, and leaves with all that is held. What a leak
 * begins with may leave so; what follows is still judged together with it. */
static ngx_int_t
hold_let_go(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct seclang_verdict verdict = { .act = SECLANG_DENY, .status = NGX_HTTP_BAD_GATEWAY };

    if (unseen(ctx, false)) return refuse(ctx, verdict);
    verdict = seclang_tx_response_window(ctx->tx);
    if (verdict.act != SECLANG_PASS) return refuse(ctx, verdict);
    flush_mark(&ctx->answer.hold);
    return hold_send(r, ctx, 0);
}

static void
hold_expired(ngx_event_t *event)
{
    struct gate_ctx *ctx = event->data;
    ngx_http_request_t *r = ctx->r;
    ngx_connection_t *c = r->connection;
    ngx_int_t rc;

    if (!ctx->holding) return;
    ngx_http_set_log_request(c->log, r);
    if (ctx->answer.in) {
        rc = hold_drain(r, ctx);
        if (rc != NGX_ERROR) rc = hold_run(r, ctx);
    } else {
        rc = hold_let_go(r, ctx);
    }
    if (rc == NGX_ERROR || ngx_handle_write_event(c->write, 0) != NGX_OK)
        ngx_http_finalize_request(r, NGX_ERROR);
    ngx_http_run_posted_requests(c);
}

/* ── the filter ── */

static ngx_int_t
swallow(struct gate_ctx *ctx, ngx_chain_t *in)
{
    for (; in; in = in->next) {
        ctx->drained += (size_t)ngx_buf_size(in->buf);
        buf_spend(in->buf);
    }
    if (ctx->drained <= GATE_DRAIN) return NGX_OK;
    ctx->r->connection->error = 1; /* a source that does not end is left */
    return NGX_ERROR;
}

/* The upstream broke off in the middle of a held answer. nginx says so by a flush after it has let
 * go of the upstream's connection. Nothing has left yet, so that this can be a 502 still. */
static bool
broken_off(ngx_http_request_t *r, const ngx_chain_t *in)
{
    if (!r->upstream || r->upstream->peer.connection || r->header_sent) return false;
    return in->buf->flush && !in->buf->last_buf && ngx_buf_size(in->buf) == 0;
}

static ngx_int_t
body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    struct gate_ctx *ctx = r == r->main ? gate_ctx_find(r) : NULL;
    ngx_int_t rc;

    if (ctx && ctx->swallowing) return swallow(ctx, in);
    if (!ctx || !ctx->holding) return gate_next_body(r, in);
    if (in && broken_off(r, in)) {
        ctx->holding = 0;
        ngx_http_clean_header(r);
        return NGX_HTTP_BAD_GATEWAY;
    }
    if (!in && r->header_sent && hold_drain(r, ctx) == NGX_ERROR) return NGX_ERROR;
    if (in && ngx_chain_add_copy(r->pool, &ctx->answer.in, in) != NGX_OK) return NGX_ERROR;
    rc = hold_run(r, ctx);
    if (!ctx->swallowing || !ctx->answer.in) return rc;
    in = ctx->answer.in;
    ctx->answer.in = NULL;
    return rc == NGX_OK ? swallow(ctx, in) : rc;
}

void
gate_response_filters(void)
{
    gate_next_behind(header_filter, body_filter);
}
