/* The inner loop: steps of a phase, rules of a chain, targets of a rule, values of a target.
 *
 * On the way of an innocent request nothing is allocated here but forms of values; a rule costs a
 * loop over its targets, a value a look at its form and the filter. */
#include "seclang/run.h"

#include "seclang/macro_run.h"
#include "seclang/match.h"
#include "seclang/outside.h"
#include "seclang/relay.h"
#include "seclang/screen.h"
#include "seclang/second_look.h"
#include "seclang/target.h"
#include "seclang/var/fetch.h"
#include "seclang/var/member.h"
#include "seclang/window.h"
#include "seclang/worker.h"

/* One rule being asked. */
struct ask {
    struct seclang_tx *tx;
    const struct seclang_rule *rule;
    const struct seclang_target *target; /* where the value comes from */
    struct seclang_op_run *run;
    unsigned excludes; /* SECLANG_EXCLUDES_...: most rules have none */
    bool constant;     /* the operator's argument has no macro */
    bool settled;      /* the screen has taken the second look */
    bool fresh;        /* what windows before this one held is not looked at again */
    bool matched;
};

/* The answer is not to be trusted. Rules may look at TX.MSC_PCRE_LIMITS_EXCEEDED; the phase ends
 * with a refusal where none does. */
static void
note_limit(struct seclang_tx *tx, const struct seclang_rule *rule)
{
    tx->limit_hit = true;
    seclang_tx_member_set(tx, -1, SK_STR("MSC_PCRE_LIMITS_EXCEEDED"), SK_STR("1"));
    if (tx->limit_told || !tx->host.log) return;
    tx->limit_told = true;
    tx->host.log(tx->host.ctx,
                 sk_str_printf(tx->mem,
                               "ModSecurity: Rule execution error - PCRE limits exceeded. "
                               "[file \"%s\"] [line \"%u\"] [id \"%u\"] [unique_id \"%.*s\"]",
                               rule->file ? rule->file : "", rule->line, rule->head->id,
                               SK_ARG(tx->id)));
}

/* What is known of response bodies, which were held against all that is asked of them; NULL:
 * nothing. */
static const struct seclang_bulk_hit *
hit_of(const struct ask *a)
{
    const struct seclang_bulk_hit *hits = a->tx->bulk;

    return hits && a->rule->bulk >= 0 && a->target->var == SECLANG_VAR_RESPONSE_BODY &&
                   !a->target->count
               ? &hits[a->rule->bulk]
               : NULL;
}

static bool
misses(const struct ask *a)
{
    const struct seclang_bulk_hit *hit = hit_of(a);

    return hit && !hit->may;
}

static bool
run_operator(struct ask *a, sk_str text)
{
    const struct seclang_bulk_hit *hit = hit_of(a);

    if (!hit || (hit->may && !hit->phrase))
        return a->rule->op->run(a->rule->op_state, a->run, text);
    if (hit->may) seclang_bulk_tell(a->run, *hit->phrase);
    return hit->may;
}

static bool
operate(struct ask *a, sk_str text)
{
    struct seclang_op_run *run = a->run;
    bool yes;

    if (!a->constant) run->argument = seclang_macro_expand(a->tx, &a->rule->argument, a->rule);
    run->capture_count = 0;
    run->matched = (sk_str){ 0 };
    run->what = NULL;
    run->limit_hit = false;
    yes = run_operator(a, text);
    return yes != a->rule->negated;
}

static bool
excluded(const struct ask *a, const struct seclang_value *value, enum seclang_excluded how)
{
    unsigned kind =
        how == SECLANG_EXCLUDED_BY_REGEX ? SECLANG_EXCLUDES_REGEX : SECLANG_EXCLUDES_NAMES;

    return (a->excludes & kind) && seclang_target_excluded(a->tx, a->rule, a->target, value, how);
}

/* Whether the match is there also when characters are not cut into bytes. */
static bool
stands(const struct ask *a, const struct seclang_value *value, unsigned node)
{
    return a->settled || a->tx->bytes_only || a->run->limit_hit ||
           seclang_second_look(a->tx->worker, a->rule, a->run, value->text.s, node);
}

