/* Exchange: personal data of requests is swapped for tokens before the application sees it, and
 * tokens in its answers for what they stand for, where the vault says so. What is configured, which
 * place a request is about, what is refused.
 *
 * Swapping protects, so any reading of the path will do (gate/area.h); showing takes protection
 * away, so the path must be plain. Both come behind the area: the ticket names who has signed in.
 */
#include "gate/ngx/gate.h"

static const struct gate_reason away = {
    9903021, NGX_HTTP_SERVICE_UNAVAILABLE, GATE_CAUSE_VAULT,
    "The vault does not take personal data; nothing was passed on"
};
static const struct gate_reason unclear = {
    9903022, NGX_HTTP_BAD_REQUEST, GATE_CAUSE_MALFORMED,
    "A body whose fields are to be exchanged can be read in more than one way"
};
static const struct gate_reason large = { 9903023, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                                          GATE_CAUSE_LARGE,
                                          "A body has more than can be exchanged" };

/* ── the configuration ── */

static char *
complain(ngx_conf_t *cf, const char *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%V: %s", cf->args->elts, what);
    return NGX_CONF_ERROR;
}

char *
gate_vault_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_main_conf *mcf = data;
    ngx_str_t *args = cf->args->elts;
    struct gate_vault *vault = ngx_pcalloc(cf->pool, sizeof *vault);
    ngx_url_t url;

    (void)cmd;
    if (!vault) return NGX_CONF_ERROR;
    ngx_memzero(&url, sizeof url);
    url.url = args[1];
    url.no_resolve = 1;
    if (mcf->vault) return complain(cf, "is duplicate");
    if (!sk_str_starts(gate_str(args[1]), SK_STR("unix:")) ||
        ngx_parse_url(cf->pool, &url) != NGX_OK)
        return complain(cf, "expected unix:/path/to/vault.sock");
    vault->address = url.addrs[0];
    vault->patience = GATE_VAULT_MS;
    if (cf->args->nelts > 2) {
        ngx_str_t wait = args[2];

        if (!sk_str_starts(gate_str(wait), SK_STR("timeout=")))
            return complain(cf, "expected timeout=TIME");
        wait.data += 8;
        wait.len -= 8;
        vault->patience = (ngx_msec_t)ngx_parse_time(&wait, 0);
        if (vault->patience == (ngx_msec_t)NGX_ERROR || vault->patience == 0)
            return complain(cf, "timeout: expected a time such as 2s");
    }
    mcf->vault = vault;
    return NGX_CONF_OK;
}

/* "tenant=2" */
static const char *
tenant_set(unsigned *tenant, sk_str value)
{
    int64_t number;

    if (!sk_str_to_i64(&number, value) || number < 1 || number > 16)
        return "tenant: expected the number of a path's segment, 1 to 16";
    *tenant = (unsigned)number;
    return NULL;
}

static const char *
field_push(struct gate_exchange_conf *exchange, sk_str name, enum personal_kind kind, unsigned part)
{
    struct gate_exchange_field *field;

    if (exchange->fields->nelts == GATE_EXCHANGE_FIELDS) return "field: at most 128";
    if (!gate_exchange_field_is_name(name)) return "field: expected a field's name";
    field = ngx_array_push(exchange->fields);
    if (!field) return "no memory";
    *field = (struct gate_exchange_field){ name, kind, part };
    return NULL;
}

/* "field=phone:customer[tel]", "field=phone:tel1+tel2+tel3" */
static const char *
field_add(struct gate_exchange_conf *exchange, sk_str value)
{
    bool parts = sk_str_find_byte(value, '+') != SIZE_MAX;
    unsigned count = 0;
    const char *why = NULL;
    enum personal_kind kind;
    sk_str word, name;

    if (!sk_str_cut(&word, &value, ':') || !value.p) return "field: expected KIND:NAME";
    kind = personal_kind_of(word);
    if (kind == PERSONAL_NONE) return "field: there is no such kind of personal data";
    while (!why && sk_str_cut(&name, &value, '+'))
        why = field_push(exchange, name, kind, parts ? ++count : 0);
    if (!why && parts && (count != GATE_EXCHANGE_JOINED || !gate_exchange_field_joins(kind)))
        return "field: a phone number or birthday in three parts is expected: tel1+tel2+tel3";
    return why;
}

