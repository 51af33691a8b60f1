/* ctl:name=value */
#include "seclang/parse/action.h"
#include "seclang/parse/pick.h"

typedef const struct seclang_action_call *call_of;

struct ctl_word {
    const char *word;
    int value;
};

struct ctl_row {
    const char *name;
    enum seclang_ctl_kind kind;
    sk_err (*set)(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
                  struct seclang_part value);
    const struct ctl_word *word;
    enum seclang_pick_by by;
    int most;
    const char *why; /* set_absent: only Off is allowed */
};

static sk_err
set_word(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
         struct seclang_part value)
{
    struct sk_buf expected = { .mem = call->p->scratch };
    for (const struct ctl_word *w = row->word; w->word; w++) {
        if (sk_str_eq_nocase(value.text, sk_str_of(w->word))) {
            action->act.number = w->value;
            return seclang_act_add(call, action);
        }
        sk_buf_printf(&expected, "%s%s", w == row->word ? "" : ", ", w->word);
    }
    return seclang_part_fail(call->p, value, "ctl:%s=%.*s: expected %.*s", row->name,
                             SK_ARG(value.text), SK_ARG(sk_buf_str(&expected)));
}

static sk_err
set_number(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
           struct seclang_part value)
{
    int64_t number;
    if (!sk_str_to_i64(&number, value.text) || number < 0 || number > row->most)
        return seclang_part_fail(call->p, value, "ctl:%s=%.*s: expected a number up to %d",
                                 row->name, SK_ARG(value.text), row->most);
    action->act.number = (int)number;
    return seclang_act_add(call, action);
}

static sk_err
set_parts(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
          struct seclang_part value)
{
    sk_str parts = value.text;
    if (parts.n && (parts.p[0] == '+' || parts.p[0] == '-')) {
        action->act.number = parts.p[0] == '+' ? 1 : -1;
        parts = sk_str_from(parts, 1);
    }
    for (size_t i = 0; i < parts.n; i++)
        if (!strchr("ABCDEFGHIJKZ", parts.p[i]))
            return seclang_part_fail(call->p, value, "ctl:%s=%.*s: the parts are A to K and Z",
                                     row->name, SK_ARG(value.text));
    action->act.text = parts;
    return seclang_act_add(call, action);
}

static sk_err
set_processor(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
              struct seclang_part value)
{
    static const char *const known[] = { "URLENCODED", "MULTIPART", "JSON", "XML" };
    for (size_t i = 0; i < 4; i++)
        if (sk_str_eq_nocase(value.text, sk_str_of(known[i]))) {
            action->act.text = sk_str_of(known[i]);
            return seclang_act_add(call, action);
        }
    return seclang_part_fail(call->p, value,
                             "ctl:%s=%.*s: expected URLENCODED, MULTIPART, JSON or XML", row->name,
                             SK_ARG(value.text));
}

static sk_err
set_picker(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
           struct seclang_part value)
{
    action->picker.by = row->by;
    action->picker.text = value.text;
    if (!value.text.n)
        return seclang_part_fail(call->p, value, "ctl:%s needs to name rules", row->name);
    if (row->by == SECLANG_BY_ID && !seclang_ids_valid(value.text))
        return seclang_part_fail(call->p, value,
                                 "ctl:%s=%.*s: expected rule ids such as 920100 or 920100-920199",
                                 row->name, SK_ARG(value.text));
    return sk_ok();
}

static sk_err
set_remove(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
           struct seclang_part value)
{
    TRY(set_picker(action, call, row, value));
    return seclang_act_add(call, action);
}

static sk_err
set_remove_target(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
                  struct seclang_part value)
{
    struct seclang_draft_target *target = NULL;
    size_t count = 0, end = sk_str_find_byte(value.text, ';');
    if (end == SIZE_MAX)
        return seclang_part_fail(call->p, value, "ctl:%s needs rules and a target: 942100;ARGS:q",
                                 row->name);
    TRY(set_picker(action, call, row, seclang_part_first(value, end)));
    TRY(seclang_parse_targets(call->p, &target, &count, seclang_part_from(value, end + 1)));
    for (size_t i = 0; i < count; i++) {
        /* ARGS:q and !ARGS:q are both written for the same thing. */
        action->act.target = target[i].target;
        TRY(seclang_act_add(call, action));
    }
    return sk_ok();
}

