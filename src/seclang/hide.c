/* Hiding what sanitise actions name. */
#include "seclang/hide.h"

static const struct seclang_names *
names_for(const struct seclang_tx *tx, enum seclang_var var)
{
    switch (var) {
    case SECLANG_VAR_ARGS:
    case SECLANG_VAR_ARGS_GET:
    case SECLANG_VAR_ARGS_POST:
        return &tx->hidden_arguments;
    case SECLANG_VAR_REQUEST_HEADERS:
        return &tx->hidden_request_headers;
    case SECLANG_VAR_RESPONSE_HEADERS:
        return &tx->hidden_response_headers;
    default:
        return NULL;
    }
}

/* A whole query, body or request line shows every argument: hidden as soon as one of them is. */
static bool
holds_arguments(enum seclang_var var)
{
    return var == SECLANG_VAR_QUERY_STRING || var == SECLANG_VAR_REQUEST_URI ||
           var == SECLANG_VAR_REQUEST_URI_RAW || var == SECLANG_VAR_REQUEST_LINE ||
           var == SECLANG_VAR_REQUEST_BODY || var == SECLANG_VAR_FULL_REQUEST;
}

bool
seclang_hides(const struct seclang_tx *tx, const struct seclang_seen *seen)
{
    const struct seclang_names *names;

    if (seen->count || seen->var == SECLANG_VAR_COUNT) return false;
    if (holds_arguments(seen->var)) return tx->hidden_arguments.count > 0;
    names = names_for(tx, seen->var);
    return names && seclang_names_has(names, seen->name);
}

void
seclang_hide_match(const struct seclang_tx *tx, struct seclang_match *match,
                   const struct seclang_seen *seen)
{
    if (!seclang_hides(tx, seen)) return;
    match->value = sk_str_printf(tx->mem, "[masked %zu]", match->value.n);
    if (match->data.n > 0) match->data = sk_str_printf(tx->mem, "[masked %zu]", match->data.n);
}
