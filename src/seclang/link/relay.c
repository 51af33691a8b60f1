/* Which chains are relays (relay.h). */
#include "seclang/relay.h"

#include "seclang/link/linker.h"

/* ── the two rules ── */

static bool
is_literal(const struct seclang_macro_part *part)
{
    return part->var == SECLANG_VAR_COUNT;
}

/* Literals and what the rule has captured itself. */
static bool
spells_captures(const struct seclang_macro *macro)
{
    for (size_t i = 0; i < macro->count; i++) {
        const struct seclang_macro_part *part = &macro->part[i];

        if (!is_literal(part) &&
            (part->var != SECLANG_VAR_TX || part->tx_slot < 0 || part->tx_slot >= SECLANG_CAPTURES))
            return false;
    }
    return macro->count > 0;
}

/* What its names begin with; empty: nothing is known of that. */
static sk_str
beginning(const struct seclang_action *act)
{
    bool known = act->name.count > 0 && is_literal(&act->name.part[0]);

    return known ? act->name.part[0].literal : SK_STR("");
}

static bool
hands_over(const struct seclang_action *act, sk_str to)
{
    return act->kind == SECLANG_ACT_SETVAR && act->collection == SECLANG_VAR_TX &&
           act->tx_slot < 0 && act->set == SECLANG_SET && spells_captures(&act->name) &&
           spells_captures(&act->value) && sk_str_starts_nocase(beginning(act), to);
}

static bool
looks_at_word(const struct seclang_rule *rule)
{
    const struct seclang_target *target = rule->target;

    return rule->target_count == 1 && rule->exclusion_count == 0 && target->var == SECLANG_VAR_TX &&
           !target->count && target->selector.pick == SECLANG_PICK_REGEX &&
           target->selector.prefix.p && target->selector.slot_count == 0;
}

static bool
could_relay(const struct seclang_rule *head)
{
    const struct seclang_rule *to = head->chain;

    if (!to || head->unconditional || strcmp(head->op->name, "rx") != 0 || head->negated ||
        head->multi_match || !head->capture || head->action_count == 0 || head->target_count != 1 ||
        head->target[0].selector.pick != SECLANG_PICK_ALL || head->exclusion_count > 0)
        return false;
    if (to->unconditional || !seclang_link_foldable(to->op) || to->form != 0 || to->multi_match ||
        !looks_at_word(to) || !seclang_link_names_slots(&to->argument))
        return false;
    for (size_t i = 0; i < head->action_count; i++)
        if (!hands_over(&head->action[i], to->target[0].selector.prefix)) return false;
    return true;
}

/* ── who else would see the variables ── */

/* Names that begin with one may begin with the other. */
static bool
may_meet(sk_str a, sk_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;

    return sk_str_eq_nocase(sk_str_first(a, n), sk_str_first(b, n));
}

/* Adding to a variable looks at it; setting does not, but whoever looks for it wakes then. */
static bool
adds_to(const struct seclang_rule *rule, sk_str word)
{
    for (size_t i = 0; i < rule->action_count; i++) {
        const struct seclang_action *act = &rule->action[i];

        if (act->kind == SECLANG_ACT_SETVAR && act->collection == SECLANG_VAR_TX &&
            act->tx_slot < 0 && (act->set == SECLANG_ADD || act->set == SECLANG_SUBTRACT) &&
            may_meet(beginning(act), word))
            return true;
    }
    return false;
}

static void
note_other(const struct seclang_linker *l, struct seclang_relay *relay,
           const struct seclang_selector *selector)
{
    relay->other = seclang_draft_room(l->mem, relay->other, relay->others, sizeof *relay->other);
    relay->other[relay->others++] = selector;
}

static void
note_patterns(const struct seclang_linker *l, struct seclang_relay *relay,
              const struct seclang_rule *rule, sk_str word)
{
    for (size_t i = 0; i < rule->target_count && rule != relay->to; i++) {
        const struct seclang_selector *selector = &rule->target[i].selector;

        if (rule->target[i].var == SECLANG_VAR_TX && selector->pick == SECLANG_PICK_REGEX &&
            !(selector->prefix.p && !may_meet(selector->prefix, word)))
            note_other(l, relay, selector);
    }
}

/* Variables that begin with the word are the relay's own; patterns of others that might take some
 * of them are noted. */
static bool
is_private(const struct seclang_linker *l, struct seclang_relay *relay, sk_str word)
{
    for (size_t i = 0; i < l->slot_count; i++)
        if (sk_str_starts_nocase(l->slot[i], word)) return false;
    for (size_t i = 0; i < l->rules->rule_count; i++) {
        const struct seclang_rule *rule = &l->rules->rule[i];

        if (seclang_rule_reads_whole(rule, SECLANG_VAR_TX) || adds_to(rule, word)) return false;
        note_patterns(l, relay, rule, word);
    }
    return true;
}

const struct seclang_relay *
seclang_link_relay(const struct seclang_linker *l, const struct seclang_rule *head)
{
    struct seclang_relay *relay;

    if (!could_relay(head)) return NULL;
    relay = SK_NEW(l->mem, struct seclang_relay);
    relay->to = head->chain;
    relay->argument = sk_str_copy(l->mem, seclang_link_first_argument(l, head->chain));
    for (size_t i = 0; i < head->action_count; i++)
        if (!is_private(l, relay, beginning(&head->action[i]))) return NULL;
    return relay;
}
