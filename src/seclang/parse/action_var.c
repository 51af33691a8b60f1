/* Actions on variables and collections: setvar, expirevar, deprecatevar, initcol, setuid, setsid,
 * setrsc, setenv, and sanitise... */
#include "seclang/parse/action.h"

typedef const struct seclang_action_call *call_of;

static struct seclang_draft_action
new_action(call_of call)
{
    return (struct seclang_draft_action){
        .act = { .kind = (enum seclang_act_kind)call->row->kind,
                 .collection = SECLANG_VAR_COUNT,
                 .tx_slot = -1,
                 .target.selector.tx_slot = -1 },
        .picker.at = call->at,
    };
}

static bool
holds_variables(enum seclang_var var)
{
    return var != SECLANG_VAR_COUNT &&
           (var == SECLANG_VAR_TX || seclang_var_rows[var].kind == SECLANG_PERSISTENT);
}

/* "name=value": *value begins behind the sign; its text.p is NULL when there is no sign. */
static void
cut_value(struct seclang_part *name, struct seclang_part *value, struct seclang_part whole)
{
    size_t sign = sk_str_find_byte(whole.text, '=');
    *name = seclang_part_first(whole, sign);
    *value = whole;
    value->text = (sk_str){ 0 };
    if (sign != SIZE_MAX) *value = seclang_part_from(whole, sign + 1);
}

/* "tx.name": which collection, and the name, which may hold macros. Names have no case. */
static sk_err
take_name(struct seclang_draft_action *action, call_of call, struct seclang_part name)
{
    size_t dot = sk_str_find_byte(name.text, '.');
    sk_str collection = sk_str_first(name.text, dot), unused;
    if (dot == SIZE_MAX || dot + 1 >= name.text.n)
        return seclang_part_fail(call->p, name, "%s:%.*s: expected collection.name, as tx.score",
                                 call->row->name, SK_ARG(name.text));
    action->act.collection = seclang_parse_var(&unused, collection);
    if (!holds_variables(action->act.collection))
        return seclang_part_fail(
            call->p, name,
            "%s: %.*s holds no variables; expected TX, IP, GLOBAL, SESSION, USER or "
            "RESOURCE",
            call->row->name, SK_ARG(collection));
    struct seclang_part rest = seclang_part_from(name, dot + 1);
    TRY(seclang_parse_macro(call->p, &action->act.name, rest, false));
    for (size_t i = 0; i < action->act.name.count; i++) {
        struct seclang_macro_part *part = (struct seclang_macro_part *)&action->act.name.part[i];
        part->literal = sk_str_lower(call->p->mem, part->literal);
    }
    return sk_ok();
}

static void
take_sign(struct seclang_draft_action *action, struct seclang_part *value)
{
    while (value->text.n && (value->text.p[0] == ' ' || value->text.p[0] == '\t'))
        *value = seclang_part_from(*value, 1);
    if (!value->text.n || (value->text.p[0] != '+' && value->text.p[0] != '-')) return;
    action->act.set = value->text.p[0] == '+' ? SECLANG_ADD : SECLANG_SUBTRACT;
    *value = seclang_part_from(*value, 1);
}

/* An exclamation mark before a name: the variable is taken away. */
static enum seclang_setvar_kind
take_mark(struct seclang_part *name)
{
    if (!name->text.n || name->text.p[0] != '!') return SECLANG_SET;
    *name = seclang_part_from(*name, 1);
    return SECLANG_DELETE;
}

sk_err
seclang_act_setvar(call_of call)
{
    struct seclang_draft_action action = new_action(call);
    struct seclang_part name, value;
    cut_value(&name, &value, call->value);
    action.act.set = take_mark(&name);
    TRY(take_name(&action, call, name));
    if (action.act.set == SECLANG_DELETE) return seclang_act_add(call, &action);
    if (!value.text.p) value.text = SK_STR("1"); /* setvar:tx.a */
    take_sign(&action, &value);
    TRY(seclang_parse_macro(call->p, &action.act.value, value, false));
    return seclang_act_add(call, &action);
}

sk_err
seclang_act_expirevar(call_of call)
{
    struct seclang_draft_action action = new_action(call);
    struct seclang_part name, value;
    cut_value(&name, &value, call->value);
    TRY(take_name(&action, call, name));
    if (action.act.collection == SECLANG_VAR_TX)
        seclang_parse_warn(call->p, call->at, "%s: TX ends with the request; nothing is done",
                           call->row->name);
    if (!value.text.p) value.text = SK_STR("1");
    if (call->row->kind == SECLANG_ACT_DEPRECATEVAR &&
        sk_str_find_byte(value.text, '/') == SIZE_MAX)
        return seclang_part_fail(call->p, value,
                                 "deprecatevar needs an amount and seconds: session.score=60/300");
    TRY(seclang_parse_macro(call->p, &action.act.value, value, false));
    return seclang_act_add(call, &action);
}

sk_err
seclang_act_initcol(call_of call)
{
    struct seclang_draft_action action = new_action(call);
    struct seclang_part name, value;
    sk_str unused;
    cut_value(&name, &value, call->value);
    if (!value.text.n)
        return seclang_part_fail(call->p, call->value, "initcol needs a key: ip=%%{REMOTE_ADDR}");
    action.act.collection = seclang_parse_var(&unused, name.text);
    if (!holds_variables(action.act.collection) || action.act.collection == SECLANG_VAR_TX)
        return seclang_part_fail(call->p, name,
                                 "initcol: %.*s is no stored collection; expected IP, GLOBAL, "
                                 "RESOURCE, SESSION or USER",
                                 SK_ARG(name.text));
    TRY(seclang_parse_macro(call->p, &action.act.value, value, false));
    return seclang_act_add(call, &action);
}

sk_err
seclang_act_key(call_of call)
{
    static const enum seclang_var of_kind[] = { [SECLANG_ACT_SETUID] = SECLANG_VAR_USER,
                                                [SECLANG_ACT_SETSID] = SECLANG_VAR_SESSION,
                                                [SECLANG_ACT_SETRSC] = SECLANG_VAR_RESOURCE };
    struct seclang_draft_action action = new_action(call);
    action.act.collection = of_kind[call->row->kind];
    TRY(seclang_parse_macro(call->p, &action.act.value, call->value, false));
    return seclang_act_add(call, &action);
}

sk_err
seclang_act_setenv(call_of call)
{
    struct seclang_draft_action action = new_action(call);
    struct seclang_part name, value;
    cut_value(&name, &value, call->value);
    action.act.set = take_mark(&name);
    if (!name.text.n) return seclang_part_fail(call->p, call->value, "setenv needs a name");
    action.act.collection = SECLANG_VAR_ENV;
    if (!value.text.p) value.text = SK_STR("1");
    TRY(seclang_parse_macro(call->p, &action.act.name, name, false));
    TRY(seclang_parse_macro(call->p, &action.act.value, value, false));
    return seclang_act_add(call, &action);
}

sk_err
seclang_act_sanitise(call_of call)
{
    struct seclang_draft_action action = new_action(call);
    action.act.text = call->value.text; /* sanitiseMatchedBytes:1/4 */
    if (call->row->kind != SECLANG_ACT_SANITISE_MATCHED)
        TRY(seclang_parse_macro(call->p, &action.act.name, call->value, false));
    return seclang_act_add(call, &action);
}
