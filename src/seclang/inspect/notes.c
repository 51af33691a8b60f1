/* What may be wrong with a rule set. Faults and warnings come from loading; the rest is looked for
 * here, in what was written. */
#include "seclang/fault.h"
#include "seclang/inspect/inside.h"
#include "seclang/op/regex_tree.h"

_Static_assert((int)SECLANG_POWER_EXPONENTIAL == (int)SECLANG_SLOW_EXPONENTIAL, "told as found");

static struct seclang_note *
add(struct seclang_survey *s, enum seclang_note_kind kind, struct seclang_place at, unsigned rule)
{
    if (s->note_count == SECLANG_NOTES_MOST) return SK_NEW(s->scratch, struct seclang_note);
    s->note = seclang_draft_room(s->scratch, s->note, s->note_count, sizeof(*s->note));
    s->note[s->note_count] = (struct seclang_note){ .kind = kind,
                                                    .file = at.file ? at.file : "",
                                                    .line = at.line,
                                                    .column = at.column,
                                                    .rule = rule };
    return &s->note[s->note_count++];
}

static void
note_loading(struct seclang_survey *s)
{
    for (size_t i = 0; i < s->faults.count; i++) {
        struct seclang_fault f = seclang_fault_of(s->faults.why[i]);
        struct seclang_place at = { sk_str_zcopy(s->scratch, f.file), f.line, f.column };

        add(s, SECLANG_NOTE_FAULT, at, 0)->text = f.what;
    }
    for (size_t i = 0; i < s->rules->warning_count; i++) {
        const struct seclang_warning *w = &s->rules->warning[i];

        add(s, SECLANG_NOTE_WARNING, (struct seclang_place){ w->file, w->line, w->column }, 0)
            ->text = sk_str_of(w->text);
    }
}

/* ── patterns ── */

struct known {
    sk_str pattern;
    struct seclang_regex_slow slow;
};

struct hunt {
    struct seclang_survey *survey;
    struct known *known; /* patterns that were probed; some stand in several rules */
    size_t known_count;
};

static const struct seclang_regex_slow *
probe(struct hunt *h, sk_str pattern)
{
    sk_arena *mem = h->survey->scratch;

    for (size_t i = 0; i < h->known_count; i++)
        if (sk_str_eq(h->known[i].pattern, pattern)) return &h->known[i].slow;
    h->known = seclang_draft_room(mem, h->known, h->known_count, sizeof(*h->known));
    h->known[h->known_count].pattern = pattern;
    seclang_regex_slow(&h->known[h->known_count].slow, mem, pattern);
    return &h->known[h->known_count++].slow;
}

static void
note_slow(struct hunt *h, const struct seclang_draft *d)
{
    const struct seclang_regex_slow *slow;
    struct seclang_note *n;

    if (!d->op || strncmp(d->op->name, "rx", 2) != 0 || !d->argument.count ||
        !seclang_macro_constant(&d->argument) || seclang_survey_dropped(h->survey, d))
        return;
    slow = probe(h, d->argument.part[0].literal);
    if (!slow->found) return;
    n = add(h->survey, SECLANG_NOTE_SLOW, d->op_at, d->head->wishes.id);
    n->subject = slow->part;
    n->slow.before = slow->before;
    n->slow.pump = slow->pump;
    n->slow.behind = slow->behind;
    n->slow.times = slow->times;
    n->slow.power = slow->power;
}

/* ── rules that never run, transformations that nobody asked for ── */

static void
note_dropped(struct seclang_survey *s, const struct seclang_draft *d)
{
    if (d->head == d && seclang_survey_dropped(s, d))
        add(s, SECLANG_NOTE_NEVER_RUNS, d->at, d->wishes.id);
}

static void
note_inherited(struct seclang_survey *s, const struct seclang_draft *d)
{
    const struct seclang_parser *p = &s->parser;
    const struct seclang_wishes *w = &d->wishes;
    const struct seclang_wishes *standard =
        p->standard[d->phase] ? p->standard[d->phase] : p->standard[p->newest_standard];
    struct sk_buf names = { .mem = s->scratch };

    if (!p->newest_standard || d->unconditional || w->tf_none || !standard->tf_count ||
        w->tf_count < standard->tf_count)
        return;
    for (size_t i = 0; i < standard->tf_count; i++) {
        if (w->tf[i] != standard->tf[i]) return;
        sk_buf_printf(&names, "%st:%s", i ? "," : "", standard->tf[i]->name);
    }
    add(s, SECLANG_NOTE_INHERITS, d->at, d->head->wishes.id)->subject = sk_buf_str(&names);
}

