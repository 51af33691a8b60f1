/* Relays: chains whose first rule hands what it has matched to the second, through TX variables
 * that are named after it and that nobody else looks at.
 *
 *     SecRule REQUEST_HEADERS_NAMES "@rx ^.*$" "id:920450,capture,t:lowercase,chain,
 *                                               setvar:'tx.header_name_%{tx.0}=/%{tx.0}/'"
 *         SecRule TX:/^header_name_/ "@within %{tx.restricted_headers}"
 *
 * Such a chain asks a question about each header's name alone, and the answer for a name is the
 * same in every request: the screen asks it beside the question whether the first rule matches, and
 * remembers it. Where no value may get through, the variables need not be made; what else a match
 * of the first rule leaves behind (captures, MATCHED_VAR) is what its last match leaves. */
#ifndef SECLANG_RELAY_H
#define SECLANG_RELAY_H

#include "seclang/tx.h"

struct seclang_relay {
    const struct seclang_rule *to;         /* the second rule; it looks at one TX:/^word/ */
    sk_str argument;                       /* of its operator, as a transaction begins */
    const struct seclang_selector **other; /* TX:/patterns/ that might take one of the names, too */
    size_t others;
};

/* Whether the chain may match, or anybody else see a variable, through this text of the first
 * rule's form. Never wrongly false while the argument is what it was in the beginning. */
bool seclang_relay_may(const struct seclang_rule *head, struct seclang_op_run *run, sk_str text);

/* Whether the chain surely does not match, and which of the list's values is the last that its
 * first rule matches (NULL: none). Only where the rule has lost no target. */
bool seclang_relay_idle(const struct seclang_tx *tx, const struct seclang_rule *head,
                        const struct seclang_list *list, struct seclang_value **last);

#endif
