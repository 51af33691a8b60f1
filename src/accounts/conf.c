#include "accounts/conf.h"

#include "base/file.h"
#include "base/json.h"

#include <stdio.h>

enum { FILE_MOST = 64 * 1024, MINUTE = 60 * 1000, MINUTES_MOST = 366 * 24 * 60 };
enum { HTTPS = 443, PORT_MOST = 65535 };

static sk_err
number(int64_t *out, const sk_json *object, const char *key, int64_t least, int64_t most)
{
    if (!sk_json_get(object, key)) return sk_ok();
    *out = sk_json_get_int(object, key, least - 1);
    if (*out < least || *out > most)
        return sk_fail(SK_BAD, "%s: not from %lld to %lld", key, (long long)least, (long long)most);
    return sk_ok();
}

static sk_err
minutes(sk_when *out, const sk_json *object, const char *key)
{
    int64_t n = *out / MINUTE;
    TRY(number(&n, object, key, 1, MINUTES_MOST));
    *out = n * MINUTE;
    return sk_ok();
}

/* "operator_idle" and "operator_longest", in minutes. */
static sk_err
realm_read(struct accounts_realm_conf *realm, const struct accounts_realm_row *row,
           const sk_json *root)
{
    char idle[32], longest[32];
    snprintf(idle, sizeof idle, "%s_idle", row->name);
    snprintf(longest, sizeof longest, "%s_longest", row->name);
    *realm = (struct accounts_realm_conf){ .idle = row->idle,
                                           .longest = row->longest,
                                           .second = row->second };
    TRY(minutes(&realm->idle, root, idle));
    return minutes(&realm->longest, root, longest);
}

/* Realms may be added; what is mandatory by promise (ACC-03) no line of configuration takes away.
 */
static sk_err
second_read(struct accounts_conf *conf, const sk_json *names)
{
    for (size_t i = 0; i < sk_json_count(names); i++) {
        enum accounts_realm realm;
        sk_str name = sk_json_as_str(sk_json_at(names, i));
        if (!accounts_realm_find(&realm, name))
            return sk_fail(SK_BAD, "second_factor: there is no realm %.*s", SK_ARG(name));
        conf->realm[realm].second = true;
    }
    return sk_ok();
}

/* Buyers and merchants, where the configuration says so; all others are invited. */
static sk_err
sign_up_read(struct accounts_conf *conf, const sk_json *names)
{
    for (size_t i = 0; i < sk_json_count(names); i++) {
        enum accounts_realm realm;
        sk_str name = sk_json_as_str(sk_json_at(names, i));
        if (!accounts_realm_find(&realm, name) ||
            (realm != ACCOUNTS_BUYER && realm != ACCOUNTS_MERCHANT))
            return sk_fail(SK_BAD, "sign_up: %.*s is neither buyer nor merchant", SK_ARG(name));
        conf->realm[realm].sign_up = true;
    }
    return sk_ok();
}

/* How passwords are stretched. What would be too little is refused, not raised: whoever writes it
 * down should see what it is. */
static sk_err
cost_read(struct accounts_cost *cost, const sk_json *root)
{
    enum { KIB = 1024, MEMORY_MOST = ACCOUNTS_ARGON_MEMORY_MOST / KIB };
    sk_str name = sk_json_get_str(root, "password");
    int64_t rounds = ACCOUNTS_ROUNDS_LEAST, passes = ACCOUNTS_ARGON_PASSES;
    int64_t memory = ACCOUNTS_ARGON_MEMORY / KIB;
    bool argon = sk_str_eq(name, SK_STR("argon2id"));
    if (name.n && !argon && !sk_str_eq(name, SK_STR("pbkdf2-sha512")))
        return sk_fail(SK_BAD, "password: neither pbkdf2-sha512 nor argon2id");
    TRY(number(&rounds, root, "password_rounds", ACCOUNTS_ROUNDS_LEAST, ACCOUNTS_ROUNDS_MOST));
    TRY(number(&passes, root, "password_passes", 1, ACCOUNTS_ARGON_PASSES_MOST));
    TRY(number(&memory, root, "password_memory", 1, MEMORY_MOST));
    uint32_t least = accounts_argon_memory((uint32_t)passes) / KIB;
    if (argon && memory < least)
        return sk_fail(SK_BAD, "password_memory: %u MiB at least where password_passes is %d",
                       least, (int)passes);
    *cost = argon ? (struct accounts_cost){ ACCOUNTS_STRETCH_ARGON2ID, (uint32_t)passes,
                                            (uint32_t)memory * KIB }
                  : (struct accounts_cost){ .rounds = (uint32_t)rounds };
    return sk_ok();
}

