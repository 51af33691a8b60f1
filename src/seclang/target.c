/* Targets, selectors and exclusions. */
#include "seclang/target.h"

#include "seclang/var/fetch.h"
#include "seclang/var/member.h"
#include "seclang/worker.h"

/* Apart from the function below: an operator's run is large, and most selectors are names. */
static __attribute__((noinline)) bool
takes_by_regex(struct seclang_tx *tx, const struct seclang_selector *selector, sk_str name)
{
    struct seclang_op_run run = { .scratch = tx->worker->scratch,
                                  .mem = tx->mem,
                                  .argument = selector->name };

    return selector->rx->run(selector->rx_state, &run, name);
}

bool
seclang_selector_takes(struct seclang_tx *tx, const struct seclang_selector *selector, sk_str name)
{
    if (selector->pick == SECLANG_PICK_ALL) return true;
    if (selector->prefix.p) return sk_str_starts_nocase(name, selector->prefix);
    if (selector->pick == SECLANG_PICK_REGEX) return takes_by_regex(tx, selector, name);
    return name.n == selector->name.n && sk_str_eq_nocase(name, selector->name);
}

/* Rules make the same names for each request (header_name_accept): the answer is remembered. */
bool
seclang_selector_takes_member(struct seclang_tx *tx, const struct seclang_selector *selector,
                              const struct seclang_member *m)
{
    struct seclang_taken *known =
        &tx->worker->taken[(m->hash ^ (uintptr_t)selector >> 4) % SECLANG_TAKEN];

    if (selector->pick != SECLANG_PICK_REGEX || selector->prefix.p)
        return seclang_selector_takes(tx, selector, m->value.name);
    if (known->selector != selector || known->hash != m->hash || known->length != m->value.name.n)
        *known = (struct seclang_taken){ selector, m->hash, m->value.name.n,
                                         takes_by_regex(tx, selector, m->value.name) };
    return known->takes;
}

static unsigned
count_tx(struct seclang_tx *tx, const struct seclang_selector *selector)
{
    unsigned count = 0;

    for (size_t i = 0; i < selector->slot_count; i++)
        if (seclang_tx_slot_at(tx, selector->slot[i])->set) count++;
    for (const struct seclang_member *m = tx->tx_first; m; m = m->next)
        if (m->set && seclang_selector_takes_member(tx, selector, m)) count++;
    return count;
}

unsigned
seclang_target_count(struct seclang_tx *tx, const struct seclang_target *target,
                     const struct seclang_rule *rule)
{
    const struct seclang_selector *selector = &target->selector;
    const struct seclang_list *list;
    unsigned count = 0;

    if (target->var == SECLANG_VAR_TX && selector->pick == SECLANG_PICK_NAME)
        return seclang_tx_look(tx, selector->tx_slot, selector->name) ? 1 : 0;
    if (target->var == SECLANG_VAR_TX && selector->pick == SECLANG_PICK_REGEX)
        return count_tx(tx, selector);
    list = seclang_fetch(tx, target->var, rule);
    if (selector->pick == SECLANG_PICK_ALL)
        return list->count + (tx->earlier ? tx->earlier[target->var] : 0);
    for (unsigned i = 0; i < list->count; i++)
        if (seclang_selector_takes(tx, selector, list->at[i]->name)) count++;
    return count;
}

/* ARGS, ARGS_GET and ARGS_POST hold the same values; so do their names. */
enum family { NO_FAMILY, ARGS, ARGS_NAMES };
enum side { BOTH, GET, POST };

static const struct {
    enum family family;
    enum side side;
} family_of[SECLANG_VAR_COUNT] = {
    [SECLANG_VAR_ARGS] = { ARGS, BOTH },
    [SECLANG_VAR_ARGS_GET] = { ARGS, GET },
    [SECLANG_VAR_ARGS_POST] = { ARGS, POST },
    [SECLANG_VAR_ARGS_NAMES] = { ARGS_NAMES, BOTH },
    [SECLANG_VAR_ARGS_GET_NAMES] = { ARGS_NAMES, GET },
    [SECLANG_VAR_ARGS_POST_NAMES] = { ARGS_NAMES, POST },
};

static bool
same_variable(enum seclang_var taken, enum seclang_var var, const struct seclang_value *value)
{
    if (taken == var) return true;
    if (family_of[var].family == NO_FAMILY || family_of[taken].family != family_of[var].family)
        return false;
    if (family_of[taken].side == BOTH) return true;
    return value && family_of[taken].side == (value->post ? POST : GET);
}

/* A count goes with its collection, or with the very name that it counts. */
static bool
takes_count(const struct seclang_target *taken, const struct seclang_target *target)
{
    if (taken->var != target->var) return false;
    if (taken->selector.pick == SECLANG_PICK_ALL) return true;
    return taken->count && taken->selector.pick == target->selector.pick &&
           sk_str_eq_nocase(taken->selector.name, target->selector.name);
}

static bool
takes(struct seclang_tx *tx, const struct seclang_target *taken,
      const struct seclang_target *target, const struct seclang_value *value,
      enum seclang_excluded how)
{
    bool regex = taken->selector.pick == SECLANG_PICK_REGEX;

    if (regex != (how == SECLANG_EXCLUDED_BY_REGEX)) return false;
    if (target->count) return takes_count(taken, target);
    return same_variable(taken->var, target->var, value) &&
           seclang_selector_takes(tx, &taken->selector, value->name);
}

bool
seclang_target_excluded(struct seclang_tx *tx, const struct seclang_rule *rule,
                        const struct seclang_target *target, const struct seclang_value *value,
                        enum seclang_excluded how)
{
    for (size_t i = 0; i < rule->exclusion_count; i++)
        if (takes(tx, &rule->exclusion[i], target, value, how)) return true;
    if (!tx->lost) return false;
    for (const struct seclang_lost *lost = tx->lost[rule->index]; lost; lost = lost->next)
        if (takes(tx, lost->target, target, value, how)) return true;
    return false;
}
