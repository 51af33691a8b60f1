/* TX names that are written out get a number, so that the runtime finds them without comparing. */
#include "base/hash.h"
#include "seclang/link/linker.h"

static size_t
place_of(const struct seclang_linker *l, sk_str name)
{
    size_t i = (size_t)sk_hash(name) & (l->slot_table_size - 1);
    while (l->slot_table[i] >= 0 && !sk_str_eq(l->slot[l->slot_table[i]], name))
        i = (i + 1) & (l->slot_table_size - 1);
    return i;
}

static void
grow_table(struct seclang_linker *l)
{
    l->slot_table_size = l->slot_table_size ? l->slot_table_size * 2 : 256;
    l->slot_table = sk_array(l->scratch, l->slot_table_size, sizeof *l->slot_table);
    memset(l->slot_table, 0xff, l->slot_table_size * sizeof *l->slot_table);
    for (size_t i = 0; i < l->slot_count; i++)
        l->slot_table[place_of(l, l->slot[i])] = (int)i;
}

static int
slot_of(struct seclang_linker *l, sk_str name)
{
    if (l->slot_count * 2 >= l->slot_table_size) grow_table(l);
    size_t at = place_of(l, name);
    if (l->slot_table[at] < 0) {
        l->slot = seclang_draft_room(l->mem, l->slot, l->slot_count, sizeof *l->slot);
        l->slot[l->slot_count] = name;
        l->slot_table[at] = (int)l->slot_count++;
    }
    return l->slot_table[at];
}

int
seclang_slot_find(const struct seclang_linker *l, sk_str name)
{
    return l->slot_table_size ? l->slot_table[place_of(l, name)] : -1;
}

static void
of_macro(struct seclang_linker *l, const struct seclang_macro *macro)
{
    for (size_t i = 0; i < macro->count; i++) {
        /* The parser made them; nobody else holds them yet. */
        struct seclang_macro_part *part = (struct seclang_macro_part *)&macro->part[i];
        if (part->var == SECLANG_VAR_TX && part->name.n) part->tx_slot = slot_of(l, part->name);
    }
}

static void
of_target(struct seclang_linker *l, struct seclang_target *target)
{
    if (target->var == SECLANG_VAR_TX && target->selector.pick == SECLANG_PICK_NAME)
        target->selector.tx_slot = slot_of(l, target->selector.name);
}

static void
of_action(struct seclang_linker *l, struct seclang_action *act)
{
    of_macro(l, &act->name);
    of_macro(l, &act->value);
    of_target(l, &act->target);
    if (act->kind == SECLANG_ACT_SETVAR && act->collection == SECLANG_VAR_TX &&
        act->name.count == 1 && seclang_macro_constant(&act->name))
        act->tx_slot = slot_of(l, act->name.part[0].literal);
}

static void
of_draft(struct seclang_linker *l, struct seclang_draft *draft)
{
    struct seclang_wishes *w = &draft->wishes;
    for (size_t i = 0; i < draft->target_count; i++)
        of_target(l, &draft->target[i].target);
    of_macro(l, &draft->argument);
    of_macro(l, &w->msg);
    of_macro(l, &w->logdata);
    of_macro(l, &w->url);
    for (size_t i = 0; i < w->tag_count; i++)
        of_macro(l, &w->tag[i]);
    for (size_t i = 0; i < w->action_count; i++)
        of_action(l, &w->action[i].act);
}

void
seclang_link_slots(struct seclang_linker *l)
{
    static const char digits[] = "0123456789";
    for (size_t i = 0; i < SECLANG_CAPTURES; i++)
        slot_of(l, (sk_str){ digits + i, 1 });
    for (size_t i = 0; i < l->draft_count; i++)
        of_draft(l, l->draft[i]);
}
