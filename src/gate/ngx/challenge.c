/* sekisho_challenge: the page with the puzzle or with a company's widget, their scripts, and what a
 * solution is answered: a pass, as a cookie. A puzzle is solved once; a pass is good for some
 * attempts, then for none. The puzzle is always there for who does not want the company, or for
 * whom it does not work; it is four times as long then, so that it is no cheap way around. */
#include "gate/ngx/gate.h"

static const char cookie_name[] = "__Host-sekisho-pass";

/* ── passes ── */

static sk_str
cookie_find(const ngx_http_request_t *r)
{
    ngx_table_elt_t **cookie = r->headers_in.cookies.elts;
    sk_str name = sk_str_of(cookie_name);

    for (ngx_uint_t i = 0; i < r->headers_in.cookies.nelts; i++) {
        sk_str rest = gate_str(cookie[i]->value), pair;

        while (sk_str_cut(&pair, &rest, ';')) {
            pair = sk_str_trim(pair);
            if (sk_str_starts(pair, name) && pair.n > name.n && pair.p[name.n] == '=')
                return sk_str_from(pair, name.n + 1);
        }
    }
    return (sk_str){ 0 };
}

static sk_str
site_of(const struct gate_ctx *ctx)
{
    return ctx->conf->site ? ctx->conf->site->name : (sk_str){ 0 };
}

bool
gate_challenge_passed(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    sk_str pass = cookie_find(r), id;
    struct sk_net client;

    if (pass.n == 0 || !mcf->ticket_key || !gate_client_net(&client, r)) return false;
    if (sk_failed(ticket_pass_verify(&id, ctx->mem, mcf->ticket_key, pass, site_of(ctx), &client,
                                     sk_now())))
        return false;
    return gate_zone_use(mcf, "pass", id, 2 * GATE_PASS_LIFE) < GATE_PASS_USES;
}

/* ── the page ── */

static void
headers_add(ngx_http_request_t *r, const struct gate_ctx *ctx, sk_str policy)
{
    /* a company may want to know which site its widget is on, and is not told the page */
    sk_str referrer =
        ctx->cause == GATE_CAUSE_HUMAN ? SK_STR("strict-origin") : SK_STR("no-referrer");

    gate_refuse_header(r, "X-Request-Id", ctx->id);
    gate_refuse_header(r, "Cache-Control", SK_STR("no-store"));
    gate_refuse_header(r, "X-Content-Type-Options", SK_STR("nosniff"));
    gate_refuse_header(r, "Referrer-Policy", referrer);
    if (policy.n) gate_refuse_header(r, "Content-Security-Policy", policy);
}

/* What a puzzle is good for: this site, and the client's network. */
static sk_str
place_of(const ngx_http_request_t *r, const struct gate_ctx *ctx)
{
    struct sk_net client, network;

    (void)gate_client_net(&client, r);
    network = sk_net_neighbours(&client);
    return sk_str_printf(ctx->mem, "%.*s %.*s", SK_ARG(site_of(ctx)),
                         SK_ARG(sk_net_text(ctx->mem, &network)));
}

static ngx_int_t
html_send(ngx_http_request_t *r, struct gate_ctx *ctx, const struct gate_page *page, sk_str policy,
          const struct gate_page_facts *facts)
{
    struct sk_buf out = { .mem = ctx->mem };
    bool get = (r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD)) != 0;

    gate_page_html(&out, page, facts);
    headers_add(r, ctx, policy);
    gate_refuse_header(r, "Content-Language",
                       facts->language == GATE_JA ? SK_STR("ja") : SK_STR("en"));
    return gate_text_send(r, get ? NGX_HTTP_OK : NGX_HTTP_FORBIDDEN,
                          SK_STR("text/html; charset=utf-8"), sk_buf_str(&out));
}

