/* Answers on their way out: tokens are looked for, the vault is asked, and what it says is written
 * in their places.
 *
 *     source ─▶ chain ─▶ (unpacked) ─▶ window ─▶ the vault's answer ─▶ hold ─▶ client
 *
 * The filters stand behind the engine's: it judges what the application has written, so that a rule
 * against leaks does not trip over a value that may be shown. Of an answer the worker holds a
 * window and GATE_BUSY on the way to the client; while the vault is asked or the client is slow,
 * the source waits. A vault that is away masks what it is not there to show. */
#include "gate/ngx/gate.h"

static ngx_http_output_header_filter_pt next_header;
static ngx_http_output_body_filter_pt next_body;

/* ── the header ── */

/* Not of answers without a body, and not of a part of one: its tokens may be cut, and its place in
 * the whole would be another. They stay tokens. */
static bool
is_whole(const ngx_http_request_t *r)
{
    ngx_uint_t status = r->headers_out.status;

    return status >= 200 && status != 204 && status != 206 && status != 304;
}

/* The vault's own cookie for the browser that has typed values: only for itself, never for scripts.
 */
static ngx_int_t
self_set(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    sk_str line = sk_str_printf(ctx->mem,
                                "__Host-sekisho-self=%.*s; Path=/; Max-Age=%lld; Secure; HttpOnly; "
                                "SameSite=Lax",
                                SK_ARG(x->set_self), (long long)x->age);

    x->set_self = (sk_str){ 0 };
    return gate_refuse_header(r, "Set-Cookie", line) ? NGX_OK : NGX_ERROR;
}

/* What may be said of a page that is not the same for everybody, nor as long as it was. */
static ngx_int_t
header_change(ngx_http_request_t *r)
{
    static const char *const gone[] = {
        "Cache-Control", "Expires", "Pragma",         "ETag",
        "Content-MD5",   "Digest",  "Content-Digest", "Repr-Digest"
    };

    ngx_http_clear_content_length(r);
    ngx_http_clear_accept_ranges(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_etag(r);
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
        ngx_table_elt_t *h = gate_header_find(&r->headers_out.headers, sk_str_of(gone[i]));

        if (h) h->hash = 0;
    }
    r->headers_out.expires = NULL;
    r->allow_ranges = 0;
    r->filter_need_in_memory = 1;
    return gate_refuse_header(r, "Cache-Control", SK_STR("no-store")) ? NGX_OK : NGX_ERROR;
}

static void expired(ngx_event_t *event);

static void
answer_forget(struct gate_exchange *x)
{
    gate_out_free(x->out);
    x->out = NULL;
    x->inflate = NULL;
}

/* Looks at this answer, if it is of a type in which tokens are looked for. */
static ngx_int_t
answer_begin(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    ngx_table_elt_t *h = gate_header_find(&r->headers_out.headers, SK_STR("Content-Encoding"));
    enum gate_encoding encoding = gate_encoding_of(h ? gate_str(h->value) : (sk_str){ 0 });
    enum gate_charset charset;
    enum gate_page_type type = gate_page_type_of(gate_str(r->headers_out.content_type), &charset);

    if (r->headers_out.charset.len) charset = gate_charset_of(gate_str(r->headers_out.charset));
    if (type == GATE_PAGE_NONE || encoding == GATE_UNKNOWN_ENCODING) return NGX_OK;
    if (encoding != GATE_IDENTITY) {
        x->inflate = gate_inflate_new(ctx->mem, encoding);
        if (!x->inflate) return NGX_ERROR;
        if (h) h->hash = 0;
        r->headers_out.content_encoding = NULL;
        x->unpacked.mem = ctx->mem;
    }
    if (header_change(r) != NGX_OK) return NGX_ERROR;
    gate_hold_init(&x->hold);
    x->timer = (ngx_event_t){
        .handler = expired, .data = ctx, .log = r->connection->log, .cancelable = 1
    };
    x->out = gate_out_new(type, charset);
    return NGX_OK;
}

static ngx_int_t
header_filter(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = r == r->main ? gate_ctx_find(r) : NULL;
    struct gate_exchange *x = ctx ? ctx->exchange : NULL;

    if (!x || r->header_sent) return next_header(r);
    answer_forget(x); /* of an answer in whose place another one comes */
    if (x->set_self.n && self_set(r, ctx) != NGX_OK) return NGX_ERROR;
    if (!ctx->refused && is_whole(r) && !sk_str_starts(gate_str(r->uri), SK_STR("/.sekisho/")) &&
        answer_begin(r, ctx) != NGX_OK)
        return NGX_ERROR;
    return next_header(r);
}

/* ── from the source into the window ── */

static bool
unpacked_take(void *data, sk_str slice)
{
    struct gate_exchange *x = data;

    sk_buf_add(&x->unpacked, slice);
    return true;
}

enum { PACKED = 48 /* bytes at a time: they unpack to 50 KB at most */ };

