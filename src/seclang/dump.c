/* Rules as text: what linking made of the configuration, one line per rule. Values that hold
 * quotes or controls are written as JSON strings, so that a line stays a line. */
#include "seclang/dump.h"

#include "seclang/rules.h"

static void
dump_quoted(struct sk_buf *out, sk_str s)
{
    sk_json_quote(out, s);
}

void
seclang_dump_macro(struct sk_buf *out, const struct seclang_macro *macro)
{
    for (size_t i = 0; i < macro->count; i++) {
        const struct seclang_macro_part *part = &macro->part[i];
        if (part->var == SECLANG_VAR_COUNT)
            sk_buf_add(out, part->literal);
        else if (part->name.n)
            sk_buf_printf(out, "%%{%s.%.*s}", seclang_var_rows[part->var].name, SK_ARG(part->name));
        else
            sk_buf_printf(out, "%%{%s}", seclang_var_rows[part->var].name);
    }
}

static void
dump_macro(struct sk_buf *out, const struct seclang_macro *macro)
{
    struct sk_buf text = { .mem = out->mem };
    seclang_dump_macro(&text, macro);
    dump_quoted(out, sk_buf_str(&text));
}

void
seclang_dump_target(struct sk_buf *out, const struct seclang_target *target, bool excluded)
{
    const struct seclang_selector *s = &target->selector;
    sk_buf_printf(out, "%s%s%s", excluded ? "!" : "", target->count ? "&" : "",
                  seclang_var_rows[target->var].name);
    if (s->pick == SECLANG_PICK_NAME) sk_buf_printf(out, ":%.*s", SK_ARG(s->name));
    if (s->pick == SECLANG_PICK_REGEX) sk_buf_printf(out, ":/%.*s/", SK_ARG(s->name));
}

static void
dump_targets(struct sk_buf *out, const struct seclang_rule *rule)
{
    for (size_t i = 0; i < rule->target_count; i++) {
        if (i) sk_buf_byte(out, '|');
        seclang_dump_target(out, &rule->target[i], false);
    }
    for (size_t i = 0; i < rule->exclusion_count; i++) {
        sk_buf_byte(out, '|');
        seclang_dump_target(out, &rule->exclusion[i], true);
    }
}

static void
dump_form(struct sk_buf *out, const struct seclang_rules *rules, unsigned node)
{
    if (!node) return;
    dump_form(out, rules, rules->form[node].parent);
    sk_buf_printf(out, " t:%s", rules->form[node].tf->name);
}

static void
dump_named_rules(struct sk_buf *out, const struct seclang_rules *rules,
                 const struct seclang_action *act)
{
    sk_buf_byte(out, '[');
    for (size_t i = 0; i < act->rule_count; i++)
        sk_buf_printf(out, "%s%u", i ? " " : "", rules->rule[act->rules[i]].id);
    sk_buf_byte(out, ']');
}

const char *const seclang_ctl_names[] = {
    [SECLANG_CTL_RULE_ENGINE] = "ruleEngine",
    [SECLANG_CTL_AUDIT_ENGINE] = "auditEngine",
    [SECLANG_CTL_AUDIT_LOG_PARTS] = "auditLogParts",
    [SECLANG_CTL_REQUEST_BODY_ACCESS] = "requestBodyAccess",
    [SECLANG_CTL_REQUEST_BODY_LIMIT] = "requestBodyLimit",
    [SECLANG_CTL_REQUEST_BODY_PROCESSOR] = "requestBodyProcessor",
    [SECLANG_CTL_FORCE_REQUEST_BODY_VARIABLE] = "forceRequestBodyVariable",
    [SECLANG_CTL_RESPONSE_BODY_ACCESS] = "responseBodyAccess",
    [SECLANG_CTL_RESPONSE_BODY_LIMIT] = "responseBodyLimit",
    [SECLANG_CTL_DEBUG_LOG_LEVEL] = "debugLogLevel",
    [SECLANG_CTL_REMOVE_RULES] = "ruleRemove",
    [SECLANG_CTL_REMOVE_TARGETS] = "ruleRemoveTarget",
};

