/* Values and their forms. */
#include "seclang/value.h"

struct seclang_value *
seclang_value_new(sk_arena *mem, sk_str name, sk_str text)
{
    struct seclang_value *value = sk_alloc(mem, sizeof(*value));

    value->name = name;
    value->shown = (sk_str){ 0 };
    value->text.s = text;
    value->text.mapped = false; /* so that its bytes need no beginning */
    value->text.derived = NULL;
    value->printed = false; /* nor its print */
    value->hits = NULL;
    value->post = value->old = false;
    return value;
}

void
seclang_value_set(struct seclang_value *value, sk_str text)
{
    value->text.s = text;
    value->text.mapped = false;
    value->text.derived = NULL;
    value->printed = false;
}

void
seclang_list_add(struct seclang_list *list, sk_arena *mem, struct seclang_value *value)
{
    if (list->count == list->size) {
        unsigned size = list->size ? 2 * list->size : 8;

        list->at =
            sk_grow(mem, list->at, list->size * sizeof(list->at[0]), size * sizeof(list->at[0]));
        list->size = size;
    }
    list->at[list->count++] = value;
}

struct seclang_value *
seclang_list_find(const struct seclang_list *list, sk_str name)
{
    for (unsigned i = 0; i < list->count; i++)
        if (sk_str_eq_nocase(list->at[i]->name, name)) return list->at[i];
    return NULL;
}

static void
remember(struct seclang_text *from, sk_arena *mem, const struct seclang_tf *tf,
         struct seclang_text *text)
{
    struct seclang_derived *d = sk_alloc(mem, sizeof(*d));

    *d = (struct seclang_derived){ tf, text, from->derived };
    from->derived = d;
}

struct seclang_text *
seclang_text_transform(struct seclang_text *from, sk_arena *mem, const struct seclang_rules *rules,
                       const struct seclang_tf *tf)
{
    sk_str out = { 0 };
    struct seclang_text *to = from;

    if (!tf->always && !sk_bytes_meet(&tf->needs, seclang_text_bytes(from))) return from;
    for (const struct seclang_derived *d = from->derived; d; d = d->next)
        if (d->tf->run == tf->run) return d->text; /* normalisePath is normalizePath */
    if (tf->run(&out, mem, from->s, rules->unicode_map)) {
        to = sk_alloc(mem, sizeof(*to));
        *to = (struct seclang_text){ .s = out };
    }
    remember(from, mem, tf, to);
    return to;
}

/* As deep as the chain is long, which the parser bounds (SECLANG_ACTIONS_MOST). */
struct seclang_text *
seclang_value_form(struct seclang_value *value, sk_arena *mem, const struct seclang_rules *rules,
                   unsigned node)
{
    const struct seclang_form *form = &rules->form[node];

    if (node == 0) return &value->text;
    return seclang_text_transform(seclang_value_form(value, mem, rules, form->parent), mem, rules,
                                  form->tf);
}
