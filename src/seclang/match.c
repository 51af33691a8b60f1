/* A rule has matched. The order is mod_security 2's: captures, MATCHED_VAR, severity, the rule's
 * own actions; then, at the end of a chain, the head's message and its disruptive action. */
#include "seclang/match.h"

#include "seclang/act/act.h"
#include "seclang/hide.h"
#include "seclang/log_line.h"
#include "seclang/macro_run.h"
#include "seclang/mask.h"
#include "seclang/record.h"
#include "seclang/seen.h"
#include "seclang/var/fetch.h"
#include "seclang/var/member.h"
#include "seclang/watch.h"
#include "seclang/worker.h"

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

static struct seclang_record *
add_record(struct seclang_tx *tx, const struct seclang_record *record)
{
    if (tx->match_count == tx->match_size) {
        size_t size = tx->match_size ? 2 * tx->match_size : 8;

        tx->match =
            sk_grow(tx->mem, tx->match, tx->match_size * sizeof(*record), size * sizeof(*record));
        tx->match_size = size;
    }
    tx->match[tx->match_count] = *record;
    return &tx->match[tx->match_count++];
}

void
seclang_match_keep(struct seclang_tx *tx, const struct seclang_record *record)
{
    (void)add_record(tx, record);
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

static void
decide(struct seclang_tx *tx, struct seclang_record *record)
{
    struct seclang_decision *d = &tx->decision;

    if (d->noted && !record->acts) return; /* when detecting, the first one counts */
    d->noted = true;
    d->verdict = record->verdict;
    d->phase = tx->phase;
    d->made = record->acts;
    record->disruptive = true;
}

/* The error log's line: written at once, so from what is secret by now. */
static void
tell(struct seclang_tx *tx, const struct seclang_record *record)
{
    struct seclang_match shown = seclang_record_match(tx, record);
    bool secret = seclang_mask_secret(tx, shown.variable);
    sk_str reason;

    if (secret) /* the operator's words may quote the secret */
        reason =
            sk_str_printf(tx->mem, "Match at %.*s.", SK_ARG(seclang_log_name(tx, &record->seen)));
    else
        reason = seclang_record_reason(tx, record);
    seclang_hide_words(tx, &shown, secret);
    seclang_log_tell(tx, seclang_record_message(tx, record, &shown, reason));
}

static bool
wants_line(const struct seclang_tx *tx, const struct seclang_record *record)
{
    return tx->host.log && record->rule->head->log && (record->acts || !tx->host.log_refusals_only);
}

/* The first matches of a rule tell what the thousandth would; scores count all. Who watches rules
 * match wants every one. */
static bool
lists(struct seclang_tx *tx, const struct seclang_rule *head)
{
    if (tx->match_count >= SECLANG_MATCHES_MOST) return false;
    if (tx->watch) return true;
    if (!tx->listed) tx->listed = sk_zalloc(tx->mem, tx->rules->rule_count + 1);
    if (tx->listed[head->index] >= SECLANG_MATCHES_OF_RULE) return false;
    tx->listed[head->index]++;
    return true;
}

/* Not silently: who reads the log is told where the list ends. */
static void
tell_end(struct seclang_tx *tx, const struct seclang_rule *head)
{
    if (!tx->listed || tx->listed[head->index] < SECLANG_MATCHES_OF_RULE) return;
    seclang_log_tell(tx, sk_str_printf(tx->mem,
                                       "Rule matched %d times, later matches are not listed. "
                                       "[file \"%s\"] [line \"%u\"] [id \"%u\"]",
                                       SECLANG_MATCHES_OF_RULE, head->file ? head->file : "",
                                       head->line, head->id));
}

static void
record_match(struct seclang_tx *tx, const struct seclang_rule *rule,
             const struct seclang_seen *seen, const struct seclang_op_run *run, bool stops,
             bool acts)
{
    struct seclang_record record, *kept;
    bool decides = stops && (acts || !tx->decision.noted);

    if (!decides && !lists(tx, rule->head)) return;
    record = seclang_record_of(tx, rule, seen, run);
    record.acts = acts;
    if (stops) record.verdict = verdict_of(tx, rule->head);
    kept = add_record(tx, &record);
    if (stops) decide(tx, kept);
    if (!wants_line(tx, kept)) return;
    tell(tx, kept);
    if (!decides) tell_end(tx, rule->head);
}

static void
conclude(struct seclang_tx *tx, const struct seclang_rule *rule, const struct seclang_seen *seen,
         const struct seclang_op_run *run)
{
    const struct seclang_rule *head = rule->head;
    bool stops = interrupts(head->disruptive) && tx->phase < 5;
    bool acts =
        (stops || (allows(head->disruptive) && tx->phase < 5)) && tx->set.engine == SECLANG_ON;

    if (head->audit) tx->relevant = true;
    if (head->log || head->audit || stops) record_match(tx, rule, seen, run, stops, acts);
    if (acts) tx->phase_over = true;
    if (acts && !stops) tx->allowed = head->disruptive;
}

void
seclang_match_trace(struct seclang_tx *tx, const struct seclang_rule *rule,
                    const struct seclang_seen *seen, const struct seclang_op_run *run)
{
    if (rule->capture && run) keep_captures(tx, rule, run);
    tx->matched = *seen;
}

void
seclang_match_take(struct seclang_tx *tx, const struct seclang_rule *rule,
                   const struct seclang_seen *seen, const struct seclang_op_run *run)
{
    const struct seclang_rule *head = rule->head;

    if (tx->watch) seclang_watch_begin(tx, rule, seen, run);
    seclang_match_trace(tx, rule, seen, run);
    if (head->remembers) keep_for_chain(tx, seen);
    if (!rule->chain && head->severity > 0 && head->severity < tx->highest_severity)
        tx->highest_severity = head->severity;
    for (size_t i = 0; i < rule->action_count; i++)
        seclang_do_action(tx, rule, &rule->action[i]);
    if (!rule->chain) conclude(tx, rule, seen, run);
    if (tx->watch) seclang_watch_end(tx);
}

/* The rule of what the engine or its host refuses by itself. */
static const struct seclang_rule engine = {
    .severity = 2, .log = true, .audit = true, .head = &engine
};

/* Recorded, logged, and what the request is answered where it acts. */
static void
refuse(struct seclang_tx *tx, const struct seclang_record *record)
{
    struct seclang_record *kept = add_record(tx, record);

    tx->relevant = true;
    if (tx->host.log)
        seclang_log_tell(
            tx, seclang_record_message(
                    tx, kept,
                    &(struct seclang_match){ .msg = kept->msg, .severity = SK_STR("CRITICAL") },
                    kept->msg));
    decide(tx, kept);
    if (record->acts) tx->phase_over = true;
}

void
seclang_match_refuse(struct seclang_tx *tx, int status, const char *why)
{
    refuse(tx, &(struct seclang_record){
                   .rule = &engine,
                   .seen.var = SECLANG_VAR_COUNT,
                   .msg = sk_str_of(why),
                   .acts = tx->set.engine == SECLANG_ON && !tx->decision.made,
                   .verdict = { SECLANG_DENY, status, { 0 }, 0 },
                   .phase = tx->phase,
               });
}

struct seclang_verdict
seclang_tx_refuse(struct seclang_tx *tx, unsigned id, int status, const char *why, sk_str data)
{
    struct seclang_rule *rule = SK_NEW(tx->mem, struct seclang_rule);

    if (tx->decision.made) return tx->decision.verdict;
    *rule = engine;
    rule->id = id;
    rule->head = rule;
    refuse(tx, &(struct seclang_record){
                   .rule = rule,
                   .seen.var = SECLANG_VAR_COUNT,
                   .msg = sk_str_of(why),
                   .data = sk_str_copy(tx->mem, data),
                   .acts = true,
                   .verdict = { SECLANG_DENY, status, { 0 }, id },
                   .phase = tx->phase,
               });
    return tx->decision.verdict;
}
