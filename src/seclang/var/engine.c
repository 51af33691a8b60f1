/* Variables of the engine itself: what matched, the rule at hand, users and sessions. */
#include "seclang/macro_run.h"
#include "seclang/seen.h"
#include "seclang/var/fetch.h"

static void
matched_var(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, tx->matched.text);
}

static void
matched_var_name(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, seclang_seen_name(tx->mem, &tx->matched, SECLANG_NAME_ESCAPED));
}

static void
highest_severity(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, tx->highest_severity);
}

static void
build(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(
        tx, list, SK_STR("020907900")); /* version 2.9.7: the semantics that rules may count on */
}

/* Whatever went wrong while matching is a limit: patterns are tried when they are loaded. */
static void
pcre_error(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_int(tx, list, tx->limit_hit);
}

static void
session_id(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, tx->session_id);
}

static void
user_id(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    (void)rule;
    seclang_fetch_text(tx, list, tx->user_id);
}

static void
add_named(struct seclang_tx *tx, struct seclang_list *list, const char *name, sk_str text)
{
    if (text.n > 0)
        seclang_list_add(list, tx->mem, seclang_value_new(tx->mem, sk_str_of(name), text));
}

static void
add_number(struct seclang_tx *tx, struct seclang_list *list, const char *name, int number)
{
    if (number >= 0) add_named(tx, list, name, sk_str_printf(tx->mem, "%d", number));
}

/* Of the first rule of the chain; texts are not expanded, as in mod_security 2. */
static void
rule_members(struct seclang_tx *tx, struct seclang_list *list, const struct seclang_rule *rule)
{
    const struct seclang_rule *head = rule ? rule->head : NULL;

    if (!head) return;
    if (head->id > 0) add_number(tx, list, "id", (int)head->id);
    add_named(tx, list, "rev", sk_str_of(head->revision));
    add_number(tx, list, "severity", head->severity);
    add_named(tx, list, "msg", seclang_macro_source(tx->mem, &head->msg));
    add_named(tx, list, "logdata", seclang_macro_source(tx->mem, &head->logdata));
    add_named(tx, list, "ver", sk_str_of(head->version));
    add_number(tx, list, "maturity", head->maturity > 0 ? head->maturity : -1);
    add_number(tx, list, "accuracy", head->accuracy > 0 ? head->accuracy : -1);
}

const struct seclang_fetch_row seclang_fetch_engine[] = {
    { SECLANG_VAR_HIGHEST_SEVERITY, SECLANG_FETCH_ALWAYS, highest_severity },
    { SECLANG_VAR_MATCHED_VAR, SECLANG_FETCH_ALWAYS, matched_var },
    { SECLANG_VAR_MATCHED_VAR_NAME, SECLANG_FETCH_ALWAYS, matched_var_name },
    { SECLANG_VAR_MODSEC_BUILD, SECLANG_FETCH_ONCE, build },
    { SECLANG_VAR_MSC_PCRE_ERROR, SECLANG_FETCH_ALWAYS, pcre_error },
    { SECLANG_VAR_MSC_PCRE_LIMITS_EXCEEDED, SECLANG_FETCH_ALWAYS, pcre_error },
    { SECLANG_VAR_RULE, SECLANG_FETCH_ALWAYS, rule_members },
    { SECLANG_VAR_SESSIONID, SECLANG_FETCH_ALWAYS, session_id },
    { SECLANG_VAR_USERID, SECLANG_FETCH_ALWAYS, user_id },
    { SECLANG_VAR_COUNT, SECLANG_FETCH_FILLED, NULL },
};
