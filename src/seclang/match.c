/* A rule has matched. The order is mod_security 2's: captures, MATCHED_VAR, severity, the rule's
 * own actions; then, at the end of a chain, the head's message and its disruptive action. */
#include "seclang/match.h"

#include "seclang/act/act.h"
#include "seclang/hide.h"
#include "seclang/log_line.h"
#include "seclang/macro_run.h"
#include "seclang/mask.h"
#include "seclang/seen.h"
#include "seclang/var/fetch.h"
#include "seclang/var/member.h"
#include "seclang/worker.h"

static const char *const severity_name[] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
                                             "WARNING",   "NOTICE", "INFO",     "DEBUG" };
static const sk_str digit[SECLANG_CAPTURES] = {
    { "0", 1 }, { "1", 1 }, { "2", 1 }, { "3", 1 }, { "4", 1 },
    { "5", 1 }, { "6", 1 }, { "7", 1 }, { "8", 1 }, { "9", 1 },
};

/* Captures point into the value, which lives as long as the transaction. What an earlier rule
 * captured goes only when a pattern captures anew: @pm and others set TX.0 alone. */
static void
keep_captures(struct seclang_tx *tx, const struct seclang_rule *rule,
              const struct seclang_op_run *run)
{
    bool pattern = strncmp(rule->op->name, "rx", 2) == 0;

    if (run->capture_count == 0) return;
    for (unsigned i = 0; i < SECLANG_CAPTURES; i++) {
        int slot = tx->worker->capture_slot[i];

        if (i < run->capture_count)
            seclang_tx_member_set(tx, slot, digit[i], run->capture[i]);
        else if (pattern)
            seclang_tx_member_unset(tx, slot, digit[i]);
    }
}

/* Later members of the chain may look at MATCHED_VARS. */
static void
keep_for_chain(struct seclang_tx *tx, const struct seclang_seen *seen)
{
    struct seclang_list *values = &tx->list[SECLANG_VAR_MATCHED_VARS];
    sk_str name = seclang_seen_name(tx->mem, seen, SECLANG_NAME_ESCAPED);
    struct seclang_value *value;

    if (values->count >= SECLANG_MATCHED_VARS_MOST) return;
    value = seclang_value_new(tx->mem, name, seen->text);
    value->shown = name;
    seclang_list_add(values, tx->mem, value);
    value = seclang_value_new(tx->mem, name, name);
    value->shown = name;
    seclang_list_add(&tx->list[SECLANG_VAR_MATCHED_VARS_NAMES], tx->mem, value);
}

static size_t
add_match(struct seclang_tx *tx, const struct seclang_match *match, sk_str message)
{
    if (tx->match_count >= SECLANG_MATCHES_MOST) return SIZE_MAX;
    if (tx->match_count == tx->match_size) {
        size_t size = tx->match_size ? 2 * tx->match_size : 8;

        tx->match =
            sk_grow(tx->mem, tx->match, tx->match_size * sizeof(*match), size * sizeof(*match));
        tx->message =
            sk_grow(tx->mem, tx->message, tx->match_size * sizeof(sk_str), size * sizeof(sk_str));
        tx->match_size = size;
    }
    tx->match[tx->match_count] = *match;
    tx->message[tx->match_count] = message;
    return tx->match_count++;
}

static void
add_tags(struct seclang_tx *tx, struct seclang_match *match, const struct seclang_rule *head)
{
    sk_str *tag = sk_array(tx->mem, head->tag_count, sizeof(sk_str));

    for (size_t i = 0; i < head->tag_count; i++)
        tag[i] = seclang_macro_expand(tx, &head->tag[i], head);
    match->tags = tag;
    match->tag_count = head->tag_count;
}

static struct seclang_match
describe(struct seclang_tx *tx, const struct seclang_rule *head, const struct seclang_seen *seen)
{
    struct seclang_match match = {
        .rule = head->id,
        .file = head->file,
        .line = head->line,
        .phase = tx->phase,
        .variable = seclang_seen_name(tx->mem, seen, SECLANG_NAME_PLAIN),
        .value = seen->text,
        .msg = seclang_macro_expand(tx, &head->msg, head),
        .data = seclang_macro_expand(tx, &head->logdata, head),
        .version = sk_str_of(head->version),
        .log = head->log,
        .audit = head->audit,
    };

    if (head->severity >= 0 && head->severity <= 7)
        match.severity = sk_str_of(severity_name[head->severity]);
    add_tags(tx, &match, head);
    return match;
}

static bool
interrupts(enum seclang_disruptive disruptive)
{
    return disruptive == SECLANG_DO_DENY || disruptive == SECLANG_DO_DROP ||
           disruptive == SECLANG_DO_REDIRECT;
}

static bool
allows(enum seclang_disruptive disruptive)
{
    return disruptive == SECLANG_DO_ALLOW || disruptive == SECLANG_DO_ALLOW_PHASE ||
           disruptive == SECLANG_DO_ALLOW_REQUEST;
}

static int
redirect_status(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308
               ? status
               : 302;
}

static struct seclang_verdict
verdict_of(struct seclang_tx *tx, const struct seclang_rule *head)
{
    struct seclang_verdict verdict = {
        SECLANG_DENY, head->status ? head->status : 403, { 0 }, head->id
    };

    if (head->disruptive == SECLANG_DO_DROP) verdict.act = SECLANG_DROP;
    if (head->disruptive == SECLANG_DO_REDIRECT) {
        verdict.act = SECLANG_REDIRECT;
        verdict.status = redirect_status(head->status);
        verdict.url = seclang_macro_expand(tx, &head->url, head);
    }
    return verdict;
}

