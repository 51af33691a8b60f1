/* Phases 3 and 4: an answer is judged before its first byte leaves.
 *
 * The filters stand behind nginx's copy filter (bodies in files come as memory then) and before
 * compression, ranges and chunking. Where the body is to be seen, header and body are held back; a
 * refusal still has its own status and page then. Answers whose type is not listed flow on at
 * once: event streams, downloads, upgraded connections. */
#include "gate/ngx/gate.h"

static ngx_http_output_header_filter_pt next_header;
static ngx_http_output_body_filter_pt next_body;

ngx_int_t
gate_response_next_header(ngx_http_request_t *r)
{
    return next_header(r);
}

ngx_int_t
gate_response_next_body(ngx_http_request_t *r, ngx_chain_t *out)
{
    return next_body(r, out);
}

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
    return next_header(r);
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

/* NGX_OK: the header waits for the body. */
static ngx_int_t
hold_begin(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_table_elt_t *h = gate_header_find(&r->headers_out.headers, SK_STR("Content-Encoding"));
    sk_str value = h ? gate_str(h->value) : (sk_str){ 0 };
    enum gate_encoding encoding = gate_encoding_of(value);

    if (encoding == GATE_UNKNOWN_ENCODING) return refuse_unseen(r, ctx, value);
    ctx->hold = (struct gate_hold){ .last = &ctx->hold.first };
    if (encoding != GATE_IDENTITY) {
        ctx->hold.inflate = gate_inflate_new(ctx->mem, encoding);
        if (!ctx->hold.inflate) return NGX_ERROR;
    }
    ctx->holding = 1;
    r->filter_need_in_memory = 1;
    return NGX_OK;
}

static ngx_int_t
header_filter(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = r == r->main ? gate_ctx_find(r) : NULL;
    struct seclang_verdict verdict;

    if (!ctx || !ctx->tx || ctx->answering || ctx->refused) return next_header(r);
    ctx->answering = 1;
    gate_feed_answer(ctx->tx, r, ctx->mem);
    verdict = seclang_tx_response_headers(ctx->tx);
    if (verdict.act != SECLANG_PASS) return gate_refuse_answer(ctx, verdict);
    if (bodyless(r) || !seclang_tx_wants_response_body(ctx->tx)) return judge_without_body(r, ctx);
    return hold_begin(r, ctx);
}

/* ── holding ── */

static bool
take_window(void *data, sk_str slice)
{
    struct gate_ctx *ctx = data;

    if (gate_shadow_add(&ctx->verdict, ctx->shadow, slice)) return true;
    ctx->hold.fed = SECLANG_TOO_LARGE;
    return false;
}

/* The engine does not say how much of the slice it has taken before its limit: in windows the
 * whole slice is judged again. */
static bool
take_plain(void *data, sk_str slice)
{
    struct gate_ctx *ctx = data;

    ctx->hold.fed = seclang_tx_response_body(ctx->tx, slice);
    if (ctx->hold.fed == SECLANG_MORE) return true;
    ctx->past_limit = 1;
    if (ctx->hold.fed != SECLANG_ENOUGH || ctx->conf->past_limit != GATE_PAST_WINDOWS) return false;
    ctx->hold.fed = SECLANG_MORE;
    ctx->shadow = gate_shadow_new(ctx, true);
    return take_window(ctx, slice);
}

static bool
take_any(void *data, sk_str slice)
{
    struct gate_ctx *ctx = data;

    return ctx->shadow ? take_window(ctx, slice) : take_plain(ctx, slice);
}

/* Bytes as they come from the source: unpacked if need be, then judged. */
static bool
take(void *data, sk_str slice)
{
    struct gate_ctx *ctx = data;
    sk_err e;

    if (!ctx->hold.inflate) return take_any(ctx, slice);
    e = gate_inflate_add(ctx->hold.inflate, slice, take_any, ctx);
    if (sk_failed(e)) {
        ngx_log_error(NGX_LOG_ERR, ctx->r->connection->log, 0, "sekisho: %s", e.why);
        ctx->hold.broken = true;
    }
    return !ctx->hold.broken && ctx->hold.fed == SECLANG_MORE;
}

/* A copy, since the source wants its buffer back. */
static ngx_int_t
hold_copy(ngx_http_request_t *r, struct gate_hold *hold, const ngx_buf_t *b)
{
    size_t n = (size_t)(b->last - b->pos);
    ngx_chain_t *cl = ngx_alloc_chain_link(r->pool);
    ngx_buf_t *copy = ngx_create_temp_buf(r->pool, n > 0 ? n : 1);

    if (!cl || !copy) return NGX_ERROR;
    copy->last = ngx_cpymem(copy->pos, b->pos, n);
    cl->buf = copy;
    cl->next = NULL;
    *hold->last = cl;
    hold->last = &cl->next;
    return NGX_OK;
}

static void
buf_spend(ngx_buf_t *b)
{
    b->pos = b->last;
    if (b->in_file) b->file_pos = b->file_last;
}

