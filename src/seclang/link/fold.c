/* What the configuration has decided already. Interprets the phases with what is known of TX:
 * a variable that only constants were assigned to, on every way that leads here, has a known value;
 * rules that ask for it are decided. Steps that cannot be reached, rules that can never match and
 * jumps that are always taken are dropped.
 *
 * Sound, because everything else counts as open: TX:0-9 and TX:MSC_* (the engine's own), sums,
 * values and names with macros that are not known, and whatever a rule assigns that a ctl before it
 * may have removed. Phase 5 is left alone: it also runs after a refusal, with whatever was assigned
 * by then. Phases 2 to 4 may each have been passed over, so each begins with what holds after all
 * before it. */
#include "seclang/link/facts.h"

enum verdict { NEVER, MAYBE, ALWAYS };

struct fold {
    struct seclang_linker *l;
    const struct seclang_named **removal; /* ctl:ruleRemoveBy... that may have run by now */
    size_t removal_count;
    bool *target_lost;  /* by ordinal: a ctl may have taken targets away */
    struct facts **end; /* of phases 1 to 4 */
};

/* ── is a rule decided? ── */

/* Operators whose answer needs nothing but value and argument, cheap to compile. */
static const char *const foldable[] = { "eq",    "ge",         "gt",       "le",       "lt",
                                        "streq", "beginswith", "endswith", "contains", "within" };

bool
seclang_link_foldable(const struct seclang_op *op)
{
    for (size_t i = 0; op->pure && i < sizeof foldable / sizeof *foldable; i++)
        if (!strcmp(op->name, foldable[i])) return true;
    return false;
}

static sk_str
transformed(struct seclang_linker *l, const struct seclang_wishes *w, sk_str value)
{
    for (size_t i = 0; i < w->tf_count; i++) {
        sk_str out;
        if (w->tf[i]->run(&out, l->scratch, value, l->rules->unicode_map)) value = out;
    }
    return value;
}

/* The rule's operator, ready to be asked; `mute` where it cannot be asked now. */
struct question {
    const struct seclang_draft *draft;
    bool mute;
    void *state;
    sk_str argument;
};

static enum verdict
answer(struct seclang_linker *l, const struct question *q, sk_str value)
{
    struct seclang_op_run run = { .mem = l->scratch, .argument = q->argument };
    if (q->mute) return MAYBE;
    bool match = q->draft->op->run(q->state, &run, transformed(l, &q->draft->wishes, value));
    return match != q->draft->negated ? ALWAYS : NEVER;
}

/* One target under what is known. */
static enum verdict
decide_target(struct seclang_linker *l, const struct facts *facts, const struct question *q,
              const struct seclang_target *target)
{
    if (target->var != SECLANG_VAR_TX || target->selector.tx_slot < 0) return MAYBE;
    const struct fact *fact = &facts->of[target->selector.tx_slot];
    if (fact->kind == FACT_OPEN) return MAYBE;
    if (target->count) return answer(l, q, fact->kind == FACT_KNOWN ? SK_STR("1") : SK_STR("0"));
    if (fact->kind == FACT_UNSET) return NEVER; /* no value: no operator is asked */
    return answer(l, q, fact->value);
}

static enum verdict
decide_targets(struct seclang_linker *l, const struct facts *facts, const struct question *q)
{
    enum verdict all = NEVER;
    for (size_t i = 0; i < q->draft->target_count && all != ALWAYS; i++) {
        enum verdict one = decide_target(l, facts, q, &q->draft->target[i].target);
        if (one > all) all = one;
    }
    return all;
}

static bool
has_exclusions(const struct seclang_draft *draft)
{
    for (size_t i = 0; i < draft->target_count; i++)
        if (draft->target[i].excluded) return true;
    return false;
}

static void
ask(struct seclang_linker *l, struct question *q, const struct facts *facts)
{
    const struct seclang_draft *draft = q->draft;
    struct seclang_op_place place = { .rule_file = draft->at.file };
    q->mute = true;
    if (!seclang_link_foldable(draft->op) || (draft->wishes.said & SECLANG_SAID_MULTI_MATCH) ||
        !facts_expand(&q->argument, l->scratch, facts, &draft->argument))
        return;
    if (draft->op->compile &&
        sk_failed(draft->op->compile(&q->state, l->scratch, &place, q->argument,
                                     !seclang_macro_constant(&draft->argument))))
        return; /* compiling it later will tell where */
    q->mute = false;
}

static enum verdict
decide(const struct fold *f, const struct facts *facts, const struct seclang_draft *draft)
{
    struct question q = { .draft = draft };
    if (draft->unconditional) return ALWAYS;
    if (f->target_lost[draft->head->ordinal] || has_exclusions(draft)) return MAYBE;
    ask(f->l, &q, facts);
    enum verdict v = decide_targets(f->l, facts, &q);
    if (q.state && draft->op->release) draft->op->release(q.state);
    return v;
}

/* ── what a match does to the facts ── */