static struct seclang_seen
seen_of(const struct ask *a, const struct seclang_value *value, sk_str text)
{
    return (struct seclang_seen){ .var = a->target->var,
                                  .count = a->target->count,
                                  .name = value->name,
                                  .shown = value->shown,
                                  .text = text,
                                  .post = value->post,
                                  .value = a->target->count ? NULL : value };
}

/* Runs the operator on one text of a value, its form `node`, and, on a match, what follows. */
static void
ask_text(struct ask *a, const struct seclang_value *value, unsigned node, sk_str text)
{
    bool yes = operate(a, text);
    struct seclang_seen seen;

    if (!yes && !a->run->limit_hit) return;
    if (!stands(a, value, node)) return;
    if (excluded(a, value, SECLANG_EXCLUDED_BY_REGEX)) return;
    if (a->run->limit_hit) {
        note_limit(a->tx, a->rule);
        return;
    }
    a->matched = true;
    seen = seen_of(a, value, text);
    seclang_match_take(a->tx, a->rule, &seen, a->run);
}

static bool
passes(const struct seclang_rule *rule, struct seclang_text *text)
{
    if (!rule->filtered) return true;
    if (text->s.n < rule->filter.least) return false;
    if (rule->filter.sets == 0) return true;
    return seclang_filter_passes(&rule->filter, text->s.n, seclang_text_bytes(text));
}

/* multiMatch: the text as it came, and after each transformation that changed it. */
static void
ask_each_form(struct ask *a, struct seclang_value *value)
{
    const struct seclang_rules *rules = a->tx->rules;
    unsigned path[SECLANG_FORM_DEPTH], depth = 0;
    struct seclang_text *last = NULL;

    for (unsigned node = a->rule->form; depth < SECLANG_FORM_DEPTH;
         node = rules->form[node].parent) {
        path[depth++] = node;
        if (node == 0) break;
    }
    while (depth > 0 && !a->tx->phase_over) {
        unsigned node = path[--depth];
        struct seclang_text *text = seclang_value_form(value, a->tx->mem, rules, node);

        if (text == last) continue;
        last = text;
        if (passes(a->rule, text)) ask_text(a, value, node, text->s);
    }
}

static void
ask_value(struct ask *a, struct seclang_value *value)
{
    const struct seclang_rule *rule = a->rule;
    struct seclang_text *text;

    if (excluded(a, value, SECLANG_EXCLUDED_BY_NAME)) return;
    if (rule->multi_match) {
        ask_each_form(a, value);
        return;
    }
    if (!rule->negated && misses(a)) return;
    text = seclang_value_form(value, a->tx->mem, a->tx->rules, rule->form);
    if (hit_of(a) || passes(rule, text)) ask_text(a, value, rule->form, text->s);
}

static void
ask_count(struct ask *a)
{
    const struct seclang_target *target = a->target;
    unsigned count = seclang_target_count(a->tx, target, a->rule);
    struct seclang_value value = { .name = { 0 } };

    if (target->selector.pick == SECLANG_PICK_NAME) value.name = target->selector.name;
    value.text.s = sk_str_of_i64(a->tx->mem, count);
    ask_value(a, &value);
}

/* What the first rule of a relay leaves behind that gets nothing through: its last match. */
static void
pass_over(struct ask *a, struct seclang_value *last)
{
    struct seclang_text *text;
    struct seclang_seen seen;

    if (!last) return;
    text = seclang_value_form(last, a->tx->mem, a->tx->rules, a->rule->form);
    if (!operate(a, text->s)) return;
    seen = seen_of(a, last, text->s);
    seclang_match_trace(a->tx, a->rule, &seen, a->run);
}

/* Lists may grow while their rules match (MATCHED_VARS, TX): what comes then is not looked at. */
static void
ask_list(struct ask *a, const struct seclang_list *list)
{
    const struct seclang_selector *selector = &a->target->selector;
    unsigned count = list->count;
    int question = a->rule->question;
    struct seclang_value *last;

    if (a->rule->relay && !a->excludes && seclang_relay_idle(a->tx, a->rule, list, &last)) {
        pass_over(a, last);
        return;
    }
    for (unsigned i = 0; i < count && i < list->count && !a->tx->phase_over; i++) {
        struct seclang_value *value = list->at[i];

        a->settled = question >= 0 && i < list->screened;
        if (a->settled && !seclang_hit(value, question)) continue;
        if (a->rule->multi_match) a->settled = false;
        if (a->fresh && value->old) continue;
        if (selector->pick == SECLANG_PICK_ALL ||
            seclang_selector_takes(a->tx, selector, value->name))
            ask_value(a, value);
    }
}

