/* See human.h. Deny when unsure: an answer must say yes, name one of the site's own hosts, and,
 * where the provider has them, our action and a score that is high enough. */
#include "post/human.h"

#include "post/config.h"

const char post_human_action[] = "sign_in";

static const struct post_human_row providers[] = {
    { .name = "turnstile",
      .verify = "https://challenges.cloudflare.com/turnstile/v0/siteverify",
      .action = true },
    { .name = "hcaptcha", .verify = "https://api.hcaptcha.com/siteverify", .site_key = true },
    { .name = "recaptcha", .verify = "https://www.google.com/recaptcha/api/siteverify" },
    { .name = "recaptcha-score",
      .verify = "https://www.google.com/recaptcha/api/siteverify",
      .action = true,
      .score = true },
};

/* --- configuration --- */

static sk_err
provider_find(const struct post_human_row **provider, sk_str name)
{
    *provider = NULL;
    if (!name.n || sk_str_eq(name, SK_STR("proof-of-work"))) return sk_ok();
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++)
        if (sk_str_eq(name, sk_str_of(providers[i].name))) *provider = &providers[i];
    return *provider ? sk_ok() : sk_fail(SK_BAD, "human_provider: no such provider");
}

sk_err
post_human_read(struct post_human *human, const sk_json *root)
{
    *human = (struct post_human){ .sites = sk_json_get(sk_json_get(root, "house"), "sites") };
    TRY(provider_find(&human->provider, sk_json_get_str(root, "human_provider")));
    if (!human->provider) return sk_ok();
    human->verify = sk_json_get_str(root, "human_verify");
    if (!human->verify.n) human->verify = sk_str_of(human->provider->verify);
    if (!post_url_is_safe(human->verify))
        return sk_fail(SK_BAD,
                       "human_verify: expected https://host/... (http only to this machine)");
    human->site_key = sk_json_get_str(root, "human_site_key");
    if (!human->site_key.n) return sk_fail(SK_BAD, "human_site_key: missing");
    human->secret_file = sk_json_get_str(root, "human_secret");
    if (!human->secret_file.n) return sk_fail(SK_BAD, "human_secret: missing");
    human->score = sk_json_get_int(root, "human_score", 50);
    if (human->score < 0 || human->score > 100)
        return sk_fail(SK_BAD, "human_score: 0 to 100 hundredths");
    return sk_ok();
}

/* --- the question --- */

bool
post_human_token_is_one(sk_str token)
{
    for (size_t i = 0; i < token.n; i++)
        if (token.p[i] <= ' ' || token.p[i] > '~') return false;
    return token.n > 0 && token.n <= POST_HUMAN_TOKEN_MAX;
}

static void
field_add(struct sk_buf *out, const char *name, sk_str value)
{
    sk_buf_printf(out, "%s%s=", out->n ? "&" : "", name);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i], small = sk_lower_byte(c);
        bool plain =
            (small >= 'a' && small <= 'z') || (c >= '0' && c <= '9') || (c && strchr("-_.~", c));
        if (plain)
            sk_buf_byte(out, (char)c);
        else
            sk_buf_printf(out, "%%%02X", c);
    }
}

void
post_human_form(struct sk_buf *out, const struct post_human *human, sk_str token)
{
    field_add(out, "secret", human->secret);
    field_add(out, "response", token);
    if (human->provider->site_key) field_add(out, "sitekey", human->site_key);
}

/* --- the answer --- */

/* Error codes that are not about the token. All others are: also those that no documentation has,
 * since whoever sends tokens must not be able to make the provider look away. */
static const struct {
    const char *code;
    enum sk_kind kind;
    const char *why;
} faults[] = {
    { "missing-input-secret", SK_BROKEN, "it does not know our secret: compare human { secret }" },
    { "invalid-input-secret", SK_BROKEN, "it does not know our secret: compare human { secret }" },
    { "sitekey-secret-mismatch", SK_BROKEN,
      "site key and secret are not a pair: compare human { site_key, secret }" },
    { "internal-error", SK_BUSY, "it says that it cannot tell now" },
};

static sk_err
refusal_of(const sk_json *root)
{
    const sk_json *codes = sk_json_get(root, "error-codes");
    for (size_t i = 0; i < sk_json_count(codes); i++)
        for (size_t k = 0; k < sizeof faults / sizeof *faults; k++)
            if (sk_str_eq(sk_json_as_str(sk_json_at(codes, i)), sk_str_of(faults[k].code)))
                return sk_fail(faults[k].kind, "%s", faults[k].why);
    return sk_fail(SK_DENIED, "the token is not good, or not any more");
}

/* A name of sekisho.conf, as nginx means it: "www.example.jp", "*.example.jp", "www.example.*". */
static bool
name_covers(sk_str name, sk_str host)
{
    if (sk_str_starts(name, SK_STR("*.")))
        return host.n > name.n - 1 && sk_str_ends(host, sk_str_from(name, 1));
    if (sk_str_ends(name, SK_STR(".*")))
        return host.n > name.n - 1 && sk_str_starts(host, sk_str_first(name, name.n - 1));
    return sk_str_eq(name, host);
}

static bool
host_is_of(sk_arena *mem, const sk_json *sites, sk_str site, sk_str host)
{
    sk_str lower = sk_str_lower(mem, host);
    for (size_t i = 0; i < sk_json_count(sites); i++) {
        const sk_json *one = sk_json_at(sites, i), *names = sk_json_get(one, "names");
        if (!sk_str_eq(sk_json_get_str(one, "name"), site)) continue;
        for (size_t k = 0; k < sk_json_count(names); k++)
            if (name_covers(sk_str_lower(mem, sk_json_as_str(sk_json_at(names, k))), lower))
                return true;
    }
    return false;
}

static sk_err
yes_check(const struct post_human *human, sk_arena *mem, sk_str site, const sk_json *root)
{
    const struct post_human_row *row = human->provider;
    sk_str host = sk_json_get_str(root, "hostname");
    if (!host.n || !host_is_of(mem, human->sites, site, host))
        return sk_fail(SK_DENIED, "the token is of a host that is none of the site's names");
    if (row->action && !sk_str_eq(sk_json_get_str(root, "action"), sk_str_of(post_human_action)))
        return sk_fail(SK_DENIED, "the token was made for another action");
    if (row->score && !(sk_json_get_real(root, "score", -1) * 100 >= (double)human->score))
        return sk_fail(SK_DENIED, "the score is too low");
    return sk_ok();
}

/* Providers say no by 200 or by 400, always in JSON. */
sk_err
post_human_judge(const struct post_human *human, sk_str site, long status, sk_str body)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    if (status != 200 && status != 400) return sk_fail(SK_BUSY, "it answers %ld", status);
    if (sk_failed(sk_json_read(&root, body)) || !sk_json_get(root, "success"))
        return sk_fail(SK_BROKEN, "what it says is not an answer");
    if (!sk_json_get_bool(root, "success", false)) return refusal_of(root);
    return status == 200 ? yes_check(human, mem, site, root)
                         : sk_fail(SK_BROKEN, "it says yes and no at once");
}
