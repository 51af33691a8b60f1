/* Who is shut out is asked first of all, before anything of a request is looked at. This machine
 * and the operators' own networks never are. */
#include "gate/ngx/gate.h"

enum { SECONDS_MOST = 366 * 86400 };

/* ── the configuration ── */

static char *
complain(ngx_conf_t *cf, const char *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%V: %s", (ngx_str_t *)cf->args->elts, what);
    return NGX_CONF_ERROR;
}

/* sekisho_shun_after STRIKES LONGEST */
char *
gate_shun_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = data;
    ngx_str_t *args = cf->args->elts;
    ngx_int_t strikes = ngx_atoi(args[1].data, args[1].len);
    time_t longest = ngx_parse_time(&args[2], 1);

    (void)cmd;
    if (strikes < 3 || strikes > 1000) return complain(cf, "expected 3 to 1000 strikes");
    if (longest < 60 || longest > SECONDS_MOST) return complain(cf, "expected a time from 1m on");
    mcf->shun = (struct gate_shun_rules){ (unsigned)strikes, longest };
    return NGX_CONF_OK;
}

char *
gate_shun_spare_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = data;
    ngx_str_t *args = cf->args->elts;

    (void)cmd;
    if (!mcf->spared) mcf->spared = ngx_array_create(cf->pool, 8, sizeof(struct sk_net));
    if (!mcf->spared) return NGX_CONF_ERROR;
    for (ngx_uint_t i = 1; i < cf->args->nelts; i++) {
        struct sk_net *net = ngx_array_push(mcf->spared);

        if (!net) return NGX_CONF_ERROR;
        if (mcf->spared->nelts > GATE_SPARED) return complain(cf, "at most 512 networks");
        if (!sk_net_read(net, gate_str(args[i])))
            return complain(cf, "expected addresses or networks, 10.0.0.0/8");
    }
    return NGX_CONF_OK;
}

/* ── judging ── */

static bool
is_loopback(const struct sk_net *client)
{
    static const struct sk_net one = { .byte[15] = 1, .bits = 128 };

    return (sk_net_is_v4(client) && client->byte[12] == 127) ||
           memcmp(client->byte, one.byte, sizeof one.byte) == 0;
}

/* False: nobody whom one would shut out. */
static bool
source_of(struct sk_net *source, const ngx_http_request_t *r, const struct gate_main_conf *mcf)
{
    const struct sk_net *spared = mcf->spared ? mcf->spared->elts : NULL;
    struct sk_net client;

    if (!gate_client_net(&client, r) || is_loopback(&client)) return false;
    for (ngx_uint_t i = 0; spared && i < mcf->spared->nelts; i++)
        if (sk_net_has(&spared[i], &client)) return false;
    *source = sk_net_source(&client);
    return true;
}

/* The page's number is that of the request which was the last straw: that one is in the record. */
static ngx_int_t
turn_away(ngx_http_request_t *r, struct gate_loc_conf *conf, const char *id, int64_t seconds)
{
    struct gate_ctx *ctx = gate_ctx_get(r);

    if (!ctx || gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (id[0]) ctx->id = sk_str_copy(ctx->mem, sk_str_of(id));
    ctx->shut_out = 1;
    ctx->cause = GATE_CAUSE_SHUT_OUT;
    ctx->retry_after = seconds;
    return gate_refuse_request(
        ctx, (struct seclang_verdict){ .act = SECLANG_DENY, .status = NGX_HTTP_FORBIDDEN });
}

ngx_int_t
gate_shun_judge(ngx_http_request_t *r, struct gate_loc_conf *conf)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct gate_shun *shun = conf->shun ? gate_zone_shun(mcf) : NULL;
    const struct gate_ctx *ctx = gate_ctx_find(r);
    char id[GATE_SHUN_ID + 1];
    struct sk_net source;
    int64_t until;

    /* not again when the body has come, nor for the page that says so */
    if (ctx && (ctx->asked || ctx->waiting || ctx->refused)) return NGX_DECLINED;
    if (!shun || !source_of(&source, r, mcf)) return NGX_DECLINED;
    until = gate_shun_look(shun, id, &source, ngx_time());
    return until == 0 ? NGX_DECLINED : turn_away(r, conf, id, until - ngx_time());
}

/* Refusals that tell of an attack. Too large, malformed, an answer that must not leave: these
 * happen to honest people. */
static bool
is_attack(enum gate_shun_why *why, const struct gate_ctx *ctx)
{
    if (!ctx->refused || ctx->refused_answer || ctx->verdict.act == SECLANG_REDIRECT) return false;
    *why = ctx->cause == GATE_CAUSE_PLACE ? GATE_SHUN_ADMIN : GATE_SHUN_LOGIN;
    if (ctx->cause != GATE_CAUSES)
        return ctx->cause == GATE_CAUSE_PLACE || ctx->cause == GATE_CAUSE_OFTEN;
    *why = GATE_SHUN_RULES;
    return ctx->verdict.act == SECLANG_DROP || ctx->verdict.status == NGX_HTTP_FORBIDDEN;
}

