/* Areas: places of a site that are for some networks, and for those who have signed in.
 *
 * Judged before nginx's own access phase, so that no `satisfy any` or `allow` stands in front of
 * it, for every method and protocol, and again after an internal redirect: the path that the client
 * wrote counts as well as the one that nginx made of it (gate/area.h). */
#include "gate/ngx/gate.h"

static const struct gate_reason wrong_network = {
    9903001, NGX_HTTP_FORBIDDEN, GATE_CAUSE_PLACE,
    "An administration area is open to listed networks only"
};
static const struct gate_reason two_areas = {
    9903002, NGX_HTTP_FORBIDDEN, GATE_CAUSE_REQUEST,
    "The path can be read as leading into two different areas"
};
static const struct gate_reason no_right = {
    9903003, NGX_HTTP_FORBIDDEN, GATE_CAUSE_RIGHT,
    "Signed in, but without the right or the second factor that this area asks for"
};
static const struct gate_reason no_session = {
    9903004, NGX_HTTP_UNAUTHORIZED, GATE_CAUSE_SIGN_IN,
    "An administration area is for those who have signed in"
};
static const struct gate_reason away = { 9903005, NGX_HTTP_SERVICE_UNAVAILABLE, GATE_CAUSE_AWAY,
                                         "Accounts does not answer: nobody can enter" };

/* ── the configuration ── */

static char *
complain(ngx_conf_t *cf, const char *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "sekisho_area: %s", what);
    return NGX_CONF_ERROR;
}

static const char *
realm_set(struct gate_area_conf *area, sk_str value)
{
    static const char *const realms[] = { "operator", "merchant", "buyer", "worker", "none" };

    for (size_t i = 0; i < sizeof realms / sizeof *realms; i++)
        if (sk_str_eq(value, sk_str_of(realms[i]))) {
            if (!sk_str_eq(value, SK_STR("none"))) area->realm = value;
            return NULL;
        }
    return "realm: expected operator, merchant, buyer, worker or none";
}

static const char *
factors_set(struct gate_area_conf *area, sk_str value)
{
    if (value.n != 1 || (value.p[0] != '1' && value.p[0] != '2')) return "factors: expected 1 or 2";
    area->level = value.p[0] - '0';
    return NULL;
}

static const char *
from_add(struct gate_area_conf *area, sk_str value)
{
    struct sk_net *net;

    if (area->networks->nelts == GATE_NETWORKS) return "from: at most 512 networks";
    net = ngx_array_push(area->networks);
    if (!net) return "no memory";
    return sk_net_read(net, value) ? NULL : "from: expected an address or a network, 10.0.0.0/8";
}

static const char *
screen_add(struct gate_area_conf *area, sk_str value)
{
    sk_str *screen;

    if (area->screens->nelts == GATE_SCREENS) return "screen: at most 64";
    if (value.n == 0 || sk_str_find_byte(value, ',') != SIZE_MAX || sk_str_eq(value, SK_STR("*")))
        return "screen: expected a screen's name";
    screen = ngx_array_push(area->screens);
    if (!screen) return "no memory";
    *screen = value;
    return NULL;
}

static const char *
word_take(struct gate_area_conf *area, sk_str word)
{
    static const struct {
        sk_str name;
        const char *(*take)(struct gate_area_conf *area, sk_str value);
    } words[] = {
        { { "realm=", 6 }, realm_set },
        { { "factors=", 8 }, factors_set },
        { { "from=", 5 }, from_add },
        { { "screen=", 7 }, screen_add },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sk_str_starts(word, words[i].name))
            return words[i].take(area, sk_str_from(word, words[i].name.n));
    return "expected PATH realm=NAME [factors=1|2] [screen=NAME ...] from=NETWORK ...";
}

char *
gate_area_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_loc_conf *conf = data;
    ngx_str_t *args = cf->args->elts;
    struct gate_area_conf *area;

    (void)cmd;
    if (conf->areas == NGX_CONF_UNSET_PTR)
        conf->areas = ngx_array_create(cf->pool, 4, sizeof *area);
    if (!conf->areas) return NGX_CONF_ERROR;
    if (conf->areas->nelts == GATE_AREAS) return complain(cf, "at most 64 in a server");
    area = ngx_array_push(conf->areas);
    if (!area) return NGX_CONF_ERROR;
    *area = (struct gate_area_conf){ .path = gate_str(args[1]), .level = 2 };
    area->networks = ngx_array_create(cf->pool, 4, sizeof(struct sk_net));
    area->screens = ngx_array_create(cf->pool, 1, sizeof(sk_str));
    if (!area->networks || !area->screens) return NGX_CONF_ERROR;
    if (!gate_area_is_plain(area->path))
        return complain(cf, "expected a plain path such as /wp-admin");
    for (ngx_uint_t i = 2; i < cf->args->nelts; i++) {
        const char *why = word_take(area, gate_str(args[i]));

        if (why) return complain(cf, why);
    }
    if (area->networks->nelts == 0)
        return complain(cf, "expected from=NETWORK; from=0.0.0.0/0 from=::/0 for all");
    return NGX_CONF_OK;
}

/* ── the client ── */

bool
gate_client_net(struct sk_net *net, const ngx_http_request_t *r)
{
    const struct sockaddr *address = r->connection->sockaddr;

    *net = (struct sk_net){ .bits = 128 };
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;

        net->byte[10] = net->byte[11] = 0xff;
        memcpy(net->byte + 12, &in->sin_addr, 4);
        return true;
    }
    if (address->sa_family != AF_INET6) return false;
    memcpy(net->byte, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
    return true;
}

