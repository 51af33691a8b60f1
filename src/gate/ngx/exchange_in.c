/* Bodies on their way in: read for the fields that are to be swapped, the vault asked for tokens,
 * and a new body made of the old one's buffers with the tokens between. Where anything fails
 * nothing is passed on. */
#include "gate/ngx/gate.h"

/* ── asking ── */

/* The phases go on where they stopped: in our handler. */
static void
go_on(ngx_http_request_t *r)
{
    ngx_connection_t *c = r->connection;

    ngx_http_set_log_request(c->log, r);
    ngx_http_core_run_phases(r);
    ngx_http_run_posted_requests(c);
}

static void
fail(struct gate_exchange *x, sk_err e)
{
    x->step = GATE_IN_DONE;
    x->refusal = e.kind;
    ngx_cpystrn((u_char *)x->why, (u_char *)e.why, sizeof x->why);
}

static void
answered(void *data, int status, sk_str body)
{
    struct gate_ctx *ctx = data;
    struct gate_exchange *x = ctx->exchange;
    size_t count;
    sk_err e;

    (void)gate_exchange_in_values(x->in, &count);
    x->ask = NULL;
    x->step = GATE_IN_ANSWERED;
    if (status == NGX_HTTP_OK) {
        e = gate_wire_in_read(x->tokens, &x->set_self, &x->age, ctx->mem, count, body);
    } else {
        e = sk_fail(SK_BROKEN, "status %d", status);
        ngx_log_error(NGX_LOG_ERR, ctx->r->connection->log, 0,
                      "sekisho: the vault takes no personal data (status %d); a request is refused",
                      status);
    }
    if (sk_failed(e)) fail(x, sk_fail(SK_BROKEN, "%s", e.why));
    go_on(ctx->r);
}

static sk_err
ask(struct gate_ctx *ctx)
{
    const struct gate_main_conf *mcf =
        ngx_http_get_module_main_conf(ctx->r, ngx_http_sekisho_module);
    struct gate_exchange *x = ctx->exchange;
    struct gate_wire_about about = gate_exchange_about(ctx->mem, ctx, x->route->tenant);
    struct sk_buf question = { .mem = ctx->mem };
    size_t count;
    const struct gate_exchange_place *values = gate_exchange_in_values(x->in, &count);

    if (x->route->somebody_else) about.self = (sk_str){ 0 };
    about.earns = x->route->earns;
    gate_wire_in(&question, &about, values, count);
    if (question.n > GATE_WIRE_QUESTION)
        return sk_fail(SK_FULL, "more text than the vault takes at once");
    x->tokens = sk_array(ctx->mem, count, sizeof *x->tokens);
    x->step = GATE_IN_ASKING;
    if (mcf->vault)
        x->ask = gate_ask(mcf->vault, "/v1/exchange/in",
                          gate_claims_ticket_at(ctx->mem, ctx, x->route->path),
                          sk_buf_str(&question), answered, ctx);
    return x->ask ? sk_ok() : sk_fail(SK_BROKEN, "the vault is away");
}

/* ── reading ── */

struct reading {
    struct gate_exchange_in *in;
    sk_err e;
};

static bool
take(void *data, sk_str slice)
{
    struct reading *reading = data;

    reading->e = gate_exchange_in_add(reading->in, slice);
    return !sk_failed(reading->e);
}

/* One type, of a body that is as it looks. */
static sk_err
type_of(sk_str *type, ngx_http_request_t *r)
{
    unsigned count = 0;

    *type = (sk_str){ 0 };
    for (ngx_list_part_t *part = &r->headers_in.headers.part; part; part = part->next) {
        ngx_table_elt_t *h = part->elts;

        for (ngx_uint_t i = 0; i < part->nelts; i++) {
            if (sk_str_eq_nocase(gate_str(h[i].key), SK_STR("Content-Encoding")))
                return sk_fail(SK_BAD, "a compressed body");
            if (!sk_str_eq_nocase(gate_str(h[i].key), SK_STR("Content-Type"))) continue;
            if (count++) return sk_fail(SK_BAD, "two Content-Types");
            *type = gate_str(h[i].value);
        }
    }
    return sk_ok();
}

