/* What answers mean, and what is asked of a gateway: the pure half of wire.h. */
#include "post/wire.h"

#include "part/template.h"

#include <stdio.h>

/* SMTP codes that speak of us and not of the message: RFC 4954 (authentication), RFC 3207 (TLS),
 * RFC 5321 section 4.2 (closing). Whatever the code, one before the recipient is named is ours,
 * too: a sender that is not let in must not end every message as undeliverable. */
static const long ours[] = { 421, 432, 454, 530, 534, 535, 538 };

static bool
is_ours(long code, const char *command)
{
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (ours[i] == code) return true;
    return strcmp(command, "RCPT") != 0 && strcmp(command, "DATA") != 0;
}

void
post_smtp_verdict(struct post_outcome *outcome, long code, const char *command)
{
    snprintf(outcome->fault, sizeof outcome->fault, "smtp %ld at %.8s", code, command);
    if (code >= 200 && code < 400) code = 0; /* the connection broke off after a good reply */
    if (code == 0 || is_ours(code, command))
        outcome->verdict = POST_AWAY;
    else
        outcome->verdict = code >= 500 ? POST_NEVER : POST_LATER;
}

/* Statuses by which a gateway says that this message will never do; 401, 403 and 404 are about our
 * configuration, 408, 425 and 429 about the moment. */
static const long never[] = { 400, 406, 410, 413, 414, 415, 422 };
static const long away[] = { 401, 403, 404, 405, 407 };

static bool
is_in(long status, const long *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == status) return true;
    return false;
}

static bool
is_success(const struct post_gateway *g, long status)
{
    for (size_t i = 0; i < g->successes; i++)
        if (g->success[i] == status) return true;
    return g->successes == 0 && status >= 200 && status < 300;
}

void
post_gateway_verdict(struct post_outcome *outcome, const struct post_gateway *gateway, long status)
{
    snprintf(outcome->fault, sizeof outcome->fault, "http %ld", status);
    outcome->verdict = POST_LATER;
    if (is_success(gateway, status)) {
        outcome->verdict = POST_DONE;
        outcome->fault[0] = 0;
    } else if (is_in(status, never, sizeof never / sizeof *never)) {
        outcome->verdict = POST_NEVER;
    } else if (status >= 500 || is_in(status, away, sizeof away / sizeof *away)) {
        outcome->verdict = POST_AWAY;
    }
}

/* --- templates --- */

static void
json_escape(struct sk_buf *out, sk_str s)
{
    struct sk_buf quoted = { .mem = out->mem };
    sk_json_quote(&quoted, s);
    sk_buf_add(out, (sk_str){ quoted.p + 1, quoted.n - 2 });
}

static void
value_put(struct sk_buf *out, sk_str value, const enum post_escape *escape)
{
    if (!escape)
        sk_buf_add(out, value);
    else if (*escape == POST_ESCAPE_JSON)
        json_escape(out, value);
    else
        part_url_escape(out, value);
}

void
post_fill(struct sk_buf *out, sk_str template, const enum post_escape *escape,
          const struct post_gateway *gateway, const struct post_job *job)
{
    const struct {
        sk_str name, value;
    } values[] = { { SK_STR("{to}"), job->recipient },
                   { SK_STR("{text}"), job->text },
                   { SK_STR("{id}"), job->id },
                   { SK_STR("{secret}"), gateway->secret } };
    while (template.n) {
        size_t step = 1;
        for (size_t i = 0; template.p[0] == '{' && i < sizeof values / sizeof *values; i++) {
            if (!sk_str_starts(template, values[i].name)) continue;
            value_put(out, values[i].value, escape);
            step = values[i].name.n;
            break;
        }
        if (step == 1) sk_buf_byte(out, template.p[0]);
        template = sk_str_from(template, step);
    }
}
