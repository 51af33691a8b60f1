/* sanitiseArg and its family: whose values no log may show. */
#include "seclang/act/act.h"
#include "seclang/macro_run.h"

void
seclang_do_sanitise_arg(struct seclang_tx *tx, const struct seclang_rule *rule,
                        const struct seclang_action *action)
{
    seclang_names_add(&tx->hidden_arguments, tx->mem,
                      seclang_macro_expand(tx, &action->name, rule));
}

void
seclang_do_sanitise_request_header(struct seclang_tx *tx, const struct seclang_rule *rule,
                                   const struct seclang_action *action)
{
    seclang_names_add(&tx->hidden_request_headers, tx->mem,
                      seclang_macro_expand(tx, &action->name, rule));
}

void
seclang_do_sanitise_response_header(struct seclang_tx *tx, const struct seclang_rule *rule,
                                    const struct seclang_action *action)
{
    seclang_names_add(&tx->hidden_response_headers, tx->mem,
                      seclang_macro_expand(tx, &action->name, rule));
}

/* Also sanitiseMatchedBytes: the whole value, which hides more, never less. */
void
seclang_do_sanitise_matched(struct seclang_tx *tx, const struct seclang_rule *rule,
                            const struct seclang_action *action)
{
    struct seclang_names *names = NULL;

    (void)rule;
    (void)action;
    switch (tx->matched.var) {
    case SECLANG_VAR_ARGS:
    case SECLANG_VAR_ARGS_GET:
    case SECLANG_VAR_ARGS_POST:
    case SECLANG_VAR_ARGS_NAMES:
    case SECLANG_VAR_ARGS_GET_NAMES:
    case SECLANG_VAR_ARGS_POST_NAMES:
        names = &tx->hidden_arguments;
        break;
    case SECLANG_VAR_REQUEST_HEADERS:
    case SECLANG_VAR_REQUEST_HEADERS_NAMES:
        names = &tx->hidden_request_headers;
        break;
    case SECLANG_VAR_RESPONSE_HEADERS:
    case SECLANG_VAR_RESPONSE_HEADERS_NAMES:
        names = &tx->hidden_response_headers;
        break;
    default:
        return; /* no other variable is shown by name in the audit log */
    }
    seclang_names_add(names, tx->mem, tx->matched.name);
}
