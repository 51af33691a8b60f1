/* Variables for nginx's own log formats and headers. */
#include "gate/ngx/gate.h"

typedef sk_str (*value_get)(struct gate_ctx *ctx);

static sk_str
get_id(struct gate_ctx *ctx)
{
    return ctx->id;
}

/* The first match that decided, or would have. */
static const struct seclang_match *
decider(const struct gate_ctx *ctx)
{
    size_t count = 0;
    const struct seclang_match *matches = ctx->tx ? seclang_tx_matches(ctx->tx, &count) : NULL;

    for (size_t i = 0; i < count; i++)
        if (matches[i].disruptive) return &matches[i];
    return NULL;
}

/* "deny", "redirect", "drop"; "detect" where only detecting would have; "pass"; "-" uninspected. */
static sk_str
get_action(struct gate_ctx *ctx)
{
    static const sk_str names[] = {
        [SECLANG_PASS] = { "pass", 4 },
        [SECLANG_DENY] = { "deny", 4 },
        [SECLANG_REDIRECT] = { "redirect", 8 },
        [SECLANG_DROP] = { "drop", 4 },
    };

    if (!ctx->tx) return SK_STR("-");
    if (ctx->refused) return names[ctx->verdict.act];
    return seclang_tx_would_refuse(ctx->tx) ? SK_STR("detect") : SK_STR("pass");
}

/* The inbound anomaly score under the names that the Core Rule Set 4 and 3 give it. */
static sk_str
get_score(struct gate_ctx *ctx)
{
    static const char *const names[] = { "blocking_inbound_anomaly_score", "anomaly_score",
                                         "inbound_anomaly_score" };

    for (size_t i = 0; ctx->tx && i < sizeof names / sizeof *names; i++) {
        sk_str value = seclang_tx_get(ctx->tx, names[i]);

        if (value.p) return value;
    }
    return SK_STR("-");
}

static sk_str
get_rule(struct gate_ctx *ctx)
{
    const struct seclang_match *match = ctx->refused ? NULL : decider(ctx);
    unsigned rule = ctx->refused ? ctx->verdict.rule : match ? match->rule : 0;

    if (!ctx->tx || rule == 0) return SK_STR("-");
    return sk_str_printf(ctx->mem, "%u", rule);
}

static sk_str
get_principal(struct gate_ctx *ctx)
{
    return ctx->who.principal;
}

static sk_str
get_role(struct gate_ctx *ctx)
{
    return ctx->who.role;
}

/* Of the area that the request goes into: what accounts is asked about. */
static sk_str
get_realm(struct gate_ctx *ctx)
{
    return ctx->area ? ctx->area->realm : (sk_str){ 0 };
}

/* The body of the question whether somebody is a person. */
static sk_str
get_human(struct gate_ctx *ctx)
{
    return ctx->human_question;
}

static const struct {
    ngx_str_t name;
    value_get get;
} rows[] = {
    { ngx_string("sekisho_id"), get_id },
    { ngx_string("sekisho_action"), get_action },
    { ngx_string("sekisho_score"), get_score },
    { ngx_string("sekisho_rule"), get_rule },
    { ngx_string("sekisho_principal"), get_principal },
    { ngx_string("sekisho_role"), get_role },
    { ngx_string("sekisho_realm"), get_realm },
    { ngx_string("sekisho_human"), get_human },
    { ngx_string("sekisho_ticket"), gate_claims_ticket },
    { ngx_string("sekisho_cookie"), gate_claims_cookie },
};

static ngx_int_t
variable_get(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t row)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r->main, ngx_http_sekisho_module);
    struct gate_ctx *ctx = gate_ctx_get(r);
    sk_str value;

    if (!ctx) return NGX_ERROR;
    if (gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_ERROR;
    value = rows[row].get(ctx);
    v->data = (u_char *)value.p;
    v->len = (unsigned)value.n & 0xFFFFFFF;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    return NGX_OK;
}

/* $sekisho_env_name: what a rule has set by setenv. */
static ngx_int_t
env_get(ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data)
{
    static const size_t prefix = sizeof "sekisho_env_" - 1;
    struct gate_ctx *ctx = gate_ctx_find(r);
    sk_str value = { 0 };
    ngx_str_t *variable; /* nginx hands a prefix variable's whole name over as a number */

    memcpy(&variable, &data, sizeof variable);
    if (ctx && ctx->tx) value = seclang_tx_env(ctx->tx, sk_str_from(gate_str(*variable), prefix));
    v->data = (u_char *)value.p;
    v->len = (unsigned)value.n & 0xFFFFFFF;
    v->valid = value.p != NULL;
    v->no_cacheable = 0;
    v->not_found = value.p == NULL;
    return NGX_OK;
}

static ngx_int_t
env_add(ngx_conf_t *cf)
{
    ngx_str_t prefix = ngx_string("sekisho_env_");
    ngx_http_variable_t *v =
        ngx_http_add_variable(cf, &prefix, NGX_HTTP_VAR_NOCACHEABLE | NGX_HTTP_VAR_PREFIX);

    if (!v) return NGX_ERROR;
    v->get_handler = env_get;
    return NGX_OK;
}

ngx_int_t
gate_vars_add(ngx_conf_t *cf)
{
    for (uintptr_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ngx_str_t name = rows[i].name;
        ngx_http_variable_t *v = ngx_http_add_variable(cf, &name, NGX_HTTP_VAR_NOCACHEABLE);

        if (!v) return NGX_ERROR;
        v->get_handler = variable_get;
        v->data = i;
    }
    return env_add(cf);
}
