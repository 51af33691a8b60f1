/* Sign-ins of an application that knows nothing of us. An attempt counts as failed from the moment
 * it is passed on, so that a thousand at once are not all the first; when the answer says that it
 * has not failed, it is taken back.
 *
 * Source and network are limited hard. An account's limit could be used to lock its owner out, a
 * site's to lock everybody out: where challenges are on, these two are no walls but ask for one. */
#include "gate/ngx/gate.h"

enum { WINDOW = 900, MOST = 1000000, HARD = 10 };

static const struct gate_reason often = { 9903011, NGX_HTTP_TOO_MANY_REQUESTS, GATE_CAUSE_OFTEN,
                                          "Too many sign-ins have failed" };
static const struct gate_reason challenged = { 9903012, NGX_HTTP_FORBIDDEN, GATE_CAUSE_CHALLENGE,
                                               "A challenge must be solved before signing in" };

static const char *const kinds[GATE_OFS] = { [GATE_OF_SOURCE] = "source",
                                             [GATE_OF_NETWORK] = "network",
                                             [GATE_OF_SITE] = "site",
                                             [GATE_OF_ACCOUNT] = "account" };

/* ── the configuration ── */

static char *
complain(ngx_conf_t *cf, const char *what)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "sekisho_login: %s", what);
    return NGX_CONF_ERROR;
}

static bool
number_read(unsigned *number, sk_str text)
{
    int64_t value;

    if (!sk_str_to_i64(&value, text) || value < 1 || value > MOST) return false;
    *number = (unsigned)value;
    return true;
}

static const char *
word_account(struct gate_login_conf *login, sk_str value)
{
    login->account = value;
    return value.n ? NULL : "account: expected a field's name";
}

static const char *
word_failed(struct gate_login_conf *login, sk_str value)
{
    if (login->failed_count == GATE_OUTCOMES) return "failed: at most 8";
    if (!gate_outcome_read(&login->failed[login->failed_count], value))
        return "failed: expected status:401 or location:/path";
    login->failed_count++;
    return NULL;
}

static const char *
word_window(struct gate_login_conf *login, sk_str value)
{
    ngx_str_t text = gate_ngx(value);
    time_t window = ngx_parse_time(&text, 1);

    if (window < 60 || window > 86400) return "window: expected 1m to 1d";
    login->window = window;
    return NULL;
}

static const char *
word_challenge(struct gate_login_conf *login, sk_str value)
{
    static const char *const words[] = { [GATE_CHALLENGE_OFF] = "off",
                                         [GATE_CHALLENGE_ADAPTIVE] = "adaptive",
                                         [GATE_CHALLENGE_ALWAYS] = "always" };

    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (sk_str_eq(value, sk_str_of(words[i]))) {
            login->challenge = (enum gate_challenge)i;
            return NULL;
        }
    return "challenge: expected off, adaptive or always";
}

static const struct word {
    sk_str name;
    const char *(*take)(struct gate_login_conf *login, sk_str value);
} words[] = {
    { { "account=", 8 }, word_account },
    { { "failed=", 7 }, word_failed },
    { { "window=", 7 }, word_window },
    { { "challenge=", 10 }, word_challenge },
};

static const char *
word_take(struct gate_login_conf *login, sk_str word)
{
    static const sk_str per = { "per_", 4 };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sk_str_starts(word, words[i].name))
            return words[i].take(login, sk_str_from(word, words[i].name.n));
    for (unsigned i = 0; sk_str_starts(word, per) && i < GATE_OFS; i++) {
        sk_str rest = sk_str_from(word, per.n), kind = sk_str_of(kinds[i]);

        if (sk_str_starts(rest, kind) && rest.n > kind.n && rest.p[kind.n] == '=')
            return number_read(&login->most[i], sk_str_from(rest, kind.n + 1))
                       ? NULL
                       : "expected a number from 1 to 1000000";
    }
    return "expected PATH failed=... [account=FIELD] [window=TIME] [per_account=N] "
           "[per_source=N] [per_network=N] [per_site=N] [challenge=off|adaptive|always]";
}

char *
gate_login_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    struct gate_loc_conf *conf = data;
    ngx_str_t *args = cf->args->elts;
    struct gate_login_conf *login;

    (void)cmd;
    if (conf->logins == NGX_CONF_UNSET_PTR)
        conf->logins = ngx_array_create(cf->pool, 2, sizeof *login);
    if (!conf->logins) return NGX_CONF_ERROR;
    if (conf->logins->nelts == GATE_LOGINS) return complain(cf, "at most 32 in a server");
    login = ngx_array_push(conf->logins);
    if (!login) return NGX_CONF_ERROR;
    *login = (struct gate_login_conf){ .path = gate_str(args[1]),
                                       .most = { [GATE_OF_SOURCE] = 20,
                                                 [GATE_OF_NETWORK] = 60,
                                                 [GATE_OF_SITE] = 1000,
                                                 [GATE_OF_ACCOUNT] = 10 },
                                       .window = WINDOW };
    if (!gate_area_is_plain(login->path))
        return complain(cf, "expected a plain path such as /wp-login.php");
    for (ngx_uint_t i = 2; i < cf->args->nelts; i++) {
        const char *why = word_take(login, gate_str(args[i]));

        if (why) return complain(cf, why);
    }
    return login->failed_count ? NGX_CONF_OK : complain(cf, "failed=... is missing");
}

