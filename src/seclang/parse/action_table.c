/* The table of actions, and the handlers of those that fill one member of the wishes. */
#include "seclang/parse/action.h"

typedef const struct seclang_action_call *call_of;

static sk_err
number(int64_t *value, call_of call, int64_t from, int64_t to)
{
    if (!sk_str_to_i64(value, call->value.text) || *value < from || *value > to)
        return seclang_part_fail(call->p, call->value,
                                 "%s:%.*s: expected a number from %lld to %lld", call->row->name,
                                 SK_ARG(call->value.text), (long long)from, (long long)to);
    return sk_ok();
}

static sk_err
set_id(call_of call)
{
    int64_t id;
    TRY(number(&id, call, 1, INT32_MAX));
    call->wishes->id = (unsigned)id;
    return sk_ok();
}

static sk_err
set_phase(call_of call)
{
    static const struct {
        const char *name;
        unsigned phase;
    } names[] = { { "request", 2 }, { "response", 4 }, { "logging", 5 } };
    int64_t phase;
    for (size_t i = 0; i < 3; i++)
        if (sk_str_eq_nocase(call->value.text, sk_str_of(names[i].name))) {
            call->wishes->phase = names[i].phase;
            return sk_ok();
        }
    if (!sk_str_to_i64(&phase, call->value.text) || phase < 1 || phase > 5)
        return seclang_part_fail(
            call->p, call->value,
            "phase:%.*s: expected 1 to 5, request (2), response (4) or logging (5)",
            SK_ARG(call->value.text));
    call->wishes->phase = (unsigned)phase;
    return sk_ok();
}

static sk_err
set_severity(call_of call)
{
    static const char *const words[] = { "emergency", "alert",  "critical", "error",
                                         "warning",   "notice", "info",     "debug" };
    int64_t severity;
    for (int i = 0; i < 8; i++)
        if (sk_str_eq_nocase(call->value.text, sk_str_of(words[i]))) {
            call->wishes->severity = i;
            return sk_ok();
        }
    if (!sk_str_to_i64(&severity, call->value.text) || severity < 0 || severity > 7)
        return seclang_part_fail(call->p, call->value,
                                 "severity:%.*s: expected 0 to 7, or EMERGENCY, ALERT, CRITICAL, "
                                 "ERROR, WARNING, NOTICE, INFO, DEBUG",
                                 SK_ARG(call->value.text));
    call->wishes->severity = (int)severity;
    return sk_ok();
}

static sk_err
set_grade(call_of call)
{
    int64_t grade;
    TRY(number(&grade, call, 0, 100));
    if (call->row->said == SECLANG_SAID_MATURITY)
        call->wishes->maturity = (int)grade;
    else
        call->wishes->accuracy = (int)grade;
    return sk_ok();
}

static sk_err
set_version(call_of call)
{
    const char *text = sk_str_zcopy(call->p->mem, call->value.text);
    if (call->row->said == SECLANG_SAID_VERSION)
        call->wishes->version = text;
    else
        call->wishes->revision = text;
    return sk_ok();
}

static sk_err
set_msg(call_of call)
{
    call->wishes->msg_text = call->value.text;
    return seclang_parse_macro(call->p, &call->wishes->msg, call->value, false);
}

static sk_err
set_logdata(call_of call)
{
    return seclang_parse_macro(call->p, &call->wishes->logdata, call->value, false);
}

static sk_err
set_tag(call_of call)
{
    struct seclang_wishes *w = call->wishes;
    if (w->tag_count == SECLANG_ACTIONS_MOST)
        return seclang_part_fail(call->p, call->value, "more than 1024 tags in one rule");
    w->tag = seclang_draft_room(call->p->scratch, w->tag, w->tag_count, sizeof *w->tag);
    w->tag_text =
        seclang_draft_room(call->p->scratch, w->tag_text, w->tag_count, sizeof *w->tag_text);
    TRY(seclang_parse_macro(call->p, &w->tag[w->tag_count], call->value, false));
    w->tag_text[w->tag_count++] = call->value.text;
    return sk_ok();
}

static sk_err
unknown_transformation(call_of call)
{
    struct seclang_near near = { .got = call->value.text };
    size_t count;
    const struct seclang_tf *row = seclang_tf_rows(&count);
    for (size_t i = 0; i < count; i++)
        seclang_near_offer(&near, row[i].name);
    return seclang_part_fail(call->p, call->value, "there is no transformation t:%.*s%.*s",
                             SK_ARG(call->value.text),
                             SK_ARG(seclang_near_text(call->p->scratch, &near)));
}

