/* Phases 1 and 2: a request is judged before anything of it is passed on.
 *
 * The hook is the rewrite phase of the location, so that "return" and "rewrite" of the location
 * are judged too; the body is read and judged there as well. A request goes through here again
 * after internal redirects, and is not judged twice. */
#include "gate/ngx/gate.h"

/* ── the body ── */

struct feeding {
    struct gate_ctx *ctx;
    enum seclang_feed fed;
    struct seclang_verdict verdict; /* of a window past the limit */
};

static bool
feed_slice(void *data, sk_str slice)
{
    struct feeding *feeding = data;
    struct gate_ctx *ctx = feeding->ctx;

    if (ctx->shadow) {
        if (gate_shadow_add(&feeding->verdict, ctx->shadow, slice)) return true;
        feeding->fed = SECLANG_TOO_LARGE;
        return false;
    }
    feeding->fed = seclang_tx_request_body(ctx->tx, slice);
    if (feeding->fed != SECLANG_ENOUGH) return feeding->fed == SECLANG_MORE;
    ctx->past_limit = 1;
    return false;
}

/* Only forms can be cut anywhere and still be understood: what has a structure across the cut
 * would be judged wrongly in windows, and is refused instead. */
static bool
cuttable(ngx_http_request_t *r)
{
    ngx_table_elt_t *type = r->headers_in.content_type;

    return !type ||
           sk_str_starts_nocase(gate_str(type->value),
                                SK_STR("application/x-www-form-urlencoded")) ||
           sk_str_starts_nocase(gate_str(type->value), SK_STR("text/plain"));
}

static ngx_int_t
feed_bufs(ngx_http_request_t *r, struct feeding *feeding)
{
    for (ngx_chain_t *cl = r->request_body->bufs; cl; cl = cl->next) {
        if (gate_feed_buf(cl->buf, r->connection->log, feed_slice, feeding) != NGX_OK)
            return NGX_ERROR;
        if (feeding->fed != SECLANG_MORE) return NGX_OK;
    }
    return NGX_OK;
}

static const struct seclang_verdict too_large = { .act = SECLANG_DENY, .status = 413 };

/* NGX_OK: go on; NGX_DECLINED: *verdict refuses; NGX_ERROR. */
static ngx_int_t
feed_windows(struct seclang_verdict *verdict, ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct feeding feeding = { .ctx = ctx };

    *verdict = too_large;
    if (!cuttable(r)) return NGX_DECLINED;
    ctx->shadow = gate_shadow_new(ctx, false);
    if (feed_bufs(r, &feeding) != NGX_OK) return NGX_ERROR;
    if (feeding.fed == SECLANG_MORE && !gate_shadow_flush(&feeding.verdict, ctx->shadow))
        feeding.fed = SECLANG_TOO_LARGE;
    ctx->shadow = NULL;
    *verdict = feeding.verdict;
    return feeding.fed == SECLANG_MORE ? NGX_OK : NGX_DECLINED;
}

static ngx_int_t
body_judge(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct feeding feeding = { .ctx = ctx };
    struct seclang_verdict verdict;
    ngx_int_t rc;

    if (r->request_body && feed_bufs(r, &feeding) != NGX_OK) return NGX_ERROR;
    if (feeding.fed == SECLANG_TOO_LARGE) {
        ctx->past_limit = 1;
        return gate_refuse_request(ctx, too_large);
    }
    verdict = seclang_tx_request_done(ctx->tx);
    if (verdict.act != SECLANG_PASS) return gate_refuse_request(ctx, verdict);
    if (feeding.fed != SECLANG_ENOUGH || ctx->conf->past_limit != GATE_PAST_WINDOWS) return NGX_OK;
    rc = feed_windows(&verdict, r, ctx);
    return rc == NGX_DECLINED ? gate_refuse_request(ctx, verdict) : rc;
}

static void
body_arrived(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = gate_ctx_find(r);

    /* what reading has added: the phases hold the request */
    r->main->count--;
    if (!ctx || !ctx->waiting) return;
    ctx->waiting = 0;
    r->write_event_handler = ngx_http_core_run_phases;
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

/* NGX_OK: the body is there, or is not wanted. */
static ngx_int_t
body_get(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_int_t rc;

    if (!seclang_tx_wants_request_body(ctx->tx)) return NGX_OK;
    if (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked) return NGX_OK;
    rc = ngx_http_read_client_request_body(r, body_arrived);
    if (rc == NGX_AGAIN) {
        ctx->waiting = 1;
        return NGX_DONE;
    }
    return rc;
}

static ngx_int_t
request_judge(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    ngx_int_t rc;

    ctx->judged = 1;
    rc = body_judge(r, ctx);
    if (ctx->refused) return rc;
    if (rc != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
    gate_count(ctx, ctx->conf, GATE_COUNT_INSPECTED);
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

ngx_int_t
gate_request_handler(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct gate_ctx *ctx;
    ngx_int_t rc;

    if (r != r->main) return NGX_DECLINED;
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
