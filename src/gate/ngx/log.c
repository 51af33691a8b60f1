/* Phase 5 and the error log. */
#include "gate/ngx/gate.h"

/* ── the error log ── */

static const struct {
    const char *start;
    ngx_uint_t level;
} levels[] = {
    { "ModSecurity: Access denied", NGX_LOG_ERR },
    { "ModSecurity: Rule execution error", NGX_LOG_ERR },
};
static const char *const level_names[] = { [NGX_LOG_ERR] = "error", [NGX_LOG_WARN] = "warn" };

static ngx_uint_t
level_of(sk_str line)
{
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (sk_str_starts(line, sk_str_of(levels[i].start))) return levels[i].level;
    return NGX_LOG_WARN;
}

/* As ngx_log_error_core writes it, which however cuts at 2048 bytes: too short for a match with
 * its tags and data. */
static size_t
line_make(u_char *text, ngx_log_t *log, ngx_uint_t level, sk_str line)
{
    u_char *end = text + GATE_LINE - 1, *p;

    p = ngx_slprintf(text, end, "%V [%s] %P#" NGX_TID_T_FMT ": *%uA ", &ngx_cached_err_log_time,
                     level_names[level], ngx_log_pid, ngx_log_tid, log->connection);
    p = ngx_slprintf(p, end, "%*s", line.n, line.p);
    if (log->handler) p = log->handler(log, p, (size_t)(end - p));
    *p++ = '\n';
    return (size_t)(p - text);
}

bool
gate_log_warns(const struct gate_ctx *ctx)
{
    return ctx->conf->use_error_log && ctx->r->connection->log->log_level >= NGX_LOG_WARN;
}

void
gate_log_line(void *data, sk_str line)
{
    struct gate_ctx *ctx = data;
    ngx_log_t *log = ctx->r->connection->log;
    ngx_uint_t level = level_of(line);
    u_char text[GATE_LINE];
    size_t n;

    if (!ctx->conf->use_error_log || log->log_level < level) return;
    n = line_make(text, log, level, line);
    for (; log && log->log_level >= level; log = log->next) {
        if (log->writer) { /* syslog, memory: they know their own limits */
            log->writer(log, level, text, n);
            continue;
        }
        if (ngx_time() == log->disk_full_time || !log->file) continue;
        if (write(log->file->fd, text, n) < 0 && errno == ENOSPC) log->disk_full_time = ngx_time();
    }
}

/* ── phase 5 ── */

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
    if (status_of(ctx) >= 400) gate_count(ctx, conf, GATE_COUNT_NGINX_REFUSED);
    return ctx;
}

static void
counts(const struct gate_ctx *ctx)
{
    if (ctx->refused)
        gate_count(ctx, ctx->conf, GATE_COUNT_REFUSED);
    else if (seclang_tx_would_refuse(ctx->tx))
        gate_count(ctx, ctx->conf, GATE_COUNT_DETECTED);
    if (ctx->past_limit) gate_count(ctx, ctx->conf, GATE_COUNT_PAST_LIMIT);
    if (seclang_tx_limit_hit(ctx->tx)) gate_count(ctx, ctx->conf, GATE_COUNT_MATCH_LIMIT);
}

ngx_int_t
gate_log_handler(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct gate_ctx *ctx;

    if (r != r->main) return NGX_OK;
    gate_zone_upstreams(r);
    ctx = gate_ctx_find(r);
    if (!ctx || !ctx->asked) ctx = unasked(r, conf);
    if (!ctx || !ctx->tx || ctx->logged) return NGX_OK;
    ctx->logged = 1;
    if (!ctx->answering) gate_feed_answer(ctx->tx, r, ctx->mem);
    seclang_tx_logging(ctx->tx);
    gate_count(ctx, ctx->conf, GATE_COUNT_REQUESTS);
    counts(ctx);
    gate_audit(ctx, ctx->tx, status_of(ctx));
    return NGX_OK;
}
