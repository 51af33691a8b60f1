/* Masking what belongs to a transaction: its headers, its arguments, values of its variables, and
 * log lines about them. */
#include "seclang/log_line.h"
#include "seclang/mask.h"
#include "seclang/seen.h"

static bool
argument_hidden(const void *ctx, sk_str name)
{
    const struct seclang_tx *tx = ctx;

    return seclang_names_has(&tx->hidden_arguments, name);
}

/* Matches come in rows for one variable, whose name may be long. */
static bool
name_tells(const struct seclang_tx *tx, sk_str name)
{
    struct seclang_secrets *s = tx->secrets;

    if (!s->name.p || !sk_str_eq(s->name, name)) {
        s->name_tells = seclang_mask_name(name);
        s->name = name;
    }
    return s->name_tells;
}

static bool
argument_is_secret(const struct seclang_tx *tx, sk_str name)
{
    return name_tells(tx, name) || argument_hidden(tx, name);
}

sk_str
seclang_mask_target(const struct seclang_tx *tx, sk_str uri)
{
    return seclang_mask_uri(tx->mem, sk_str_first(uri, SECLANG_MASK_MOST), argument_hidden, tx);
}

enum { SECRET_LEAST = 4 }; /* bytes: shorter ones would hit by chance */

static void
add_secret(const struct seclang_tx *tx, sk_str value)
{
    struct seclang_secrets *s = tx->secrets;

    if (!s->value) s->value = sk_array(tx->mem, SECLANG_MASK_SECRETS, sizeof(sk_str));
    if (s->count < SECLANG_MASK_SECRETS) s->value[s->count] = value;
    if (s->count <= SECLANG_MASK_SECRETS) s->count++;
}

/* Arguments come in over time, and rules may make further names secret. */
static const struct seclang_secrets *
secrets_of(const struct seclang_tx *tx)
{
    const struct seclang_list *args = &tx->list[SECLANG_VAR_ARGS];
    struct seclang_secrets *s = tx->secrets;

    if (s->hidden != tx->hidden_arguments.count || s->seen > args->count) {
        s->count = s->seen = 0;
        s->any = false;
    }
    s->hidden = tx->hidden_arguments.count;
    for (; s->seen < args->count; s->seen++) {
        const struct seclang_value *arg = args->at[s->seen];

        if (!seclang_mask_name(arg->name) && !argument_hidden(tx, arg->name)) continue;
        s->any = true;
        if (arg->text.s.n >= SECRET_LEAST) add_secret(tx, arg->text.s);
    }
    return s;
}

/* The values of secret arguments wherever they stand. */
static sk_str
mask_secrets(const struct seclang_tx *tx, sk_str s)
{
    const struct seclang_secrets *secrets = secrets_of(tx);
    sk_str out = s;

    if (secrets->count > SECLANG_MASK_SECRETS) return seclang_mask_all(tx->mem, s);
    for (unsigned i = 0; i < secrets->count; i++)
        out = seclang_mask_places(tx->mem, out, secrets->value[i]);
    return out;
}

sk_str
seclang_mask_body(const struct seclang_tx *tx, sk_str s)
{
    return seclang_mask_cards(tx->mem, mask_secrets(tx, s));
}

/* Whole secrets are taken out first: half of one would not be known. */
sk_str
seclang_mask_text(const struct seclang_tx *tx, sk_str s)
{
    return seclang_mask_cards(tx->mem, sk_str_first(mask_secrets(tx, s), SECLANG_MASK_MOST));
}

/* ── headers ── */

sk_str
seclang_mask_request_header(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    if (sk_str_eq_nocase(name, SK_STR("Cookie"))) return seclang_mask_cookies(tx->mem, value);
    if (seclang_mask_header_name(name) || seclang_names_has(&tx->hidden_request_headers, name))
        return seclang_mask_all(tx->mem, value);
    return seclang_mask_target(tx, mask_secrets(tx, value)); /* Referer, X-Original-URL ... */
}

sk_str
seclang_mask_response_header(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    if (sk_str_eq_nocase(name, SK_STR("Set-Cookie")))
        return seclang_mask_set_cookie(tx->mem, value);
    if (seclang_mask_header_name(name) || seclang_names_has(&tx->hidden_response_headers, name))
        return seclang_mask_all(tx->mem, value);
    return seclang_mask_target(tx, mask_secrets(tx, value)); /* Location */
}

sk_str
seclang_mask_argument(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    if (argument_is_secret(tx, name)) return seclang_mask_all(tx->mem, value);
    return seclang_mask_text(tx, value);
}

/* ── values of variables, by the name they are shown with ── */

static sk_str
as_argument(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    return seclang_mask_argument(tx, name, value);
}

/* A cookie of any name. */
static sk_str
as_cookie(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    (void)name;
    return seclang_mask_all(tx->mem, value);
}

static sk_str
as_target(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    (void)name;
    return seclang_mask_target(tx, mask_secrets(tx, value));
}

/* A raw body shows every argument, in a form that cannot be cut safely: all of it goes as soon as
 * one argument is secret, or where there may be some that were not read. */
static sk_str
as_body(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    (void)name;
    if (tx->body_error || secrets_of(tx)->any || seclang_mask_name(value))
        return seclang_mask_all(tx->mem, value);
    return seclang_mask_cards(tx->mem, sk_str_first(value, SECLANG_MASK_MOST));
}

/* The whole request with its headers. */
static sk_str
as_request(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    (void)name;
    return seclang_mask_all(tx->mem, value);
}

/* REQUEST_BASENAME, TX and all others: copies of what may be secret elsewhere. */
static sk_str
as_text(const struct seclang_tx *tx, sk_str name, sk_str value)
{
    if (name.n && argument_is_secret(tx, name)) return seclang_mask_all(tx->mem, value);
    return seclang_mask_text(tx, value);
}

