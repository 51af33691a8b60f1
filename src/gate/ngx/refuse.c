/* What a refused client gets: the block page, JSON, a redirect, or nothing. Where the operator has
 * an error_page for the status, that page is served instead of ours. */
#include "gate/ngx/gate.h"

/* ── the record of it ── */

static void
refuse_note(struct gate_ctx *ctx, struct seclang_verdict verdict, bool answer)
{
    ctx->refused = 1;
    ctx->judged = 1;
    ctx->refused_answer = answer;
    ctx->holding = 0;
    if (verdict.status < 300 || verdict.status > 599)
        verdict.status =
            verdict.act == SECLANG_REDIRECT ? NGX_HTTP_MOVED_TEMPORARILY : NGX_HTTP_FORBIDDEN;
    ctx->verdict = verdict;
    ctx->status = verdict.act == SECLANG_DROP ? NGX_HTTP_CLOSE : verdict.status;
}

/* ── headers ── */

ngx_table_elt_t *
gate_refuse_header(ngx_http_request_t *r, const char *name, sk_str value)
{
    ngx_table_elt_t *h = ngx_list_push(&r->headers_out.headers);

    if (!h) return NULL;
    ngx_memzero(h, sizeof *h);
    h->hash = 1;
    h->key = (ngx_str_t){ strlen(name), (u_char *)name };
    h->value = gate_ngx(value);
    return h;
}

static sk_str
request_header(ngx_http_request_t *r, sk_str name)
{
    ngx_table_elt_t *h = gate_header_find(&r->headers_in.headers, name);

    return h ? gate_str(h->value) : (sk_str){ 0 };
}

static void
headers_common(struct gate_ctx *ctx)
{
    static const char *const rows[][2] = {
        { "Cache-Control", "no-store" },
        { "Vary", "Accept, Accept-Language" },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
    };

    gate_refuse_header(ctx->r, "X-Request-Id", ctx->id);
    if (ctx->retry_after > 0)
        gate_refuse_header(ctx->r, "Retry-After", sk_str_of_i64(ctx->mem, ctx->retry_after));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        gate_refuse_header(ctx->r, rows[i][0], sk_str_of(rows[i][1]));
}

/* ── the page ── */

struct gate_page_facts
gate_refuse_facts(struct gate_ctx *ctx)
{
    return (struct gate_page_facts){
        .id = ctx->id,
        .site = ctx->conf->site ? ctx->conf->site->name : (sk_str){ 0 },
        .time = sk_str_first(sk_when_jst(ctx->mem, sk_now()), sizeof "2026-11-23 22:26:20" - 1),
        .status = ctx->status,
        .cause =
            ctx->cause < GATE_CAUSES ? ctx->cause : gate_cause_of(ctx->status, ctx->refused_answer),
        .language = gate_accept_language(request_header(ctx->r, SK_STR("Accept-Language"))),
    };
}

static sk_str
page_make(struct gate_ctx *ctx, bool *json)
{
    ngx_http_request_t *r = ctx->r;
    struct sk_buf out = { .mem = ctx->mem };
    struct gate_page_facts facts = gate_refuse_facts(ctx);

    *json = gate_accept_json(request_header(r, SK_STR("Accept")));
    gate_refuse_header(r, "Content-Language",
                       facts.language == GATE_JA ? SK_STR("ja") : SK_STR("en"));
    if (*json) {
        gate_page_json(&out, &facts);
    } else {
        gate_refuse_header(r, "Content-Security-Policy", gate_page_policy(ctx->conf->page));
        gate_page_html(&out, ctx->conf->page, &facts);
    }
    return sk_buf_str(&out);
}

/* Our own way leads to a path of this host, whatever name and port the client knows it by: nginx,
 * which would put its own in front, is not told. */
static void
location_set(struct gate_ctx *ctx)
{
    ngx_table_elt_t *h =
        gate_refuse_header(ctx->r, "Location", sk_str_copy(ctx->mem, ctx->verdict.url));

    if (ctx->cause == GATE_CAUSES) ctx->r->headers_out.location = h;
}

static ngx_int_t
body_send(struct gate_ctx *ctx, sk_str body, bool filter)
{
    ngx_http_request_t *r = ctx->r;
    ngx_buf_t *b = ngx_calloc_buf(r->pool);
    ngx_chain_t *out = ngx_alloc_chain_link(r->pool);

    if (!b || !out) return NGX_ERROR;
    b->pos = b->start = (u_char *)body.p;
    b->last = b->end = b->pos + body.n;
    b->memory = body.n > 0;
    b->last_buf = 1;
    b->last_in_chain = 1;
    out->buf = b;
    out->next = NULL;
    return filter ? gate_next_body(r, out) : ngx_http_output_filter(r, out);
}

