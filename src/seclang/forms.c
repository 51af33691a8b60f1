/* Forms by node, valid where their stamp is this value's; courses in a table with one place each.
 */
#include "seclang/forms.h"

struct seclang_forms {
    sk_arena *mem;
    const struct seclang_rules *rules;
    struct seclang_value *value;
    uint64_t now;               /* the value's number */
    uint64_t *stamp;            /* by node */
    struct seclang_text **text; /* by node, where stamp is now */
    struct seclang_course course[SECLANG_COURSES];
};

struct seclang_forms *
seclang_forms_new(sk_arena *mem, const struct seclang_rules *rules)
{
    struct seclang_forms *forms = SK_NEW(mem, struct seclang_forms);

    forms->mem = mem;
    forms->rules = rules;
    forms->stamp = sk_array(mem, rules->form_count + 1, sizeof *forms->stamp);
    forms->text = sk_array(mem, rules->form_count + 1, sizeof *forms->text);
    return forms;
}

/* ── courses ── */

static bool
is_of(const struct seclang_screen_node *node, enum seclang_nodes nodes)
{
    return nodes == SECLANG_NODES_ALL || node->cuts == (nodes == SECLANG_NODES_CUTTING);
}

static void
lay(struct seclang_course *course)
{
    const struct seclang_lane *lane = course->lane;

    for (size_t i = 0; i < lane->node_count; i++) {
        const struct seclang_screen_node *node = &lane->node[i];

        if (!is_of(node, course->nodes)) continue;
        if (node->tfs & course->changing) {
            course->node[course->count++] = (unsigned)i;
            continue;
        }
        for (size_t k = 0; k < SECLANG_SCREEN_WORDS; k++)
            course->same.w[k] |= node->asks.w[k];
    }
}

static unsigned *
node_room(struct seclang_forms *forms, const struct seclang_course *course)
{
    if (course->node) return course->node;
    return sk_array(forms->mem, forms->rules->form_count + 1, sizeof(unsigned));
}

const struct seclang_course *
seclang_forms_course(struct seclang_forms *forms, const struct seclang_lane *lane,
                     uint64_t changing, enum seclang_nodes nodes)
{
    uint64_t key = (changing & lane->tfs) ^ (uint64_t)lane->var << 56 ^ (uint64_t)nodes << 50;
    struct seclang_course *course =
        &forms->course[(key * 0x9e3779b97f4a7c15u >> 32) % SECLANG_COURSES]; /* Knuth's hashing */

    changing &= lane->tfs;
    if (course->lane == lane && course->changing == changing && course->nodes == nodes)
        return course;
    *course = (struct seclang_course){
        .lane = lane, .changing = changing, .nodes = nodes, .node = node_room(forms, course)
    };
    lay(course);
    return course;
}

/* ── texts ── */

void
seclang_forms_begin(struct seclang_forms *forms, struct seclang_value *value)
{
    forms->value = value;
    forms->now++;
}

/* As deep as the chain is long. */
struct seclang_text *
seclang_forms_at(struct seclang_forms *forms, sk_arena *mem, unsigned node)
{
    const struct seclang_form *form = &forms->rules->form[node];

    if (node == 0) return &forms->value->text;
    if (forms->stamp[node] == forms->now) return forms->text[node];
    forms->text[node] = seclang_text_transform(seclang_forms_at(forms, mem, form->parent), mem,
                                               forms->rules, form->tf);
    forms->stamp[node] = forms->now;
    return forms->text[node];
}

bool
seclang_forms_reach(struct seclang_forms *forms, sk_arena *mem, unsigned node, size_t least)
{
    const struct seclang_form *form = &forms->rules->form[node];

    if (least == 0 || node == 0 || !form->tf->reaches) return true;
    return form->tf->reaches(seclang_forms_at(forms, mem, form->parent)->s, least);
}
