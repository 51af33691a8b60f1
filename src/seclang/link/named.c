/* ctl:ruleRemove...: which rules each of them names, also those that come later. */
#include "seclang/link/linker.h"
#include "seclang/parse/pick.h"

static bool
same(const struct seclang_picker *a, const struct seclang_picker *b)
{
    return a->by == b->by && sk_str_eq(a->text, b->text);
}

const struct seclang_named *
seclang_named_find(const struct seclang_linker *l, const struct seclang_picker *picker)
{
    for (size_t i = 0; i < l->named_count; i++)
        if (same(&l->named[i]->picker, picker)) return l->named[i];
    return NULL;
}

bool
seclang_named_has(const struct seclang_named *named, unsigned ordinal)
{
    size_t from = 0, to = named->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (named->ordinal[middle] == ordinal) return true;
        if (named->ordinal[middle] < ordinal)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

static sk_err
resolve(struct seclang_linker *l, const struct seclang_picker *picker)
{
    DEFER(seclang_chooser_close) struct seclang_chooser pick = { 0 };
    TRY(seclang_chooser_open(&pick, l->scratch, picker));
    struct seclang_named *named = SK_NEW(l->scratch, struct seclang_named);
    named->picker = *picker;
    for (size_t i = 0; i < l->draft_count; i++) {
        if (!seclang_chooser_names(&pick, l->draft[i])) continue;
        named->ordinal =
            seclang_draft_room(l->scratch, named->ordinal, named->count, sizeof *named->ordinal);
        named->ordinal[named->count++] = l->draft[i]->ordinal;
    }
    l->named = seclang_draft_room(l->scratch, l->named, l->named_count, sizeof *l->named);
    l->named[l->named_count++] = named;
    if (!named->count)
        seclang_parse_warn(l->p, picker->at, "ctl: no rule is named by %.*s", SK_ARG(picker->text));
    return sk_ok();
}

static bool
picks(const struct seclang_action *act)
{
    return act->kind == SECLANG_ACT_CTL &&
           (act->ctl == SECLANG_CTL_REMOVE_RULES || act->ctl == SECLANG_CTL_REMOVE_TARGETS);
}

sk_err
seclang_link_named(struct seclang_linker *l)
{
    for (size_t i = 0; i < l->draft_count; i++) {
        const struct seclang_wishes *w = &l->draft[i]->wishes;
        for (size_t k = 0; k < w->action_count; k++)
            if (picks(&w->action[k].act) && !seclang_named_find(l, &w->action[k].picker))
                TRY(resolve(l, &w->action[k].picker));
    }
    return sk_ok();
}