static bool
in_networks(const struct gate_area_conf *area, const ngx_http_request_t *r)
{
    const struct sk_net *networks = area->networks->elts;
    struct sk_net client;

    if (!gate_client_net(&client, r)) return false;
    for (ngx_uint_t i = 0; i < area->networks->nelts; i++)
        if (sk_net_has(&networks[i], &client)) return true;
    return false;
}

/* ── which area ── */

static bool
covers(struct gate_ctx *ctx, const ngx_http_request_t *r, const struct gate_area_conf *area)
{
    return gate_area_covers(ctx->mem, area->path, gate_str(r->unparsed_uri)) ||
           gate_area_covers(ctx->mem, area->path, gate_str(r->uri));
}

/* Which of two areas that both cover the request says who may enter; NULL: neither, since readers
 * of the path may disagree. The inner one of two that lie in each other does, but only where the
 * path is as plain as theirs: a dot segment or an escape might lead out of it again. */
static const struct gate_area_conf *
ruling(const ngx_http_request_t *r, const struct gate_area_conf *a, const struct gate_area_conf *b)
{
    bool of_a = gate_area_begins(a->path, gate_str(r->uri));
    bool of_b = gate_area_begins(b->path, gate_str(r->uri));
    const struct gate_area_conf *longer = a->path.n > b->path.n ? a : b;

    if (sk_str_eq(a->realm, b->realm) && a->level == b->level && a->screens->nelts == 0 &&
        b->screens->nelts == 0)
        return longer;
    return gate_area_is_literal(gate_str(r->unparsed_uri)) && of_a && of_b ? longer : NULL;
}

/* NGX_OK: *found is the area, or NULL; else what the request is answered. */
static ngx_int_t
area_find(const struct gate_area_conf **found, ngx_http_request_t *r, struct gate_ctx *ctx,
          const ngx_array_t *areas)
{
    const struct gate_area_conf *all = areas->elts;

    *found = NULL;
    for (ngx_uint_t i = 0; i < areas->nelts; i++) {
        if (!covers(ctx, r, &all[i])) continue;
        if (!in_networks(&all[i], r)) return gate_refuse_own(r, &wrong_network, all[i].path);
        *found = *found ? ruling(r, *found, &all[i]) : &all[i];
        if (!*found) return gate_refuse_own(r, &two_areas, all[i].path);
    }
    return NGX_OK;
}

/* ── entering ── */

static bool
has_screen(const struct gate_who *who, const struct gate_area_conf *area)
{
    const sk_str *wanted = area->screens->elts;
    sk_str rest = who->screens, one;

    if (area->screens->nelts == 0) return true;
    while (sk_str_cut(&one, &rest, ',')) {
        one = sk_str_trim(one);
        if (sk_str_eq(one, SK_STR("*"))) return true;
        for (ngx_uint_t i = 0; i < area->screens->nelts; i++)
            if (sk_str_eq(one, wanted[i])) return true;
    }
    return false;
}

static bool
may_enter(const struct gate_who *who, const struct gate_area_conf *area)
{
    return who->principal.n > 0 && who->level >= area->level && has_screen(who, area);
}

static ngx_int_t
session_judge(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    switch (ctx->session_status) {
    case NGX_HTTP_NO_CONTENT:
        if (may_enter(&ctx->who, ctx->area)) return NGX_DECLINED;
        ctx->who = (struct gate_who){ 0 };
        return gate_refuse_own(r, &no_right, ctx->area->path);
    case NGX_HTTP_UNAUTHORIZED:
        if (!gate_refuse_leads_back(r)) return gate_refuse_own(r, &no_session, ctx->area->path);
        return gate_refuse_elsewhere(r, gate_session_sign_in(r, ctx), GATE_CAUSE_SIGN_IN);
    case NGX_HTTP_FORBIDDEN:
        return gate_refuse_own(r, &no_right, ctx->area->path);
    default:
        return gate_refuse_own(r, &away, ctx->area->path);
    }
}

/* The path that this pass goes into, which an internal redirect may have changed. */
static void
area_enter(struct gate_ctx *ctx, const struct gate_area_conf *area)
{
    if (ctx->area == area) return;
    ctx->area = area;
    ctx->who = (struct gate_who){ 0 };
    ctx->session_asked = ctx->session_done = 0;
    ctx->session_status = 0;
}

static ngx_int_t
judge(ngx_http_request_t *r, struct gate_ctx *ctx, const ngx_array_t *areas)
{
    const struct gate_area_conf *area;
    ngx_int_t rc = area_find(&area, r, ctx, areas);

    if (rc != NGX_OK || ctx->refused) return rc;
    area_enter(ctx, area);
    if (!area || area->realm.n == 0) return NGX_DECLINED;
    if (!ctx->session_done) {
        rc = gate_session_ask(r, ctx);
        if (rc != NGX_OK) return rc;
    }
    return session_judge(r, ctx);
}

ngx_int_t
gate_area_handler(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    struct gate_ctx *ctx;
    ngx_int_t rc;

    if (r != r->main || !conf->areas) return NGX_DECLINED;
    ctx = gate_ctx_get(r);
    if (!ctx || gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (ctx->refused) return NGX_DECLINED; /* what is served now is the page that says so */
    rc = judge(r, ctx, conf->areas);
    if (!ctx->refused) return rc;
    /* in this phase NGX_OK would mean that the request goes on */
    ngx_http_finalize_request(r, rc);
    return NGX_DONE;
}
