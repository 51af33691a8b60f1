/* How a rule matched: the value before and after each transformation, where the operator found what
 * it looks for, what the actions changed. All of it is worked out anew from what the match left, so
 * that requests that nobody watches pay one look at a pointer. */
#include "seclang/watch.h"

#include "seclang/inspect.h"
#include "seclang/macro_run.h"
#include "seclang/mask.h"
#include "seclang/op/regex_tree.h"
#include "seclang/record.h"
#include "seclang/seen.h"
#include "seclang/var/member.h"
#include "seclang/worker.h"

enum { TRACED_MOST = 65536 }; /* bytes of a value that is searched for what matched */

struct seclang_watch {
    struct seclang_sighting *at;
    const struct seclang_rule **rule; /* of each */
    size_t count, size;
    bool open; /* the newest one waits for its end */
};

void
seclang_tx_watch(struct seclang_tx *tx)
{
    tx->watch = SK_NEW(tx->mem, struct seclang_watch);
}

/* ── the value ── */

static void
note_steps(struct seclang_sighting *s, struct seclang_tx *tx, const struct seclang_rule *rule,
           const struct seclang_seen *seen)
{
    const struct seclang_rules *rules = tx->rules;
    struct seclang_step_text *step;
    unsigned node = rule->form, depth = rules->form[rule->form].depth;

    if (!seen->value) { /* a count: nothing to transform */
        step = SK_NEW(tx->mem, struct seclang_step_text);
        *step = (struct seclang_step_text){ NULL, seen->text };
        s->step = step;
        s->step_count = 1;
        return;
    }
    step = sk_array(tx->mem, depth + 1, sizeof(*step));
    s->step = step;
    s->step_count = depth + 1;
    for (unsigned i = depth; i > 0; i--, node = rules->form[node].parent)
        step[i].tf = rules->form[node].tf->name;
    step[0].text = seen->value->text.s;
    for (unsigned i = 1; i <= depth; i++) {
        const struct seclang_tf *tf = seclang_tf_find(sk_str_of(step[i].tf));

        step[i].text = step[i - 1].text;
        (void)tf->run(&step[i].text, tx->mem, step[i - 1].text, rules->unicode_map);
        /* multiMatch stops at the form that matched */
        if (rule->multi_match && sk_str_eq(step[i - 1].text, seen->text)) s->step_count = i;
        if (s->step_count == i) break;
    }
}

/* ── the operator ── */

static sk_str
bare_phrase(sk_str phrase, sk_str text, size_t *at)
{
    *at = sk_str_find_nocase(text, phrase);
    return phrase;
}

/* The run as it was, without what it found. */
static struct seclang_op_run
anew(const struct seclang_op_run *run)
{
    struct seclang_op_run again = *run;

    again.capture_count = 0;
    again.want_captures = again.limit_hit = false;
    return again;
}

/* What operators that capture nothing look for. */
static sk_str
literal_of(const struct seclang_rule *rule, const struct seclang_op_run *run)
{
    static const char *const names[] = { "contains", "containsword", "beginswith",
                                         "endswith", "streq",        "strmatch" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(rule->op->name, names[i]) == 0) return run->argument;
    return (sk_str){ 0 };
}

/* Asks once more, with captures: [0] is the match in the text, or the phrase that was found. */
static void
note_place(struct seclang_sighting *s, const struct seclang_rule *rule,
           const struct seclang_op_run *run)
{
    struct seclang_op_run again = anew(run);
    sk_str text = s->step[s->step_count - 1].text, found;
    size_t at;

    again.want_captures = true;
    if (rule->negated || !rule->op->pure || !rule->op->run(rule->op_state, &again, text)) return;
    found = again.capture_count ? again.capture[0] : literal_of(rule, run);
    if (text.n && found.p >= text.p && found.p + found.n <= text.p + text.n)
        at = (size_t)(found.p - text.p);
    else
        found = bare_phrase(found, text, &at);
    if (at == SIZE_MAX || found.n == 0) return;
    s->located = true;
    s->from = at;
    s->to = at + found.n;
}

