/* Lists of bad addresses in the DNS (@rbl): the client's address is looked up before the rules run,
 * by nginx's own resolver. The worker never waits: the request does, a second at most, and what was
 * learned holds for the next ones. Without `resolver` nothing is known and @rbl matches nothing. */
#include "gate/known.h"
#include "gate/ngx/gate.h"

enum {
    WAIT_MS = 1000,    /* what a request waits at most; the answer is then taken for "not listed" */
    HOLDS = 300,       /* seconds that an answer holds */
    HOLDS_MOST = 3600, /* the same where the list's own time to live says more */
    FAILURE_HOLDS = 30
};

struct gate_lookup {
    struct gate_ctx *ctx;
    ngx_resolver_ctx_t *asked; /* NULL: answered */
    sk_str name;
    struct gate_lookup *next;
};

static struct gate_known known; /* of this worker */

bool
gate_resolve_listed(void *data, sk_str name)
{
    (void)data;
    return gate_known_get(&known, name, ngx_time()) == GATE_LISTED;
}

bool
gate_resolve_possible(const ngx_http_core_loc_conf_t *clcf)
{
    return clcf->resolver && clcf->resolver->connections.nelts > 0;
}

/* ── answers ── */

static bool
lists(const ngx_resolver_ctx_t *answer)
{
    for (ngx_uint_t i = 0; i < answer->naddrs; i++) {
        const struct sockaddr_in *four = (struct sockaddr_in *)answer->addrs[i].sockaddr;

        if (four->sin_family == AF_INET &&
            seclang_rbl_lists((const unsigned char *)&four->sin_addr))
            return true;
    }
    return false;
}

/* A list names what it lists; of all else there is no such name. */
static void
learn(sk_str name, const ngx_resolver_ctx_t *answer)
{
    time_t now = ngx_time(), until = now + HOLDS;

    if (answer->state == NGX_OK && lists(answer)) {
        if (answer->valid > until) until = ngx_min(answer->valid, now + HOLDS_MOST);
        gate_known_put(&known, name, GATE_LISTED, now, until);
        return;
    }
    if (answer->state != NGX_OK && answer->state != NGX_RESOLVE_NXDOMAIN)
        until = now + FAILURE_HOLDS;
    gate_known_put(&known, name, GATE_CLEAN, now, until);
}

static void
go_on(struct gate_ctx *ctx)
{
    ngx_http_request_t *r = ctx->r;
    ngx_connection_t *c = r->connection;

    ctx->waiting = 0;
    ngx_http_set_log_request(c->log, r);
    ngx_http_core_run_phases(r);
    ngx_http_run_posted_requests(c);
}

static void
answered(ngx_resolver_ctx_t *answer)
{
    struct gate_lookup *lookup = answer->data;
    struct gate_ctx *ctx = lookup->ctx;

    learn(lookup->name, answer);
    lookup->asked = NULL;
    ngx_resolve_name_done(answer);
    ctx->pending--;
    if (ctx->pending == 0 && ctx->waiting) go_on(ctx);
}

/* ── questions ── */

static void
ask(struct gate_ctx *ctx, ngx_http_core_loc_conf_t *clcf, sk_str name)
{
    struct gate_lookup *lookup = SK_NEW(ctx->mem, struct gate_lookup);
    ngx_resolver_ctx_t *question = ngx_resolve_start(clcf->resolver, NULL);

    if (!question || question == NGX_NO_RESOLVER) return;
    question->name = gate_ngx(name);
    question->handler = answered;
    question->data = lookup;
    question->timeout = ngx_min(clcf->resolver_timeout, WAIT_MS);
    *lookup = (struct gate_lookup){ ctx, question, name, ctx->lookups };
    ctx->lookups = lookup;
    ctx->pending++;
    if (ngx_resolve_name(question) == NGX_OK) return; /* perhaps answered already */
    lookup->asked = NULL;                             /* given up and freed by nginx */
    ctx->pending--;
}

ngx_int_t
gate_resolve_client(struct gate_ctx *ctx)
{
    ngx_http_core_loc_conf_t *clcf = ngx_http_get_module_loc_conf(ctx->r, ngx_http_core_module);
    size_t count;
    const sk_str *zone = seclang_rules_rbl_zones(ctx->conf->rules->rules, &count);

    if (count == 0 || !gate_resolve_possible(clcf)) return NGX_OK;
    for (size_t i = 0; i < count; i++) {
        sk_str name = seclang_rbl_name(ctx->mem, zone[i], gate_str(ctx->r->connection->addr_text));

        if (name.n > 0 && gate_known_get(&known, name, ngx_time()) == GATE_UNKNOWN)
            ask(ctx, clcf, name);
    }
    return ctx->pending > 0 ? NGX_AGAIN : NGX_OK;
}

void
gate_resolve_cancel(struct gate_ctx *ctx)
{
    for (struct gate_lookup *l = ctx->lookups; l; l = l->next)
        if (l->asked) ngx_resolve_name_done(l->asked);
    ctx->lookups = NULL;
    ctx->pending = 0;
}
