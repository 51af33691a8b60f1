/* Phases 1 and 2: a request is judged before anything of it is passed on.
 *
 * The hook is the rewrite phase of the location, so that "return" and "rewrite" of the location
 * are judged too; the body is read there as well, and given to the engine as it arrives. A request
 * goes through here again after internal redirects, and is not judged twice. */
#include "gate/ngx/gate.h"

static ngx_http_request_body_filter_pt next_body;

/* ── the body ── */

static bool
feed_slice(void *data, sk_str slice)
{
    struct gate_ctx *ctx = data;

    ctx->fed = seclang_tx_request_body(ctx->tx, slice);
    return ctx->fed == SECLANG_MORE;
}

/* What the body up to here leads to. NGX_OK: go on reading; else what ends the reading. */
static ngx_int_t
body_verdict(struct gate_ctx *ctx)
{
    static const struct seclang_verdict too_large = { .act = SECLANG_DENY, .status = 413 };

    if (ctx->fed == SECLANG_REFUSED) return gate_refuse_body(ctx, seclang_tx_request_done(ctx->tx));
    if (ctx->fed == SECLANG_MORE) return NGX_OK;
    ctx->past_limit = 1;
    return ctx->fed == SECLANG_TOO_LARGE ? gate_refuse_body(ctx, too_large) : NGX_OK;
}

/* Sees the body as it arrives, before nginx keeps it in memory or in its temporary file. */
static ngx_int_t
body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    struct gate_ctx *ctx = r == r->main ? gate_ctx_find(r) : NULL;
    ngx_int_t rc = NGX_OK;

    if (!ctx || !ctx->reading) return next_body(r, in);
    for (ngx_chain_t *cl = in; cl && ctx->fed == SECLANG_MORE; cl = cl->next)
        if (gate_feed_buf(cl->buf, r->connection->log, feed_slice, ctx) != NGX_OK)
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
    if (in) rc = body_verdict(ctx);
    return rc == NGX_OK ? next_body(r, in) : rc;
}

void
gate_request_filter(void)
{
    next_body = ngx_http_top_request_body_filter;
    ngx_http_top_request_body_filter = body_filter;
}

static void
body_arrived(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = gate_ctx_find(r);

    /* reading has put another there, also where the body was at hand: phases wait for more */
    r->write_event_handler = ngx_http_core_run_phases;
    if (!ctx || !ctx->waiting) {
        r->main->count--; /* what reading has added: the phases hold the request */
        return;
    }
    ctx->waiting = 0;
    ngx_http_core_run_phases(r);
}

/* ── what passes ── */

static void
header_set(ngx_http_request_t *r, sk_str name, const char *lower, sk_str value)
{
    ngx_list_t *list = &r->headers_in.headers;
    bool found = false;
    ngx_table_elt_t *h;

    for (ngx_list_part_t *part = &list->part; part && part->elts; part = part->next) {
        h = part->elts;
        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            if (!sk_str_eq_nocase(gate_str(h[i].key), name)) continue;
            h[i].value = gate_ngx(value);
            found = true;
        }
    }
    if (found || !list->part.elts) return;
    h = ngx_list_push(list);
    if (!h) return;
    ngx_memzero(h, sizeof *h);
    h->key = gate_ngx(name);
    h->lowcase_key = (u_char *)lower;
    h->hash = ngx_hash_key(h->lowcase_key, name.n);
    h->value = gate_ngx(value);
}

/* The upstream learns the id, and is asked for plain text where the answer will be inspected.
 * nginx's own compression towards the client looks at a copy of what the client wrote. */
static void
upstream_prepare(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_table_elt_t *accept = r->headers_in.accept_encoding, *copy;

    header_set(r, SK_STR("X-Request-Id"), "x-request-id", ctx->id);
    if (!accept || !ctx->conf->rules->settings->response_body_access) return;
    copy = ngx_palloc(r->pool, sizeof *copy);
    if (!copy) return;
    *copy = *accept;
    r->headers_in.accept_encoding = copy;
    ngx_str_set(&accept->value, "identity");
}