static sk_err
read_places(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    struct reading reading = { .e = sk_ok() };
    sk_str type;

    TRY(type_of(&type, r));
    TRY(gate_exchange_in_new(&x->in, ctx->mem, x->route->fields->elts, x->route->fields->nelts,
                             x->route->charset, type));
    reading.in = x->in;
    for (ngx_chain_t *cl = r->request_body->bufs; cl && !sk_failed(reading.e); cl = cl->next)
        if (gate_feed_buf(cl->buf, r->connection->log, take, &reading) != NGX_OK)
            return sk_fail(SK_BROKEN, "the body cannot be read");
    TRY(reading.e);
    return gate_exchange_in_end(x->in);
}

static void
arrived(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = gate_ctx_find(r);

    r->write_event_handler = ngx_http_core_run_phases; /* as in request.c */
    if (!ctx || ctx->exchange->step != GATE_IN_READING) {
        r->main->count--; /* what reading has added: the phases hold the request */
        return;
    }
    ctx->exchange->step = GATE_IN_NEW;
    ngx_http_core_run_phases(r);
}

/* Where no rule wanted the body. NGX_OK: it is there. */
static ngx_int_t
body_get(ngx_http_request_t *r, struct gate_exchange *x)
{
    ngx_int_t rc;

    if (r->request_body) return NGX_OK;
    rc = ngx_http_read_client_request_body(r, arrived);
    if (rc != NGX_AGAIN) return rc;
    x->step = GATE_IN_READING;
    ngx_http_finalize_request(r, NGX_DONE); /* gives back what reading has added */
    return NGX_DONE;
}

/* ── writing ── */

/* The new body, as it grows. When nginx asks another server it sends each buffer again from its
 * `start`, and a file from its first byte: nothing of the old body may lie before. */
struct writing {
    ngx_http_request_t *r;
    ngx_chain_t *first, **last;
    const ngx_chain_t *from; /* of the old one, what is not yet written */
    off_t at;                /* where `from` begins */
    off_t size;
    bool in_file; /* some of it */
};

static ngx_buf_t *
link_add(struct writing *w)
{
    ngx_chain_t *cl = ngx_alloc_chain_link(w->r->pool);
    ngx_buf_t *b = ngx_calloc_buf(w->r->pool);

    if (!cl || !b) return NULL;
    cl->buf = b;
    cl->next = NULL;
    *w->last = cl;
    w->last = &cl->next;
    return b;
}

/* Adds the old body's bytes from..to, which lie in one buffer or more, in memory or in its file. */
static ngx_int_t
old_add(struct writing *w, off_t from, off_t to)
{
    while (from < to && w->from) {
        const ngx_buf_t *old = w->from->buf;
        off_t end = w->at + ngx_buf_size(old), until = ngx_min(end, to);
        ngx_buf_t *b;

        if (from >= end) {
            w->at = end;
            w->from = w->from->next;
            continue;
        }
        b = link_add(w);
        if (!b) return NGX_ERROR;
        *b = *old;
        b->last_buf = b->last_in_chain = 0;
        if (ngx_buf_in_memory(old)) {
            b->last = b->end = old->pos + (until - w->at);
            b->pos = b->start = old->pos + (from - w->at);
            b->in_file = 0;
        } else if (old->in_file) {
            w->in_file = true;
            b->file_last = old->file_pos + (until - w->at);
            b->file_pos = old->file_pos + (from - w->at);
        }
        w->size += until - from;
        from = until;
    }
    return from == to ? NGX_OK : NGX_ERROR;
}

static ngx_int_t
token_add(struct writing *w, struct gate_ctx *ctx, sk_str token)
{
    struct sk_buf text = { .mem = ctx->mem };
    ngx_buf_t *b;

    gate_exchange_in_write(&text, ctx->exchange->in, token);
    if (text.n == 0) return NGX_OK;
    b = link_add(w);
    if (!b) return NGX_ERROR;
    b->pos = b->start = (u_char *)text.p;
    b->last = b->end = b->pos + text.n;
    b->temporary = 1;
    w->size += (off_t)text.n;
    return NGX_OK;
}

/* ── a body that lies in a file becomes another file ── */

struct spool {
    ngx_temp_file_t *file;
    ngx_int_t rc;
};

static bool
spool_take(void *data, sk_str slice)
{
    struct spool *spool = data;
    ngx_buf_t b = { .pos = (u_char *)slice.p, .last = (u_char *)slice.p + slice.n, .memory = 1 };
    ngx_chain_t cl = { .buf = &b };
    ssize_t n = ngx_write_chain_to_temp_file(spool->file, &cl);

    if (n != (ssize_t)slice.n) {
        spool->rc = NGX_ERROR;
        return false;
    }
    spool->file->offset += n;
    return true;
}