static void
dump_ctl(struct sk_buf *out, const struct seclang_rules *rules, const struct seclang_action *act)
{
    sk_buf_printf(out, " ctl:%s=", seclang_ctl_names[act->ctl]);
    if (act->ctl == SECLANG_CTL_REMOVE_RULES || act->ctl == SECLANG_CTL_REMOVE_TARGETS)
        dump_named_rules(out, rules, act);
    else if (act->text.n)
        sk_buf_printf(out, "%s%.*s",
                      act->number > 0   ? "+"
                      : act->number < 0 ? "-"
                                        : "",
                      SK_ARG(act->text));
    else
        sk_buf_printf(out, "%d", act->number);
    if (act->ctl != SECLANG_CTL_REMOVE_TARGETS) return;
    sk_buf_byte(out, ';');
    seclang_dump_target(out, &act->target, false);
}

static void
dump_setvar(struct sk_buf *out, const char *name, const struct seclang_action *act)
{
    static const char *const signs[] = {
        [SECLANG_SET] = "=", [SECLANG_ADD] = "+=", [SECLANG_SUBTRACT] = "-=", [SECLANG_DELETE] = ""
    };
    sk_buf_printf(out, " %s:%s%s.", name, act->set == SECLANG_DELETE ? "!" : "",
                  seclang_var_rows[act->collection].name);
    dump_macro(out, &act->name);
    sk_buf_printf(out, "%s", signs[act->set]);
    if (act->set != SECLANG_DELETE) dump_macro(out, &act->value);
}

const char *const seclang_act_names[] = {
    [SECLANG_ACT_SETVAR] = "setvar",
    [SECLANG_ACT_EXPIREVAR] = "expirevar",
    [SECLANG_ACT_DEPRECATEVAR] = "deprecatevar",
    [SECLANG_ACT_INITCOL] = "initcol",
    [SECLANG_ACT_SETUID] = "setuid",
    [SECLANG_ACT_SETSID] = "setsid",
    [SECLANG_ACT_SETRSC] = "setrsc",
    [SECLANG_ACT_SETENV] = "setenv",
    [SECLANG_ACT_CTL] = "ctl",
    [SECLANG_ACT_SANITISE_ARG] = "sanitiseArg",
    [SECLANG_ACT_SANITISE_MATCHED] = "sanitiseMatched",
    [SECLANG_ACT_SANITISE_REQUEST_HEADER] = "sanitiseRequestHeader",
    [SECLANG_ACT_SANITISE_RESPONSE_HEADER] = "sanitiseResponseHeader",
};

static void
dump_action(struct sk_buf *out, const struct seclang_rules *rules, const struct seclang_action *act)
{
    if (act->kind == SECLANG_ACT_CTL) {
        dump_ctl(out, rules, act);
    } else if (act->name.count && act->collection != SECLANG_VAR_COUNT) {
        dump_setvar(out, seclang_act_names[act->kind], act);
    } else {
        sk_buf_printf(out, " %s:", seclang_act_names[act->kind]);
        if (act->collection != SECLANG_VAR_COUNT)
            sk_buf_printf(out, "%s=", seclang_var_rows[act->collection].name);
        dump_macro(out, act->name.count ? &act->name : &act->value);
    }
}

const char *const seclang_does_names[] = {
    [SECLANG_DO_PASS] = "pass",
    [SECLANG_DO_BLOCK] = "block",
    [SECLANG_DO_DENY] = "deny",
    [SECLANG_DO_DROP] = "drop",
    [SECLANG_DO_REDIRECT] = "redirect",
    [SECLANG_DO_ALLOW] = "allow",
    [SECLANG_DO_ALLOW_PHASE] = "allow:phase",
    [SECLANG_DO_ALLOW_REQUEST] = "allow:request",
    [SECLANG_DO_NONE] = "none",
};

