/* See human.h. Sources as the companies document them; what is looser than they say has its reason
 * beside it. */
#include "gate/human.h"

#define GOOGLE_SCRIPTS "https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/"
#define GOOGLE_FRAMES  "https://www.google.com/recaptcha/ https://recaptcha.google.com/recaptcha/"
#define HCAPTCHA       "https://hcaptcha.com https://*.hcaptcha.com"
#define CLOUDFLARE     "https://challenges.cloudflare.com"

static const struct gate_human_row rows[] = {
    { .name = "turnstile",
      .title = "Cloudflare Turnstile",
      .company = "Cloudflare, Inc.",
      .privacy = "https://www.cloudflare.com/turnstile-privacy-policy/",
      .script = "https://challenges.cloudflare.com/turnstile/v0/api.js",
      .element = "cf-turnstile",
      .scripts = CLOUDFLARE,
      .frames = CLOUDFLARE,
      .connects = CLOUDFLARE,
      .styles = "" },
    { .name = "hcaptcha",
      .title = "hCaptcha",
      .company = "Intuition Machines, Inc.",
      .privacy = "https://www.hcaptcha.com/privacy",
      .script = "https://js.hcaptcha.com/1/api.js",
      .language = "hl",
      .element = "h-captcha",
      .scripts = HCAPTCHA,
      .frames = HCAPTCHA,
      .connects = HCAPTCHA,
      .styles = HCAPTCHA },
    { .name = "recaptcha",
      .title = "Google reCAPTCHA",
      .company = "Google LLC",
      .privacy = "https://policies.google.com/privacy",
      .script = "https://www.google.com/recaptcha/api.js",
      .language = "hl",
      .element = "g-recaptcha",
      .scripts = GOOGLE_SCRIPTS,
      .frames = GOOGLE_FRAMES,
      .connects = GOOGLE_SCRIPTS,
      .styles = "",
      .style_attributes = true },
    { .name = "recaptcha-score",
      .title = "Google reCAPTCHA",
      .company = "Google LLC",
      .privacy = "https://policies.google.com/privacy",
      .script = "https://www.google.com/recaptcha/api.js",
      .language = "hl",
      .scripts = GOOGLE_SCRIPTS,
      .frames = GOOGLE_FRAMES,
      .connects = GOOGLE_SCRIPTS,
      .styles = "",
      .style_attributes = true },
};

const struct gate_human_row *
gate_human_find(sk_str name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq(name, sk_str_of(rows[i].name))) return &rows[i];
    return NULL;
}

sk_str
gate_human_script(sk_arena *mem, const struct gate_human *human, sk_str language)
{
    const struct gate_human_row *row = human->row;
    struct sk_buf out = { .mem = mem };
    char sign = '?';

    sk_buf_add(&out, human->script.n ? human->script : sk_str_of(row->script));
    if (!row->element) {
        sk_buf_printf(&out, "%crender=%.*s", sign, SK_ARG(human->key));
        sign = '&';
    }
    if (row->language) sk_buf_printf(&out, "%c%s=%.*s", sign, row->language, SK_ARG(language));
    return sk_buf_str(&out);
}

/* "https://host:port" of an address. */
static sk_str
origin_of(sk_str url)
{
    size_t host = sk_str_find(url, SK_STR("://")), end;

    if (host == SIZE_MAX) return url;
    end = sk_str_find_byte(sk_str_from(url, host + 3), '/');
    return end == SIZE_MAX ? url : sk_str_first(url, host + 3 + end);
}

static void
sources(struct sk_buf *out, const char *directive, const char *own, const char *theirs, sk_str more)
{
    if (!own[0] && !theirs[0] && !more.n) return;
    sk_buf_printf(out, "; %s%s%s%s%s", directive, own[0] ? " " : "", own, theirs[0] ? " " : "",
                  theirs);
    if (more.n) sk_buf_printf(out, " %.*s", SK_ARG(more));
}

sk_str
gate_human_policy(sk_arena *mem, const struct gate_human *human, sk_str styles)
{
    const struct gate_human_row *row = human->row;
    struct sk_buf out = { .mem = mem };
    sk_str more = human->script.n ? origin_of(human->script) : (sk_str){ 0 };

    sk_buf_printf(&out, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                        "form-action 'self'");
    sources(&out, "style-src", sk_str_zcopy(mem, styles), row->styles, (sk_str){ 0 });
    if (row->style_attributes) sk_buf_add(&out, SK_STR("; style-src-attr 'unsafe-inline'"));
    sources(&out, "script-src", "'self'", row->scripts, more);
    sources(&out, "frame-src", "", row->frames, more);
    sources(&out, "connect-src", "", row->connects, more);
    return sk_buf_str(&out);
}