static const struct ctl_word engines[] = {
    { "On", SECLANG_ON }, { "Off", SECLANG_OFF }, { "DetectionOnly", SECLANG_DETECT }, { 0 }
};
static const struct ctl_word audits[] = { { "On", SECLANG_AUDIT_ON },
                                          { "Off", SECLANG_AUDIT_OFF },
                                          { "RelevantOnly", SECLANG_AUDIT_RELEVANT },
                                          { 0 } };
static const struct ctl_word flags[] = {
    { "On", 1 }, { "Off", 0 }, { "True", 1 }, { "False", 0 }, { 0 }
};

static sk_err
set_absent(struct seclang_draft_action *action, call_of call, const struct ctl_row *row,
           struct seclang_part value)
{
    (void)action;
    if (sk_str_eq_nocase(value.text, SK_STR("Off"))) return sk_ok();
    return seclang_part_fail(call->p, value, "ctl:%s is not done here: %s", row->name, row->why);
}

#define CTL(x) SECLANG_CTL_##x
static const struct ctl_row rows[] = {
    { "auditEngine", CTL(AUDIT_ENGINE), set_word, .word = audits },
    { "auditLogParts", CTL(AUDIT_LOG_PARTS), set_parts, .most = 0 },
    { "debugLogLevel", CTL(DEBUG_LOG_LEVEL), set_number, .most = 9 },
    { "forceRequestBodyVariable", CTL(FORCE_REQUEST_BODY_VARIABLE), set_word, .word = flags },
    { "hashEnforcement", CTL(RULE_ENGINE), set_absent, .why = "links are not signed by rules" },
    { "hashEngine", CTL(RULE_ENGINE), set_absent, .why = "links are not signed by rules" },
    { "parseXmlIntoArgs", CTL(RULE_ENGINE), set_absent, .why = "XML is in XML:/*, not in ARGS" },
    { "requestBodyAccess", CTL(REQUEST_BODY_ACCESS), set_word, .word = flags },
    { "requestBodyLimit", CTL(REQUEST_BODY_LIMIT), set_number, .most = 1 << 30 },
    { "requestBodyProcessor", CTL(REQUEST_BODY_PROCESSOR), set_processor, .most = 0 },
    { "responseBodyAccess", CTL(RESPONSE_BODY_ACCESS), set_word, .word = flags },
    { "responseBodyLimit", CTL(RESPONSE_BODY_LIMIT), set_number, .most = 1 << 30 },
    { "ruleEngine", CTL(RULE_ENGINE), set_word, .word = engines },
    { "ruleRemoveById", CTL(REMOVE_RULES), set_remove, .by = SECLANG_BY_ID },
    { "ruleRemoveByMsg", CTL(REMOVE_RULES), set_remove, .by = SECLANG_BY_MSG },
    { "ruleRemoveByTag", CTL(REMOVE_RULES), set_remove, .by = SECLANG_BY_TAG },
    { "ruleRemoveTargetById", CTL(REMOVE_TARGETS), set_remove_target, .by = SECLANG_BY_ID },
    { "ruleRemoveTargetByMsg", CTL(REMOVE_TARGETS), set_remove_target, .by = SECLANG_BY_MSG },
    { "ruleRemoveTargetByTag", CTL(REMOVE_TARGETS), set_remove_target, .by = SECLANG_BY_TAG },
};

const char *
seclang_ctl_name(size_t i)
{
    return i < sizeof rows / sizeof *rows ? rows[i].name : NULL;
}

static const struct ctl_row *
find_row(sk_str name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return &rows[i];
    return NULL;
}

static sk_err
unknown_ctl(call_of call, sk_str name)
{
    struct seclang_near near = { .got = name };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        seclang_near_offer(&near, rows[i].name);
    return seclang_part_fail(call->p, call->value, "there is no ctl:%.*s%.*s", SK_ARG(name),
                             SK_ARG(seclang_near_text(call->p->scratch, &near)));
}

sk_err
seclang_act_ctl(call_of call)
{
    size_t sign = sk_str_find_byte(call->value.text, '=');
    sk_str name = sk_str_first(call->value.text, sign);
    const struct ctl_row *row = find_row(name);
    if (!row) return unknown_ctl(call, name);
    if (sign == SIZE_MAX)
        return seclang_part_fail(call->p, call->value, "ctl:%s needs =value", row->name);
    struct seclang_draft_action action = { .act = { .kind = SECLANG_ACT_CTL,
                                                    .collection = SECLANG_VAR_COUNT,
                                                    .tx_slot = -1,
                                                    .ctl = row->kind,
                                                    .target.selector.tx_slot = -1 },
                                           .picker.at = call->at };
    return row->set(&action, call, row, seclang_part_from(call->value, sign + 1));
}