static void
dump_words(struct sk_buf *out, const struct seclang_rule *rule)
{
    if (rule->head != rule) return;
    sk_buf_printf(out, " %s", seclang_does_names[rule->disruptive]);
    if (rule->disruptive == SECLANG_DO_DENY || rule->disruptive == SECLANG_DO_REDIRECT)
        sk_buf_printf(out, " status:%d", rule->status);
    if (rule->url.count) {
        sk_buf_printf(out, " url:");
        dump_macro(out, &rule->url);
    }
    sk_buf_printf(out, "%s%s", rule->log ? " log" : " nolog",
                  rule->audit ? " auditlog" : " noauditlog");
    if (rule->severity >= 0) sk_buf_printf(out, " severity:%d", rule->severity);
}

static void
dump_texts(struct sk_buf *out, const struct seclang_rule *rule)
{
    if (rule->msg.count) {
        sk_buf_printf(out, " msg:");
        dump_macro(out, &rule->msg);
    }
    if (rule->logdata.count) {
        sk_buf_printf(out, " logdata:");
        dump_macro(out, &rule->logdata);
    }
    for (size_t i = 0; i < rule->tag_count; i++) {
        sk_buf_printf(out, " tag:");
        dump_macro(out, &rule->tag[i]);
    }
    if (rule->version) sk_buf_printf(out, " ver:%s", rule->version);
    if (rule->revision) sk_buf_printf(out, " rev:%s", rule->revision);
    if (rule->maturity) sk_buf_printf(out, " maturity:%d", rule->maturity);
    if (rule->accuracy) sk_buf_printf(out, " accuracy:%d", rule->accuracy);
    if (rule->xmlns.n) sk_buf_printf(out, " xmlns:%.*s", SK_ARG(rule->xmlns));
}

/* "skipto:ID" names the rule that comes next, "skipto:end" the end of the phase. */
static void
dump_skip(struct sk_buf *out, const struct seclang_rules *rules, const struct seclang_rule *rule)
{
    if (!rule->skip_to) return;
    if (rule->skip_to >= rules->phase[rule->phase].count)
        sk_buf_printf(out, " skipto:end");
    else
        sk_buf_printf(out, " skipto:%u", rules->phase[rule->phase].step[rule->skip_to].rule->id);
}

static void
dump_rule(struct sk_buf *out, const struct seclang_rules *rules, const struct seclang_rule *rule)
{
    if (rule->head == rule)
        sk_buf_printf(out, "%u %u ", rule->phase, rule->id);
    else
        sk_buf_printf(out, "    & ");
    if (rule->unconditional) {
        sk_buf_printf(out, "always");
    } else {
        dump_targets(out, rule);
        dump_form(out, rules, rule->form);
        sk_buf_printf(out, " %s@%s ", rule->negated ? "!" : "", rule->op->name);
        dump_macro(out, &rule->argument);
    }
    sk_buf_printf(out, "%s%s", rule->capture ? " capture" : "",
                  rule->multi_match ? " multiMatch" : "");
    dump_words(out, rule);
    dump_texts(out, rule);
    for (size_t i = 0; i < rule->action_count; i++)
        dump_action(out, rules, &rule->action[i]);
    dump_skip(out, rules, rule);
    sk_buf_byte(out, '\n');
}

/* What a transaction begins with. */
static void
dump_start(struct sk_buf *out, const struct seclang_rules *rules)
{
    for (size_t i = 0; i < rules->tx_slot_count; i++) {
        if (!rules->tx_value || !rules->tx_value[i].p) continue;
        sk_buf_printf(out, "begin TX.");
        dump_quoted(out, rules->tx_name[i]);
        sk_buf_byte(out, '=');
        dump_quoted(out, rules->tx_value[i]);
        sk_buf_byte(out, '\n');
    }
}

void
seclang_rules_dump(struct sk_buf *out, const struct seclang_rules *rules)
{
    dump_start(out, rules);
    for (unsigned phase = 1; phase < SECLANG_PHASES; phase++)
        for (size_t i = 0; i < rules->phase[phase].count; i++)
            for (const struct seclang_rule *rule = rules->phase[phase].step[i].rule; rule;
                 rule = rule->chain)
                dump_rule(out, rules, rule);
}
