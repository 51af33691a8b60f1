#include "post/config.h"

#include "base/file.h"

#include <stdio.h>

enum { SIZE_MOST = 64 * 1024, MAIL_RATE = 1200, NUMBER_RATE = 60 };

/* --- addresses of servers --- */

/* host:port of "scheme://host:port/..." */
static sk_str
authority(sk_str url)
{
    size_t at = sk_str_find(url, SK_STR("://"));
    sk_str host, rest = sk_str_from(url, at == SIZE_MAX ? url.n : at + 3);
    if (!sk_str_cut(&host, &rest, '/')) host = (sk_str){ 0 };
    return host;
}

bool
post_url_is_here(sk_str url)
{
    static const char *const names[] = { "127.0.0.1", "localhost", "[::1]" };
    sk_str host = authority(url);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        sk_str name = sk_str_of(names[i]);
        bool ends = host.n == name.n || (host.n > name.n && host.p[name.n] == ':');
        if (ends && sk_str_starts(host, name)) return true;
    }
    return false;
}

/* Clean, with a host, and without user and password, which belong elsewhere. */
static bool
url_valid(sk_str url)
{
    sk_str host = authority(url);
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~') return false;
    return host.n > 0 && host.n < 300 && sk_str_find_byte(host, '@') == SIZE_MAX &&
           sk_str_find_byte(host, '?') == SIZE_MAX && sk_str_find_byte(host, '{') == SIZE_MAX;
}

bool
post_url_is_safe(sk_str url)
{
    bool sealed = sk_str_starts(url, SK_STR("https://"));
    bool plain = sk_str_starts(url, SK_STR("http://")) && post_url_is_here(url);
    return (sealed || plain) && url_valid(url);
}

/* --- keys --- */

/* The names of a gateway's keys begin with its kind: "sms_url". */
struct keys {
    const sk_json *root;
    const char *prefix; /* "", "sms_" or "voice_" */
    char name[32];      /* the key asked for last, for messages */
};

static const sk_json *
get(struct keys *keys, const char *name)
{
    snprintf(keys->name, sizeof keys->name, "%s%s", keys->prefix, name);
    return sk_json_get(keys->root, keys->name);
}

static sk_str
text_of(struct keys *keys, const char *name)
{
    return sk_json_as_str(get(keys, name));
}

static sk_err
rate_read(int64_t *rate, struct keys *keys, int64_t usual)
{
    get(keys, "rate");
    *rate = sk_json_get_int(keys->root, keys->name, usual);
    if (*rate < 0 || *rate > POST_RATE_MAX)
        return sk_fail(SK_BAD, "%s: 0 to %d a minute", keys->name, POST_RATE_MAX);
    return sk_ok();
}

/* --- mail --- */

static sk_err
smtp_read(struct post_config *c, struct keys *keys)
{
    c->smtp = text_of(keys, "smtp");
    if (!c->smtp.n) return sk_ok();
    bool starts = sk_str_starts(c->smtp, SK_STR("smtp://"));
    if ((!starts && !sk_str_starts(c->smtp, SK_STR("smtps://"))) || !url_valid(c->smtp))
        return sk_fail(SK_BAD, "smtp: expected smtp://host:port or smtps://host:port");
    sk_err e = post_sender_read(&c->from, text_of(keys, "from"));
    if (sk_failed(e)) return sk_fail(SK_BAD, "from: %s", e.why);
    c->plain = sk_str_eq(text_of(keys, "tls"), SK_STR("off"));
    if (c->plain && (!starts || !post_url_is_here(c->smtp)))
        return sk_fail(SK_BAD, "tls: off is only for smtp:// to this machine");
    c->user = text_of(keys, "user");
    c->password_file = text_of(keys, "password");
    if ((c->user.n == 0) != (c->password_file.n == 0))
        return sk_fail(SK_BAD, "user: a user needs a password, and a password a user");
    if (c->user.n > 200) return sk_fail(SK_BAD, "user: too long");
    c->ca = text_of(keys, "ca");
    return rate_read(&c->mail_rate, keys, MAIL_RATE);
}

/* --- gateways --- */

/* "Name: value": printable, with a name of letters, digits and hyphens. */
static bool
header_valid(sk_str line)
{
    sk_str name, rest = line;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] < ' ' || line.p[i] > '~') return false;
    if (!sk_str_cut(&name, &rest, ':') || !rest.p || !name.n) return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = (char)sk_lower_byte((unsigned char)name.p[i]);
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') return false;
    }
    return true;
}

static sk_err
headers_read(struct post_gateway *g, struct keys *keys)
{
    const sk_json *list = get(keys, "headers");
    g->headers = sk_json_count(list);
    if (g->headers > POST_GATEWAY_HEADERS_MAX)
        return sk_fail(SK_BAD, "%s: at most %d", keys->name, POST_GATEWAY_HEADERS_MAX);
    for (size_t i = 0; i < g->headers; i++) {
        g->header[i] = sk_json_as_str(sk_json_at(list, i));
        if (!header_valid(g->header[i]))
            return sk_fail(SK_BAD, "%s: expected \"Name: value\"", keys->name);
    }
    return sk_ok();
}

static sk_err
successes_read(struct post_gateway *g, struct keys *keys)
{
    const sk_json *list = get(keys, "success");
    g->successes = sk_json_count(list);
    if (g->successes > POST_GATEWAY_SUCCESS_MAX)
        return sk_fail(SK_BAD, "%s: at most %d", keys->name, POST_GATEWAY_SUCCESS_MAX);
    for (size_t i = 0; i < g->successes; i++) {
        sk_str text = sk_json_as_str(sk_json_at(list, i));
        if (!sk_str_to_i64(&g->success[i], text) || g->success[i] < 200 || g->success[i] > 399)
            return sk_fail(SK_BAD, "%s: expected statuses from 200 to 399", keys->name);
    }
    return sk_ok();
}