static const char *
exchange_word(struct gate_exchange_conf *exchange, sk_str word)
{
    if (sk_str_starts(word, SK_STR("field="))) return field_add(exchange, sk_str_from(word, 6));
    if (sk_str_starts(word, SK_STR("tenant=")))
        return tenant_set(&exchange->tenant, sk_str_from(word, 7));
    if (sk_str_starts(word, SK_STR("earns="))) {
        exchange->earns = sk_str_from(word, 6);
        return NULL;
    }
    if (sk_str_starts(word, SK_STR("charset="))) {
        exchange->charset = gate_charset_of(sk_str_from(word, 8));
        return exchange->charset == GATE_CHARSET_OTHER
                   ? "charset: expected UTF-8, Shift_JIS or EUC-JP"
                   : NULL;
    }
    exchange->somebody_else = sk_str_eq(word, SK_STR("person=new"));
    if (exchange->somebody_else || sk_str_eq(word, SK_STR("person=self"))) return NULL;
    return "expected PATH [person=self|new] [earns=PURPOSE] [tenant=SEGMENT] [charset=NAME] "
           "field=KIND:NAME ...";
}

char *
gate_exchange_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_loc_conf *conf = data;
    ngx_str_t *args = cf->args->elts;
    struct gate_exchange_conf *exchange;

    (void)cmd;
    if (conf->exchanges == NGX_CONF_UNSET_PTR)
        conf->exchanges = ngx_array_create(cf->pool, 4, sizeof *exchange);
    if (!conf->exchanges) return NGX_CONF_ERROR;
    if (conf->exchanges->nelts == GATE_EXCHANGES) return complain(cf, "at most 64 in a server");
    exchange = ngx_array_push(conf->exchanges);
    if (!exchange) return NGX_CONF_ERROR;
    *exchange = (struct gate_exchange_conf){ .path = gate_str(args[1]) };
    exchange->fields = ngx_array_create(cf->pool, 8, sizeof(struct gate_exchange_field));
    if (!exchange->fields) return NGX_CONF_ERROR;
    if (!gate_area_is_plain(exchange->path))
        return complain(cf, "expected a plain path such as /checkout");
    for (ngx_uint_t i = 2; i < cf->args->nelts; i++) {
        const char *why = exchange_word(exchange, gate_str(args[i]));

        if (why) return complain(cf, why);
    }
    return exchange->fields->nelts ? NGX_CONF_OK : complain(cf, "expected field=KIND:NAME");
}

static const char *
kinds_set(struct gate_show_conf *show, sk_str value)
{
    sk_str name;

    while (sk_str_cut(&name, &value, ',')) {
        enum personal_kind kind = personal_kind_of(name);

        if (kind == PERSONAL_NONE) return "kinds: there is no such kind of personal data";
        show->kinds |= personal_kind_bit(kind);
    }
    return NULL;
}

static const char *
show_word(struct gate_show_conf *show, sk_str word)
{
    if (sk_str_starts(word, SK_STR("kinds="))) return kinds_set(show, sk_str_from(word, 6));
    if (sk_str_starts(word, SK_STR("tenant=")))
        return tenant_set(&show->tenant, sk_str_from(word, 7));
    if (!sk_str_starts(word, SK_STR("purpose=")) || word.n == 8)
        return "expected PATH [purpose=NAME] [kinds=KIND,...] [tenant=SEGMENT]";
    show->purpose = sk_str_from(word, 8);
    return NULL;
}

char *
gate_show_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_loc_conf *conf = data;
    ngx_str_t *args = cf->args->elts;
    struct gate_show_conf *show;

    (void)cmd;
    if (conf->shows == NGX_CONF_UNSET_PTR)
        conf->shows = ngx_array_create(cf->pool, 4, sizeof *show);
    if (!conf->shows) return NGX_CONF_ERROR;
    if (conf->shows->nelts == GATE_EXCHANGES) return complain(cf, "at most 64 in a server");
    show = ngx_array_push(conf->shows);
    if (!show) return NGX_CONF_ERROR;
    *show = (struct gate_show_conf){ .path = gate_str(args[1]) };
    if (!gate_area_is_plain(show->path))
        return complain(cf, "expected a plain path such as /orders");
    for (ngx_uint_t i = 2; i < cf->args->nelts; i++) {
        const char *why = show_word(show, gate_str(args[i]));

        if (why) return complain(cf, why);
    }
    return NGX_CONF_OK;
}

/* ── the place ── */

