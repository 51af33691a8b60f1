/* Requests and answers as nginx has them, given to the engine. Everything is borrowed from the
 * request's pool; what nginx has not parsed is left out, since half-parsed requests come here too
 * when nginx itself refused them. */
#include "gate/ngx/gate.h"

/* ── the connection ── */

static void
feed_connection(struct seclang_tx *tx, ngx_http_request_t *r, sk_arena *mem)
{
    ngx_connection_t *c = r->connection;
    u_char *text = sk_alloc(mem, NGX_SOCKADDR_STRLEN);
    ngx_str_t server = { NGX_SOCKADDR_STRLEN, text };
    unsigned port = 0;

    if (ngx_connection_local_sockaddr(c, &server, 0) == NGX_OK)
        port = ngx_inet_get_port(c->local_sockaddr);
    else
        server.len = 0;
    seclang_tx_conn(tx, gate_str(c->addr_text), ngx_inet_get_port(c->sockaddr), gate_str(server),
                    port);
}

/* ── the request ── */

static sk_str
bytes_from(const ngx_buf_t *b, const u_char *from)
{
    if (!from || from < b->start || from > b->last) return (sk_str){ 0 };
    return (sk_str){ (const char *)from, (size_t)(b->last - from) };
}

/* What nginx has read of the head but not parsed, because it refused the request before: from the
 * request line on, or behind the header at which it stopped. That one is left out when nginx could
 * not read it: where it ends is in doubt, and nginx's own log tells of it. Empty when all is
 * parsed, and in HTTP/2, whose headers are no text. */
static sk_str
unparsed_head(const ngx_http_request_t *r)
{
    const ngx_buf_t *b = r->header_in;
    sk_str rest, unreadable;

#if (NGX_HTTP_V2)
    if (r->stream) return (sk_str){ 0 };
#endif
    if (!b || r->http_state == NGX_HTTP_PROCESS_REQUEST_STATE) return (sk_str){ 0 };
    if (!r->request_line.data) return bytes_from(b, r->request_start);
    if (r->state == 0 && r->header_name_start != b->pos) return bytes_from(b, b->pos);
    rest = bytes_from(b, r->header_name_start);
    sk_str_cut(&unreadable, &rest, '\n');
    return rest;
}

static void
feed_raw_line(struct seclang_tx *tx, const struct gate_rawline *line)
{
    seclang_tx_request_line(tx, line->line, line->method, line->target, line->protocol);
}

/* The line as it came; *rest is what stands unparsed behind it. */
static void
feed_request_line(struct seclang_tx *tx, ngx_http_request_t *r, sk_str *rest)
{
    struct gate_rawline raw;

    if (!r->request_line.data) {
        if (gate_rawhead_line(&raw, rest)) feed_raw_line(tx, &raw);
    } else if (!r->method_name.data || !r->unparsed_uri.data) {
        gate_rawhead_words(&raw, gate_str(r->request_line));
        feed_raw_line(tx, &raw);
    } else {
        seclang_tx_request_line(
            tx, gate_str(r->request_line), gate_str(r->method_name), gate_str(r->unparsed_uri),
            r->http_protocol.data ? gate_str(r->http_protocol) : SK_STR("HTTP/0.9"));
    }
}

static void
feed_list(struct seclang_tx *tx, ngx_list_t *list,
          void (*give)(struct seclang_tx *tx, sk_str name, sk_str value), bool answer)
{
    for (ngx_list_part_t *part = &list->part; part && part->elts; part = part->next) {
        ngx_table_elt_t *h = part->elts;

        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            if (answer && h[i].hash == 0) continue; /* removed by a module */
            give(tx, gate_str(h[i].key), gate_str(h[i].value));
        }
    }
}

void
gate_feed_request(struct seclang_tx *tx, ngx_http_request_t *r, sk_arena *mem)
{
    sk_str rest = unparsed_head(r), name, value;

    feed_connection(tx, r, mem);
    feed_request_line(tx, r, &rest);
    feed_list(tx, &r->headers_in.headers, seclang_tx_request_header, false);
    while (gate_rawhead_header(&name, &value, &rest))
        seclang_tx_request_header(tx, name, value);
}

/* ── the answer ── */

static int
answer_status(ngx_http_request_t *r)
{
    if (r->err_status) return (int)r->err_status;
    return (int)r->headers_out.status;
}

static sk_str
content_type(ngx_http_request_t *r, sk_arena *mem)
{
    ngx_http_headers_out_t *out = &r->headers_out;

    if (out->charset.len == 0 || out->content_type_len != out->content_type.len)
        return gate_str(out->content_type);
    return sk_str_printf(mem, "%.*s; charset=%.*s", SK_ARG(gate_str(out->content_type)),
                         SK_ARG(gate_str(out->charset)));
}

void
gate_feed_answer(struct seclang_tx *tx, ngx_http_request_t *r, sk_arena *mem)
{
    seclang_tx_response_line(tx, answer_status(r),
                             r->http_protocol.data ? gate_str(r->http_protocol)
                                                   : SK_STR("HTTP/1.1"));
    if (r->headers_out.content_type.len > 0)
        seclang_tx_response_header(tx, SK_STR("Content-Type"), content_type(r, mem));
    /* upstreams set the header, static files only the number */
    if (!r->headers_out.content_length && r->headers_out.content_length_n >= 0)
        seclang_tx_response_header(tx, SK_STR("Content-Length"),
                                   sk_str_of_i64(mem, r->headers_out.content_length_n));
    feed_list(tx, &r->headers_out.headers, seclang_tx_response_header, true);
}

ngx_table_elt_t *
gate_header_find(ngx_list_t *headers, sk_str name)
{
    for (ngx_list_part_t *part = &headers->part; part && part->elts; part = part->next) {
        ngx_table_elt_t *h = part->elts;

        for (ngx_uint_t i = 0; i < part->nelts; i++)
            if (h[i].hash != 0 && sk_str_eq_nocase(gate_str(h[i].key), name)) return &h[i];
    }
    return NULL;
}

/* ── bodies ── */

static ngx_int_t
feed_file(const ngx_buf_t *b, ngx_log_t *log, bool (*take)(void *ctx, sk_str slice), void *ctx)
{
    static char slice[GATE_SLICE]; /* a worker has one thread, and take keeps nothing */

    for (off_t at = b->file_pos; at < b->file_last;) {
        off_t left = b->file_last - at;
        ssize_t n = pread(b->file->fd, slice, left < GATE_SLICE ? (size_t)left : GATE_SLICE, at);

        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            ngx_log_error(NGX_LOG_CRIT, log, n < 0 ? ngx_errno : 0,
                          "sekisho: a spooled body cannot be read back");
            return NGX_ERROR;
        }
        if (!take(ctx, (sk_str){ slice, (size_t)n })) return NGX_OK;
        at += n;
    }
    return NGX_OK;
}

ngx_int_t
gate_feed_buf(const ngx_buf_t *b, ngx_log_t *log, bool (*take)(void *ctx, sk_str slice), void *ctx)
{
    if (ngx_buf_in_memory(b)) {
        sk_str text = { (const char *)b->pos, (size_t)(b->last - b->pos) };

        if (text.n > 0) take(ctx, text);
        return NGX_OK;
    }
    if (b->in_file) return feed_file(b, log, take, ctx);
    return NGX_OK;
}
