/* What is always assigned before the first request is looked at: rules at the beginning of phase 1
 * that match in any case and do nothing but give TX variables values that are known now. A
 * transaction begins with these values; the rules need not be walked.
 *
 *     SecAction "id:900000,phase:1,nolog,pass,setvar:tx.paranoia_level=1"             foreseen
 *     SecRule &TX:critical_score "@eq 0" "...,nolog,pass,setvar:tx.critical_score=5"  foreseen
 *
 * Values given earlier than they are written must not be seen: a rule that stays in front of one of
 * these may neither read nor write its variables, jump, allow, refuse or switch anything off. */
#include "seclang/link/facts.h"

/* ── what a rule touches ── */

static bool
names_slot(enum seclang_var var, int tx_slot, int slot)
{
    return var == SECLANG_VAR_TX && (tx_slot < 0 || tx_slot == slot);
}

static bool
macro_touches(const struct seclang_macro *macro, int slot)
{
    for (size_t i = 0; i < macro->count; i++)
        if (names_slot(macro->part[i].var, macro->part[i].tx_slot, slot)) return true;
    return false;
}

static bool
action_touches(const struct seclang_draft_action *action, int slot)
{
    const struct seclang_action *act = &action->act;

    return macro_touches(&act->name, slot) || macro_touches(&act->value, slot) ||
           (act->kind == SECLANG_ACT_SETVAR && names_slot(act->collection, act->tx_slot, slot));
}

static bool
rule_touches(const struct seclang_draft *d, int slot)
{
    const struct seclang_wishes *w = &d->wishes;

    for (size_t i = 0; i < d->target_count; i++)
        if (names_slot(d->target[i].target.var, d->target[i].target.selector.tx_slot, slot))
            return true;
    for (size_t i = 0; i < w->action_count; i++)
        if (action_touches(&w->action[i], slot)) return true;
    for (size_t i = 0; i < w->tag_count; i++)
        if (macro_touches(&w->tag[i], slot)) return true;
    return macro_touches(&d->argument, slot) || macro_touches(&w->msg, slot) ||
           macro_touches(&w->logdata, slot) || macro_touches(&w->url, slot) ||
           ((w->said & SECLANG_SAID_CAPTURE) && slot < SECLANG_CAPTURES);
}

static bool
chain_touches(const struct seclang_draft *head, int slot)
{
    for (const struct seclang_draft *d = head; d; d = d->chain)
        if (rule_touches(d, slot)) return true;
    return false;
}

/* ── which rules are foreseen ── */

static bool
passes(const struct seclang_draft *head)
{
    enum seclang_disruptive d = head->wishes.disruptive;

    return d == SECLANG_DO_PASS || d == SECLANG_DO_NONE;
}

static bool
only_sets_tx(const struct seclang_draft *head)
{
    const struct seclang_wishes *w = &head->wishes;

    for (size_t i = 0; i < w->action_count; i++)
        if (w->action[i].act.kind != SECLANG_ACT_SETVAR || w->action[i].act.tx_slot < 0)
            return false;
    return !head->chain && passes(head) && !w->log && !w->audit &&
           !(w->said & (SECLANG_SAID_SEVERITY | SECLANG_SAID_CAPTURE));
}

static bool
all_known(const struct seclang_draft *head, const struct facts *after)
{
    const struct seclang_wishes *w = &head->wishes;

    for (size_t i = 0; i < w->action_count; i++)
        if (after->of[w->action[i].act.tx_slot].kind != FACT_KNOWN) return false;
    return true;
}

/* No rule that stays in front of it would notice. */
static bool
unnoticed(const struct seclang_flow *flow, size_t at)
{
    const struct seclang_wishes *w = &flow->step[at].draft->wishes;

    for (size_t i = 0; i < at; i++) {
        if (flow->step[i].dropped) continue;
        for (size_t k = 0; k < w->action_count; k++)
            if (chain_touches(flow->step[i].draft, w->action[k].act.tx_slot)) return false;
    }
    return true;
}

/* Whatever comes behind it comes in any case. ctl of rules and of the engine do not. */
static bool
goes_on(const struct seclang_flow_step *step)
{
    if (step->jump || !passes(step->draft)) return false;
    for (const struct seclang_draft *d = step->draft; d; d = d->chain)
        for (size_t i = 0; i < d->wishes.action_count; i++) {
            const struct seclang_action *act = &d->wishes.action[i].act;

            if (act->kind == SECLANG_ACT_CTL && act->ctl != SECLANG_CTL_REQUEST_BODY_PROCESSOR &&
                act->ctl != SECLANG_CTL_FORCE_REQUEST_BODY_VARIABLE)
                return false;
        }
    return true;
}

static void
assign(struct seclang_linker *l, const struct seclang_draft *head, const struct facts *after)
{
    for (size_t i = 0; i < head->wishes.action_count; i++) {
        int slot = head->wishes.action[i].act.tx_slot;

        l->foreseen[slot] = sk_str_copy(l->mem, after->of[slot].value);
    }
}

size_t
seclang_link_foresee(struct seclang_linker *l, struct seclang_flow *flow,
                     struct facts *const *after)
{
    size_t rules = 0;

    for (size_t i = 0; i < flow->count; i++) {
        struct seclang_flow_step *step = &flow->step[i];

        if (step->dropped) continue;
        if (after[i] && !step->jump && only_sets_tx(step->draft) &&
            all_known(step->draft, after[i]) && unnoticed(flow, i)) {
            assign(l, step->draft, after[i]);
            step->dropped = step->draft->foreseen = true;
            rules++;
        } else if (!goes_on(step)) {
            break;
        }
    }
    return rules;
}