static ngx_int_t
puzzle_send(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str to, enum gate_cause cause)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct sk_buf puzzle = { .mem = ctx->mem };
    struct gate_page_facts facts;

    ctx->cause = cause;
    facts = gate_refuse_facts(ctx);
    ticket_puzzle_make(&puzzle, mcf->ticket_key, place_of(r, ctx),
                       ctx->conf->human ? GATE_PUZZLE_INSTEAD : GATE_PUZZLE,
                       sk_now() + (sk_when)GATE_PUZZLE_LIFE * 1000);
    facts.puzzle = sk_buf_str(&puzzle);
    facts.to = to;
    return html_send(r, ctx, mcf->challenge, gate_page_active_policy(mcf->challenge), &facts);
}

static ngx_int_t
widget_send(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str to)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    const struct gate_human *human = &ctx->conf->human->human;
    struct gate_page_facts facts;

    ctx->cause = GATE_CAUSE_HUMAN;
    facts = gate_refuse_facts(ctx);
    facts.human = human;
    facts.script =
        gate_human_script(ctx->mem, human, facts.language == GATE_JA ? SK_STR("ja") : SK_STR("en"));
    facts.to = to;
    return html_send(r, ctx, mcf->human,
                     gate_human_policy(ctx->mem, human, gate_page_styles(mcf->human)), &facts);
}

/* ?way=work asks for the puzzle, whatever else there is. */
static ngx_int_t
page_send(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str to)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    ngx_str_t way = ngx_null_string;

    (void)ngx_http_arg(r, (u_char *)"way", 3, &way);
    if (!ctx->conf->human || sk_str_eq(gate_str(way), SK_STR("work")))
        return puzzle_send(r, ctx, to, GATE_CAUSE_CHALLENGE);
    return gate_human_shown(mcf, ctx->conf) ? widget_send(r, ctx, to)
                                            : puzzle_send(r, ctx, to, GATE_CAUSE_INSTEAD);
}

/* ── the solution ── */

/* A plain path of this host, else the front page. */
static sk_str
to_checked(sk_str to)
{
    return gate_area_is_plain(to) ? to : SK_STR("/");
}

/* One field of a form, percent-decoded. p NULL: it is not there, or not decodable. */
static sk_str
field(sk_arena *mem, sk_str form, sk_str name)
{
    sk_str pair, key;

    while (sk_str_cut(&pair, &form, '&')) {
        char *out = sk_alloc(mem, pair.n + 1);
        size_t n = 0;

        if (!sk_str_cut(&key, &pair, '=') || !pair.p || !sk_str_eq(key, name)) continue;
        for (size_t i = 0; i < pair.n; i++) {
            int high = pair.p[i] == '%' && i + 2 < pair.n ? sk_hex_value(pair.p[i + 1]) : -1;
            int low = high >= 0 ? sk_hex_value(pair.p[i + 2]) : -1;

            out[n++] = pair.p[i] == '+' ? ' ' : pair.p[i];
            if (low < 0) continue;
            out[n - 1] = (char)(high << 4 | low);
            i += 2;
        }
        return (sk_str){ out, n };
    }
    return (sk_str){ 0 };
}

static sk_str
body_of(ngx_http_request_t *r, sk_arena *mem)
{
    struct sk_buf text = { .mem = mem };

    if (!r->request_body || r->request_body->temp_file) return (sk_str){ 0 };
    for (ngx_chain_t *cl = r->request_body->bufs; cl; cl = cl->next)
        if (text.n + (size_t)ngx_buf_size(cl->buf) <= GATE_BODY_HUMAN)
            sk_buf_add(&text,
                       (sk_str){ (const char *)cl->buf->pos, (size_t)ngx_buf_size(cl->buf) });
    return sk_buf_str(&text);
}

static ngx_int_t
pass_send(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str to)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct sk_net client;
    sk_str pass;

    (void)gate_client_net(&client, r);
    pass = ticket_pass_make(ctx->mem, mcf->ticket_key, site_of(ctx), &client,
                            sk_now() + (sk_when)GATE_PASS_LIFE * 1000);
    headers_add(r, ctx, (sk_str){ 0 });
    gate_refuse_header(r, "Set-Cookie",
                       sk_str_printf(ctx->mem,
                                     "%s=%.*s; Path=/; Max-Age=%d; Secure; HttpOnly; SameSite=Lax",
                                     cookie_name, SK_ARG(pass), GATE_PASS_LIFE));
    gate_refuse_header(r, "Location", to);
    return gate_text_send(r, NGX_HTTP_SEE_OTHER, SK_STR("text/plain"), SK_STR(""));
}

