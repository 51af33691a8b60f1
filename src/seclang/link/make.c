/* Drafts become rules. */
#include "seclang/link/linker.h"

/* TX names that are known now need not be asked about while running. */
static sk_err
take_slots(struct seclang_linker *l, struct seclang_selector *selector)
{
    unsigned *slot = sk_array(l->mem, l->slot_count + 1, sizeof *slot);
    struct seclang_op_run run = { .mem = l->scratch, .quiet = true };
    sk_err e = seclang_scratch_new(&run.scratch);

    if (sk_failed(e)) return e;
    for (size_t i = 0; i < l->slot_count; i++)
        if (selector->rx->run(selector->rx_state, &run, l->slot[i]) || run.limit_hit)
            slot[selector->slot_count++] = (unsigned)i;
    seclang_scratch_free(run.scratch);
    selector->slot = slot;
    return sk_ok();
}

/* ^word without anything that a pattern reads otherwise: the word; else p NULL. */
static sk_str
plain_prefix(sk_str pattern)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

    if (pattern.n < 2 || pattern.p[0] != '^') return (sk_str){ 0 };
    for (size_t i = 1; i < pattern.n; i++)
        if (!pattern.p[i] || !strchr(plain, pattern.p[i])) return (sk_str){ 0 };
    return sk_str_from(pattern, 1);
}

static sk_err
make_selector(struct seclang_linker *l, struct seclang_selector *selector, struct seclang_place at)
{
    if (selector->pick != SECLANG_PICK_REGEX) return sk_ok();
    sk_str pattern = sk_str_printf(l->mem, "(?i)%.*s", SK_ARG(selector->name));
    selector->rx = seclang_op_find(SK_STR("rx"));
    TRY(seclang_link_compile(l, &selector->rx_state, selector->rx, pattern, false, at));
    selector->prefix = plain_prefix(selector->name);
    return take_slots(l, selector);
}

static sk_err
make_targets(struct seclang_linker *l, struct seclang_rule *rule, const struct seclang_draft *draft)
{
    struct seclang_target *taken = sk_array(l->mem, draft->target_count + 1, sizeof *taken);
    struct seclang_target *excluded = sk_array(l->mem, draft->target_count + 1, sizeof *excluded);
    for (size_t i = 0; i < draft->target_count; i++) {
        const struct seclang_draft_target *from = &draft->target[i];
        struct seclang_target *to =
            from->excluded ? &excluded[rule->exclusion_count++] : &taken[rule->target_count++];
        *to = from->target;
        TRY(make_selector(l, &to->selector, from->at));
    }
    rule->target = taken;
    rule->exclusion = excluded;
    return sk_ok();
}

static sk_err
make_operator(struct seclang_linker *l, struct seclang_rule *rule,
              const struct seclang_draft *draft)
{
    rule->unconditional = draft->unconditional;
    rule->op = draft->op;
    rule->negated = draft->negated;
    rule->argument = draft->argument;
    rule->bulk = rule->question = rule->relayed = -1;
    if (!draft->op) return sk_ok();
    return seclang_link_compile(l, &rule->op_state, draft->op, draft->op_text,
                                !seclang_macro_constant(&draft->argument), draft->op_at);
}

/* 302 where redirect has no status of a redirection, as mod_security 2. */
static int
status_of(const struct seclang_wishes *w)
{
    int status = w->said & SECLANG_SAID_STATUS ? w->status : 403;
    if (w->disruptive != SECLANG_DO_REDIRECT) return status;
    return status == 301 || status == 303 || status == 307 || status == 308 ? status : 302;
}

static const struct seclang_macro *
tags_copy(sk_arena *mem, const struct seclang_wishes *w)
{
    struct seclang_macro *tag = sk_array(mem, w->tag_count + 1, sizeof *tag);
    if (w->tag_count) memcpy(tag, w->tag, w->tag_count * sizeof *tag);
    return tag;
}

static void
make_words(sk_arena *mem, struct seclang_rule *rule, const struct seclang_draft *draft)
{
    const struct seclang_wishes *w = &draft->wishes;
    bool head = draft->head == draft;
    rule->id = head ? w->id : 0;
    rule->disruptive = head ? w->disruptive : SECLANG_DO_NONE;
    rule->status = status_of(w);
    rule->url = w->url;
    rule->capture = (w->said & SECLANG_SAID_CAPTURE) != 0;
    rule->multi_match = (w->said & SECLANG_SAID_MULTI_MATCH) != 0;
    rule->log = w->log;
    rule->audit = w->audit;
    rule->msg = w->msg;
    rule->logdata = w->logdata;
    rule->tag = tags_copy(mem, w);
    rule->tag_count = w->tag_count;
    rule->severity = w->said & SECLANG_SAID_SEVERITY ? w->severity : -1;
    rule->version = w->version;
    rule->revision = w->revision;
    rule->maturity = w->maturity;
    rule->accuracy = w->accuracy;
    rule->xmlns = w->xmlns;
}

/* Tags hardly ever have macros: then they are the same for every match. */
static const sk_str *
constant_tags(sk_arena *mem, const struct seclang_rule *rule)
{
    sk_str *text = sk_array(mem, rule->tag_count + 1, sizeof *text);
    for (size_t i = 0; i < rule->tag_count; i++) {
        if (!seclang_macro_constant(&rule->tag[i])) return NULL;
        if (rule->tag[i].count) text[i] = rule->tag[i].part[0].literal;
    }
    return text;
}