void
gate_shun_note(const struct gate_ctx *ctx)
{
    const struct gate_main_conf *mcf =
        ngx_http_get_module_main_conf(ctx->r, ngx_http_sekisho_module);
    struct gate_shun *shun = ctx->conf && ctx->conf->shun ? gate_zone_shun(mcf) : NULL;
    enum gate_shun_why why;
    struct sk_net source;

    if (!shun || ctx->logged || !is_attack(&why, ctx) || !source_of(&source, ctx->r, mcf)) return;
    gate_zone_lock(mcf);
    (void)gate_shun_strike(shun, &mcf->shun, &source, ngx_time(), why, ctx->id);
    gate_zone_unlock(mcf);
}

/* ── the list ── */

static bool
query_arg(sk_str *value, ngx_http_request_t *r, const char *name)
{
    ngx_str_t found;

    if (ngx_http_arg(r, (u_char *)name, strlen(name), &found) != NGX_OK) return false;
    *value = gate_str(found);
    return true;
}

/* Everybody on the machine reaches the socket, a program planted in an application, too: only
 * operators by the console and who may read the key's file change the list. */
static sk_err
may_change(ngx_http_request_t *r, sk_arena *mem)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct ticket ticket;
    sk_str text;

    if (!mcf->ticket_key) return sk_fail(SK_DENIED, "sekisho_ticket_key is not set");
    if (!query_arg(&text, r, "ticket")) return sk_fail(SK_DENIED, "ticket: expected one");
    TRY(ticket_verify(&ticket, mem, mcf->ticket_key, text, sk_now()));
    return ticket_is_console(&ticket) ? sk_ok() : sk_fail(SK_DENIED, "not an operator's ticket");
}

/* POST ?ticket=T&release=NET or ?ticket=T&add=NET&seconds=N. */
static sk_err
change(unsigned *changed, struct gate_shun *shun, ngx_http_request_t *r)
{
    int64_t seconds = GATE_SHUN_LIFE;
    struct sk_net net;
    sk_str text;

    if (query_arg(&text, r, "seconds") &&
        (!sk_str_to_i64(&seconds, text) || seconds < 1 || seconds > SECONDS_MOST))
        return sk_fail(SK_BAD, "seconds: expected 1 to %d", SECONDS_MOST);
    if (query_arg(&text, r, "release")) {
        if (!sk_net_read(&net, text)) return sk_fail(SK_BAD, "release: expected a network");
        *changed = gate_shun_release(shun, &net, ngx_time());
        return sk_ok();
    }
    if (!query_arg(&text, r, "add") || !sk_net_read(&net, text))
        return sk_fail(SK_BAD, "expected release=NETWORK or add=NETWORK");
    *changed = 1;
    return gate_shun_add(shun, &net, ngx_time(), seconds);
}

static sk_str
list_make(ngx_uint_t *status, ngx_http_request_t *r, sk_arena *mem)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct gate_shun *shun = gate_zone_shun(mcf);
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    unsigned changed = 0;
    int64_t after = 0;
    sk_err e = sk_ok();
    sk_str text;

    if (query_arg(&text, r, "after")) (void)sk_str_to_i64(&after, text);
    if (r->method == NGX_HTTP_POST) e = may_change(r, mem);
    gate_zone_lock(mcf);
    if (r->method == NGX_HTTP_POST && !sk_failed(e)) e = change(&changed, shun, r);
    sk_json_object(&w, NULL);
    if (sk_failed(e)) sk_json_text(&w, "error", e.why);
    if (r->method == NGX_HTTP_POST) sk_json_int(&w, "changed", changed);
    gate_shun_json(&w, shun, mem, ngx_time(), after);
    sk_json_end_object(&w);
    gate_zone_unlock(mcf);
    sk_buf_byte(&out, '\n');
    *status = sk_failed(e) ? (ngx_uint_t)sk_kind_rows[e.kind].http_status : NGX_HTTP_OK;
    return sk_buf_str(&out);
}

static ngx_int_t
list_handler(ngx_http_request_t *r)
{
    sk_arena *mem = gate_arena_new(r->pool, 8192);
    ngx_uint_t status;
    ngx_int_t rc;
    sk_str text;

    if (!(r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD | NGX_HTTP_POST))) return NGX_HTTP_NOT_ALLOWED;
    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) return rc;
    if (!mem) return NGX_HTTP_INTERNAL_SERVER_ERROR;
    text = list_make(&status, r, mem);
    return gate_text_send(r, status, SK_STR("application/json"), text);
}

char *
gate_shun_list_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t *clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    (void)cmd;
    (void)conf;
    clcf->handler = list_handler;
    return NGX_CONF_OK;
}
