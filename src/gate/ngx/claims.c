/* Who says what. A client may not speak in the gate's name: its X-Sekisho-* headers are taken away,
 * and its cookies reach the upstream without our sessions, which a program planted there could use.
 * Nor may an upstream hand out such a cookie. What the gate itself has to say is the ticket. */
#include "gate/ngx/gate.h"

#include "base/file.h"

static const sk_str session_cookie = { "__Host-sekisho-", 15 };

/* ── headers ── */

/* "X-Sekisho-" however it is written: upstreams that make variables of headers (CGI, PHP, WSGI)
 * cannot tell - from _, and some make _ of anything else, too. */
static bool
is_ours(sk_str name)
{
    static const char ours[] = "x-sekisho-";

    if (name.n < sizeof ours - 1) return false;
    for (size_t i = 0; i < sizeof ours - 1; i++) {
        char c = (char)sk_lower_byte((unsigned char)name.p[i]);
        bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

        if (c != ours[i] && (letter || ours[i] != '-')) return false;
    }
    return true;
}

/* Elements of the list are pointed to from elsewhere and cannot be moved: this one becomes a header
 * of a connection, which nginx passes on to nobody (ngx_http_proxy_module's own list). */
static void
hide(ngx_table_elt_t *h)
{
    static u_char lower[] = "keep-alive";

    ngx_str_set(&h->key, "Keep-Alive");
    ngx_str_null(&h->value);
    h->lowcase_key = lower;
    h->hash = ngx_hash_key(lower, sizeof lower - 1);
}

void
gate_claims_strip(ngx_http_request_t *r)
{
    for (ngx_list_part_t *part = &r->headers_in.headers.part; part && part->elts;
         part = part->next) {
        ngx_table_elt_t *h = part->elts;

        for (ngx_uint_t i = 0; i < part->nelts; i++)
            if (is_ours(gate_str(h[i].key))) hide(&h[i]);
    }
}

/* ── cookies ── */

/* Appends the pairs of one Cookie header that are not our sessions. */
static void
pairs_add(struct sk_buf *out, sk_str header)
{
    sk_str pair;

    while (sk_str_cut(&pair, &header, ';')) {
        pair = sk_str_trim(pair);
        if (pair.n == 0 || sk_str_starts_nocase(pair, session_cookie)) continue;
        if (out->n > 0) sk_buf_add(out, SK_STR("; "));
        sk_buf_add(out, pair);
    }
}

sk_str
gate_claims_cookie(struct gate_ctx *ctx)
{
    ngx_array_t *cookies = &ctx->r->headers_in.cookies;
    ngx_table_elt_t **cookie = cookies->elts;
    struct sk_buf out = { .mem = ctx->mem };

    for (ngx_uint_t i = 0; i < cookies->nelts; i++)
        pairs_add(&out, gate_str(cookie[i]->value));
    return sk_buf_str(&out);
}

sk_str
gate_claims_cookie_of(const ngx_http_request_t *r, sk_str name)
{
    ngx_table_elt_t *const *cookie = r->headers_in.cookies.elts;
    sk_str found = { 0 }, header, pair;

    for (ngx_uint_t i = 0; i < r->headers_in.cookies.nelts; i++) {
        header = gate_str(cookie[i]->value);
        while (sk_str_cut(&pair, &header, ';')) {
            pair = sk_str_trim(pair);
            if (pair.n <= name.n || !sk_str_starts(pair, name) || pair.p[name.n] != '=') continue;
            pair = sk_str_from(pair, name.n + 1);
            if (found.n && !sk_str_eq(found, pair)) return (sk_str){ 0 };
            found = pair;
        }
    }
    return found;
}

/* Our own parts are proxied in locations below /.sekisho/, to which no upstream's path leads. */
static bool
is_own_part(const ngx_http_request_t *r)
{
    return sk_str_starts(gate_str(r->uri), SK_STR("/.sekisho/"));
}

void
gate_claims_answer(ngx_http_request_t *r)
{
    if (!r->upstream || is_own_part(r)) return;
    for (ngx_list_part_t *part = &r->headers_out.headers.part; part && part->elts;
         part = part->next) {
        ngx_table_elt_t *h = part->elts;

        for (ngx_uint_t i = 0; i < part->nelts; i++)
            if (sk_str_eq_nocase(gate_str(h[i].key), SK_STR("Set-Cookie")) &&
                sk_str_starts_nocase(sk_str_trim(gate_str(h[i].value)), session_cookie))
                h[i].hash = 0;
    }
}

/* ── the ticket ── */

sk_str
gate_claims_ticket_at(sk_arena *mem, struct gate_ctx *ctx, sk_str path)
{
    const struct gate_main_conf *mcf =
        ngx_http_get_module_main_conf(ctx->r, ngx_http_sekisho_module);
    struct sk_buf out = { .mem = mem };
    struct ticket ticket = {
        .id = ctx->id,
        .site = ctx->conf->site ? ctx->conf->site->name : (sk_str){ 0 },
        .tenant = ctx->who.tenant,
        .principal = ctx->who.principal,
        .role = ctx->who.role,
        .session = ctx->who.session,
        .level = ctx->who.level,
        .at = sk_now(),
    };

    if (!mcf->ticket_key) return (sk_str){ 0 };
    if (ctx->who.principal.n) ticket.realm = ctx->area->realm;
    ticket.route = ctx->area ? ctx->area->path : path;
    if (ticket_make(&out, mcf->ticket_key, &ticket)) return sk_buf_str(&out);
    ngx_log_error(NGX_LOG_ERR, ctx->r->connection->log, 0,
                  "sekisho: what accounts says is too long for a ticket; it goes without one");
    return (sk_str){ 0 };
}

sk_str
gate_claims_ticket(struct gate_ctx *ctx)
{
    return gate_claims_ticket_at(ctx->mem, ctx, (sk_str){ 0 });
}

static void
key_gone(void *key)
{
    ticket_key_wipe(key);
}

char *
gate_ticket_key_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = data;
    ngx_str_t path = ((ngx_str_t *)cf->args->elts)[1];
    ngx_pool_cleanup_t *cleanup = ngx_pool_cleanup_add(cf->pool, sizeof *mcf->ticket_key);
    sk_str bytes = { 0 };
    sk_err e;

    (void)cmd;
    if (mcf->ticket_key) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "sekisho_ticket_key: is duplicate");
        return NGX_CONF_ERROR;
    }
    if (!cleanup || ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) return NGX_CONF_ERROR;
    cleanup->handler = key_gone;
    mcf->ticket_key = cleanup->data;
    e = sk_file_read(&bytes, mcf->mem, (const char *)path.data, TICKET_KEY);
    if (!sk_failed(e)) e = ticket_key_read(mcf->ticket_key, bytes);
    if (bytes.n) explicit_bzero((void *)bytes.p, bytes.n);
    if (!sk_failed(e)) return NGX_CONF_OK;
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "sekisho_ticket_key \"%V\": %s", &path, e.why);
    return NGX_CONF_ERROR;
}