/* TX:/pattern/: of the slots it is known which are meant. Variables that come while the rule
 * matches are not looked at. */
static void
ask_tx(struct ask *a)
{
    struct seclang_tx *tx = a->tx;
    const struct seclang_selector *selector = &a->target->selector;
    struct seclang_member **end = tx->tx_last;

    for (size_t i = 0; i < selector->slot_count && !tx->phase_over; i++) {
        struct seclang_member *m = seclang_tx_slot_at(tx, selector->slot[i]);

        if (m->set) ask_value(a, &m->value);
    }
    for (struct seclang_member **at = &tx->tx_first, *m; at != end && !tx->phase_over;
         at = &m->next) {
        m = *at;
        if (m->set && seclang_selector_takes_member(tx, selector, m)) ask_value(a, &m->value);
    }
}

/* Variables that are kept by name: TX, and the persistent collections. */
static bool
has_members(enum seclang_var var)
{
    return var == SECLANG_VAR_TX || seclang_var_rows[var].kind == SECLANG_PERSISTENT;
}

static void
ask_target(struct ask *a)
{
    const struct seclang_target *target = a->target;
    struct seclang_member *member;

    if (a->fresh && seclang_window_var(target->var, a->rule->phase) == SECLANG_WINDOW_ONCE) return;
    if (target->count) {
        ask_count(a);
        return;
    }
    if (target->selector.pick == SECLANG_PICK_NAME && has_members(target->var)) {
        member = target->var == SECLANG_VAR_TX
                     ? seclang_tx_member(a->tx, target->selector.tx_slot, target->selector.name)
                     : seclang_collection_member(a->tx, target->var, target->selector.name);
        if (member) ask_value(a, &member->value);
        return;
    }
    if (target->var == SECLANG_VAR_TX && target->selector.pick == SECLANG_PICK_REGEX)
        ask_tx(a);
    else
        ask_list(a, seclang_fetch(a->tx, target->var, a->rule));
}

/* SecAction is, as in mod_security 2, a match on REMOTE_ADDR. */
static bool
take_action(struct seclang_tx *tx, const struct seclang_rule *rule)
{
    struct seclang_seen seen = { .var = SECLANG_VAR_REMOTE_ADDR, .text = tx->client };

    seclang_match_take(tx, rule, &seen, NULL);
    return true;
}

static bool
ask_rule(struct seclang_tx *tx, const struct seclang_rule *rule)
{
    struct seclang_op_run *run = &tx->worker->run;
    struct ask a = { .tx = tx,
                     .rule = rule,
                     .run = run,
                     .excludes = tx->worker->excludes[rule->index],
                     .constant = seclang_macro_constant(&rule->argument),
                     .fresh = tx->continues && seclang_window_fresh(tx->worker->window, rule) };

    if (rule->unconditional) return take_action(tx, rule);
    if (tx->lost && tx->lost[rule->index]) /* by ctl: of either kind */
        a.excludes = SECLANG_EXCLUDES_NAMES | SECLANG_EXCLUDES_REGEX;
    run->want_captures = rule->capture;
    run->quiet = rule->chain || rule->head->silent; /* a chain says what its last rule saw */
    run->argument =
        a.constant && rule->argument.count ? rule->argument.part[0].literal : (sk_str){ 0 };
    for (size_t i = 0; i < rule->target_count && !tx->phase_over; i++) {
        a.target = &rule->target[i];
        ask_target(&a);
    }
    return a.matched;
}

static void
forget_matched(struct seclang_tx *tx)
{
    tx->list[SECLANG_VAR_MATCHED_VARS].count = 0;
    tx->list[SECLANG_VAR_MATCHED_VARS_NAMES].count = 0;
}