/* Header and body of a refusal. From a filter it goes to the filters behind us only. */
static ngx_int_t
refusal_send(struct gate_ctx *ctx, bool filter)
{
    static const sk_str types[] = { { "text/html; charset=utf-8", 24 },
                                    { "application/json", 16 } };
    ngx_http_request_t *r = ctx->r;
    bool json = false;
    sk_str body;
    ngx_int_t rc;

    headers_common(ctx);
    body = page_make(ctx, &json);
    if (ctx->verdict.act == SECLANG_REDIRECT) location_set(ctx);
    r->headers_out.status = (ngx_uint_t)ctx->status;
    r->headers_out.status_line.len = 0;
    r->headers_out.content_length_n = (off_t)body.n;
    r->headers_out.content_type = gate_ngx(types[json]);
    r->headers_out.content_type_len = json ? types[json].n : sizeof "text/html" - 1;
    r->headers_out.content_type_lowcase = NULL;
    r->allow_ranges = 0;
    rc = filter ? gate_next_header(r) : ngx_http_send_header(r);
    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
    return body_send(ctx, body, filter);
}

/* ── where it is answered ── */

/* The operator's own error_page for this status; not within one that is served already. */
static bool
operators_page(const struct gate_ctx *ctx)
{
    ngx_http_request_t *r = ctx->r;
    ngx_http_core_loc_conf_t *clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    ngx_http_err_page_t *page;

    if (ctx->verdict.act != SECLANG_DENY || r->error_page || !clcf->error_pages) return false;
    page = clcf->error_pages->elts;
    for (ngx_uint_t i = 0; i < clcf->error_pages->nelts; i++)
        if (page[i].status == ctx->status) return true;
    return false;
}

ngx_int_t
gate_refuse_request(struct gate_ctx *ctx, struct seclang_verdict verdict)
{
    ngx_http_request_t *r = ctx->r;

    refuse_note(ctx, verdict, false);
    if (verdict.act == SECLANG_DROP) return NGX_HTTP_CLOSE;
    if (operators_page(ctx)) return ctx->status;
    /* the body was not asked for, and is read only to keep the connection */
    r->expect_tested = 1;
    if (ngx_http_discard_request_body(r) != NGX_OK) r->keepalive = 0;
    return refusal_send(ctx, false);
}

/* One that can be asked for again afterwards: no program's, and no upgraded connection's. */
bool
gate_refuse_leads_back(ngx_http_request_t *r)
{
    return !r->headers_in.upgrade && !gate_accept_json(request_header(r, SK_STR("Accept")));
}

ngx_int_t
gate_refuse_own(ngx_http_request_t *r, const struct gate_reason *reason, sk_str about)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct seclang_verdict verdict = { .act = SECLANG_DENY,
                                       .status = reason->status,
                                       .rule = reason->rule };
    struct gate_ctx *ctx = gate_ctx_get(r);

    if (!ctx || gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (ctx->tx)
        verdict = seclang_tx_refuse(ctx->tx, reason->rule, reason->status, reason->why, about);
    ctx->cause = reason->cause;
    return gate_refuse_request(ctx, verdict);
}

ngx_int_t
gate_refuse_elsewhere(ngx_http_request_t *r, sk_str url, enum gate_cause cause)
{
    struct seclang_verdict verdict = { .act = SECLANG_REDIRECT,
                                       .status = NGX_HTTP_SEE_OTHER,
                                       .url = url };
    struct gate_ctx *ctx = gate_ctx_find(r);

    ctx->cause = cause;
    return gate_refuse_request(ctx, verdict);
}

/* What is left of the body is not read: what follows on the connection is no request. */
ngx_int_t
gate_refuse_body(struct gate_ctx *ctx, struct seclang_verdict verdict)
{
    ngx_http_request_t *r = ctx->r;

    refuse_note(ctx, verdict, false);
    ctx->reading = 0;
    r->keepalive = 0;
    r->lingering_close = 1;
    if (verdict.act == SECLANG_DROP) return NGX_HTTP_CLOSE;
    ctx->page_due = !operators_page(ctx);
    return ctx->status;
}

ngx_int_t
gate_refuse_instead(struct gate_ctx *ctx)
{
    ngx_int_t rc;

    ctx->page_due = 0;
    ctx->swallowing = 1;
    ngx_http_clean_header(ctx->r);
    rc = refusal_send(ctx, true);
    return rc == NGX_AGAIN ? NGX_OK : rc;
}

ngx_int_t
gate_refuse_answer(struct gate_ctx *ctx, struct seclang_verdict verdict)
{
    ngx_http_request_t *r = ctx->r;
    ngx_int_t rc;

    refuse_note(ctx, verdict, true);
    ctx->swallowing = 1;
    if (verdict.act == SECLANG_DROP || r->header_sent) {
        /* what has left cannot be called back: the rest does not leave */
        r->keepalive = 0;
        r->connection->error = 1;
        return NGX_ERROR;
    }
    if (operators_page(ctx)) {
        ctx->swallowing = 0; /* the page comes through the same filter */
        return ngx_http_filter_finalize_request(r, &ngx_http_sekisho_module, ctx->status);
    }
    ngx_http_clean_header(r);
    rc = refusal_send(ctx, true);
    return rc == NGX_AGAIN ? NGX_OK : rc;
}