static const struct {
    const char *variable;
    sk_str (*mask)(const struct seclang_tx *tx, sk_str name, sk_str value);
} rows[] = {
    { "ARGS", as_argument },
    { "ARGS_GET", as_argument },
    { "ARGS_POST", as_argument },
    { "REQUEST_COOKIES", as_cookie },
    { "REQUEST_HEADERS", seclang_mask_request_header },
    { "RESPONSE_HEADERS", seclang_mask_response_header },
    { "QUERY_STRING", as_target },
    { "REQUEST_URI", as_target },
    { "REQUEST_URI_RAW", as_target },
    { "REQUEST_LINE", as_target },
    { "REQUEST_BODY", as_body },
    { "FULL_REQUEST", as_request },
};

sk_str
seclang_mask_variable(const struct seclang_tx *tx, sk_str variable, sk_str value)
{
    size_t colon = sk_str_find_byte(variable, ':');
    sk_str what = sk_str_first(variable, colon);
    sk_str name = colon == SIZE_MAX ? SK_STR("") : sk_str_from(variable, colon + 1);

    if (what.n && what.p[0] == '&') return value; /* a number */
    if (sk_str_eq(what, SK_STR("QUERY_STRING"))) {
        value = sk_str_first(mask_secrets(tx, value), SECLANG_MASK_MOST);
        return seclang_mask_query(tx->mem, value, argument_hidden, tx);
    }
    /* MATCHED_VARS:ARGS:password */
    if (sk_str_starts(what, SK_STR("MATCHED_VAR")) && sk_str_find_byte(name, ':') != SIZE_MAX)
        return seclang_mask_variable(tx, name, value);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq_nocase(what, sk_str_of(rows[i].variable)))
            return rows[i].mask(tx, name, value);
    return as_text(tx, name, value);
}

bool
seclang_mask_secret(const struct seclang_tx *tx, sk_str variable)
{
    static const sk_str probe = { "probe", 5 };
    sk_str shown = seclang_mask_variable(tx, variable, probe);

    return sk_str_eq(shown, SK_STR("[masked 5]"));
}

/* ── log lines ── */

/* The operator's words: from the end of the outcome ("Warning." or "... (phase 2).") to the first
 * field. They may quote what was found. */
static sk_str
reason_of(sk_str message)
{
    size_t field = sk_str_find(message, SK_STR(" [file \""));
    if (field == SIZE_MAX) field = sk_str_find(message, SK_STR(" [id \""));
    sk_str head = sk_str_first(message, field);
    sk_str phase = SK_STR("). "), warning = SK_STR("Warning. ");

    if (sk_str_starts(head, warning)) return sk_str_from(head, warning.n);
    size_t end = sk_str_find(head, phase);
    return end == SIZE_MAX ? head : sk_str_from(head, end + phase.n);
}

/* The length of the escaped text at the start of s: up to a quote without a backslash. */
static size_t
quoted_length(sk_str s)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != '"')
        n += s.p[n] == '\\' && n + 1 < s.n ? 2 : 1;
    return n;
}

/* Copies *rest up to the field that `begin` begins and puts `text` in the place of its text. */
static void
replace_field(struct sk_buf *out, sk_str *rest, const char *begin, sk_str text)
{
    size_t at = sk_str_find(*rest, sk_str_of(begin));

    if (at == SIZE_MAX) return;
    at += strlen(begin);
    sk_buf_add(out, sk_str_first(*rest, at));
    sk_buf_add(out, text);
    *rest = sk_str_from(*rest, at);
    *rest = sk_str_from(*rest, quoted_length(*rest));
}

/* Text is masked before it is escaped: escapes would run into the digits of a card. */
static sk_str
escaped(const struct seclang_tx *tx, sk_str s, bool secret,
        void (*escape)(struct sk_buf *out, sk_str s))
{
    struct sk_buf out = { .mem = tx->mem };
    sk_str shown = secret ? seclang_mask_all(tx->mem, s) : seclang_mask_text(tx, s);

    escape(&out, sk_str_first(shown, SECLANG_LOG_DATA_MOST));
    if (out.n <= SECLANG_LOG_DATA_MOST) return out.n ? sk_buf_str(&out) : SK_STR("");
    out.n = SECLANG_LOG_DATA_MOST;
    sk_buf_add(&out, SK_STR("..."));
    return sk_buf_str(&out);
}

static void
escape_quotes(struct sk_buf *out, sk_str s)
{
    seclang_log_escape(out, s, true);
}

sk_str
seclang_mask_message(const struct seclang_tx *tx, sk_str message, const struct seclang_match *match)
{
    bool secret = seclang_mask_secret(tx, match->variable);
    sk_str reason = reason_of(message);
    struct sk_buf out = { .mem = tx->mem };

    sk_buf_add(&out, (sk_str){ message.p, (size_t)(reason.p - message.p) });
    if (secret) {
        sk_buf_add(&out, SK_STR("Match at "));
        seclang_log_escape(&out, seclang_mask_text(tx, match->variable), false);
        sk_buf_byte(&out, '.');
    } else {
        sk_buf_add(&out, seclang_mask_text(tx, reason));
    }
    sk_str rest = sk_str_from(message, (size_t)(reason.p - message.p) + reason.n);
    replace_field(&out, &rest, " [msg \"", escaped(tx, match->msg, false, escape_quotes));
    replace_field(&out, &rest, " [data \"",
                  escaped(tx, match->data, secret, seclang_log_escape_hex));
    sk_buf_add(&out, seclang_mask_text(tx, rest));
    return sk_buf_str(&out);
}
