/* The context of a request.
 *
 * nginx forgets all modules' contexts at an internal redirect (error_page, X-Accel-Redirect,
 * try_files, named locations). Ours is therefore also the data of a cleanup on the request's pool,
 * and found there again: a request is judged once, and its verdict and events stay with it. */
#include "gate/ngx/gate.h"

#include "base/hash.h"

/* ── memory ── */

/* Aligned as malloc's; pool memory goes with the pool. */
static void *
pool_get(void *pool, size_t size)
{
    return ngx_pmemalign(pool, size, 16);
}

sk_arena *
gate_arena_new(ngx_pool_t *pool, size_t chunk)
{
    return sk_arena_on((struct sk_arena_source){ .get = pool_get, .ctx = pool }, chunk);
}

/* ── ids ── */

/* Random bytes are fetched for many ids at once; the buffer is the worker's, since it is first
 * filled after the fork. */
static const unsigned char *
random_take(void)
{
    static unsigned char bytes[64 * GATE_ID_RANDOM];
    static size_t left;
    static ngx_pid_t owner;

    if (left == 0 || owner != ngx_pid) {
        sk_random(bytes, sizeof bytes);
        left = sizeof bytes;
        owner = ngx_pid;
    }
    left -= GATE_ID_RANDOM;
    return bytes + left;
}

static void
id_make(struct gate_ctx *ctx)
{
    gate_id_make(ctx->made_id, (sk_when)ctx->r->start_sec * 1000 + (sk_when)ctx->r->start_msec,
                 random_take());
    ctx->id = (sk_str){ ctx->made_id, GATE_ID };
}

/* ── finding ── */

static void
ctx_cleanup(void *data)
{
    struct gate_ctx *ctx = data;

    if (ctx->answer.timer.timer_set) ngx_del_timer(&ctx->answer.timer);
    gate_resolve_cancel(ctx);
    gate_exchange_end(ctx);
    if (ctx->tx) seclang_tx_free(ctx->tx);
    ctx->tx = NULL;
}

struct gate_ctx *
gate_ctx_find(ngx_http_request_t *r)
{
    ngx_http_request_t *main = r->main;
    struct gate_ctx *ctx = ngx_http_get_module_ctx(main, ngx_http_sekisho_module);

    if (ctx || !(main->internal || main->filter_finalize)) return ctx;
    for (ngx_pool_cleanup_t *c = main->pool->cleanup; c; c = c->next) {
        if (c->handler != ctx_cleanup) continue;
        ngx_http_set_ctx(main, c->data, ngx_http_sekisho_module);
        return c->data;
    }
    return NULL;
}

struct gate_ctx *
gate_ctx_get(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = gate_ctx_find(r);
    ngx_pool_cleanup_t *cleanup;

    if (ctx) return ctx;
    cleanup = ngx_pool_cleanup_add(r->main->pool, sizeof *ctx);
    if (!cleanup) return NULL;
    ctx = cleanup->data;
    ngx_memzero(ctx, sizeof *ctx);
    ctx->r = r->main;
    ctx->cause = GATE_CAUSES;
    cleanup->handler = ctx_cleanup;
    id_make(ctx);
    ngx_http_set_ctx(r->main, ctx, ngx_http_sekisho_module);
    return ctx;
}

/* ── opening ── */

/* modsecurity_transaction_id: the operator's own name for the request. */
static void
id_configured(struct gate_ctx *ctx)
{
    ngx_str_t id;

    if (!ctx->conf->id || ngx_http_complex_value(ctx->r, ctx->conf->id, &id) != NGX_OK) return;
    if (id.len > 0) ctx->id = gate_str(id);
}

ngx_int_t
gate_ctx_furnish(struct gate_ctx *ctx, struct gate_loc_conf *conf)
{
    if (!ctx->mem) ctx->mem = gate_arena_new(ctx->r->pool, conf->rules ? GATE_ARENA : 0);
    if (!ctx->conf) ctx->conf = conf;
    return ctx->mem ? NGX_OK : NGX_ERROR;
}

ngx_int_t
gate_ctx_open(struct gate_ctx *ctx, struct gate_loc_conf *conf)
{
    struct gate_main_conf *mcf = ngx_http_get_module_main_conf(ctx->r, ngx_http_sekisho_module);
    struct seclang_host host = { .ctx = ctx,
                                 .log = gate_error_log_line,
                                 .listed = gate_resolve_listed };

    if (!conf->rules->worker) return NGX_ERROR;
    if (gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_ERROR;
    ctx->conf = conf;
    host.log_refusals_only = !gate_error_log_warns(ctx);
    id_configured(ctx);
    gate_zone_store(&host.store, mcf);
    ctx->tx = seclang_tx_new(conf->rules->worker, conf->rules->rules, ctx->mem, &host);
    if (!ctx->tx) return NGX_ERROR;
    seclang_tx_id(ctx->tx, ctx->id);
    return NGX_OK;
}