/* Whether a match of this rule acts exactly once: else a second round could see the first's. */
static bool
acts_once(const struct seclang_draft *draft)
{
    return draft->unconditional || draft->target_count == 1;
}

static void
do_setvar(const struct fold *f, struct facts *facts, const struct seclang_draft *draft,
          const struct seclang_action *act, bool once)
{
    sk_str value;
    if (act->collection != SECLANG_VAR_TX) return;
    if (act->tx_slot < 0) {
        facts_open_named(facts, f->l, &act->name);
        return;
    }
    bool known = act->set == SECLANG_SET &&
                 (seclang_macro_constant(&act->value) || (once && acts_once(draft))) &&
                 facts_expand(&value, f->l->scratch, facts, &act->value);
    if (act->set == SECLANG_DELETE)
        facts->of[act->tx_slot] = (struct fact){ .kind = FACT_UNSET };
    else if (known)
        facts->of[act->tx_slot] = (struct fact){ .kind = FACT_KNOWN, .value = value };
    else
        facts->of[act->tx_slot] = (struct fact){ .kind = FACT_OPEN };
}

static void
note_ctl(struct fold *f, const struct seclang_draft_action *action)
{
    struct seclang_linker *l = f->l;
    if (!action->picker.text.p) return;
    const struct seclang_named *named = seclang_named_find(l, &action->picker);
    if (action->act.ctl == SECLANG_CTL_REMOVE_TARGETS) {
        for (size_t i = 0; i < named->count; i++)
            f->target_lost[named->ordinal[i]] = true;
        return;
    }
    f->removal = seclang_draft_room(l->scratch, f->removal, f->removal_count, sizeof *f->removal);
    f->removal[f->removal_count++] = named;
}

static void
do_actions(struct fold *f, struct facts *facts, const struct seclang_draft *draft,
           enum verdict verdict)
{
    const struct seclang_wishes *w = &draft->wishes;
    for (size_t i = 0; i < w->action_count; i++) {
        if (w->action[i].act.kind == SECLANG_ACT_SETVAR)
            do_setvar(f, facts, draft, &w->action[i].act, verdict == ALWAYS);
        if (w->action[i].act.kind == SECLANG_ACT_CTL) note_ctl(f, &w->action[i]);
    }
}

/* ── one step ── */

struct outcome {
    enum verdict head, all;
    struct facts *matched; /* the whole chain matched; NULL: it cannot */
    struct facts *missed;  /* it did not; NULL: it always does */
};

static struct outcome
run_chain(struct fold *f, const struct facts *before, const struct seclang_draft *head)
{
    struct outcome out = { .all = ALWAYS };
    struct facts *inner = facts_copy(f->l, before);
    for (const struct seclang_draft *d = head; d; d = d->chain) {
        enum verdict v = decide(f, inner, d);
        if (d == head) out.head = v;
        if (v < out.all) out.all = v;
        if (v != ALWAYS) facts_join(f->l, &out.missed, inner);
        if (v == NEVER) return out;
        do_actions(f, inner, d, v);
    }
    out.matched = inner;
    return out;
}

static bool
may_be_removed(const struct fold *f, const struct seclang_draft *draft)
{
    for (size_t i = 0; i < f->removal_count; i++)
        if (seclang_named_has(f->removal[i], draft->ordinal)) return true;
    return false;
}

/* Every ctl that removes this rule also removes all that it jumps over: then the jump is as good as
 * taken in either case. */
static bool
jump_stays(const struct fold *f, const struct seclang_flow *flow, size_t i)
{
    for (size_t k = 0; k < f->removal_count; k++) {
        if (!seclang_named_has(f->removal[k], flow->step[i].draft->ordinal)) continue;
        for (size_t s = i + 1; s < flow->step[i].jump; s++)
            if (!seclang_named_has(f->removal[k], flow->step[s].draft->ordinal)) return false;
    }
    return true;
}

static bool
leaves_phase(const struct seclang_draft *draft)
{
    enum seclang_disruptive d = draft->wishes.disruptive;
    return d == SECLANG_DO_ALLOW || d == SECLANG_DO_ALLOW_PHASE || d == SECLANG_DO_ALLOW_REQUEST;
}

/* Nothing but a jump: no trace of it would be missed. */
static bool
only_jumps(const struct seclang_draft *draft)
{
    const struct seclang_wishes *w = &draft->wishes;
    return !draft->chain && !w->action_count && !w->log && !w->audit &&
           (w->disruptive == SECLANG_DO_PASS || w->disruptive == SECLANG_DO_NONE) &&
           !(w->said & (SECLANG_SAID_SEVERITY | SECLANG_SAID_CAPTURE));
}

/* What arrives at each step, jumps included. */
struct arrivals {
    struct facts **at; /* count + 1 */
    bool *always_jumps;
};