/* Takes the chain up to the point where something is to be decided. *last: the body ends here. */
static ngx_int_t
hold_take(ngx_http_request_t *r, struct gate_ctx *ctx, ngx_chain_t **in, bool *last)
{
    for (; *in; *in = (*in)->next) {
        ngx_buf_t *b = (*in)->buf;

        if (ngx_buf_in_memory(b) && b->last > b->pos) {
            take(ctx, (sk_str){ (const char *)b->pos, (size_t)(b->last - b->pos) });
            if (hold_copy(r, &ctx->hold, b) != NGX_OK) return NGX_ERROR;
        } else if (b->in_file && !ngx_buf_in_memory(b) && b->file_last > b->file_pos) {
            /* the copy filter promised memory: what cannot be seen does not pass */
            return NGX_ERROR;
        }
        buf_spend(b);
        if (b->last_buf) *last = true;
        if (ctx->hold.fed != SECLANG_MORE || ctx->hold.broken) {
            *in = (*in)->next;
            return NGX_OK;
        }
    }
    return NGX_OK;
}

/* ── letting go ── */

/* Marks the end of the body behind what is held. */
static ngx_int_t
hold_end(ngx_http_request_t *r, struct gate_hold *hold)
{
    ngx_buf_t *b = ngx_calloc_buf(r->pool);
    ngx_chain_t *cl = ngx_alloc_chain_link(r->pool);

    if (!b || !cl) return NGX_ERROR;
    b->last_buf = 1;
    b->last_in_chain = 1;
    *cl = (ngx_chain_t){ .buf = b };
    *hold->last = cl;
    hold->last = &cl->next;
    return NGX_OK;
}

/* Takes what may leave off the hold. Between windows the last GATE_OVERLAP bytes stay: what they
 * begin may be what the next window finds. */
static ngx_chain_t *
hold_cut(struct gate_hold *hold, size_t stay)
{
    ngx_chain_t *out = hold->first, **cut = &hold->first;
    size_t left = 0;

    for (ngx_chain_t *cl = out; cl; cl = cl->next)
        left += (size_t)ngx_buf_size(cl->buf);
    while (*cut && left - (size_t)ngx_buf_size((*cut)->buf) >= stay) {
        left -= (size_t)ngx_buf_size((*cut)->buf);
        cut = &(*cut)->next;
    }
    if (cut == &hold->first) return NULL;
    hold->first = *cut;
    if (!hold->first) hold->last = &hold->first;
    *cut = NULL;
    return out;
}

static ngx_int_t
hold_release(ngx_http_request_t *r, struct gate_ctx *ctx, bool last)
{
    ngx_chain_t *out;
    ngx_int_t rc;

    if (last && hold_end(r, &ctx->hold) != NGX_OK) return NGX_ERROR;
    out = hold_cut(&ctx->hold, ctx->shadow && !last ? GATE_OVERLAP : 0);
    if (!r->header_sent) {
        rc = next_header(r);
        if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    }
    return out ? next_body(r, out) : NGX_OK;
}

/* A body that could not be unpacked, or ended in its middle, was not seen. */
static bool
unseen(const struct gate_ctx *ctx, bool last)
{
    if (!ctx->hold.inflate || ctx->conf->rules->settings->engine != SECLANG_ON ||
        ctx->conf->unknown_encoding != GATE_UNSEEN_REFUSE)
        return false;
    return ctx->hold.broken ||
           (last && ctx->hold.fed == SECLANG_MORE && !gate_inflate_whole(ctx->hold.inflate));
}

/* What the body up to here leads to. False: *verdict refuses. */
static bool
hold_verdict(struct seclang_verdict *verdict, struct gate_ctx *ctx, bool last)
{
    *verdict = (struct seclang_verdict){ .act = SECLANG_DENY, .status = NGX_HTTP_BAD_GATEWAY };
    if (unseen(ctx, last)) return false;
    if (ctx->hold.fed == SECLANG_TOO_LARGE) {
        verdict->status = NGX_HTTP_INTERNAL_SERVER_ERROR; /* as mod_security answers here */
        if (ctx->shadow) *verdict = ctx->verdict;
        return false;
    }
    if (!ctx->answer_judged) {
        ctx->answer_judged = 1;
        *verdict = seclang_tx_response_done(ctx->tx);
        if (verdict->act != SECLANG_PASS) return false;
    }
    return !ctx->shadow || gate_shadow_flush(verdict, ctx->shadow);
}

static ngx_int_t
hold_judge(ngx_http_request_t *r, struct gate_ctx *ctx, bool last)
{
    struct seclang_verdict verdict;
    bool decide = last || ctx->hold.fed != SECLANG_MORE || ctx->hold.broken ||
                  (ctx->shadow && gate_shadow_due(ctx->shadow));

    if (!decide) return NGX_OK;
    if (!hold_verdict(&verdict, ctx, last)) return gate_refuse_answer(ctx, verdict);
    if (!ctx->shadow) ctx->holding = 0;
    return hold_release(r, ctx, last);
}

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
    bool last = false;
    ngx_int_t rc;

    if (ctx && ctx->swallowing) return swallow(ctx, in);
    if (!ctx || !ctx->holding || !in) return next_body(r, in);
    if (broken_off(r, in)) {
        ctx->holding = 0;
        ngx_http_clean_header(r);
        return NGX_HTTP_BAD_GATEWAY;
    }
    if (hold_take(r, ctx, &in, &last) != NGX_OK) return NGX_ERROR;
    rc = hold_judge(r, ctx, last);
    if (!in || rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    return ctx->swallowing ? swallow(ctx, in) : next_body(r, in);
}

void
gate_response_filters(void)
{
    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header_filter;
    next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = body_filter;
}