static sk_err
make_rule(struct seclang_linker *l, struct seclang_draft *draft)
{
    struct seclang_rule *rule = draft->rule;
    rule->phase = draft->phase;
    rule->file = draft->at.file;
    rule->line = draft->at.line;
    rule->head = draft->head->rule;
    rule->chain = draft->chain ? draft->chain->rule : NULL;
    make_words(l->mem, rule, draft);
    rule->tag_text = constant_tags(l->mem, rule);
    rule->form = seclang_link_form(l, draft->wishes.tf, draft->wishes.tf_count);
    TRY(make_targets(l, rule, draft));
    return make_operator(l, rule, draft);
}

/* ── ctl: ordinals become indexes; rules that were dropped need not be removed ── */

static void
name_rules(struct seclang_linker *l, struct seclang_action *act, const struct seclang_named *named)
{
    unsigned *index = sk_array(l->mem, named->count + 1, sizeof *index);
    for (size_t i = 0; i < named->count; i++) {
        const struct seclang_rule *rule = l->draft[named->ordinal[i]]->rule;
        if (rule) index[act->rule_count++] = rule->index;
    }
    act->rules = index;
}

static sk_err
make_actions(struct seclang_linker *l, struct seclang_draft *draft)
{
    const struct seclang_wishes *w = &draft->wishes;
    struct seclang_action *list = sk_array(l->mem, w->action_count + 1, sizeof *list);
    for (size_t i = 0; i < w->action_count; i++) {
        const struct seclang_picker *picker = &w->action[i].picker;
        list[i] = w->action[i].act;
        TRY(make_selector(l, &list[i].target.selector, picker->at));
        if (picker->text.p) name_rules(l, &list[i], seclang_named_find(l, picker));
    }
    draft->rule->action = list;
    draft->rule->action_count = w->action_count;
    return sk_ok();
}

/* ── all of them ── */

static void
mark_dropped(struct seclang_linker *l, bool *dropped)
{
    for (unsigned phase = 1; phase < SECLANG_PHASES; phase++)
        for (size_t i = 0; i < l->flow[phase].count; i++) {
            if (!l->flow[phase].step[i].dropped) continue;
            for (struct seclang_draft *d = l->flow[phase].step[i].draft; d; d = d->chain)
                dropped[d->ordinal] = true;
        }
}

static void
number_left(struct seclang_linker *l, const bool *dropped)
{
    struct seclang_rules *r = l->rules;
    r->rule = sk_array(l->mem, l->draft_count + 1, sizeof *r->rule);
    for (size_t i = 0; i < l->draft_count; i++) {
        if (dropped[i]) continue;
        l->draft[i]->rule = &r->rule[r->rule_count];
        r->rule[r->rule_count].index = (unsigned)r->rule_count;
        r->rule_count++;
    }
}

static sk_err
check_dropped(struct seclang_linker *l, const struct seclang_draft *draft)
{
    const struct seclang_op *rx = seclang_op_find(SK_STR("rx"));
    for (size_t i = 0; i < draft->target_count; i++) {
        const struct seclang_selector *s = &draft->target[i].target.selector;
        if (s->pick == SECLANG_PICK_REGEX)
            TRY(seclang_link_try(l, rx, sk_str_printf(l->scratch, "(?i)%.*s", SK_ARG(s->name)),
                                 false, draft->target[i].at));
    }
    if (!draft->op) return sk_ok();
    return seclang_link_try(l, draft->op, draft->op_text, !seclang_macro_constant(&draft->argument),
                            draft->op_at);
}

static void
lay_steps(struct seclang_linker *l, unsigned phase)
{
    struct seclang_flow *flow = &l->flow[phase];
    struct seclang_step *step = sk_array(l->mem, flow->count + 1, sizeof *step);
    unsigned *place = sk_array(l->scratch, flow->count + 1, sizeof *place), left = 0;
    for (size_t i = 0; i < flow->count; i++) {
        place[i] = left;
        if (!flow->step[i].dropped) step[left++].rule = flow->step[i].draft->rule;
    }
    place[flow->count] = left;
    for (size_t i = 0; i < flow->count; i++) {
        if (flow->step[i].dropped || !flow->step[i].jump) continue;
        unsigned to = place[flow->step[i].jump];
        flow->step[i].draft->rule->skip_to = to == place[i] + 1 ? 0 : to;
    }
    l->rules->phase[phase].step = step;
    l->rules->phase[phase].count = left;
}

sk_err
seclang_link_make(struct seclang_linker *l)
{
    bool *dropped = sk_array(l->scratch, l->draft_count + 1, sizeof *dropped);
    mark_dropped(l, dropped);
    number_left(l, dropped);
    (void)seclang_link_form(l, NULL, 0); /* node 0 */
    for (size_t i = 0; i < l->draft_count; i++)
        if (!dropped[i]) TRY(make_rule(l, l->draft[i]));
    for (size_t i = 0; i < l->draft_count; i++) {
        if (dropped[i])
            TRY(check_dropped(l, l->draft[i]));
        else
            TRY(make_actions(l, l->draft[i]));
    }
    for (unsigned phase = 1; phase < SECLANG_PHASES; phase++)
        lay_steps(l, phase);
    return sk_ok();
}