/* Takes some of what is compressed. Returns how many bytes. */
static size_t
unpack(struct gate_exchange *x, sk_str bytes)
{
    sk_str some = sk_str_first(bytes, PACKED);

    if (x->unpacked_at == x->unpacked.n) x->unpacked.n = x->unpacked_at = 0;
    if (sk_failed(gate_inflate_add(x->inflate, some, unpacked_take, x))) x->broken = 1;
    return some.n;
}

/* What was unpacked goes into the window, as far as there is room. True: all of it. */
static bool
unpacked_add(struct gate_exchange *x)
{
    while (x->unpacked_at < x->unpacked.n && !gate_out_is_full(x->out)) {
        sk_str rest = { x->unpacked.p + x->unpacked_at, x->unpacked.n - x->unpacked_at };
        sk_str piece = sk_str_first(rest, GATE_OUT_PIECE);

        gate_out_add(x->out, piece);
        x->unpacked_at += piece.n;
    }
    return x->unpacked_at == x->unpacked.n;
}

static void
buf_take(struct gate_exchange *x, ngx_buf_t *b)
{
    while (b->pos < b->last && !gate_out_is_full(x->out) && !x->broken) {
        sk_str rest = { (const char *)b->pos, (size_t)(b->last - b->pos) };
        sk_str piece = sk_str_first(rest, GATE_OUT_PIECE);

        if (x->inflate) {
            if (!unpacked_add(x)) return;
            b->pos += unpack(x, rest);
        } else {
            gate_out_add(x->out, piece);
            b->pos += piece.n;
        }
    }
}

/* The end of what came, if all of it has come. */
static void
source_end(struct gate_exchange *x)
{
    if (x->inflate && !gate_inflate_whole(x->inflate)) x->broken = 1;
    gate_out_end(x->out);
    x->ended = 1;
}

/* Fills the window from the chain. NGX_ERROR: what cannot be seen does not pass. */
static ngx_int_t
fill(ngx_http_request_t *r, struct gate_exchange *x)
{
    bool last = false;

    while (x->chain && !gate_out_is_full(x->out) && !x->broken) {
        ngx_chain_t *cl = x->chain;
        ngx_buf_t *b = cl->buf;

        if (ngx_buf_in_memory(b))
            buf_take(x, b);
        else if (b->in_file && b->file_last > b->file_pos)
            return NGX_ERROR;
        if (ngx_buf_in_memory(b) && b->pos < b->last) break;
        if (b->in_file) b->file_pos = b->file_last;
        if (b->flush) x->hurry = 1;
        last |= b->last_buf;
        x->chain = cl->next;
        ngx_free_chain(r->pool, cl);
    }
    if (last) x->last_seen = 1;
    if (x->inflate && !unpacked_add(x)) return NGX_OK;
    if (x->last_seen && !x->ended) source_end(x);
    return x->broken ? NGX_ERROR : NGX_OK;
}

/* ── the vault ── */

static void go_on(struct gate_ctx *ctx);

static void
away(struct gate_ctx *ctx, int status)
{
    if (!ctx->exchange->away)
        ngx_log_error(NGX_LOG_ERR, ctx->r->connection->log, 0,
                      "sekisho: the vault shows no personal data (status %d); it stays masked",
                      status);
    ctx->exchange->away = 1;
}

static void
answered(void *data, int status, sk_str body)
{
    struct gate_ctx *ctx = data;
    struct gate_exchange *x = ctx->exchange;
    sk_json *root = NULL;

    x->ask = NULL;
    if ((status == NGX_HTTP_FORBIDDEN || status == NGX_HTTP_TOO_MANY_REQUESTS) && x->show &&
        x->show->purpose.n && !x->alone) {
        x->alone = 1; /* what the vault says no to, it has recorded */
        go_on(ctx);
        return;
    }
    x->answered = 1;
    if (status != NGX_HTTP_OK || sk_failed(sk_json_read(&root, body))) away(ctx, status);
    x->said = root;
    go_on(ctx);
}

/* Asks for the window's tokens; x->ask is set if there is somebody to answer. */
static void
ask(struct gate_ctx *ctx)
{
    const struct gate_main_conf *mcf =
        ngx_http_get_module_main_conf(ctx->r, ngx_http_sekisho_module);
    struct gate_exchange *x = ctx->exchange;
    sk_arena *mem = sk_arena_new(GATE_OUT_WINDOW);
    struct gate_wire_about about = gate_exchange_about(mem, ctx, x->show ? x->show->tenant : 0);
    struct sk_buf question = { .mem = mem };

    if (x->show) {
        if (!x->alone) about.purpose = x->show->purpose;
        about.kinds = x->show->kinds;
    }
    gate_wire_out(&question, mem, &about, x->out);
    if (mcf->vault)
        x->ask = gate_ask(mcf->vault, "/v1/exchange/out",
                          gate_claims_ticket_at(mem, ctx, x->show ? x->show->path : (sk_str){ 0 }),
                          sk_buf_str(&question), answered, ctx);
    sk_arena_free(mem);
    if (x->ask) return;
    x->answered = 1;
    away(ctx, 0);
}

