/* One rule, as it was written and as it stands after all that changes it. */
#include "seclang/dump.h"
#include "seclang/inspect/inside.h"
#include "seclang/parse/pick.h"

static const struct seclang_draft *
find(const struct seclang_survey *s, unsigned id)
{
    for (size_t i = 0; i < s->parser.draft_count; i++) {
        const struct seclang_draft *d = s->parser.draft[i];

        if (!d->marker.p && d->head == d && d->wishes.id == id) return d;
    }
    return NULL;
}

/* ── actions ── */

/* The value that the configuration gives a variable of TX, where it is one and constant. */
static sk_str
fixed_value(const struct seclang_survey *s, sk_str name)
{
    sk_str value = { 0 };

    for (size_t i = 0; i < s->parser.draft_count; i++) {
        const struct seclang_draft *d = seclang_survey_at(s, i);

        for (size_t k = 0; d && k < d->wishes.action_count; k++) {
            const struct seclang_action *act = &d->wishes.action[k].act;

            if (act->kind != SECLANG_ACT_SETVAR || act->collection != SECLANG_VAR_TX ||
                act->set != SECLANG_SET || !act->name.count || !act->value.count ||
                !seclang_macro_constant(&act->name) || !seclang_macro_constant(&act->value) ||
                !sk_str_eq_nocase(act->name.part[0].literal, name))
                continue;
            value = act->value.part[0].literal;
        }
    }
    return value;
}

static sk_str
meaning_of(const struct seclang_survey *s, const struct seclang_action *act)
{
    const struct seclang_macro *value = &act->value;

    if (act->kind != SECLANG_ACT_SETVAR || value->count != 1 ||
        value->part[0].var != SECLANG_VAR_TX)
        return (sk_str){ 0 };
    return fixed_value(s, value->part[0].name);
}

static void
write_setvar(struct sk_buf *out, const struct seclang_action *act)
{
    static const char *const signs[] = { [SECLANG_SET] = " = ",
                                         [SECLANG_ADD] = " += ",
                                         [SECLANG_SUBTRACT] = " -= ",
                                         [SECLANG_DELETE] = "" };

    sk_buf_printf(out, "%s:%s%s.", seclang_act_names[act->kind],
                  act->set == SECLANG_DELETE ? "!" : "", seclang_var_rows[act->collection].name);
    seclang_dump_macro(out, &act->name);
    sk_buf_add(out, sk_str_of(signs[act->set]));
    if (act->set != SECLANG_DELETE) seclang_dump_macro(out, &act->value);
}

static void
write_ctl(struct sk_buf *out, const struct seclang_draft_action *action)
{
    static const char *const by[] = {
        [SECLANG_BY_ID] = "ById", [SECLANG_BY_TAG] = "ByTag", [SECLANG_BY_MSG] = "ByMsg"
    };
    const struct seclang_action *act = &action->act;

    sk_buf_printf(out, "ctl:%s", seclang_ctl_names[act->ctl]);
    if (action->picker.text.p)
        sk_buf_printf(out, "%s=%.*s", by[action->picker.by], SK_ARG(action->picker.text));
    else if (act->text.n)
        sk_buf_printf(out, "=%.*s", SK_ARG(act->text));
    else
        sk_buf_printf(out, "=%d", act->number);
    if (act->ctl == SECLANG_CTL_REMOVE_TARGETS) {
        sk_buf_byte(out, ';');
        seclang_dump_target(out, &act->target, false);
    }
}

static sk_str
action_text(sk_arena *mem, const struct seclang_draft_action *action)
{
    const struct seclang_action *act = &action->act;
    struct sk_buf out = { .mem = mem };

    if (act->kind == SECLANG_ACT_CTL) {
        write_ctl(&out, action);
    } else if (act->name.count && act->collection != SECLANG_VAR_COUNT) {
        write_setvar(&out, act);
    } else {
        sk_buf_printf(&out, "%s:", seclang_act_names[act->kind]);
        if (act->collection != SECLANG_VAR_COUNT)
            sk_buf_printf(&out, "%s=", seclang_var_rows[act->collection].name);
        seclang_dump_macro(&out, act->name.count ? &act->name : &act->value);
    }
    return sk_buf_str(&out);
}

/* ── members ── */

/* A target that stands outside of the rule's own directive came from SecRuleUpdateTarget. */
static bool
is_added(const struct seclang_draft *d, const struct seclang_draft_target *t)
{
    bool same_file = sk_str_eq(sk_str_of(t->at.file), sk_str_of(d->at.file));

    return !same_file || t->at.line < d->at.line || (d->op_at.line && t->at.line > d->op_at.line);
}

static void
take_targets(struct seclang_portrait_rule *m, sk_arena *mem, const struct seclang_draft *d)
{
    struct seclang_portrait_target *list = sk_array(mem, d->target_count + 1, sizeof(*list));

    for (size_t i = 0; i < d->target_count; i++) {
        const struct seclang_draft_target *t = &d->target[i];
        struct sk_buf text = { .mem = mem };

        seclang_dump_target(&text, &t->target, false);
        list[i] = (struct seclang_portrait_target){ sk_buf_str(&text), t->excluded, is_added(d, t),
                                                    t->at.file ? t->at.file : "", t->at.line };
    }
    m->target = list;
    m->target_count = d->target_count;
}

