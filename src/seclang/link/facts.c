#include "seclang/link/facts.h"

struct facts *
facts_at_start(struct seclang_linker *l)
{
    struct facts *facts = SK_NEW(l->scratch, struct facts);
    facts->of = sk_array(l->scratch, l->slot_count + 1, sizeof *facts->of);
    for (size_t i = 0; i < l->slot_count; i++)
        if (i < SECLANG_CAPTURES || sk_str_starts(l->slot[i], SK_STR("msc_")))
            facts->of[i].kind = FACT_OPEN;
    return facts;
}

struct facts *
facts_copy(struct seclang_linker *l, const struct facts *from)
{
    struct facts *facts = SK_NEW(l->scratch, struct facts);
    facts->of = sk_array(l->scratch, l->slot_count + 1, sizeof *facts->of);
    memcpy(facts->of, from->of, l->slot_count * sizeof *facts->of);
    return facts;
}

static bool
same(const struct fact *a, const struct fact *b)
{
    return a->kind == b->kind && (a->kind != FACT_KNOWN || sk_str_eq(a->value, b->value));
}

void
facts_join(struct seclang_linker *l, struct facts **into, const struct facts *with)
{
    if (!*into) {
        *into = facts_copy(l, with);
        return;
    }
    for (size_t i = 0; i < l->slot_count; i++)
        if (!same(&(*into)->of[i], &with->of[i]))
            (*into)->of[i] = (struct fact){ .kind = FACT_OPEN };
}

bool
facts_expand(sk_str *text, sk_arena *mem, const struct facts *facts,
             const struct seclang_macro *macro)
{
    struct sk_buf buf = { .mem = mem };
    for (size_t i = 0; i < macro->count; i++) {
        const struct seclang_macro_part *part = &macro->part[i];
        if (part->var == SECLANG_VAR_COUNT) {
            sk_buf_add(&buf, part->literal);
        } else if (part->tx_slot >= 0 && facts->of[part->tx_slot].kind == FACT_KNOWN) {
            sk_buf_add(&buf, facts->of[part->tx_slot].value);
        } else {
            return false;
        }
    }
    *text = sk_buf_str(&buf);
    if (!text->p) text->p = "";
    return true;
}

void
facts_open_named(struct facts *facts, const struct seclang_linker *l,
                 const struct seclang_macro *name)
{
    sk_str first = { 0 }, last = { 0 };
    if (name->count && name->part[0].var == SECLANG_VAR_COUNT) first = name->part[0].literal;
    if (name->count > 1 && name->part[name->count - 1].var == SECLANG_VAR_COUNT)
        last = name->part[name->count - 1].literal;
    for (size_t i = 0; i < l->slot_count; i++)
        if (sk_str_starts(l->slot[i], first) && sk_str_ends(l->slot[i], last))
            facts->of[i] = (struct fact){ .kind = FACT_OPEN };
}