/* "Access denied with code 403 (phase 2)." or "Warning." */
static sk_str
outcome_of(struct seclang_tx *tx, const struct seclang_rule *head,
           const struct seclang_verdict *verdict, bool acts)
{
    static const char *const allowed[] = { [SECLANG_DO_ALLOW] = "Access allowed",
                                           [SECLANG_DO_ALLOW_PHASE] = "Access to phase allowed",
                                           [SECLANG_DO_ALLOW_REQUEST] =
                                               "Access to request allowed" };
    struct sk_buf out = { .mem = tx->mem };

    if (!acts) return SK_STR("Warning.");
    if (allows(head->disruptive))
        sk_buf_printf(&out, "%s (phase %u).", allowed[head->disruptive], tx->phase);
    else if (verdict->act == SECLANG_DROP)
        sk_buf_printf(&out, "Access denied with connection close (phase %u).", tx->phase);
    else if (verdict->act == SECLANG_REDIRECT) {
        sk_buf_add(&out, SK_STR("Access denied with redirection to "));
        seclang_log_escape(&out, verdict->url, false);
        sk_buf_printf(&out, " using status %d (phase %u).", verdict->status, tx->phase);
    } else
        sk_buf_printf(&out, "Access denied with code %d (phase %u).", verdict->status, tx->phase);
    return sk_buf_str(&out);
}

static void
decide(struct seclang_tx *tx, const struct seclang_verdict *verdict, size_t match, bool acts)
{
    struct seclang_decision *d = &tx->decision;

    if (d->noted && !acts) return; /* when detecting, the first one counts */
    d->noted = true;
    d->verdict = *verdict;
    d->phase = tx->phase;
    d->match = match;
    d->made = acts;
    if (match != SIZE_MAX) tx->match[match].disruptive = true;
}

/* The error log's line: written at once, so from what is secret by now. */
static void
tell(struct seclang_tx *tx, const struct seclang_rule *head, const struct seclang_match *match,
     const struct seclang_seen *seen, sk_str outcome, sk_str reason)
{
    struct seclang_match shown = *match;

    seclang_hide_match(tx, &shown);
    if (seclang_mask_secret(tx, match->variable)) /* the operator's words may quote the secret */
        reason = sk_str_printf(tx->mem, "Match at %.*s.", SK_ARG(seclang_log_name(tx, seen)));
    seclang_log_tell(tx, seclang_log_message(tx, head, &shown, outcome, reason));
}

static void
conclude(struct seclang_tx *tx, const struct seclang_rule *rule, const struct seclang_seen *seen,
         const struct seclang_op_run *run)
{
    const struct seclang_rule *head = rule->head;
    bool stops = interrupts(head->disruptive) && tx->phase < 5;
    bool acts =
        (stops || (allows(head->disruptive) && tx->phase < 5)) && tx->set.engine == SECLANG_ON;
    struct seclang_verdict verdict = stops ? verdict_of(tx, head) : (struct seclang_verdict){ 0 };
    size_t at = SIZE_MAX;

    if (head->audit) tx->relevant = true;
    if (head->log || head->audit || stops) {
        struct seclang_match match = describe(tx, head, seen);
        sk_str outcome = outcome_of(tx, head, &verdict, acts);
        sk_str reason = seclang_log_reason(tx, rule, seen, run);
        sk_str message = seclang_log_message(tx, head, &match, outcome, reason);

        at = add_match(tx, &match, message);
        if (head->log) tell(tx, head, &match, seen, outcome, reason);
    }
    if (stops) decide(tx, &verdict, at, acts);
    if (acts) tx->phase_over = true;
    if (acts && !stops) tx->allowed = head->disruptive;
}

void
seclang_match_take(struct seclang_tx *tx, const struct seclang_rule *rule,
                   const struct seclang_seen *seen, const struct seclang_op_run *run)
{
    const struct seclang_rule *head = rule->head;

    if (rule->capture && run) keep_captures(tx, rule, run);
    tx->matched = *seen;
    if (rule->chain || head != rule) keep_for_chain(tx, seen);
    if (!rule->chain && head->severity > 0 && head->severity < tx->highest_severity)
        tx->highest_severity = head->severity;
    for (size_t i = 0; i < rule->action_count; i++)
        seclang_do_action(tx, rule, &rule->action[i]);
    if (!rule->chain) conclude(tx, rule, seen, run);
}

void
seclang_match_refuse(struct seclang_tx *tx, int status, const char *why)
{
    struct seclang_verdict verdict = { SECLANG_DENY, status, { 0 }, 0 };
    bool acts = tx->set.engine == SECLANG_ON && !tx->decision.made;
    struct seclang_match match = { .phase = tx->phase,
                                   .msg = sk_str_of(why),
                                   .severity = SK_STR("CRITICAL"),
                                   .log = true,
                                   .audit = true };
    static const struct seclang_rule engine = { .severity = 2, .log = true, .audit = true };
    sk_str message = seclang_log_message(tx, &engine, &match,
                                         outcome_of(tx, &engine, &verdict, acts), sk_str_of(why));
    size_t at = add_match(tx, &match, message);

    tx->relevant = true;
    seclang_log_tell(tx, message);
    decide(tx, &verdict, at, acts);
    if (acts) tx->phase_over = true;
}
