/* What a rule means in the windows after the first.
 *
 *     BODY   looks at the body (ARGS, XML, REQUEST_BODY ...): runs in every window. A rule without
 *            a chain looks at that window's values only: what it has found in a header or in the
 *            query it has found in the first window. In a chain everything counts, since its parts
 *            may match here and there.
 *     STATE  looks at TX, at collections, at what matched; or steers (skipAfter, SecAction): runs
 * in every window, since it may now see something else. A TX variable that such rules alone write
 * is what they make of the others (anomaly_score = the sum of the scores by level): it is put back
 * before each window, or it would count the same scores again. ONCE   looks at the head alone: the
 * first window has had it. So have rules that count in a persistent collection without a look at
 * the body: once a request, not once a window. */
#include "seclang/window.h"

enum source { FIXED, STATE, REQUEST_BODY, RESPONSE_BODY };

static const enum source source_of[SECLANG_VAR_COUNT] = {
    [SECLANG_VAR_ARGS] = REQUEST_BODY,
    [SECLANG_VAR_ARGS_COMBINED_SIZE] = REQUEST_BODY,
    [SECLANG_VAR_ARGS_NAMES] = REQUEST_BODY,
    [SECLANG_VAR_ARGS_POST] = REQUEST_BODY,
    [SECLANG_VAR_ARGS_POST_NAMES] = REQUEST_BODY,
    [SECLANG_VAR_FILES] = REQUEST_BODY,
    [SECLANG_VAR_FILES_COMBINED_SIZE] = REQUEST_BODY,
    [SECLANG_VAR_FILES_NAMES] = REQUEST_BODY,
    [SECLANG_VAR_FILES_SIZES] = REQUEST_BODY,
    [SECLANG_VAR_FULL_REQUEST] = REQUEST_BODY,
    [SECLANG_VAR_FULL_REQUEST_LENGTH] = REQUEST_BODY,
    [SECLANG_VAR_INBOUND_DATA_ERROR] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_BOUNDARY_QUOTED] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_BOUNDARY_WHITESPACE] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_CRLF_LF_LINES] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_DATA_AFTER] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_DATA_BEFORE] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_FILENAME] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_FILE_LIMIT_EXCEEDED] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_HEADER_FOLDING] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_INVALID_HEADER_FOLDING] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_INVALID_PART] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_INVALID_QUOTING] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_LF_LINE] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_MISSING_SEMICOLON] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_NAME] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_PART_HEADERS] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_STRICT_ERROR] = REQUEST_BODY,
    [SECLANG_VAR_MULTIPART_UNMATCHED_BOUNDARY] = REQUEST_BODY,
    [SECLANG_VAR_REQBODY_ERROR] = REQUEST_BODY,
    [SECLANG_VAR_REQBODY_ERROR_MSG] = REQUEST_BODY,
    [SECLANG_VAR_REQBODY_PROCESSOR_ERROR] = REQUEST_BODY,
    [SECLANG_VAR_REQBODY_PROCESSOR_ERROR_MSG] = REQUEST_BODY,
    [SECLANG_VAR_REQUEST_BODY] = REQUEST_BODY,
    [SECLANG_VAR_REQUEST_BODY_LENGTH] = REQUEST_BODY,
    [SECLANG_VAR_URLENCODED_ERROR] = REQUEST_BODY,
    [SECLANG_VAR_XML] = REQUEST_BODY,
    [SECLANG_VAR_OUTBOUND_DATA_ERROR] = RESPONSE_BODY,
    [SECLANG_VAR_RESPONSE_BODY] = RESPONSE_BODY,
    [SECLANG_VAR_ENV] = STATE,
    [SECLANG_VAR_GLOBAL] = STATE,
    [SECLANG_VAR_HIGHEST_SEVERITY] = STATE,
    [SECLANG_VAR_IP] = STATE,
    [SECLANG_VAR_MATCHED_VAR] = STATE,
    [SECLANG_VAR_MATCHED_VARS] = STATE,
    [SECLANG_VAR_MATCHED_VARS_NAMES] = STATE,
    [SECLANG_VAR_MATCHED_VAR_NAME] = STATE,
    [SECLANG_VAR_RESOURCE] = STATE,
    [SECLANG_VAR_SESSION] = STATE,
    [SECLANG_VAR_SESSIONID] = STATE,
    [SECLANG_VAR_TX] = STATE,
    [SECLANG_VAR_USER] = STATE,
    [SECLANG_VAR_USERID] = STATE,
};