/* ── from the window to the client ── */

struct writing {
    ngx_http_request_t *r;
    struct gate_exchange *x;
    ngx_int_t rc;
};

static enum gate_fate
tell(void *data, const struct personal_token *token, sk_str *text)
{
    const struct gate_exchange *x = ((struct writing *)data)->x;

    return gate_wire_fate(text, sk_json_get(x->said, "values"), token);
}

static void
put(void *data, sk_str text)
{
    struct writing *w = data;

    if (w->rc == NGX_OK) w->rc = gate_hold_add(w->r, &w->x->hold, text);
}

/* Writes the window, and sends it. */
static ngx_int_t
window_send(ngx_http_request_t *r, struct gate_exchange *x)
{
    struct writing w = { r, x, NGX_OK };
    ngx_chain_t *out;
    ngx_int_t rc;

    gate_out_write(x->out, tell, put, &w);
    sk_json_free(x->said);
    x->said = NULL;
    x->answered = 0;
    if (w.rc != NGX_OK) return w.rc;
    if (x->ended && !gate_out_has_some(x->out)) {
        if (gate_hold_end(r, &x->hold) != NGX_OK) return NGX_ERROR;
        x->sent_end = 1;
    } else if (x->hurry && x->hold.tail) {
        x->hold.tail->buf->flush = 1;
    }
    x->hurry = 0;
    out = gate_hold_cut(&x->hold, 0);
    if (!out) return NGX_OK;
    rc = next_body(r, out);
    x->busy = gate_hold_sent(r, &x->hold, out);
    return rc;
}

/* Whether the window is to be written now; else more is waited for. */
static bool
due(const struct gate_exchange *x)
{
    return x->ended || x->hurry || x->answered || gate_out_is_full(x->out) ||
           !gate_out_has_tokens(x->out);
}

static void
timer_set(struct gate_exchange *x, ngx_msec_t wait)
{
    if (!x->timer.timer_set) ngx_add_timer(&x->timer, wait);
}

/* As far as vault and client let it. */
static ngx_int_t
run(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    ngx_int_t rc = NGX_OK;

    while (!x->ask && !x->sent_end && x->busy <= GATE_BUSY) {
        if (!x->answered && fill(r, x) != NGX_OK) return NGX_ERROR;
        if (!due(x)) break;
        if (gate_out_has_tokens(x->out) && !x->answered && !x->away) {
            ask(ctx);
            continue;
        }
        if (!gate_out_has_some(x->out) && !x->ended) break;
        rc = window_send(r, x);
        if (rc == NGX_ERROR || rc > NGX_OK) return rc;
    }
    if (!x->sent_end && x->busy > GATE_BUSY)
        timer_set(x, GATE_RETRY_MS);
    else if (!x->ask && gate_out_has_tokens(x->out))
        timer_set(x, GATE_WINDOW_MS);
    gate_waits(ctx, GATE_WAITS_EXCHANGE, !x->sent_end && (x->ask || x->chain || x->last_seen));
    return ctx->waits & GATE_WAITS_EXCHANGE ? NGX_AGAIN : rc;
}

/* What was sent before goes on, and makes room. */
static ngx_int_t
drain(ngx_http_request_t *r, struct gate_exchange *x)
{
    ngx_int_t rc = next_body(r, NULL);

    x->busy = gate_hold_sent(r, &x->hold, NULL);
    return rc;
}

/* From an event of ours: nobody else would look whether the answer is over. */
static void
go_on(struct gate_ctx *ctx)
{
    ngx_http_request_t *r = ctx->r;
    ngx_connection_t *c = r->connection;

    ngx_http_set_log_request(c->log, r);
    if (run(r, ctx) == NGX_ERROR)
        ngx_http_finalize_request(r, NGX_ERROR);
    else
        (void)ngx_http_post_request(r, NULL);
    ngx_http_run_posted_requests(c);
}

static void
expired(ngx_event_t *event)
{
    struct gate_ctx *ctx = event->data;
    struct gate_exchange *x = ctx->exchange;

    if (!x->out || x->sent_end) return;
    if (x->busy > GATE_BUSY && drain(ctx->r, x) == NGX_ERROR) {
        ngx_http_finalize_request(ctx->r, NGX_ERROR);
        return;
    }
    x->hurry = 1;
    go_on(ctx);
}

/* ── the filter ── */

static ngx_int_t
body_filter(ngx_http_request_t *r, ngx_chain_t *in)
{
    struct gate_ctx *ctx = r == r->main ? gate_ctx_find(r) : NULL;
    struct gate_exchange *x = ctx ? ctx->exchange : NULL;

    if (!x || !x->out || r->header_only || x->sent_end) return next_body(r, in);
    if (!in && drain(r, x) == NGX_ERROR) return NGX_ERROR;
    if (in && ngx_chain_add_copy(r->pool, &x->chain, in) != NGX_OK) return NGX_ERROR;
    return run(r, ctx);
}

void
gate_exchange_filters(void)
{
    next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header_filter;
    next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = body_filter;
}