static sk_err
type_read(struct post_gateway *g, struct keys *keys)
{
    static const struct {
        const char *type;
        enum post_escape escape;
    } types[] = { { "application/json", POST_ESCAPE_JSON },
                  { "application/x-www-form-urlencoded", POST_ESCAPE_URL } };
    g->type = text_of(keys, "type");
    if (!g->type.n) g->type = sk_str_of(types[0].type);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!sk_str_eq(g->type, sk_str_of(types[i].type))) continue;
        g->escape = types[i].escape;
        return sk_ok();
    }
    return sk_fail(SK_BAD, "%s: %s or %s", keys->name, types[0].type, types[1].type);
}

static sk_err
method_read(struct post_gateway *g, struct keys *keys)
{
    static const char *const methods[] = { "POST", "PUT", "GET" };
    g->method = text_of(keys, "method");
    if (!g->method.n) g->method = SK_STR("POST");
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (sk_str_eq(g->method, sk_str_of(methods[i]))) return sk_ok();
    return sk_fail(SK_BAD, "%s: POST, PUT or GET", keys->name);
}

static sk_err
gateway_read(struct post_gateway *g, struct keys *keys)
{
    g->url = text_of(keys, "url");
    if (!g->url.n) return sk_ok();
    if (!post_url_is_safe(g->url))
        return sk_fail(SK_BAD, "%s: expected https://host/... (http only to this machine)",
                       keys->name);
    g->secret_file = text_of(keys, "secret");
    TRY(method_read(g, keys));
    TRY(type_read(g, keys));
    TRY(headers_read(g, keys));
    TRY(successes_read(g, keys));
    g->body = text_of(keys, "body");
    if (sk_str_find(g->url, SK_STR("{to}")) == SIZE_MAX &&
        sk_str_find(g->body, SK_STR("{to}")) == SIZE_MAX)
        return sk_fail(SK_BAD, "%s: names no {to}", keys->name);
    return rate_read(&g->rate, keys, NUMBER_RATE);
}

sk_err
post_config_read(struct post_config *config, sk_str text)
{
    static const char *const prefixes[POST_KINDS] = { "", "sms_", "voice_" };
    *config = (struct post_config){ 0 };
    TRY(sk_json_read(&config->json, text));
    struct keys keys = { .root = config->json, .prefix = "" };
    TRY(smtp_read(config, &keys));
    for (int kind = POST_SMS; kind < POST_KINDS; kind++) {
        keys.prefix = prefixes[kind];
        TRY(gateway_read(&config->gateway[kind], &keys));
    }
    return post_human_read(&config->human, config->json);
}

sk_err
post_config_check(sk_str json)
{
    struct post_config config;
    sk_err e = post_config_read(&config, json);
    post_config_free(&config);
    return e;
}

/* --- files --- */

/* One line: a password or a key. */
static sk_err
secret_load(sk_str *secret, sk_arena *mem, sk_str file)
{
    if (!file.n) return sk_ok();
    TRY(sk_file_read(secret, mem, sk_str_zcopy(mem, file), POST_SECRET_MAX));
    *secret = sk_str_trim(*secret);
    for (size_t i = 0; i < secret->n; i++)
        if ((unsigned char)secret->p[i] < ' ')
            return sk_fail(SK_BAD, "%.*s: more than one line", SK_ARG(file));
    return secret->n ? sk_ok() : sk_fail(SK_BAD, "%.*s is empty", SK_ARG(file));
}

sk_err
post_config_load(struct post_config *config, sk_arena *mem, const char *path)
{
    sk_str text;
    *config = (struct post_config){ 0 };
    sk_err e = sk_file_read(&text, mem, path, SIZE_MOST);
    if (e.kind == SK_MISSING) return sk_ok();
    TRY(e);
    TRY(post_config_read(config, text));
    TRY(secret_load(&config->password, mem, config->password_file));
    for (int kind = POST_SMS; kind < POST_KINDS; kind++)
        TRY(secret_load(&config->gateway[kind].secret, mem, config->gateway[kind].secret_file));
    TRY(secret_load(&config->human.secret, mem, config->human.secret_file));
    if (config->human.secret.n > POST_HUMAN_SECRET_MAX)
        return sk_fail(SK_BAD, "human_secret: more than %d bytes", POST_HUMAN_SECRET_MAX);
    if (config->ca.n) config->ca = (sk_str){ sk_str_zcopy(mem, config->ca), config->ca.n };
    return sk_ok();
}

void
post_config_free(struct post_config *config)
{
    sk_str *secrets[] = { &config->password, &config->gateway[POST_SMS].secret,
                          &config->gateway[POST_VOICE].secret, &config->human.secret };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (secrets[i]->n) explicit_bzero((void *)secrets[i]->p, secrets[i]->n);
    sk_json_free(config->json);
    *config = (struct post_config){ 0 };
}

void
post_config_ways(enum post_way way[POST_KINDS], const struct post_config *config)
{
    way[POST_MAIL] = config->smtp.n ? POST_LANE : POST_OUTBOX;
    for (int kind = POST_SMS; kind < POST_KINDS; kind++)
        way[kind] = config->gateway[kind].url.n ? POST_LANE
                    : config->smtp.n            ? POST_NO_WAY
                                                : POST_OUTBOX;
}
