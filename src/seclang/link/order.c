/* Which rules run in which phase, and where skip and skipAfter lead. */
#include "seclang/link/linker.h"

/* A place behind which skipAfter can go on: a marker, in all phases, or a rule's id in its own
 * (also of a rule that was removed: mod_security 2 leaves its place standing). */
struct label {
    sk_str name;
    unsigned id; /* where name.p is NULL */
    size_t position;
};
struct labels {
    struct label *label;
    size_t count;
};

static void
number_rules(struct seclang_linker *l)
{
    struct seclang_parser *p = l->p;
    l->draft = sk_array(l->scratch, p->draft_count + 1, sizeof *l->draft);
    for (size_t i = 0; i < p->draft_count; i++) {
        struct seclang_draft *draft = p->draft[i];
        if (draft->marker.p || draft->gone) continue;
        draft->ordinal = (unsigned)l->draft_count;
        l->draft[l->draft_count++] = draft;
    }
}

static void
add_label(struct seclang_linker *l, struct labels *labels, struct label label)
{
    labels->label =
        seclang_draft_room(l->scratch, labels->label, labels->count, sizeof *labels->label);
    labels->label[labels->count++] = label;
}

static void
lay_out_phase(struct seclang_linker *l, struct labels *labels, unsigned phase)
{
    struct seclang_parser *p = l->p;
    struct seclang_flow *flow = &l->flow[phase];
    flow->step = sk_array(l->scratch, p->draft_count + 1, sizeof *flow->step);
    for (size_t i = 0; i < p->draft_count; i++) {
        struct seclang_draft *draft = p->draft[i];
        if (draft->marker.p) {
            add_label(l, labels, (struct label){ draft->marker, 0, flow->count });
            continue;
        }
        if (draft->phase != phase || draft->head != draft) continue;
        if (!draft->gone) flow->step[flow->count++].draft = draft;
        add_label(l, labels, (struct label){ { 0 }, draft->wishes.id, flow->count });
    }
}

static bool
is_label(const struct label *label, sk_str name, int64_t id)
{
    return label->name.p ? sk_str_eq(label->name, name) : id == (int64_t)label->id;
}

static size_t
find_label(const struct labels *labels, sk_str name, size_t behind, size_t otherwise)
{
    int64_t id;
    if (!sk_str_to_i64(&id, name)) id = -1;
    for (size_t i = 0; i < labels->count; i++)
        if (labels->label[i].position > behind && is_label(&labels->label[i], name, id))
            return labels->label[i].position;
    return otherwise;
}

static void
resolve_skip_after(struct seclang_linker *l, const struct labels *labels, struct seclang_flow *flow,
                   size_t i)
{
    struct seclang_draft *draft = flow->step[i].draft;
    size_t found = find_label(labels, draft->wishes.skip_after, i, SIZE_MAX);
    if (found == SIZE_MAX)
        seclang_parse_warn(l->p, draft->at,
                           "skipAfter:%.*s: there is no such marker below; a match passes over the "
                           "rest of phase %u",
                           SK_ARG(draft->wishes.skip_after), draft->phase);
    flow->step[i].jump = found == SIZE_MAX ? flow->count : found;
}

static void
resolve_skips(struct seclang_linker *l, const struct labels *labels, unsigned phase)
{
    struct seclang_flow *flow = &l->flow[phase];
    for (size_t i = 0; i < flow->count; i++) {
        const struct seclang_wishes *w = &flow->step[i].draft->wishes;
        if (w->said & SECLANG_SAID_SKIP_AFTER) {
            resolve_skip_after(l, labels, flow, i);
        } else if (w->said & SECLANG_SAID_SKIP) {
            size_t left = flow->count - i - 1;
            flow->step[i].jump = i + 1 + (w->skip < left ? w->skip : left);
        }
    }
}

sk_err
seclang_link_order(struct seclang_linker *l)
{
    number_rules(l);
    for (unsigned phase = 1; phase < SECLANG_PHASES; phase++) {
        struct labels labels = { 0 };
        lay_out_phase(l, &labels, phase);
        resolve_skips(l, &labels, phase);
    }
    return sk_ok();
}
