/* Phase 5: what is counted and recorded when a request is over. */
#include "gate/ngx/gate.h"

/* What the client was answered, as nginx's $status; 0: nothing. */
static int
status_of(const struct gate_ctx *ctx)
{
    const ngx_http_request_t *r = ctx->r;

    if (ctx->refused && ctx->status == NGX_HTTP_CLOSE) return NGX_HTTP_CLOSE;
    if (r->err_status) return (int)r->err_status;
    return (int)r->headers_out.status;
}

/* Two lengths: where the body ends, nobody can say. */
static bool
framing_disputed(const ngx_http_request_t *r)
{
    return r->headers_in.content_length && r->headers_in.transfer_encoding;
}

/* nginx answered before the rules were asked: a broken request line, a header too long, a body too
 * large. There is nothing left to decide, but the record shall have what the rules say of it:
 * phases 1 and 2, the latter without a body, and not at all where it is the body that is in doubt.
 */
static struct gate_ctx *
unasked(ngx_http_request_t *r, struct gate_loc_conf *conf)
{
    struct gate_ctx *ctx;

    if (!conf->rules || (!r->request_line.data && !r->request_start)) return NULL;
    ctx = gate_ctx_get(r);
    if (!ctx || (!ctx->tx && gate_ctx_open(ctx, conf) != NGX_OK)) return NULL;
    ctx->asked = 1;
    gate_feed_request(ctx->tx, r, ctx->mem);
    (void)seclang_tx_request_headers(ctx->tx);
    if (!framing_disputed(r)) (void)seclang_tx_request_done(ctx->tx);
    if (status_of(ctx) >= 400) gate_zone_count(ctx, conf, GATE_COUNT_NGINX_REFUSED);
    return ctx;
}

static void
counts(const struct gate_ctx *ctx)
{
    if (ctx->refused)
        gate_zone_count(ctx, ctx->conf, GATE_COUNT_REFUSED);
    else if (seclang_tx_would_refuse(ctx->tx))
        gate_zone_count(ctx, ctx->conf, GATE_COUNT_DETECTED);
    if (ctx->past_limit) gate_zone_count(ctx, ctx->conf, GATE_COUNT_PAST_LIMIT);
    if (seclang_tx_limit_hit(ctx->tx)) gate_zone_count(ctx, ctx->conf, GATE_COUNT_MATCH_LIMIT);
}

ngx_int_t
gate_log_handler(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct gate_ctx *ctx;

    if (r != r->main) return NGX_OK;
    gate_zone_upstreams(r);
    ctx = gate_ctx_find(r);
    if (ctx && ctx->shut_out) { /* counted there; nothing of it was looked at */
        gate_zone_count(ctx, conf, GATE_COUNT_REQUESTS);
        gate_zone_count(ctx, conf, GATE_COUNT_REFUSED);
        return NGX_OK;
    }
    if (ctx) gate_shun_note(ctx);
    if (!ctx || !ctx->asked) ctx = unasked(r, conf);
    if (!ctx || !ctx->tx || ctx->logged) return NGX_OK;
    ctx->logged = 1;
    if (!ctx->answering) gate_feed_answer(ctx->tx, r, ctx->mem);
    seclang_tx_logging(ctx->tx);
    gate_zone_count(ctx, ctx->conf, GATE_COUNT_REQUESTS);
    counts(ctx);
    gate_audit(ctx, ctx->tx, status_of(ctx));
    return NGX_OK;
}