/* The innermost that any reading of the path leads into. */
static const struct gate_exchange_conf *
exchange_of(ngx_http_request_t *r, struct gate_ctx *ctx, const ngx_array_t *exchanges)
{
    const struct gate_exchange_conf *all = exchanges ? exchanges->elts : NULL, *found = NULL;

    for (ngx_uint_t i = 0; all && i < exchanges->nelts; i++)
        if ((!found || all[i].path.n > found->path.n) &&
            (gate_area_covers(ctx->mem, all[i].path, gate_str(r->unparsed_uri)) ||
             gate_area_covers(ctx->mem, all[i].path, gate_str(r->uri))))
            found = &all[i];
    return found;
}

/* The innermost, if all read the path so. */
static const struct gate_show_conf *
show_of(ngx_http_request_t *r, const ngx_array_t *shows)
{
    const struct gate_show_conf *all = shows ? shows->elts : NULL, *found = NULL;

    if (!gate_area_is_literal(gate_str(r->unparsed_uri))) return NULL;
    for (ngx_uint_t i = 0; all && i < shows->nelts; i++)
        if ((!found || all[i].path.n > found->path.n) &&
            gate_area_begins(all[i].path, gate_str(r->unparsed_uri)))
            found = &all[i];
    return found;
}

/* The tenants of a site are called SITE/SEGMENT. */
static sk_str
tenant_of(sk_arena *mem, const struct gate_ctx *ctx, unsigned segment)
{
    sk_str path = gate_str(ctx->r->unparsed_uri), part = { 0 };
    sk_str site = ctx->conf->site ? ctx->conf->site->name : (sk_str){ 0 };

    if (segment == 0 || ctx->who.tenant.n || site.n == 0) return (sk_str){ 0 };
    path = sk_str_first(path, sk_str_find_byte(path, '?'));
    for (unsigned i = 0; i <= segment; i++)
        if (!sk_str_cut(&part, &path, '/')) return (sk_str){ 0 };
    return sk_str_printf(mem, "%.*s/%.*s", SK_ARG(site), SK_ARG(part));
}

struct gate_wire_about
gate_exchange_about(sk_arena *mem, struct gate_ctx *ctx, unsigned tenant)
{
    return (struct gate_wire_about){ .self = ctx->exchange->self,
                                     .tenant = tenant_of(mem, ctx, tenant) };
}

/* ── the request ── */

static struct gate_exchange *
exchange_get(ngx_http_request_t *r, struct gate_ctx *ctx, const struct gate_loc_conf *conf)
{
    struct gate_exchange *x = ctx->exchange;

    if (x) return x;
    x = ctx->exchange = ngx_pcalloc(r->pool, sizeof *x);
    if (!x) return NULL;
    x->route = exchange_of(r, ctx, conf->exchanges);
    x->show = show_of(r, conf->shows);
    x->self = sk_str_first(gate_claims_cookie_of(r, SK_STR("__Host-sekisho-self")), GATE_WIRE_SELF);
    return x;
}

static ngx_int_t
refuse(ngx_http_request_t *r, const struct gate_exchange *x)
{
    const struct gate_reason *reason = x->refusal == SK_BAD    ? &unclear
                                       : x->refusal == SK_FULL ? &large
                                                               : &away;

    return gate_refuse_own(r, reason, sk_str_of(x->why));
}

ngx_int_t
gate_exchange_handler(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct gate_exchange *x;
    struct gate_ctx *ctx;
    ngx_int_t rc;

    if (r != r->main || (!conf->exchanges && !conf->shows) ||
        sk_str_starts(gate_str(r->uri), SK_STR("/.sekisho/")))
        return NGX_DECLINED;
    ctx = gate_ctx_get(r);
    if (!ctx || gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (ctx->refused) return NGX_DECLINED;
    x = exchange_get(r, ctx, conf);
    if (!x) return NGX_HTTP_SERVICE_UNAVAILABLE;
    rc = x->route ? gate_exchange_body(r, ctx) : NGX_DECLINED;
    if (x->refusal == SK_OK) return rc == NGX_OK ? NGX_DECLINED : rc;
    rc = refuse(r, x);
    if (!ctx->refused) return rc; /* no memory */
    /* in this phase NGX_OK would mean that the request goes on */
    ngx_http_finalize_request(r, rc);
    return NGX_DONE;
}

void
gate_exchange_end(struct gate_ctx *ctx)
{
    struct gate_exchange *x = ctx->exchange;

    if (!x) return;
    gate_ask_cancel(x->ask);
    x->ask = NULL;
    if (x->timer.timer_set) ngx_del_timer(&x->timer);
    gate_out_free(x->out);
    x->out = NULL;
    sk_json_free(x->said);
    x->said = NULL;
}