/* True: every member of the chain matched. */
static bool
ask_chain(struct seclang_tx *tx, const struct seclang_rule *head)
{
    forget_matched(tx);
    for (const struct seclang_rule *rule = head; rule; rule = rule->chain) {
        if (tx->removed && tx->removed[rule->index]) return false;
        if (!ask_rule(tx, rule)) return false;
        if (tx->phase_over || tx->set.engine == SECLANG_OFF) return rule->chain == NULL;
    }
    return true;
}

/* The next step from i on that the screen has left. */
static size_t
next_hot(const struct seclang_tx *tx, size_t i, size_t count)
{
    uint64_t bits;
    size_t k = i >> 6;

    if (!tx->hot || i >= count) return i;
    bits = tx->hot[k] & (~(uint64_t)0 << (i & 63));
    while (!bits) {
        if (++k > count >> 6) return count;
        bits = tx->hot[k];
    }
    return 64 * k + (unsigned)__builtin_ctzll(bits);
}

static void
run_steps(struct seclang_tx *tx, unsigned phase)
{
    const struct seclang_step *step = tx->rules->phase[phase].step;
    size_t count = tx->rules->phase[phase].count;

    for (size_t i = next_hot(tx, 0, count);
         i < count && !tx->phase_over && tx->set.engine != SECLANG_OFF;
         i = next_hot(tx, i, count)) {
        const struct seclang_rule *rule = step[i++].rule;

        if (!ask_chain(tx, rule)) continue;
        if (rule->skip_to > 0) i = rule->skip_to;
    }
}

static void
scan_response(struct seclang_tx *tx)
{
    const struct seclang_rules *rules = tx->rules;
    struct sk_buf *text = &tx->response_text;

    if (!rules->bulk || !tx->response_kept) return;
    memset(sk_buf_room(text, SECLANG_BULK_BEHIND), 0, SECLANG_BULK_BEHIND);
    tx->bulk = sk_array(tx->mem, rules->bulk_count, sizeof(*tx->bulk));
    seclang_bulk_scan(rules->bulk, tx->worker->scratch, sk_buf_str(text), tx->bulk);
}

static bool
left_out(const struct seclang_tx *tx, unsigned phase)
{
    if (phase == 5) return false;
    if (tx->decision.made || tx->allowed == SECLANG_DO_ALLOW) return true;
    return tx->allowed == SECLANG_DO_ALLOW_REQUEST && phase <= 2;
}

/* A worker serves many transactions in turn. */
static void
lend_worker(struct seclang_tx *tx)
{
    struct seclang_op_run *run = &tx->worker->run;

    run->scratch = tx->worker->scratch;
    run->mem = tx->mem;
    run->outside = seclang_outside(tx);
}

static void
screen(struct seclang_tx *tx, unsigned phase)
{
    tx->hot = NULL;
    seclang_screen_forget(tx);
    if (tx->rules->phase[phase].screen) seclang_screen_run(tx, tx->rules->phase[phase].screen);
}

/* Never silently open: what could not be judged is refused also where no rule asks for it. */
static void
refuse_unjudged(struct seclang_tx *tx)
{
    if (!tx->limit_hit || tx->limit_refused || tx->phase >= 5) return;
    tx->limit_refused = true;
    if (!tx->decision.made)
        seclang_match_refuse(tx, 403,
                             "A match limit was reached: the request could not be judged.");
}

struct seclang_verdict
seclang_run_phase(struct seclang_tx *tx, unsigned phase)
{
    int64_t begun = tx->worker->times ? seclang_tx_clock() : 0;

    if (tx->phase < phase && tx->set.engine != SECLANG_OFF && !left_out(tx, phase)) {
        tx->phase = phase;
        tx->phase_over = false;
        seclang_fetch_phase(tx);
        if (phase == 4) scan_response(tx);
        lend_worker(tx);
        screen(tx, phase);
        run_steps(tx, phase);
        refuse_unjudged(tx);
        if (tx->worker->times) tx->phase_us[phase] = seclang_tx_clock() - begun;
    }
    return tx->decision.made ? tx->decision.verdict : (struct seclang_verdict){ 0 };
}
