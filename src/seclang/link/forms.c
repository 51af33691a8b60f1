/* Chains of transformations as a tree: equal beginnings are one node, so that a value is
 * transformed once for all rules that begin alike. */
#include "seclang/link/linker.h"

static unsigned
child_of(struct seclang_linker *l, unsigned parent, const struct seclang_tf *tf)
{
    for (size_t i = parent + 1; i < l->form_count; i++)
        if (l->form[i].parent == parent && l->form[i].tf == tf) return (unsigned)i;
    l->form = seclang_draft_room(l->mem, l->form, l->form_count, sizeof *l->form);
    l->form[l->form_count] =
        (struct seclang_form){ .parent = parent, .tf = tf, .depth = l->form[parent].depth + 1 };
    return (unsigned)l->form_count++;
}

unsigned
seclang_link_form(struct seclang_linker *l, const struct seclang_tf *const *tf, size_t count)
{
    unsigned node = 0;
    if (!l->form_count) {
        l->form = seclang_draft_room(l->mem, l->form, 0, sizeof *l->form);
        l->form_count = 1;
    }
    for (size_t i = 0; i < count; i++)
        node = child_of(l, node, tf[i]);
    return node;
}