/* ── the hook ── */

/* Phase 1. NGX_OK: go on. */
static ngx_int_t
head_judge(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct seclang_verdict verdict;

    ctx->asked = 1;
    gate_feed_request(ctx->tx, r, ctx->mem);
    verdict = seclang_tx_request_headers(ctx->tx);
    if (verdict.act != SECLANG_PASS) return gate_refuse_request(ctx, verdict);
    return NGX_OK;
}

static size_t
announced(ngx_http_request_t *r)
{
    return r->headers_in.content_length_n >= 0 ? (size_t)r->headers_in.content_length_n : SIZE_MAX;
}

/* NGX_OK: the body is there, or is not wanted. */
static ngx_int_t
body_get(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_int_t rc;

    if (!seclang_tx_wants_request_body(ctx->tx)) return NGX_OK;
    if (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked) return NGX_OK;
    if (ctx->conf->past_limit == GATE_PAST_WINDOWS)
        seclang_tx_request_windows(ctx->tx, announced(r));
    ctx->reading = 1;
    rc = ngx_http_read_client_request_body(r, body_arrived);
    if (rc != NGX_AGAIN) return rc;
    ctx->waiting = 1;
    ngx_http_finalize_request(r, NGX_DONE); /* gives back what reading has added */
    return NGX_DONE;
}

static ngx_int_t
request_judge(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct seclang_verdict verdict = seclang_tx_request_done(ctx->tx);

    ctx->judged = 1;
    ctx->reading = 0;
    if (verdict.act != SECLANG_PASS) return gate_refuse_request(ctx, verdict);
    gate_zone_count(ctx, ctx->conf, GATE_COUNT_INSPECTED);
    upstream_prepare(r, ctx);
    return NGX_DECLINED;
}

/* A transaction for the request. NGX_OK: the rules may be asked; else what the phase answers. */
static ngx_int_t
request_open(ngx_http_request_t *r, struct gate_loc_conf *conf, struct gate_ctx **opened)
{
    struct gate_ctx *ctx;

    if (!conf->rules) return NGX_DECLINED;
    *opened = ctx = gate_ctx_get(r);
    if (!ctx || gate_ctx_open(ctx, conf) != NGX_OK) {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, 0,
                      "sekisho: no engine in this process; the request is refused");
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    }
    if (gate_resolve_client(ctx) != NGX_AGAIN) return NGX_OK;
    ctx->waiting = 1;
    return NGX_DONE;
}

static ngx_int_t
judge(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct gate_ctx *ctx;
    ngx_int_t rc;

    ctx = gate_ctx_find(r);
    if (ctx && ctx->judged) return NGX_DECLINED;
    if (ctx && ctx->waiting) return NGX_DONE;
    if (ctx && ctx->asked) return request_judge(r, ctx);
    if (!ctx || !ctx->tx) {
        rc = request_open(r, conf, &ctx);
        if (rc != NGX_OK) return rc;
    }
    rc = head_judge(r, ctx);
    if (ctx->refused) return rc;
    rc = body_get(r, ctx);
    /* nginx has found the body broken: its answer stands, the log phase tells the record */
    if (rc >= NGX_HTTP_SPECIAL_RESPONSE || rc == NGX_ERROR) ctx->judged = 1;
    if (rc != NGX_OK) return rc;
    return request_judge(r, ctx);
}

ngx_int_t
gate_request_handler(ngx_http_request_t *r)
{
    ngx_int_t rc;

    if (r != r->main) return NGX_DECLINED;
    rc = gate_shun_judge(r, ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module));
    if (rc != NGX_DECLINED) return rc;
    rc = judge(r);
    if (rc == NGX_DECLINED) rc = gate_login_judge(r);
    if (rc == NGX_DECLINED) gate_claims_strip(r); /* judged with what it claimed, passed without */
    return rc;
}