static sk_err
set_transformation(call_of call)
{
    struct seclang_wishes *w = call->wishes;
    if (sk_str_eq_nocase(call->value.text, SK_STR("none"))) {
        w->tf_none = true;
        w->tf_count = 0;
        return sk_ok();
    }
    const struct seclang_tf *tf = seclang_tf_find(call->value.text);
    if (!tf) return unknown_transformation(call);
    if (w->tf_count == SECLANG_ACTIONS_MOST)
        return seclang_part_fail(call->p, call->value,
                                 "more than 1024 transformations in one rule");
    w->tf = seclang_draft_room(call->p->scratch, w->tf, w->tf_count, sizeof *w->tf);
    w->tf[w->tf_count++] = tf;
    return sk_ok();
}

/* row->kind: bit 0 what log becomes, bit 1 what audit becomes. nolog also says noauditlog, while
 * log leaves the audit log as it was, as mod_security 2. */
static sk_err
set_log(call_of call)
{
    if (call->row->said & SECLANG_SAID_LOG) call->wishes->log = call->row->kind & 1;
    if (call->row->said & SECLANG_SAID_AUDIT) call->wishes->audit = call->row->kind & 2;
    return sk_ok();
}

static sk_err
set_disruptive(call_of call)
{
    call->wishes->disruptive = (enum seclang_disruptive)call->row->kind;
    call->wishes->disruptive_at = call->at;
    call->wishes->url = (struct seclang_macro){ 0 };
    if (call->row->kind != SECLANG_DO_REDIRECT) return sk_ok();
    return seclang_parse_macro(call->p, &call->wishes->url, call->value, false);
}

static sk_err
set_allow(call_of call)
{
    TRY(set_disruptive(call));
    if (!call->value.text.n) return sk_ok();
    if (sk_str_eq_nocase(call->value.text, SK_STR("phase")))
        call->wishes->disruptive = SECLANG_DO_ALLOW_PHASE;
    else if (sk_str_eq_nocase(call->value.text, SK_STR("request")))
        call->wishes->disruptive = SECLANG_DO_ALLOW_REQUEST;
    else
        return seclang_part_fail(call->p, call->value,
                                 "allow:%.*s: expected allow, allow:phase or allow:request",
                                 SK_ARG(call->value.text));
    return sk_ok();
}

static sk_err
set_status(call_of call)
{
    int64_t status;
    TRY(number(&status, call, 100, 599));
    call->wishes->status = (int)status;
    return sk_ok();
}

static sk_err
set_chain(call_of call)
{
    call->wishes->chain_at = call->at;
    return sk_ok();
}

static sk_err
set_skip(call_of call)
{
    int64_t skip;
    TRY(number(&skip, call, 1, SECLANG_RULES_MOST));
    call->wishes->skip = (unsigned)skip;
    return sk_ok();
}

static sk_err
set_skip_after(call_of call)
{
    call->wishes->skip_after = call->value.text;
    return sk_ok();
}

static sk_err
set_xmlns(call_of call)
{
    if (sk_str_find_byte(call->value.text, '=') == SIZE_MAX)
        return seclang_part_fail(call->p, call->value, "xmlns needs prefix=address");
    call->wishes->xmlns = call->value.text;
    return sk_ok();
}

#define NONE    SECLANG_VALUE_NONE
#define MAYBE   SECLANG_VALUE_MAYBE
#define NEEDED  SECLANG_VALUE_NEEDED
#define MEMBER  SECLANG_NOT_IN_MEMBER
#define DEFAULT SECLANG_NOT_IN_DEFAULT
#define NEVER   SECLANG_NOT_AT_ALL
#define SAID(x) SECLANG_SAID_##x
#define ACT(x)  SECLANG_ACT_##x