static ngx_temp_file_t *
file_new(ngx_http_request_t *r)
{
    ngx_http_core_loc_conf_t *clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
    ngx_temp_file_t *file = ngx_pcalloc(r->pool, sizeof *file);

    if (!file) return NULL;
    file->file.fd = NGX_INVALID_FILE;
    file->file.log = r->connection->log;
    file->path = clcf->client_body_temp_path;
    file->pool = r->pool;
    return file;
}

static ngx_int_t
spool(struct writing *w)
{
    struct spool spool = { file_new(w->r), NGX_OK };
    ngx_buf_t *b;

    if (!spool.file) return NGX_ERROR;
    for (ngx_chain_t *cl = w->first; cl && spool.rc == NGX_OK; cl = cl->next)
        if (gate_feed_buf(cl->buf, w->r->connection->log, spool_take, &spool) != NGX_OK)
            return NGX_ERROR;
    w->last = &w->first;
    b = link_add(w);
    if (!b || spool.rc != NGX_OK) return NGX_ERROR;
    b->in_file = 1;
    b->file = &spool.file->file;
    b->file_last = spool.file->offset;
    return NGX_OK;
}

static off_t
body_size(const ngx_http_request_t *r)
{
    off_t size = 0;

    for (const ngx_chain_t *cl = r->request_body->bufs; cl; cl = cl->next)
        size += ngx_buf_size(cl->buf);
    return size;
}

static ngx_int_t
length_set(ngx_http_request_t *r, struct gate_ctx *ctx, off_t size)
{
    r->headers_in.content_length_n = size;
    if (r->headers_in.content_length)
        r->headers_in.content_length->value = gate_ngx(sk_str_of_i64(ctx->mem, size));
    return NGX_OK;
}

static ngx_int_t
body_write(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    struct writing w = { .r = r, .last = NULL, .from = r->request_body->bufs };
    size_t count;
    const struct gate_exchange_place *place = gate_exchange_in_places(x->in, &count);
    off_t at = 0;

    w.last = &w.first;
    for (size_t i = 0; i < count; i++) {
        if (old_add(&w, at, (off_t)place[i].at) != NGX_OK) return NGX_ERROR;
        if (token_add(&w, ctx, gate_exchange_in_token(&place[i], x->tokens)) != NGX_OK)
            return NGX_ERROR;
        at = (off_t)(place[i].at + place[i].n);
    }
    if (old_add(&w, at, body_size(r)) != NGX_OK) return NGX_ERROR;
    if (w.in_file && spool(&w) != NGX_OK) return NGX_ERROR;
    r->request_body->bufs = w.first;
    return length_set(r, ctx, w.size);
}

/* ── the steps ── */

static sk_err
begin(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    size_t places, values;

    x->step = GATE_IN_DONE;
    if (!r->request_body->bufs) return sk_ok();
    TRY(read_places(r, ctx));
    (void)gate_exchange_in_places(x->in, &places);
    (void)gate_exchange_in_values(x->in, &values);
    if (values) return ask(ctx);
    if (places) x->step = GATE_IN_ANSWERED; /* parts without the others: they arrive empty */
    return sk_ok();
}

static ngx_int_t
finish(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;

    x->step = GATE_IN_DONE;
    if (x->route->somebody_else)
        x->set_self = (sk_str){ 0 };
    else if (x->set_self.n)
        x->self = x->set_self;
    return body_write(r, ctx) == NGX_OK ? NGX_OK : NGX_HTTP_INTERNAL_SERVER_ERROR;
}

ngx_int_t
gate_exchange_body(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;
    ngx_int_t rc;
    sk_err e;

    if (x->step == GATE_IN_READING) return NGX_DONE;
    if (x->step == GATE_IN_ASKING) return NGX_AGAIN;
    if (x->step == GATE_IN_ANSWERED) return finish(r, ctx);
    if (x->step == GATE_IN_DONE || (r->headers_in.content_length_n <= 0 && !r->headers_in.chunked))
        return NGX_OK;
    rc = body_get(r, x);
    if (rc != NGX_OK) return rc;
    e = begin(r, ctx);
    if (sk_failed(e)) fail(x, e);
    if (x->step == GATE_IN_ANSWERED) return finish(r, ctx);
    return x->step == GATE_IN_ASKING ? NGX_AGAIN : NGX_OK;
}