static bool
is_body(enum seclang_var var, unsigned phase)
{
    return source_of[var] == (phase == 2 ? REQUEST_BODY : RESPONSE_BODY);
}

enum seclang_window_run
seclang_window_var(enum seclang_var var, unsigned phase)
{
    if (is_body(var, phase)) return SECLANG_WINDOW_BODY;
    return source_of[var] == STATE ? SECLANG_WINDOW_STATE : SECLANG_WINDOW_ONCE;
}

/* What the members of a chain look at and do, taken together. */
struct traits {
    bool body, state, steers, counts;
};

static void
look_at(struct traits *t, enum seclang_var var, unsigned phase)
{
    if (is_body(var, phase)) t->body = true;
    if (source_of[var] == STATE) t->state = true;
}

static void
add_member(struct traits *t, const struct seclang_rule *rule)
{
    if (rule->unconditional || rule->skip_to > 0) t->steers = true;
    for (size_t i = 0; i < rule->target_count; i++)
        look_at(t, rule->target[i].var, rule->phase);
    for (size_t i = 0; i < rule->argument.count; i++)
        if (rule->argument.part[i].var != SECLANG_VAR_COUNT)
            look_at(t, rule->argument.part[i].var, rule->phase);
    for (size_t i = 0; i < rule->action_count; i++)
        switch (rule->action[i].kind) {
        case SECLANG_ACT_SETVAR:
        case SECLANG_ACT_EXPIREVAR:
        case SECLANG_ACT_DEPRECATEVAR:
            if (rule->action[i].collection != SECLANG_VAR_TX) t->counts = true;
            break;
        default:
            break;
        }
}

static enum seclang_window_run
run_of(const struct seclang_rule *head)
{
    struct traits t = { 0 };

    for (const struct seclang_rule *rule = head; rule; rule = rule->chain)
        add_member(&t, rule);
    if (t.body) return SECLANG_WINDOW_BODY;
    if (t.counts) return SECLANG_WINDOW_ONCE;
    return t.state || t.steers ? SECLANG_WINDOW_STATE : SECLANG_WINDOW_ONCE;
}

/* Marks the slots that the rules of a phase write which are STATE, or which are not. */
static void
mark_written(unsigned char *slot, const struct seclang_rules *rules,
             const struct seclang_window_plan *plan, unsigned phase, bool state)
{
    for (size_t i = 0; i < rules->rule_count; i++) {
        const struct seclang_rule *rule = &rules->rule[i];

        if (rule->phase != phase) continue;
        if ((plan->run[rule->head->index] == SECLANG_WINDOW_STATE) != state) continue;
        for (size_t j = 0; j < rule->action_count; j++)
            if (rule->action[j].kind == SECLANG_ACT_SETVAR &&
                rule->action[j].collection == SECLANG_VAR_TX && rule->action[j].tx_slot >= 0)
                slot[rule->action[j].tx_slot] = state ? (unsigned char)phase : 0;
    }
}

struct seclang_window_plan *
seclang_window_plan_new(sk_arena *mem, const struct seclang_rules *rules)
{
    struct seclang_window_plan *plan = SK_NEW(mem, struct seclang_window_plan);
    unsigned char *slot;

    plan->run = sk_zalloc(mem, rules->rule_count + 1);
    plan->summed = sk_zalloc(mem, rules->tx_slot_count + 1);
    slot = sk_zalloc(mem, rules->tx_slot_count + 1);
    for (size_t i = 0; i < rules->rule_count; i++)
        if (rules->rule[i].head == &rules->rule[i])
            plan->run[i] = (unsigned char)run_of(&rules->rule[i]);
    for (unsigned phase = 2; phase <= 4; phase += 2) {
        memset(slot, 0, rules->tx_slot_count + 1);
        mark_written(slot, rules, plan, phase, true);
        mark_written(slot, rules, plan, phase, false);
        for (size_t i = 0; i < rules->tx_slot_count; i++)
            if (slot[i]) plan->summed[i] |= slot[i];
    }
    return plan;
}