/* ── what is counted ── */

struct naming {
    struct gate_ctx *ctx;
    const struct gate_limit *limit;
    sk_str place;
};

/* One spelling for one person: letters' case and blanks around are mostly not told apart. */
static void
account_add(void *data, sk_str value)
{
    struct naming *naming = data;
    struct gate_attempt *attempt = &naming->ctx->attempt;
    sk_str name = sk_str_lower(naming->ctx->mem, sk_str_trim(value));
    struct gate_limit_key key =
        gate_limit_key(naming->limit, sk_str_of(kinds[GATE_OF_ACCOUNT]), naming->place, name);

    if (name.n == 0) return;
    for (unsigned i = GATE_OF_ACCOUNT; i < attempt->keys; i++)
        if (memcmp(&attempt->key[i], &key, sizeof key) == 0) return;
    if (attempt->keys == GATE_OF_ACCOUNT + GATE_ACCOUNTS)
        attempt->too_many = 1;
    else
        attempt->key[attempt->keys++] = key;
}

static void
attempt_make(ngx_http_request_t *r, struct gate_ctx *ctx, const struct gate_login_conf *login,
             const struct gate_limit *limit)
{
    sk_str site = ctx->conf->site ? ctx->conf->site->name : (sk_str){ 0 };
    struct naming naming = {
        ctx, limit, sk_str_printf(ctx->mem, "%.*s %.*s", SK_ARG(site), SK_ARG(login->path))
    };
    struct sk_net client, source, network;

    (void)gate_client_net(&client, r); /* of a Unix socket: all are one */
    source = sk_net_source(&client);
    network = sk_net_neighbours(&client);
    ctx->attempt = (struct gate_attempt){ .login = login, .keys = GATE_OF_ACCOUNT };
    ctx->attempt.key[GATE_OF_SOURCE] =
        gate_limit_key(limit, sk_str_of(kinds[GATE_OF_SOURCE]), naming.place,
                       (sk_str){ (const char *)source.byte, sizeof source.byte });
    ctx->attempt.key[GATE_OF_NETWORK] =
        gate_limit_key(limit, sk_str_of(kinds[GATE_OF_NETWORK]), naming.place,
                       (sk_str){ (const char *)network.byte, sizeof network.byte });
    ctx->attempt.key[GATE_OF_SITE] =
        gate_limit_key(limit, sk_str_of(kinds[GATE_OF_SITE]), naming.place, (sk_str){ 0 });
    if (login->account.n && ctx->tx)
        seclang_tx_body_arguments(ctx->tx, login->account, account_add, &naming);
}

static void
attempt_count(const struct gate_main_conf *mcf, const struct gate_attempt *attempt, int by)
{
    gate_zone_lock(mcf);
    for (unsigned i = 0; i < attempt->keys; i++)
        gate_limit_add(gate_zone_limit(mcf), &attempt->key[i], ngx_time(), attempt->login->window,
                       by);
    gate_zone_unlock(mcf);
}

/* How much of each limit is used. */
struct used {
    unsigned count[GATE_OFS];
};

static struct used
attempt_look(const struct gate_main_conf *mcf, const struct gate_attempt *attempt)
{
    struct used used = { { 0 } };

    gate_zone_lock(mcf);
    for (unsigned i = 0; i < attempt->keys; i++) {
        enum gate_of of = i < GATE_OF_ACCOUNT ? (enum gate_of)i : GATE_OF_ACCOUNT;
        unsigned count = gate_limit_count(gate_zone_limit(mcf), &attempt->key[i], ngx_time(),
                                          attempt->login->window);

        if (count > used.count[of]) used.count[of] = count;
    }
    gate_zone_unlock(mcf);
    return used;
}

/* ── judging ── */

