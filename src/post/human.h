/* Whether somebody is a person, as another company says: reCAPTCHA, hCaptcha, Turnstile. What is
 * asked of it and what its answer means; pure. How it is asked: inquiry.h. The page that shows the
 * company's widget is the gate's (gate/human.h); it brings the token that is asked about.
 *
 *     https://developers.google.com/recaptcha/docs/verify
 *     https://docs.hcaptcha.com/#verify-the-user-response-server-side
 *     https://developers.cloudflare.com/turnstile/get-started/server-side-validation/ */
#ifndef SK_POST_HUMAN_H
#define SK_POST_HUMAN_H

#include "base/json.h"

enum {
    POST_HUMAN_TOKEN_MAX = 8192,   /* bytes; Turnstile's have at most 2048, others up to 4000 */
    POST_HUMAN_ANSWER_MAX = 16384, /* bytes of a provider's answer */
    POST_HUMAN_SECRET_MAX = 512
};

/* One row a provider. */
struct post_human_row {
    const char *name;   /* as sekisho.conf names it */
    const char *verify; /* where it is asked */
    bool action;        /* its answers name the action that the gate's page asked for */
    bool score;         /* they say how sure it is, from 0 to 1 */
    bool site_key;      /* it compares our site key with that of the token */
};

/* The keys human_... of post.json. Texts lie in `root`, the secret in the arena of its loading. */
struct post_human {
    const struct post_human_row *provider; /* NULL: nobody is asked */
    sk_str verify, site_key, secret_file, secret;
    int64_t score;        /* at least so many hundredths, where there are scores */
    const sk_json *sites; /* house.sites: their names */
};

/* The action that the gate's page names to its widget. */
extern const char post_human_action[];

/* SK_BAD names the key that is wrong. The secret is not read yet. */
sk_err post_human_read(struct post_human *human, const sk_json *root) SK_CHECKED;
/* Whether it could be a token: printable, not too long. */
bool post_human_token_is_one(sk_str token);
/* Appends the form that the provider is sent. It names no address: the company has that from the
 * browser itself, and need not learn from us which of them it was. */
void post_human_form(struct sk_buf *out, const struct post_human *human, sk_str token);
/* What the answer means for a visitor of `site`. Success: a person. SK_DENIED: not shown to be one.
 * SK_BUSY: the provider cannot tell now. SK_BROKEN: what it says is no answer, or it does not know
 * our secret. The text is ours, never the provider's. */
sk_err post_human_judge(const struct post_human *human, sk_str site, long status,
                        sk_str body) SK_CHECKED;

#endif