/* Whether these bytes of the value as it came are enough. */
static bool
is_enough(const struct seclang_sighting *s, struct seclang_tx *tx, const struct seclang_rule *rule,
          sk_str text)
{
    struct seclang_op_run again = anew(&tx->worker->run);

    again.argument = s->argument;
    for (size_t i = 1; i < s->step_count; i++)
        (void)seclang_tf_find(sk_str_of(s->step[i].tf))
            ->run(&text, tx->mem, text, tx->rules->unicode_map);
    return rule->op->run(rule->op_state, &again, text) && !again.limit_hit;
}

/* Operators that look for something in a text; others compare all of it. */
static bool
finds(const struct seclang_sighting *s, const struct seclang_rule *rule)
{
    return !rule->negated && rule->op->pure &&
           (s->located || strncmp(rule->op->name, "detect", 6) == 0);
}

/* Which bytes of the value as it came: the shortest beginning that still matches, and of that the
 * shortest end. Halving takes it that more bytes match no less; the outcome is asked again. */
static void
trace(struct seclang_sighting *s, struct seclang_tx *tx, const struct seclang_rule *rule)
{
    sk_str raw = s->step[0].text;
    size_t low = 0, high = raw.n, to;

    if (!finds(s, rule) || raw.n == 0 || raw.n > TRACED_MOST) return;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (is_enough(s, tx, rule, sk_str_first(raw, middle)))
            high = middle;
        else
            low = middle + 1;
    }
    to = high;
    for (low = 0, high = to; low < high;) {
        size_t middle = low + (high - low + 1) / 2;

        if (is_enough(s, tx, rule, sk_str_from(sk_str_first(raw, to), middle)))
            low = middle;
        else
            high = middle - 1;
    }
    if (low >= to || !is_enough(s, tx, rule, sk_str_from(sk_str_first(raw, to), low))) return;
    s->traced = true;
    s->raw_from = low;
    s->raw_to = to;
}

static void
note_operator(struct seclang_sighting *s, struct seclang_tx *tx, const struct seclang_rule *rule,
              const struct seclang_op_run *run)
{
    sk_str text = s->step[s->step_count - 1].text;

    s->op = rule->op->name;
    s->negated = rule->negated;
    s->argument = run->argument;
    note_place(s, rule, run);
    if (!rule->negated && strncmp(rule->op->name, "rx", 2) == 0)
        s->part = seclang_regex_narrow(tx->mem, run->argument, text);
    trace(s, tx, rule);
}

/* ── what the actions change ── */

static sk_str
member_now(struct seclang_tx *tx, sk_str name)
{
    const struct seclang_member *m = seclang_tx_look(tx, -1, name);

    if (!m) return (sk_str){ 0 };
    return m->value.text.s.n ? sk_str_copy(tx->mem, m->value.text.s) : SK_STR("");
}

static bool
is_noted(const struct seclang_sighting *s, sk_str name)
{
    for (size_t i = 0; i < s->change_count; i++)
        if (sk_str_eq(s->change[i].name, name)) return true;
    return false;
}

static void
note_before(struct seclang_sighting *s, struct seclang_tx *tx, const struct seclang_rule *rule)
{
    struct seclang_change *change = sk_array(tx->mem, rule->action_count + 1, sizeof(*change));

    s->change = change;
    for (size_t i = 0; i < rule->action_count; i++) {
        const struct seclang_action *act = &rule->action[i];
        struct seclang_change *c = &change[s->change_count];

        if (act->kind != SECLANG_ACT_SETVAR || act->collection != SECLANG_VAR_TX) continue;
        c->name = sk_str_lower(tx->mem, seclang_macro_expand(tx, &act->name, rule));
        if (is_noted(s, c->name)) continue;
        c->before = member_now(tx, c->name);
        c->adds = act->set == SECLANG_ADD || act->set == SECLANG_SUBTRACT;
        s->change_count++;
    }
}

/* ── the list ── */

static struct seclang_sighting *
add(struct seclang_watch *watch, struct seclang_tx *tx, const struct seclang_rule *rule)
{
    size_t size = watch->size ? 2 * watch->size : 16;

    if (watch->count == SECLANG_SIGHTINGS_MOST) return NULL;
    if (watch->count == watch->size) {
        watch->at = sk_grow(tx->mem, watch->at, watch->size * sizeof(*watch->at),
                            size * sizeof(*watch->at));
        watch->rule =
            sk_grow(tx->mem, watch->rule, watch->size * sizeof(rule), size * sizeof(rule));
        watch->size = size;
    }
    watch->rule[watch->count] = rule;
    watch->at[watch->count] = (struct seclang_sighting){ 0 };
    return &watch->at[watch->count++];
}

