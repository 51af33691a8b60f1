/* What saves work while running: a filter for each pattern, one look for response bodies. */
#include "seclang/link/linker.h"

#include "seclang/tf/rows.h"

static void
plan_filter(struct seclang_rule *rule)
{
    if (!rule->op || !rule->op->filter || !rule->op->pure || rule->negated ||
        !seclang_macro_constant(&rule->argument))
        return;
    sk_str argument = rule->argument.count ? rule->argument.part[0].literal : (sk_str){ 0 };
    rule->op->filter(&rule->filter, rule->op_state, argument);
    rule->filtered = rule->filter.least || rule->filter.sets;
}

/* Whether the body is asked as it is, but for case (*lower) and for what is left out (*loose). */
static bool
is_near_body(bool *lower, bool *loose, const struct seclang_form *form, unsigned node)
{
    *lower = *loose = false;
    for (; node != 0; node = form[node].parent) {
        const struct seclang_tf *tf = form[node].tf;

        if (tf->run == seclang_tf_lowercase)
            *lower = true;
        else if (tf->run == seclang_tf_remove_whitespace || tf->run == seclang_tf_remove_nulls)
            *loose = true;
        else
            return false;
    }
    return true;
}

/* It is known beforehand which of these may match the body. */
static bool
goes_to_bulk(struct seclang_bulk_ask *ask, const struct seclang_form *form,
             const struct seclang_rule *rule)
{
    bool lower, loose;

    if (rule->phase != 4 || !rule->op || rule->multi_match || rule->target_count != 1 ||
        rule->exclusion_count > 0 || rule->target[0].var != SECLANG_VAR_RESPONSE_BODY ||
        !seclang_macro_constant(&rule->argument) || !rule->argument.count ||
        !is_near_body(&lower, &loose, form, rule->form) ||
        !seclang_bulk_ask_of(ask, rule->op, rule->op_state, rule->argument.part[0].literal))
        return false;
    ask->lower = lower;
    if (loose && ask->kind != SECLANG_ASK_LITERAL) return false;
    if (loose) ask->kind = SECLANG_ASK_LOOSE;
    return true;
}

static bool
interrupts(enum seclang_disruptive disruptive)
{
    return disruptive == SECLANG_DO_DENY || disruptive == SECLANG_DO_DROP ||
           disruptive == SECLANG_DO_REDIRECT;
}

static bool
reads_matched_vars(const struct seclang_rule *rule)
{
    return seclang_rule_reads(rule, SECLANG_VAR_MATCHED_VARS) ||
           seclang_rule_reads(rule, SECLANG_VAR_MATCHED_VARS_NAMES);
}

/* What need not be done when it matches. */
static void
plan_head(struct seclang_rule *head)
{
    head->silent = !head->log && !head->audit && !interrupts(head->disruptive);
    for (const struct seclang_rule *rule = head; rule; rule = rule->chain)
        if (reads_matched_vars(rule)) head->remembers = true;
}

sk_err
seclang_link_plan(struct seclang_linker *l)
{
    struct seclang_rules *r = l->rules;
    struct seclang_bulk_ask *ask = sk_array(l->scratch, r->rule_count + 1, sizeof *ask);
    for (size_t i = 0; i < r->rule_count; i++) {
        plan_filter(&r->rule[i]);
        if (r->rule[i].head == &r->rule[i]) plan_head(&r->rule[i]);
        if (goes_to_bulk(&ask[r->bulk_count], l->form, &r->rule[i]))
            r->rule[i].bulk = (int)r->bulk_count++;
    }
    if (!r->bulk_count) return sk_ok();
    return seclang_bulk_new(&r->bulk, l->mem, l->p->cache, ask, r->bulk_count);
}
