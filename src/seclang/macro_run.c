/* Filling in %{macros}. */
#include "seclang/macro_run.h"

#include "seclang/seen.h"
#include "seclang/var/fetch.h"
#include "seclang/var/member.h"

static sk_str
member_text(const struct seclang_member *member)
{
    return member ? member->value.text.s : (sk_str){ 0 };
}

static sk_str
part_text(struct seclang_tx *tx, const struct seclang_macro_part *part,
          const struct seclang_rule *rule)
{
    const struct seclang_list *list;
    const struct seclang_value *value;

    if (part->var == SECLANG_VAR_COUNT) return part->literal;
    if (part->var == SECLANG_VAR_TX && part->name.n > 0)
        return member_text(seclang_tx_look(tx, part->tx_slot, part->name));
    if (seclang_var_rows[part->var].kind == SECLANG_PERSISTENT && part->name.n > 0)
        return member_text(seclang_collection_member(tx, part->var, part->name));
    if (part->var == SECLANG_VAR_MATCHED_VAR && part->name.n == 0) return tx->matched.text;
    if (part->var == SECLANG_VAR_MATCHED_VAR_NAME && part->name.n == 0)
        return seclang_seen_name(tx->mem, &tx->matched, SECLANG_NAME_ESCAPED);
    list = seclang_fetch(tx, part->var, rule);
    if (part->name.n > 0)
        value = seclang_list_find(list, part->name);
    else
        value = list->count > 0 ? list->at[0] : NULL;
    return value ? value->text.s : (sk_str){ 0 };
}

sk_str
seclang_macro_expand(struct seclang_tx *tx, const struct seclang_macro *macro,
                     const struct seclang_rule *rule)
{
    struct sk_buf out = { .mem = tx->mem };

    if (macro->count == 0) return (sk_str){ 0 };
    if (macro->count == 1) return part_text(tx, &macro->part[0], rule);
    for (size_t i = 0; i < macro->count; i++)
        sk_buf_add(&out, part_text(tx, &macro->part[i], rule));
    return sk_buf_str(&out);
}

sk_str
seclang_macro_source(sk_arena *mem, const struct seclang_macro *macro)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < macro->count; i++) {
        const struct seclang_macro_part *part = &macro->part[i];

        sk_buf_add(&out, part->var == SECLANG_VAR_COUNT ? part->literal : part->text);
    }
    return sk_buf_str(&out);
}