static void
leave_step(struct fold *f, struct arrivals *a, const struct seclang_flow *flow, size_t i,
           const struct facts *before, const struct outcome *out)
{
    const struct seclang_flow_step *step = &flow->step[i];
    struct seclang_linker *l = f->l;
    bool removable = may_be_removed(f, step->draft);
    size_t next = i + 1, to = step->jump ? step->jump : next;
    bool stays = step->jump && out->all == ALWAYS && removable && jump_stays(f, flow, i);

    if (out->missed) facts_join(l, &a->at[next], out->missed);
    if (out->matched) facts_join(l, &a->at[to], out->matched);
    if (out->matched && leaves_phase(step->draft)) facts_join(l, &a->at[flow->count], out->matched);
    if (removable) facts_join(l, &a->at[stays ? to : next], before);
    a->always_jumps[i] = step->jump && out->all == ALWAYS && (!removable || stays);
}

static size_t
drop(struct seclang_flow_step *step)
{
    size_t rules = 0;
    if (step->dropped) return 0;
    step->dropped = true;
    for (const struct seclang_draft *d = step->draft; d; d = d->chain)
        rules++;
    return rules;
}

static bool
all_dropped(const struct seclang_flow *flow, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (!flow->step[i].dropped) return false;
    return true;
}

/* Jumps that are always taken and pass over nothing any more. `asks_last` is the last step that
 * looks at what matched before it: a jump leaves MATCHED_VAR behind. */
static size_t
drop_jumps(struct seclang_flow *flow, const struct arrivals *a, size_t asks_last)
{
    size_t rules = 0;
    for (size_t i = flow->count; i-- > 0;)
        if (!flow->step[i].dropped && a->always_jumps[i] && i >= asks_last &&
            only_jumps(flow->step[i].draft) && all_dropped(flow, i + 1, flow->step[i].jump))
            rules += drop(&flow->step[i]);
    return rules;
}

static bool
is_about_match(enum seclang_var var)
{
    return var == SECLANG_VAR_MATCHED_VAR || var == SECLANG_VAR_MATCHED_VAR_NAME ||
           var == SECLANG_VAR_MATCHED_VARS || var == SECLANG_VAR_MATCHED_VARS_NAMES;
}

/* One past the last step whose first rule asks about the match before it; 0: none. */
static size_t
last_that_asks(const struct seclang_flow *flow)
{
    for (size_t i = flow->count; i-- > 0;) {
        const struct seclang_draft *d = flow->step[i].draft;
        for (size_t k = 0; k < d->target_count; k++)
            if (is_about_match(d->target[k].target.var)) return i + 1;
        for (size_t k = 0; k < d->argument.count; k++)
            if (is_about_match(d->argument.part[k].var)) return i + 1;
    }
    return 0;
}

/* ── a phase ── */

static size_t
fold_phase(struct fold *f, unsigned phase, struct facts *start, bool asked_later)
{
    struct seclang_linker *l = f->l;
    struct seclang_flow *flow = &l->flow[phase];
    struct arrivals a = { .at = sk_array(l->scratch, flow->count + 1, sizeof *a.at),
                          .always_jumps = sk_array(l->scratch, flow->count + 1, sizeof(bool)) };
    struct facts **after = sk_array(l->scratch, flow->count + 1, sizeof *after);
    size_t rules = 0;
    a.at[0] = start;
    for (size_t i = 0; i < flow->count; i++) {
        if (!a.at[i]) {
            rules += drop(&flow->step[i]);
            continue;
        }
        struct outcome out = run_chain(f, a.at[i], flow->step[i].draft);
        leave_step(f, &a, flow, i, a.at[i], &out);
        if (out.head == NEVER) rules += drop(&flow->step[i]);
        if (out.all == ALWAYS && !may_be_removed(f, flow->step[i].draft)) after[i] = out.matched;
    }
    f->end[phase] = a.at[flow->count] ? a.at[flow->count] : start;
    if (asked_later) return rules;
    rules += drop_jumps(flow, &a, last_that_asks(flow));
    if (phase == 1 && !last_that_asks(flow)) rules += seclang_link_foresee(l, flow, after);
    return rules;
}

/* Does any later phase begin by asking about matches before it? Then no jump may vanish. */
static bool
asked_after(const struct seclang_linker *l, unsigned phase)
{
    for (unsigned later = phase + 1; later < SECLANG_PHASES; later++)
        if (last_that_asks(&l->flow[later])) return true;
    return false;
}

size_t
seclang_link_fold(struct seclang_linker *l)
{
    struct facts *end[SECLANG_PHASES] = { NULL };
    struct fold f = { .l = l, .end = end };
    size_t rules = 0;
    f.target_lost = sk_array(l->scratch, l->draft_count + 1, sizeof *f.target_lost);
    for (unsigned phase = 1; phase <= 4; phase++) {
        struct facts *start = phase == 1 ? facts_at_start(l) : NULL;
        for (unsigned before = 1; before < phase; before++)
            facts_join(l, &start, end[before]);
        rules += fold_phase(&f, phase, start, asked_after(l, phase));
    }
    return rules;
}
