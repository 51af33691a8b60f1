/* human { ... }: which company tells people from programs, where it is not our own puzzle
 * (GATE-07). What stands here ends up in nginx.conf and in a Content-Security-Policy. */
#include "sekisho/conf.h"

enum { KEY_MOST = 200, URL_MOST = 500 };

static const struct part_ucl *
member(const struct part_ucl *block, const char *key)
{
    for (const struct part_ucl *node = block ? block->first : NULL; node; node = node->next)
        if (sk_str_eq(node->key, sk_str_of(key))) return node;
    return NULL;
}

const struct part_ucl *
conf_said(const struct conf *conf, const char *block, const char *key)
{
    const struct part_ucl *outer = block[0] ? member(conf->root, block) : conf->root;
    const struct part_ucl *node = member(outer, key);

    return node ? node : outer;
}

static void
fault_at(struct conf_faults *faults, const struct conf *conf, const char *key, const char *what)
{
    const struct part_ucl *node = conf_said(conf, "human", key);

    conf_fault(faults, conf, node ? node->line : 1, node ? node->column : 1, "human: %s: %s", key,
               what);
}

static bool
is_here(sk_str url)
{
    static const char *const hosts[] = { "http://127.0.0.1", "http://localhost", "http://[::1]" };

    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        sk_str host = sk_str_of(hosts[i]);

        if (sk_str_starts(url, host) && url.n > host.n && strchr(":/", url.p[host.n])) return true;
    }
    return false;
}

static void
url_check(struct conf_faults *faults, const struct conf *conf, const char *key, sk_str url)
{
    sk_str sealed = SK_STR("https://");

    if (url.n == 0) return;
    if (url.n <= URL_MOST && conf_is_plain(url, "-._:/[]") &&
        ((sk_str_starts(url, sealed) && url.n > sealed.n && url.p[sealed.n] != '/') ||
         is_here(url)))
        return;
    fault_at(faults, conf, key, "expected https://host/path (http only to this machine)");
}

/* Keys, and yet nobody would be asked: most likely the provider was forgotten. */
static void
idle_check(struct conf_faults *faults, const struct conf *conf)
{
    const struct conf_human *human = &conf->human;
    const struct part_ucl *said = conf_said(conf, "human", "provider");

    if (said && sk_str_eq(said->key, SK_STR("provider"))) return;
    if (human->site_key.n || human->secret.n)
        fault_at(faults, conf, human->site_key.n ? "site_key" : "secret",
                 "there is no provider: expected provider = turnstile, hcaptcha, recaptcha or "
                 "recaptcha-score beside it");
}

void
conf_human_check(struct conf_faults *faults, const struct conf *conf)
{
    const struct conf_human *human = &conf->human;

    if (human->provider == CONF_PROOF_OF_WORK) {
        idle_check(faults, conf);
        return;
    }
    if (human->site_key.n == 0)
        fault_at(faults, conf, "site_key", "missing: the public key that the provider gave you");
    else if (human->site_key.n > KEY_MOST || !conf_is_plain(human->site_key, "-_"))
        fault_at(faults, conf, "site_key", "expected letters, digits, - and _");
    if (human->secret.n == 0)
        fault_at(
            faults, conf, "secret",
            "missing: the path of a file that holds the secret key that the provider gave you");
    url_check(faults, conf, "verify", human->verify);
    url_check(faults, conf, "script", human->script);
}