/* ── variables of TX that are read and never set ── */

/* Made by the engine, or by captures. */
static bool
is_ours(sk_str name)
{
    return (name.n == 1 && name.p[0] >= '0' && name.p[0] <= '9') ||
           sk_str_starts_nocase(name, SK_STR("msc_pcre_"));
}

static bool
sets(const struct seclang_draft_action *action, sk_str name)
{
    const struct seclang_action *act = &action->act;
    sk_str written;

    if (act->kind != SECLANG_ACT_SETVAR || act->collection != SECLANG_VAR_TX ||
        act->set == SECLANG_DELETE || !act->name.count)
        return false;
    if (act->name.part[0].var != SECLANG_VAR_COUNT) return true; /* any name */
    written = act->name.part[0].literal;
    return seclang_macro_constant(&act->name) ? sk_str_eq_nocase(written, name)
                                              : sk_str_starts_nocase(name, written);
}

static bool
is_set(const struct seclang_survey *s, sk_str name)
{
    for (size_t i = 0; i < s->parser.draft_count; i++) {
        const struct seclang_draft *d = seclang_survey_at(s, i);

        for (size_t k = 0; d && k < d->wishes.action_count; k++)
            if (sets(&d->wishes.action[k], name)) return true;
    }
    return false;
}

/* Some rule asks whether it is set (&TX:name): it is a switch, which may be left alone. */
static bool
is_counted(const struct seclang_survey *s, sk_str name)
{
    for (size_t i = 0; i < s->parser.draft_count; i++) {
        const struct seclang_draft *d = seclang_survey_at(s, i);

        for (size_t k = 0; d && k < d->target_count; k++) {
            const struct seclang_target *t = &d->target[k].target;

            if (t->var == SECLANG_VAR_TX && t->count && t->selector.pick == SECLANG_PICK_NAME &&
                sk_str_eq_nocase(t->selector.name, name))
                return true;
        }
    }
    return false;
}

static void
note_read(struct seclang_survey *s, const struct seclang_draft *d, struct seclang_place at,
          sk_str name)
{
    if (name.n == 0 || is_ours(name) || is_set(s, name) || is_counted(s, name)) return;
    for (size_t i = 0; i < s->note_count; i++) /* once is enough */
        if (s->note[i].kind == SECLANG_NOTE_NEVER_SET && sk_str_eq_nocase(s->note[i].subject, name))
            return;
    add(s, SECLANG_NOTE_NEVER_SET, at, d->head->wishes.id)->subject = name;
}

static void
note_macro(struct seclang_survey *s, const struct seclang_draft *d, struct seclang_place at,
           const struct seclang_macro *macro)
{
    for (size_t i = 0; i < macro->count; i++)
        if (macro->part[i].var == SECLANG_VAR_TX) note_read(s, d, at, macro->part[i].name);
}

static void
note_never_set(struct seclang_survey *s, const struct seclang_draft *d)
{
    for (size_t i = 0; i < d->target_count; i++) {
        const struct seclang_target *t = &d->target[i].target;

        if (t->var == SECLANG_VAR_TX && t->selector.pick == SECLANG_PICK_NAME && !t->count &&
            !d->target[i].excluded)
            note_read(s, d, d->target[i].at, t->selector.name);
    }
    note_macro(s, d, d->op_at, &d->argument);
    for (size_t i = 0; i < d->wishes.action_count; i++) {
        note_macro(s, d, d->at, &d->wishes.action[i].act.name);
        note_macro(s, d, d->at, &d->wishes.action[i].act.value);
    }
}

const struct seclang_note *
seclang_survey_notes(struct seclang_survey *survey, size_t *count,
                     void (*progress)(void *ctx, size_t done, size_t of), void *ctx)
{
    struct hunt hunt = { .survey = survey };

    survey->note_count = 0;
    note_loading(survey);
    for (size_t i = 0; i < survey->parser.draft_count; i++) {
        const struct seclang_draft *d = seclang_survey_at(survey, i);

        if (progress) progress(ctx, i + 1, survey->parser.draft_count);
        if (!d) continue;
        note_dropped(survey, d);
        note_inherited(survey, d);
        note_never_set(survey, d);
        note_slow(&hunt, d);
    }
    *count = survey->note_count;
    return survey->note;
}