static bool
is_solved(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str solution)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct ticket_solved solved;

    if (sk_failed(ticket_puzzle_verify(&solved, ctx->mem, mcf->ticket_key, place_of(r, ctx),
                                       solution, sk_now())))
        return false;
    return gate_zone_use(mcf, "puzzle", solved.challenge, 2 * GATE_PUZZLE_LIFE) == 0;
}

static sk_str
where_to(ngx_http_request_t *r, sk_arena *mem)
{
    return to_checked(field(mem, body_of(r, mem), SK_STR("to")));
}

static void
opinion_take(ngx_http_request_t *r, enum gate_opinion opinion)
{
    struct gate_ctx *ctx = gate_ctx_find(r);
    sk_str to = where_to(r, ctx->mem);

    ngx_http_finalize_request(r, opinion == GATE_OPINION_PERSON
                                     ? pass_send(r, ctx, to)
                                     : puzzle_send(r, ctx, to, GATE_CAUSE_INSTEAD));
}

static void
token_take(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str token)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);

    if (!gate_human_shown(mcf, ctx->conf) || !gate_human_may_ask(mcf, token, place_of(r, ctx)))
        opinion_take(r, GATE_OPINION_NO);
    else if (gate_human_ask(r, ctx, token, opinion_take) != NGX_OK)
        ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
}

static void
solution_take(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = gate_ctx_find(r);
    sk_str form = body_of(r, ctx->mem), token = field(ctx->mem, form, SK_STR("human"));
    bool solved;

    if (ctx->conf->human && token.p) {
        token_take(r, ctx, token);
        return;
    }
    solved = is_solved(r, ctx, field(ctx->mem, form, SK_STR("altcha")));
    ngx_http_finalize_request(
        r, solved ? pass_send(r, ctx, where_to(r, ctx->mem))
                  : puzzle_send(r, ctx, where_to(r, ctx->mem), GATE_CAUSE_UNSOLVED));
}

/* ── the location ── */

static ngx_int_t
script_send(ngx_http_request_t *r, const struct gate_ctx *ctx, sk_str script)
{
    headers_add(r, ctx, SK_STR("default-src 'none'; frame-ancestors 'none'"));
    return gate_text_send(r, NGX_HTTP_OK, SK_STR("text/javascript; charset=utf-8"), script);
}

static ngx_int_t
get_handler(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    sk_str path = gate_str(r->uri);
    ngx_str_t to = ngx_null_string;

    if (sk_str_ends(path, SK_STR("/challenge.js"))) return script_send(r, ctx, gate_page_script());
    if (sk_str_ends(path, SK_STR("/human.js")))
        return script_send(r, ctx, gate_page_human_script());
    if (!sk_str_ends(path, SK_STR("/challenge"))) return NGX_HTTP_NOT_FOUND;
    (void)ngx_http_arg(r, (u_char *)"to", 2, &to);
    return page_send(r, ctx, to_checked(gate_str(to)));
}

static ngx_int_t
challenge_handler(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct gate_ctx *ctx = gate_ctx_get(r);
    ngx_int_t rc;

    if (!ctx || gate_ctx_furnish(ctx, conf) != NGX_OK || !mcf->ticket_key || !gate_zone_limit(mcf))
        return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (r->method == NGX_HTTP_POST &&
        r->headers_in.content_length_n <= (conf->human ? GATE_BODY_HUMAN : GATE_BODY)) {
        rc = ngx_http_read_client_request_body(r, solution_take);
        return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
    }
    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD))) return NGX_HTTP_NOT_ALLOWED;
    rc = ngx_http_discard_request_body(r);
    return rc == NGX_OK ? get_handler(r, ctx) : rc;
}

char *
gate_challenge_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t *clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    (void)cmd;
    (void)conf;
    clcf->handler = challenge_handler;
    return NGX_CONF_OK;
}
