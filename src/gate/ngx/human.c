/* sekisho_human: a company's widget in place of the puzzle. Its token is asked about by a
 * subrequest to the part that may connect out; a worker waits for nobody. Only 204 is a yes.
 * Whatever else comes leads to the puzzle, and for a minute after the company was away nobody is
 * shown its widget. */
#include "gate/ngx/gate.h"

#include "base/json.h"

/* ── the directive ── */

static const char *
provider_set(struct gate_human_conf *conf, sk_str name)
{
    conf->human.row = gate_human_find(name);
    return conf->human.row ? NULL : "expected turnstile, hcaptcha, recaptcha or recaptcha-score";
}

static const char *
word_take(struct gate_human_conf *conf, sk_str word)
{
    const struct {
        sk_str name;
        sk_str *value;
    } words[] = {
        { SK_STR("key="), &conf->human.key },
        { SK_STR("script="), &conf->human.script },
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sk_str_starts(word, words[i].name)) {
            *words[i].value = sk_str_from(word, words[i].name.n);
            return NULL;
        }
    if (!sk_str_starts(word, SK_STR("ask=")))
        return "expected PROVIDER key=SITE_KEY ask=URI [script=URL]";
    conf->ask = gate_ngx(sk_str_from(word, 4));
    return NULL;
}

char *
gate_human_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_human_conf *human = ngx_pcalloc(cf->pool, sizeof *human);
    struct gate_loc_conf *conf = data;
    ngx_str_t *args = cf->args->elts;
    const char *why;

    (void)cmd;
    if (!human) return NGX_CONF_ERROR;
    why = conf->human == NGX_CONF_UNSET_PTR ? NULL : "is duplicate";
    if (!why) why = provider_set(human, gate_str(args[1]));
    for (ngx_uint_t i = 2; !why && i < cf->args->nelts; i++)
        why = word_take(human, gate_str(args[i]));
    if (!why && (human->human.key.n == 0 || human->ask.len == 0))
        why = "key= and ask= are both needed";
    if (why) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "sekisho_human: %s", why);
        return NGX_CONF_ERROR;
    }
    conf->human = human;
    return NGX_CONF_OK;
}

/* ── whether to ask ── */

static const char away[] = "human-away";

bool
gate_human_shown(const struct gate_main_conf *mcf, const struct gate_loc_conf *conf)
{
    struct gate_limit *limit = gate_zone_limit(mcf);
    struct gate_limit_key key;
    unsigned count;

    if (!conf->human) return false;
    key = gate_limit_key(limit, sk_str_of(away), sk_str_of(conf->human->human.row->name),
                         (sk_str){ 0 });
    gate_zone_lock(mcf);
    count = gate_limit_count(limit, &key, ngx_time(), GATE_HUMAN_REST);
    gate_zone_unlock(mcf);
    return count == 0;
}

static void
away_note(ngx_http_request_t *r, const struct gate_human_conf *human)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct gate_limit *limit = gate_zone_limit(mcf);
    struct gate_limit_key key =
        gate_limit_key(limit, sk_str_of(away), sk_str_of(human->human.row->name), (sk_str){ 0 });
    bool known;

    gate_zone_lock(mcf);
    known = gate_limit_count(limit, &key, ngx_time(), GATE_HUMAN_REST) > 0;
    if (!known) gate_limit_add(limit, &key, ngx_time(), GATE_HUMAN_REST, 1);
    gate_zone_unlock(mcf);
    if (!known)
        ngx_log_error(NGX_LOG_WARN, r->connection->log, 0,
                      "sekisho: %s cannot be asked who is a person: everybody is given the puzzle "
                      "for about a minute",
                      human->human.row->name);
}

bool
gate_human_may_ask(const struct gate_main_conf *mcf, sk_str token, sk_str place)
{
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= ' ' || token.p[i] > '~') return false;
    if (token.n == 0 || token.n > GATE_HUMAN_TOKEN) return false;
    if (gate_zone_use(mcf, "human", place, GATE_HUMAN_WINDOW) >= GATE_HUMAN_ASKS) return false;
    return gate_zone_use(mcf, "token", token, 2 * GATE_HUMAN_TOKEN_LIFE) == 0;
}

/* ── asking ── */

static ngx_int_t
answered(ngx_http_request_t *sr, void *data, ngx_int_t rc)
{
    struct gate_ctx *ctx = data;
    ngx_uint_t status = rc == NGX_OK && sr->upstream ? sr->headers_out.status : 0;

    ctx->human_done = 1;
    ctx->opinion = status == NGX_HTTP_NO_CONTENT  ? GATE_OPINION_PERSON
                   : status == NGX_HTTP_FORBIDDEN ? GATE_OPINION_NO
                                                  : GATE_OPINION_AWAY;
    return rc;
}

/* Called when the subrequest has ended, and perhaps before. */
static void
go_on(ngx_http_request_t *r)
{
    struct gate_ctx *ctx = gate_ctx_find(r);

    if (!ctx->human_done) return;
    r->write_event_handler = ngx_http_request_empty_handler;
    if (ctx->opinion == GATE_OPINION_AWAY) away_note(r, ctx->conf->human);
    ctx->human_then(r, ctx->opinion);
}

static void
question_make(struct gate_ctx *ctx, sk_str token)
{
    struct sk_buf out = { .mem = ctx->mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_str(&w, "token", token);
    sk_json_str(&w, "site", ctx->conf->site ? ctx->conf->site->name : (sk_str){ 0 });
    sk_json_end_object(&w);
    ctx->human_question = sk_buf_str(&out);
}

ngx_int_t
gate_human_ask(ngx_http_request_t *r, struct gate_ctx *ctx, sk_str token,
               void (*then)(ngx_http_request_t *r, enum gate_opinion opinion))
{
    ngx_http_post_subrequest_t *post = ngx_palloc(r->pool, sizeof *post);
    ngx_http_request_t *sr;

    if (!post) return NGX_ERROR;
    *post = (ngx_http_post_subrequest_t){ .handler = answered, .data = ctx };
    question_make(ctx, token);
    ctx->human_then = then;
    if (ngx_http_subrequest(r, &ctx->conf->human->ask, NULL, &sr, post,
                            NGX_HTTP_SUBREQUEST_WAITED) != NGX_OK)
        return NGX_ERROR;
    /* its body is $sekisho_human, not the client's */
    sr->request_body = ngx_pcalloc(r->pool, sizeof *sr->request_body);
    if (!sr->request_body) return NGX_ERROR;
    sr->header_only = 1;
    r->write_event_handler = go_on;
    return NGX_OK;
}