static sk_err
site_add(struct accounts_conf *conf, sk_arena *mem, sk_str name, sk_str host, int64_t port)
{
    if (conf->sites == ACCOUNTS_SITES_MAX)
        return sk_fail(SK_FULL, "more than %d sites", ACCOUNTS_SITES_MAX);
    if (!name.n || !host.n) return sk_fail(SK_BAD, "a site lacks its name or its host");
    sk_str url = sk_str_printf(mem, "https://%.*s", SK_ARG(host));
    if (port != HTTPS) url = sk_str_printf(mem, "%.*s:%lld", SK_ARG(url), (long long)port);
    conf->site[conf->sites++] = (struct accounts_site){ sk_str_copy(mem, name), url };
    return sk_ok();
}

/* The first of a site's names is the one that mails speak of. */
static sk_err
sites_read(struct accounts_conf *conf, sk_arena *mem, const sk_json *house)
{
    const sk_json *sites = sk_json_get(house, "sites");
    int64_t port = HTTPS, console = HTTPS;
    sk_str first = { 0 };
    TRY(number(&port, house, "https", 1, PORT_MOST));
    TRY(number(&console, house, "console", 1, PORT_MOST));
    for (size_t i = 0; i < sk_json_count(sites); i++) {
        const sk_json *site = sk_json_at(sites, i);
        sk_str host = sk_json_as_str(sk_json_at(sk_json_get(site, "names"), 0));
        TRY(site_add(conf, mem, sk_json_get_str(site, "name"), host, port));
        if (!first.n) first = host;
    }
    if (!conf->sites) return sk_fail(SK_BAD, "house.sites: there is none");
    if (!sk_json_get(house, "console")) return sk_ok();
    return site_add(conf, mem, ACCOUNTS_CONSOLE_SITE, first, console);
}

static sk_err
root_read(struct accounts_conf *conf, sk_arena *mem, const sk_json *root)
{
    *conf = (struct accounts_conf){ .lock_after = ACCOUNTS_LOCK_AFTER,
                                    .lock = (sk_when)ACCOUNTS_LOCK_MINUTES * MINUTE };
    TRY(number(&conf->lock_after, root, "lock_after", 1, ACCOUNTS_LOCK_AFTER_MAX));
    TRY(minutes(&conf->lock, root, "lock_minutes"));
    for (int i = 0; i < ACCOUNTS_REALMS; i++)
        TRY(realm_read(&conf->realm[i], &accounts_realms[i], root));
    TRY(cost_read(&conf->cost, root));
    TRY(second_read(conf, sk_json_get(root, "second_factor")));
    TRY(sign_up_read(conf, sk_json_get(root, "sign_up")));
    return sites_read(conf, mem, sk_json_get(root, "house"));
}

sk_err
accounts_conf_read(struct accounts_conf *conf, sk_arena *mem, sk_str text)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(sk_json_read(&root, text));
    return root_read(conf, mem, root);
}

sk_err
accounts_conf_load(struct accounts_conf *conf, sk_arena *mem, const char *path)
{
    sk_str text;
    TRY(sk_file_read(&text, mem, path, FILE_MOST));
    sk_err e = accounts_conf_read(conf, mem, text);
    return sk_failed(e) ? sk_fail(e.kind, "%s: %s", path, e.why) : e;
}

const struct accounts_site *
accounts_conf_site(const struct accounts_conf *conf, sk_str name)
{
    for (size_t i = 0; i < conf->sites; i++)
        if (sk_str_eq(conf->site[i].name, name)) return &conf->site[i];
    return NULL;
}