static const struct seclang_action_row rows[] = {
    { "accuracy", NEEDED, MEMBER | DEFAULT, SAID(ACCURACY), set_grade, 0,
      "How few false alarms the rule's author expects, 1 to 9; information only." },
    { "allow", MAYBE, MEMBER, SAID(DISRUPTIVE), set_allow, SECLANG_DO_ALLOW,
      "Lets the request pass: no further rules but those of phase 5; allow:phase for this phase "
      "alone, allow:request up to the response." },
    { "append", NEEDED, NEVER, 0, NULL, 0, "responses are never rewritten by rules." },
    { "auditlog", NONE, 0, SAID(AUDIT), set_log, 2, "A match is written to the audit log." },
    { "block", NONE, MEMBER, SAID(DISRUPTIVE), set_disruptive, SECLANG_DO_BLOCK,
      "Does what SecDefaultAction says for the phase." },
    { "capture", NONE, 0, SAID(CAPTURE), NULL, 0,
      "Keeps what the pattern's groups matched in TX:0 to TX:9." },
    { "chain", NONE, DEFAULT, SAID(CHAIN), set_chain, 0,
      "The next rule belongs to this one: both must match." },
    { "ctl", NEEDED, 0, SAID(OTHER), seclang_act_ctl, 0,
      "Changes the engine for the rest of this transaction." },
    { "deny", NONE, MEMBER, SAID(DISRUPTIVE), set_disruptive, SECLANG_DO_DENY,
      "Refuses the request with the status that status says, 403 otherwise." },
    { "deprecatevar", NEEDED, 0, SAID(OTHER), seclang_act_expirevar, ACT(DEPRECATEVAR),
      "Lowers a stored counter by so much in so many seconds: session.score=60/300." },
    { "drop", NONE, MEMBER, SAID(DISRUPTIVE), set_disruptive, SECLANG_DO_DROP,
      "Closes the connection without an answer." },
    { "exec", NEEDED, NEVER, 0, NULL, 0, "rules start no programs." },
    { "expirevar", NEEDED, 0, SAID(OTHER), seclang_act_expirevar, ACT(EXPIREVAR),
      "Lets a stored variable end after so many seconds: ip.blocked=300." },
    { "id", NEEDED, MEMBER | DEFAULT, SAID(ID), set_id, 0, "The rule's number; unique." },
    { "initcol", NEEDED, 0, SAID(OTHER), seclang_act_initcol, ACT(INITCOL),
      "Opens a stored collection under a key: ip=%{REMOTE_ADDR}." },
    { "log", NONE, 0, SAID(LOG), set_log, 1, "A match is written to the error log." },
    { "logdata", NEEDED, MEMBER, SAID(LOGDATA), set_logdata, 0,
      "Text that is logged with the match." },
    { "maturity", NEEDED, MEMBER | DEFAULT, SAID(MATURITY), set_grade, 0,
      "How long the rule has been tried, 1 to 9; information only." },
    { "msg", NEEDED, MEMBER | DEFAULT, SAID(MSG), set_msg, 0, "What a match means, in words." },
    { "multiMatch", NONE, 0, SAID(MULTI_MATCH), NULL, 0,
      "Asks the operator before and after every transformation that changed the value." },
    { "noauditlog", NONE, 0, SAID(AUDIT), set_log, 0,
      "A match alone does not bring the transaction into the audit log." },
    { "nolog", NONE, 0, SAID(LOG) | SAID(AUDIT), set_log, 0,
      "A match is written to no log, unless auditlog follows." },
    { "pass", NONE, MEMBER, SAID(DISRUPTIVE), set_disruptive, SECLANG_DO_PASS,
      "Goes on with the next rule." },
    { "pause", NEEDED, NEVER, 0, NULL, 0,
      "a waiting connection costs the server more than the "
      "attacker." },
    { "phase", NEEDED, MEMBER, SAID(PHASE), set_phase, 0,
      "When the rule runs: 1 request headers, 2 request body, 3 response headers, 4 response body, "
      "5 logging." },
    { "prepend", NEEDED, NEVER, 0, NULL, 0, "responses are never rewritten by rules." },
    { "proxy", NEEDED, NEVER, 0, NULL, 0, "rules do not route; set the upstream of the site." },
    { "redirect", NEEDED, MEMBER, SAID(DISRUPTIVE), set_disruptive, SECLANG_DO_REDIRECT,
      "Answers with a redirection to this address." },
    { "rev", NEEDED, MEMBER | DEFAULT, SAID(REVISION), set_version, 0, "The rule's revision." },
    { "sanitiseArg", NEEDED, 0, SAID(OTHER), seclang_act_sanitise, ACT(SANITISE_ARG),
      "Masks this argument in the audit log." },
    { "sanitiseMatched", NONE, 0, SAID(OTHER), seclang_act_sanitise, ACT(SANITISE_MATCHED),
      "Masks what matched in the audit log." },
    { "sanitiseMatchedBytes", MAYBE, 0, SAID(OTHER), seclang_act_sanitise, ACT(SANITISE_MATCHED),
      "Masks what matched; the bytes 1/4 that may stay visible are masked too." },
    { "sanitiseRequestHeader", NEEDED, 0, SAID(OTHER), seclang_act_sanitise,
      ACT(SANITISE_REQUEST_HEADER), "Masks this request header in the audit log." },
    { "sanitiseResponseHeader", NEEDED, 0, SAID(OTHER), seclang_act_sanitise,
      ACT(SANITISE_RESPONSE_HEADER), "Masks this response header in the audit log." },
    { "sanitizeArg", NEEDED, 0, SAID(OTHER), seclang_act_sanitise, ACT(SANITISE_ARG),
      "As sanitiseArg." },
    { "sanitizeMatched", NONE, 0, SAID(OTHER), seclang_act_sanitise, ACT(SANITISE_MATCHED),
      "As sanitiseMatched." },
    { "sanitizeMatchedBytes", MAYBE, 0, SAID(OTHER), seclang_act_sanitise, ACT(SANITISE_MATCHED),
      "As sanitiseMatchedBytes." },
    { "sanitizeRequestHeader", NEEDED, 0, SAID(OTHER), seclang_act_sanitise,
      ACT(SANITISE_REQUEST_HEADER), "As sanitiseRequestHeader." },
    { "sanitizeResponseHeader", NEEDED, 0, SAID(OTHER), seclang_act_sanitise,
      ACT(SANITISE_RESPONSE_HEADER), "As sanitiseResponseHeader." },
    { "setenv", NEEDED, 0, SAID(OTHER), seclang_act_setenv, ACT(SETENV),
      "Sets a member of ENV for this transaction; nginx has it as $sekisho_env_name." },
    { "setrsc", NEEDED, 0, SAID(OTHER), seclang_act_key, ACT(SETRSC),
      "Opens the collection RESOURCE under this key." },
    { "setsid", NEEDED, 0, SAID(OTHER), seclang_act_key, ACT(SETSID),
      "Opens the collection SESSION under this key and sets SESSIONID." },
    { "setuid", NEEDED, 0, SAID(OTHER), seclang_act_key, ACT(SETUID),
      "Opens the collection USER under this key and sets USERID." },
    { "setvar", NEEDED, 0, SAID(OTHER), seclang_act_setvar, ACT(SETVAR),
      "Sets (tx.a=1), adds (tx.a=+1), subtracts (tx.a=-1) or removes (!tx.a) a variable." },
    { "severity", NEEDED, MEMBER, SAID(SEVERITY), set_severity, 0,
      "0 EMERGENCY to 7 DEBUG, by number or word." },
    { "skip", NEEDED, MEMBER | DEFAULT, SAID(SKIP), set_skip, 0,
      "After a match so many rules or chains are passed over." },
    { "skipAfter", NEEDED, MEMBER | DEFAULT, SAID(SKIP_AFTER), set_skip_after, 0,
      "After a match the phase goes on behind this SecMarker, or behind the rule with this id." },
    { "status", NEEDED, 0, SAID(STATUS), set_status, 0, "The status of deny and redirect." },
    { "t", NEEDED, 0, SAID(OTHER), set_transformation, 0,
      "Transforms values before the operator sees them; t:none forgets those before it." },
    { "tag", NEEDED, 0, SAID(TAG), set_tag, 0, "A word to find the rule by." },
    { "ver", NEEDED, MEMBER | DEFAULT, SAID(VERSION), set_version, 0,
      "The version of the rule set." },
    { "xmlns", NEEDED, 0, SAID(XMLNS), set_xmlns, 0, "An XML namespace: prefix=address." },
};

const struct seclang_action_row *
seclang_action_rows(size_t *count)
{
    *count = sizeof rows / sizeof *rows;
    return rows;
}

const struct seclang_action_row *
seclang_action_find(sk_str name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return &rows[i];
    return NULL;
}

sk_err
seclang_act_add(call_of call, const struct seclang_draft_action *action)
{
    struct seclang_wishes *w = call->wishes;
    if (w->action_count == SECLANG_ACTIONS_MOST)
        return seclang_part_fail(call->p, call->value, "more than 1024 actions in one rule");
    w->action = seclang_draft_room(call->p->scratch, w->action, w->action_count, sizeof *w->action);
    w->action[w->action_count++] = *action;
    return sk_ok();
}
