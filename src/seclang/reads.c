/* Which variables a rule looks at. */
#include "seclang/rule.h"

struct reading {
    enum seclang_var var;
    bool whole; /* only where all its members are meant */
};

static bool
macro_reads(const struct seclang_macro *macro, const struct reading *r)
{
    for (size_t i = 0; i < macro->count; i++)
        if (macro->part[i].var == r->var && (!r->whole || macro->part[i].name.n == 0)) return true;
    return false;
}

static bool
target_reads(const struct seclang_target *target, const struct reading *r)
{
    return target->var == r->var && (!r->whole || target->selector.pick == SECLANG_PICK_ALL);
}

static bool
reads(const struct seclang_rule *rule, const struct reading *r)
{
    for (size_t i = 0; i < rule->target_count; i++)
        if (target_reads(&rule->target[i], r)) return true;
    if (macro_reads(&rule->argument, r) || macro_reads(&rule->msg, r) ||
        macro_reads(&rule->logdata, r) || macro_reads(&rule->url, r))
        return true;
    for (size_t i = 0; i < rule->tag_count; i++)
        if (macro_reads(&rule->tag[i], r)) return true;
    for (size_t i = 0; i < rule->action_count; i++)
        if (macro_reads(&rule->action[i].value, r) || macro_reads(&rule->action[i].name, r))
            return true;
    return false;
}

bool
seclang_rule_reads(const struct seclang_rule *rule, enum seclang_var var)
{
    return reads(rule, &(struct reading){ var, false });
}

bool
seclang_rule_reads_whole(const struct seclang_rule *rule, enum seclang_var var)
{
    return reads(rule, &(struct reading){ var, true });
}
