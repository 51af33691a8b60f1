/* What nginx's own error log says of a request, without its secrets.
 *
 * When an upstream is away, nginx writes the request's line, the upstream's address with the same
 * query, and the Referer: a mailed link would lie there as it was sent. nginx's words stay nginx's;
 * the three texts are masked while it writes, as in the audit log. */
#include "gate/ngx/gate.h"
#include "seclang/mask.h"

static ngx_http_log_handler_pt nginx_words; /* the same for all requests */

static ngx_str_t
masked(sk_arena *mem, ngx_str_t s)
{
    return s.len ? gate_ngx(seclang_mask_uri(mem, gate_str(s), NULL, NULL)) : s;
}

static u_char *
words(ngx_http_request_t *r, ngx_http_request_t *sr, u_char *buf, size_t len)
{
    ngx_str_t none = { 0, NULL }, line = r->request_line;
    ngx_str_t *uri = sr->upstream ? &sr->upstream->uri : &none, uri_was = *uri;
    ngx_str_t *referer = r->headers_in.referer ? &r->headers_in.referer->value : &none;
    ngx_str_t referer_was = *referer;
    sk_arena *mem = gate_arena_new(r->pool, 0);
    u_char *end;

    r->request_line = masked(mem, line);
    *uri = masked(mem, uri_was);
    *referer = masked(mem, referer_was);
    end = nginx_words(r, sr, buf, len);
    r->request_line = line;
    *uri = uri_was;
    *referer = referer_was;
    return end;
}

ngx_int_t
gate_log_words_handler(ngx_http_request_t *r)
{
    if (r->log_handler == words) return NGX_DECLINED;
    nginx_words = r->log_handler;
    r->log_handler = words;
    return NGX_DECLINED;
}