/* The limit that is a wall; GATE_OFS: none is reached. */
static enum gate_of
wall(const struct gate_login_conf *login, const struct used *used)
{
    bool soft = login->challenge != GATE_CHALLENGE_OFF;

    if (used->count[GATE_OF_SOURCE] >= login->most[GATE_OF_SOURCE]) return GATE_OF_SOURCE;
    if (used->count[GATE_OF_NETWORK] >= login->most[GATE_OF_NETWORK]) return GATE_OF_NETWORK;
    if (used->count[GATE_OF_ACCOUNT] / (soft ? HARD : 1) >= login->most[GATE_OF_ACCOUNT])
        return GATE_OF_ACCOUNT;
    if (!soft && used->count[GATE_OF_SITE] >= login->most[GATE_OF_SITE]) return GATE_OF_SITE;
    return GATE_OFS;
}

/* A person mistypes a password once or twice; half of any limit is more than that. */
static bool
is_suspect(const struct gate_login_conf *login, const struct used *used)
{
    if (login->challenge == GATE_CHALLENGE_ALWAYS) return true;
    if (login->challenge == GATE_CHALLENGE_OFF) return false;
    for (unsigned i = 0; i < GATE_OFS; i++)
        if (used->count[i] * 2 >= login->most[i] && used->count[i] > 0) return true;
    return used->count[GATE_OF_SOURCE] >= 3;
}

static ngx_int_t
challenge(ngx_http_request_t *r, struct gate_ctx *ctx, const struct gate_login_conf *login)
{
    if (!gate_refuse_leads_back(r)) return gate_refuse_own(r, &challenged, login->path);
    return gate_refuse_elsewhere(
        r, sk_str_printf(ctx->mem, "/.sekisho/challenge?to=%.*s", SK_ARG(login->path)),
        GATE_CAUSE_CHALLENGE);
}

static const struct gate_login_conf *
login_of(ngx_http_request_t *r, const struct gate_ctx *ctx, const ngx_array_t *logins)
{
    const struct gate_login_conf *all = logins->elts;

    for (ngx_uint_t i = 0; i < logins->nelts; i++)
        if (gate_area_covers(ctx->mem, all[i].path, gate_str(r->unparsed_uri)) ||
            gate_area_covers(ctx->mem, all[i].path, gate_str(r->uri)))
            return &all[i];
    return NULL;
}

/* An attempt at `login`. */
static ngx_int_t
attempt_judge(ngx_http_request_t *r, struct gate_ctx *ctx, const struct gate_login_conf *login)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    struct used used;
    enum gate_of reached;

    attempt_make(r, ctx, login, gate_zone_limit(mcf));
    used = attempt_look(mcf, &ctx->attempt);
    reached = ctx->attempt.too_many ? GATE_OF_ACCOUNT : wall(login, &used);
    if (reached != GATE_OFS) {
        ctx->attempt.login = NULL;
        ctx->retry_after = login->window;
        return gate_refuse_own(r, &often, sk_str_of(kinds[reached]));
    }
    if (is_suspect(login, &used) && !gate_challenge_passed(r, ctx)) {
        ctx->attempt.login = NULL;
        return challenge(r, ctx, login);
    }
    attempt_count(mcf, &ctx->attempt, 1);
    return NGX_DECLINED;
}

ngx_int_t
gate_login_judge(ngx_http_request_t *r)
{
    struct gate_loc_conf *conf = ngx_http_get_module_loc_conf(r, ngx_http_sekisho_module);
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);
    const struct gate_login_conf *login;
    struct gate_ctx *ctx;

    if (!conf->logins || (r->method & (NGX_HTTP_GET | NGX_HTTP_HEAD | NGX_HTTP_OPTIONS)) ||
        !gate_zone_limit(mcf))
        return NGX_DECLINED;
    ctx = gate_ctx_get(r);
    if (!ctx || gate_ctx_furnish(ctx, conf) != NGX_OK) return NGX_HTTP_SERVICE_UNAVAILABLE;
    if (ctx->refused || ctx->attempt.login) return NGX_DECLINED;
    login = login_of(r, ctx, conf->logins);
    return login ? attempt_judge(r, ctx, login) : NGX_DECLINED;
}

/* ── the answer ── */

static bool
has_failed(const struct gate_login_conf *login, ngx_http_request_t *r)
{
    ngx_table_elt_t *h = gate_header_find(&r->headers_out.headers, SK_STR("Location"));
    sk_str location = h ? gate_str(h->value) : (sk_str){ 0 };

    for (unsigned i = 0; i < login->failed_count; i++)
        if (gate_outcome_is(&login->failed[i], (int)r->headers_out.status, location)) return true;
    return false;
}

void
gate_login_answer(ngx_http_request_t *r, struct gate_ctx *ctx)
{
    const struct gate_main_conf *mcf = ngx_http_get_module_main_conf(r, ngx_http_sekisho_module);

    if (!ctx->attempt.login || ctx->refused) return;
    if (!has_failed(ctx->attempt.login, r)) attempt_count(mcf, &ctx->attempt, -1);
    ctx->attempt.keys = 0; /* counted for good */
}