static void
take_member(struct seclang_portrait_rule *m, const struct seclang_survey *s,
            const struct seclang_draft *d)
{
    sk_arena *mem = s->scratch;
    const struct seclang_wishes *w = &d->wishes;
    const char **tf = sk_array(mem, w->tf_count + 1, sizeof(*tf));
    struct seclang_portrait_act *act = sk_array(mem, w->action_count + 1, sizeof(*act));
    struct sk_buf argument = { .mem = mem };

    *m = (struct seclang_portrait_rule){ .file = d->at.file,
                                         .line = d->at.line,
                                         .column = d->at.column,
                                         .always = d->unconditional,
                                         .negated = d->negated,
                                         .capture = (w->said & SECLANG_SAID_CAPTURE) != 0,
                                         .multi_match = (w->said & SECLANG_SAID_MULTI_MATCH) != 0,
                                         .tf = tf,
                                         .tf_count = w->tf_count,
                                         .op = d->op ? d->op->name : "",
                                         .act = act,
                                         .act_count = w->action_count };
    for (size_t i = 0; i < w->tf_count; i++)
        tf[i] = w->tf[i]->name;
    for (size_t i = 0; i < w->action_count; i++)
        act[i] = (struct seclang_portrait_act){ action_text(mem, &w->action[i]),
                                                meaning_of(s, &w->action[i].act) };
    seclang_dump_macro(&argument, &d->argument);
    m->argument = sk_buf_str(&argument);
    take_targets(m, mem, d);
}

/* ── what others do to it ── */

static void
touch(struct seclang_portrait *p, sk_arena *mem, struct seclang_portrait_touch t)
{
    p->touch = seclang_draft_room(mem, (void *)p->touch, p->touch_count, sizeof(t));
    ((struct seclang_portrait_touch *)p->touch)[p->touch_count++] = t;
}

static void
take_ctl(struct seclang_portrait *p, const struct seclang_survey *s, const struct seclang_draft *by,
         const struct seclang_draft_action *action, const struct seclang_draft *d)
{
    DEFER(seclang_chooser_close) struct seclang_chooser pick = { 0 };
    bool target = action->act.ctl == SECLANG_CTL_REMOVE_TARGETS;
    struct sk_buf text = { .mem = s->scratch };

    if (!action->picker.text.p ||
        sk_failed(seclang_chooser_open(&pick, s->scratch, &action->picker)) ||
        !seclang_chooser_names(&pick, d))
        return;
    if (target) seclang_dump_target(&text, &action->act.target, false);
    touch(p, s->scratch,
          (struct seclang_portrait_touch){ target ? SECLANG_MAY_EXCLUDE : SECLANG_MAY_REMOVE,
                                           by->head->wishes.id, by->at.file, by->at.line,
                                           sk_buf_str(&text) });
}

static void
take_touches(struct seclang_portrait *p, const struct seclang_survey *s,
             const struct seclang_draft *d)
{
    if (d->gone && d->gone_at.file)
        touch(p, s->scratch,
              (struct seclang_portrait_touch){
                  .touch = SECLANG_REMOVED, .file = d->gone_at.file, .line = d->gone_at.line });
    for (size_t i = 0; i < s->parser.draft_count; i++) {
        const struct seclang_draft *by = seclang_survey_at(s, i);

        if (!by || seclang_survey_dropped(s, by)) continue;
        for (size_t k = 0; k < by->wishes.action_count; k++)
            take_ctl(p, s, by, &by->wishes.action[k], d);
    }
}

bool
seclang_survey_portrait(struct seclang_portrait *portrait, struct seclang_survey *survey,
                        unsigned id)
{
    const struct seclang_draft *d = find(survey, id);
    sk_arena *mem = survey->scratch;
    struct seclang_portrait_rule *member;
    struct sk_buf msg = { .mem = mem }, logdata = { .mem = mem };
    size_t count = 0;

    if (!d) return false;
    for (const struct seclang_draft *m = d; m; m = m->chain)
        count++;
    member = sk_array(mem, count, sizeof(*member));
    *portrait = (struct seclang_portrait){ .id = id,
                                           .phase = d->phase,
                                           .member = member,
                                           .member_count = count,
                                           .does = seclang_does_names[d->wishes.disruptive],
                                           .log = d->wishes.log,
                                           .audit = d->wishes.audit,
                                           .severity = d->wishes.said & SECLANG_SAID_SEVERITY
                                                           ? d->wishes.severity
                                                           : -1,
                                           .version = d->wishes.version,
                                           .tag = d->wishes.tag_text,
                                           .tag_count = d->wishes.tag_count,
                                           .never_runs = seclang_survey_dropped(survey, d) };
    portrait->status = d->wishes.said & SECLANG_SAID_STATUS ? d->wishes.status : 403;
    seclang_dump_macro(&msg, &d->wishes.msg);
    seclang_dump_macro(&logdata, &d->wishes.logdata);
    portrait->msg = sk_buf_str(&msg);
    portrait->logdata = sk_buf_str(&logdata);
    for (const struct seclang_draft *m = d; m; m = m->chain)
        take_member(member++, survey, m);
    take_touches(portrait, survey, d);
    return true;
}

/* ── near ones ── */

static unsigned
distance(unsigned a, unsigned b)
{
    return a > b ? a - b : b - a;
}

size_t
seclang_survey_near(unsigned *id, size_t most, const struct seclang_survey *survey, unsigned wanted)
{
    size_t count = 0;

    for (size_t i = 0; i < survey->parser.draft_count; i++) {
        const struct seclang_draft *d = survey->parser.draft[i];
        unsigned own = d->wishes.id;
        size_t at;

        if (d->marker.p || d->head != d) continue;
        for (at = count; at > 0 && distance(id[at - 1], wanted) > distance(own, wanted); at--)
            if (at < most) id[at] = id[at - 1];
        if (at >= most) continue;
        id[at] = own;
        if (count < most) count++;
    }
    return count;
}