static unsigned
place_in_chain(const struct seclang_rule *rule)
{
    unsigned place = 0;

    for (const struct seclang_rule *r = rule->head; r != rule; r = r->chain)
        place++;
    return place;
}

void
seclang_watch_begin(struct seclang_tx *tx, const struct seclang_rule *rule,
                    const struct seclang_seen *seen, const struct seclang_op_run *run)
{
    struct seclang_sighting *s = add(tx->watch, tx, rule);

    tx->watch->open = s != NULL;
    if (!s) return;
    s->rule = rule->head->id;
    s->member = place_in_chain(rule);
    s->phase = tx->phase;
    s->file = rule->file ? rule->file : "";
    s->line = rule->line;
    s->always = run == NULL;
    s->log = rule->head->log;
    s->complete = rule->chain == NULL;
    if (run) {
        s->variable = seclang_seen_name(tx->mem, seen, SECLANG_NAME_PLAIN);
        note_steps(s, tx, rule, seen);
        note_operator(s, tx, rule, run);
    }
    note_before(s, tx, rule);
}

void
seclang_watch_end(struct seclang_tx *tx)
{
    struct seclang_watch *watch = tx->watch;
    struct seclang_sighting *s = &watch->at[watch->count - 1];
    struct seclang_change *change;

    if (!watch->open) return;
    watch->open = false;
    change = (struct seclang_change *)s->change;
    for (size_t i = 0; i < s->change_count; i++)
        change[i].after = member_now(tx, change[i].name);
    if (!s->complete) return;
    for (size_t i = tx->match_count; i > 0 && !s->msg.p; i--) {
        const struct seclang_record *r = &tx->match[i - 1];

        if (r->rule->head->id != s->rule) break;
        s->msg = r->msg.p ? r->msg : SK_STR("");
        s->decisive = r->disruptive;
    }
}

/* ── showing ── */

static const char *const severities[] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
                                          "WARNING",   "NOTICE", "INFO",     "DEBUG" };

static void
hide_changes(struct seclang_sighting *s, const struct seclang_tx *tx)
{
    struct seclang_change *change = sk_array(tx->mem, s->change_count + 1, sizeof(*change));

    for (size_t i = 0; i < s->change_count; i++) {
        change[i] = s->change[i];
        if (change[i].before.p) change[i].before = seclang_mask_text(tx, change[i].before);
        if (change[i].after.p) change[i].after = seclang_mask_text(tx, change[i].after);
    }
    s->change = change;
}

/* What the variable may show; places in a masked text mean nothing. */
static void
hide(struct seclang_sighting *s, const struct seclang_tx *tx)
{
    struct seclang_step_text *step = sk_array(tx->mem, s->step_count + 1, sizeof(*step));

    for (size_t i = 0; i < s->step_count; i++) {
        sk_str shown = seclang_mask_variable(tx, s->variable, s->step[i].text);

        step[i] = (struct seclang_step_text){ s->step[i].tf, shown };
        if (!sk_str_eq(shown, s->step[i].text)) s->secret = true;
    }
    s->step = step;
    s->argument = seclang_mask_text(tx, s->argument);
    hide_changes(s, tx);
    if (!s->secret) return;
    s->located = s->traced = false;
    if (s->part.n) s->part = (sk_str){ 0 }; /* it may spell the value out */
}

const struct seclang_sighting *
seclang_tx_sightings(struct seclang_tx *tx, size_t *count)
{
    struct seclang_watch *watch = tx->watch;
    struct seclang_sighting *shown;

    *count = watch ? watch->count : 0;
    shown = sk_array(tx->mem, *count + 1, sizeof(*shown));
    for (size_t i = 0; i < *count; i++) {
        int severity = watch->rule[i]->head->severity;

        shown[i] = watch->at[i];
        if (severity >= 0 && severity <= 7) shown[i].severity = sk_str_of(severities[severity]);
        shown[i].msg = seclang_mask_text(tx, shown[i].msg);
        hide(&shown[i], tx);
    }
    return shown;
}
