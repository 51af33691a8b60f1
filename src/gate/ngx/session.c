/* Who has signed in: accounts is asked for each request into an area, by a subrequest, as nginx's
 * auth_request does it. Nothing is remembered: a session that was ended is ended for the next
 * request. */
#include "gate/ngx/gate.h"

static sk_str
answer_header(ngx_http_request_t *sr, struct gate_ctx *ctx, sk_str name)
{
    ngx_table_elt_t *h =
        sr->upstream ? gate_header_find(&sr->upstream->headers_in.headers, name) : NULL;

    return h ? sk_str_copy(ctx->mem, gate_str(h->value)) : (sk_str){ 0 };
}

static int
level_of(sk_str text)
{
    return text.n == 1 && text.p[0] >= '0' && text.p[0] <= '2' ? text.p[0] - '0' : 0;
}

static ngx_int_t
answered(ngx_http_request_t *sr, void *data, ngx_int_t rc)
{
    struct gate_ctx *ctx = data;

    ctx->session_done = 1;
    ctx->session_status = rc == NGX_OK && sr->upstream ? sr->headers_out.status : 0;
    if (ctx->session_status != NGX_HTTP_NO_CONTENT) return rc;
    ctx->who = (struct gate_who){
        .principal = answer_header(sr, ctx, SK_STR("X-Sekisho-Principal")),
        .role = answer_header(sr, ctx, SK_STR("X-Sekisho-Role")),
        .tenant = answer_header(sr, ctx, SK_STR("X-Sekisho-Tenant")),
        .session = answer_header(sr, ctx, SK_STR("X-Sekisho-Session")),
        .screens = answer_header(sr, ctx, SK_STR("X-Sekisho-Screens")),
        .level = level_of(answer_header(sr, ctx, SK_STR("X-Sekisho-Level"))),
    };
    return rc;
}

ngx_int_t
gate_session_ask(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    ngx_http_post_subrequest_t *post;
    ngx_http_request_t *sr;

    if (ctx->session_asked) return NGX_AGAIN;
    if (conf->session_uri.len == 0) {
        ngx_log_error(NGX_LOG_CRIT, r->connection->log, 0,
                      "sekisho: sekisho_session is missing: nobody can enter");
        ctx->session_done = 1;
        return NGX_OK;
    }
    post = ngx_palloc(r->pool, sizeof *post);
    if (!post) return NGX_HTTP_SERVICE_UNAVAILABLE;
    *post = (ngx_http_post_subrequest_t){ .handler = answered, .data = ctx };
    if (ngx_http_subrequest(r, &conf->session_uri, NULL, &sr, post, NGX_HTTP_SUBREQUEST_WAITED) !=
        NGX_OK)
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    ctx->session_asked = 1;
    /* an empty body of its own, so that nobody waits for the client's */
    sr->request_body = ngx_pcalloc(r->pool, sizeof *sr->request_body);
    if (!sr->request_body) return NGX_HTTP_SERVICE_UNAVAILABLE;
    sr->header_only = 1;
    return NGX_AGAIN;
}

/* ── signing in ── */

/* For a query's value: everything but what can mean nothing else. */
static void
escape(struct sk_buf *out, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i], small = sk_lower_byte(c);
        bool plain =
            (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-_.~/", c));

        if (plain)
            sk_buf_byte(out, (char)c);
        else
            sk_buf_printf(out, "%%%02X", c);
    }
}

/* A path of this host: what begins with two slashes, or has a backslash, a browser may take for
 * another one. Only what was asked for by GET can be asked for again. */
static sk_str
back_to(const ngx_http_request_t *r, const struct gate_ctx *ctx)
{
    sk_str target = gate_str(r->unparsed_uri);

    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) || target.n > GATE_TARGET ||
        !sk_str_starts(target, SK_STR("/")) || sk_str_starts(target, SK_STR("//")) ||
        sk_str_find_byte(target, '\\') != SIZE_MAX)
        return ctx->area->path;
    return target;
}

sk_str
gate_session_sign_in(const ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct sk_buf out = { .mem = ctx->mem };

    sk_buf_printf(&out, "/.sekisho/%.*s/sign-in?to=", SK_ARG(ctx->area->realm));
    escape(&out, back_to(r, ctx));
    return sk_buf_str(&out);
}
