/* Bytes that are held back until they are judged, in a bounded number of buffers that are used
 * again once they have left.
 *
 *     source ─▶ copy │ held ............ stay ┃─▶ cut ─▶ busy (on the way to the client) ─▶ free
 */
#include "gate/ngx/gate.h"

void
gate_hold_init(struct gate_hold *hold)
{
    *hold = (struct gate_hold){ 0 };
    hold->last = &hold->first;
}

static ngx_chain_t *
link_new(ngx_http_request_t *r, struct gate_hold *hold)
{
    ngx_chain_t *cl = ngx_chain_get_free_buf(r->pool, &hold->free);
    ngx_buf_t *b;

    if (!cl) return NULL;
    b = cl->buf;
    if (!b->start) {
        b->start = ngx_palloc(r->pool, GATE_HOLD_BUF);
        if (!b->start) return NULL;
    }
    *b = (ngx_buf_t){ .start = b->start,
                      .end = b->start + GATE_HOLD_BUF,
                      .pos = b->start,
                      .last = b->start,
                      .temporary = 1,
                      .tag = (ngx_buf_tag_t)&ngx_http_sekisho_module };
    cl->next = NULL;
    *hold->last = cl;
    hold->last = &cl->next;
    hold->tail = cl;
    return cl;
}

ngx_int_t
gate_hold_add(ngx_http_request_t *r, struct gate_hold *hold, sk_str bytes)
{
    while (bytes.n > 0) {
        ngx_buf_t *b = hold->tail ? hold->tail->buf : NULL;
        size_t n;

        if (!b || b->last == b->end) {
            if (!link_new(r, hold)) return NGX_ERROR;
            b = hold->tail->buf;
        }
        n = ngx_min((size_t)(b->end - b->last), bytes.n);
        b->last = ngx_cpymem(b->last, bytes.p, n);
        hold->size += n;
        bytes = sk_str_from(bytes, n);
    }
    return NGX_OK;
}

ngx_int_t
gate_hold_end(ngx_http_request_t *r, struct gate_hold *hold)
{
    ngx_chain_t *cl = link_new(r, hold);

    if (!cl) return NGX_ERROR;
    cl->buf->temporary = 0;
    cl->buf->last_buf = 1;
    cl->buf->last_in_chain = 1;
    return NGX_OK;
}

ngx_chain_t *
gate_hold_cut(struct gate_hold *hold, size_t stay)
{
    ngx_chain_t *out = hold->first, **cut = &hold->first, *newest = NULL;

    while (*cut && hold->size - (size_t)ngx_buf_size((*cut)->buf) >= stay) {
        newest = *cut;
        hold->size -= (size_t)ngx_buf_size(newest->buf);
        cut = &newest->next;
    }
    if (!newest) return NULL;
    hold->first = newest->next;
    if (!hold->first) {
        hold->last = &hold->first;
        hold->tail = NULL;
    }
    newest->next = NULL;
    return out;
}

size_t
gate_hold_sent(ngx_http_request_t *r, struct gate_hold *hold, ngx_chain_t *out)
{
    size_t busy = 0;

    ngx_chain_update_chains(r->pool, &hold->free, &hold->busy, &out,
                            (ngx_buf_tag_t)&ngx_http_sekisho_module);
    for (ngx_chain_t *cl = hold->busy; cl; cl = cl->next)
        busy += (size_t)ngx_buf_size(cl->buf);
    return busy;
}

void
gate_waits(struct gate_ctx *ctx, unsigned who, bool waits)
{
    ngx_connection_t *c = ctx->r->connection;
    unsigned others = c->buffered & (0xffu - GATE_BUFFERED);

    ctx->waits = waits ? ctx->waits | who : ctx->waits & ~who;
    c->buffered = (others | (ctx->waits ? (unsigned)GATE_BUFFERED : 0)) & 0xffu;
}
