/* Rules that cannot match as a transaction begins: some rule of the chain looks at nothing but TX
 * variables, and with what these begin with it does not match.
 *
 *     SecRule TX:SQL_ERROR "@eq 1" "chain"            begins with 0: sleeps until that changes
 *     SecRule TX:SCORE "@ge %{tx.threshold}"          sleeps until either changes
 *
 * What stands before it in its chain must leave no trace: then it does not matter whether it was
 * asked. A rule that looks at MATCHED_VAR before it has matched itself would see the trace of a
 * half-matched chain; where there is such a rule, only first rules are looked at. */
#include "seclang/link/linker.h"

/* ── as the transaction begins ── */

bool
seclang_link_names_slots(const struct seclang_macro *macro)
{
    for (size_t i = 0; i < macro->count; i++) {
        const struct seclang_macro_part *part = &macro->part[i];

        if (part->var == SECLANG_VAR_COUNT) continue;
        if (part->var != SECLANG_VAR_TX || part->name.n == 0 || part->tx_slot < 0) return false;
    }
    return true;
}

static bool
looks_at_slots(const struct seclang_rule *rule)
{
    for (size_t i = 0; i < rule->target_count; i++) {
        const struct seclang_target *target = &rule->target[i];

        if (target->var != SECLANG_VAR_TX || target->selector.pick != SECLANG_PICK_NAME ||
            target->selector.tx_slot < 0)
            return false;
    }
    return rule->target_count > 0 && seclang_link_names_slots(&rule->argument);
}

static sk_str
start_of(const struct seclang_linker *l, int slot)
{
    return l->foreseen[slot];
}

sk_str
seclang_link_first_argument(const struct seclang_linker *l, const struct seclang_rule *rule)
{
    struct sk_buf out = { .mem = l->scratch };

    if (rule->argument.count == 0) return (sk_str){ 0 };
    for (size_t i = 0; i < rule->argument.count; i++) {
        const struct seclang_macro_part *part = &rule->argument.part[i];

        sk_buf_add(&out,
                   part->var == SECLANG_VAR_COUNT ? part->literal : start_of(l, part->tx_slot));
    }
    return sk_buf_str(&out);
}

/* No value, no question, also where the operator is negated. */
static bool
matches_target(const struct seclang_linker *l, const struct seclang_rule *rule,
               const struct seclang_target *target)
{
    struct seclang_op_run run = { .mem = l->scratch,
                                  .argument = seclang_link_first_argument(l, rule),
                                  .quiet = true };
    sk_str start = start_of(l, target->selector.tx_slot);

    if (target->count) start = start.p ? SK_STR("1") : SK_STR("0");
    if (!start.p) return false;
    return rule->op->run(rule->op_state, &run, start) != rule->negated;
}

static bool
cannot_match(const struct seclang_linker *l, const struct seclang_rule *rule)
{
    if (rule->unconditional || !seclang_link_foldable(rule->op) || rule->form != 0 ||
        !looks_at_slots(rule))
        return false;
    for (size_t i = 0; i < rule->target_count; i++)
        if (matches_target(l, rule, &rule->target[i])) return false;
    return true;
}

/* ── along the chain ── */

static bool
leaves_no_trace(const struct seclang_rule *rule)
{
    return !rule->unconditional && seclang_link_foldable(rule->op) && rule->action_count == 0 &&
           !rule->capture;
}

static bool
is_matched_var(enum seclang_var var)
{
    return var == SECLANG_VAR_MATCHED_VAR || var == SECLANG_VAR_MATCHED_VAR_NAME;
}

static bool
sees_earlier_match(const struct seclang_rule *head)
{
    for (size_t i = 0; i < head->target_count; i++)
        if (is_matched_var(head->target[i].var)) return true;
    for (size_t i = 0; i < head->argument.count; i++)
        if (is_matched_var(head->argument.part[i].var)) return true;
    return false;
}

static bool
traces_are_seen(const struct seclang_rules *rules)
{
    for (size_t i = 0; i < rules->rule_count; i++)
        if (rules->rule[i].head == &rules->rule[i] && sees_earlier_match(&rules->rule[i]))
            return true;
    return false;
}

const struct seclang_rule *
seclang_link_sleeper(const struct seclang_linker *l, const struct seclang_rule *head)
{
    const struct seclang_rule *rule = head;

    if (cannot_match(l, head)) return head;
    if (!head->chain || traces_are_seen(l->rules)) return NULL;
    while (rule->chain && leaves_no_trace(rule)) {
        rule = rule->chain;
        if (cannot_match(l, rule)) return rule;
    }
    return NULL;
}
