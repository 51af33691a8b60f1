/* Which variables a rule looks at. */
#include "seclang/rule.h"

static bool
macro_reads(const struct seclang_macro *macro, enum seclang_var var)
{
    for (size_t i = 0; i < macro->count; i++)
        if (macro->part[i].var == var) return true;
    return false;
}

bool
seclang_rule_reads(const struct seclang_rule *rule, enum seclang_var var)
{
    for (size_t i = 0; i < rule->target_count; i++)
        if (rule->target[i].var == var) return true;
    if (macro_reads(&rule->argument, var) || macro_reads(&rule->msg, var) ||
        macro_reads(&rule->logdata, var) || macro_reads(&rule->url, var))
        return true;
    for (size_t i = 0; i < rule->tag_count; i++)
        if (macro_reads(&rule->tag[i], var)) return true;
    for (size_t i = 0; i < rule->action_count; i++)
        if (macro_reads(&rule->action[i].value, var) || macro_reads(&rule->action[i].name, var))
            return true;
    return false;
}
