/* SecRuleRemoveBy..., SecRuleUpdateTargetBy..., SecRuleUpdateActionById: change rules that were
 * defined above them, whole chains at a time, as mod_security 2. */
#include "seclang/parse/directive.h"
#include "seclang/parse/pick.h"

static sk_err
open_picker(struct seclang_chooser *pick, const struct seclang_call *call,
            const struct seclang_arg *arg)
{
    struct seclang_picker picker = { .by = (enum seclang_pick_by)call->row->at,
                                     .text = arg->text,
                                     .at = seclang_parse_at(call->p, arg, 0) };
    if (picker.by == SECLANG_BY_ID && !seclang_ids_valid(arg->text))
        return seclang_parse_fail(call->p, arg, 0,
                                  "expected rule ids such as 920100 or 920100-920199");
    if (!arg->text.n) return seclang_parse_fail(call->p, arg, 0, "expected a pattern");
    return seclang_chooser_open(pick, call->p->scratch, &picker);
}

static sk_err
no_open_chain(const struct seclang_call *call)
{
    if (!call->p->open_chain) return sk_ok();
    return seclang_place_fail(call->at, "a chain waits for its next rule here; it began at line %u",
                              call->p->open_chain->head->at.line);
}

/* How many chains it names. */
static size_t
remove_chains(const struct seclang_call *call, const struct seclang_chooser *pick)
{
    size_t some = 0;
    for (size_t k = 0; k < call->p->draft_count; k++) {
        if (!seclang_chooser_names(pick, call->p->draft[k])) continue;
        some++;
        for (struct seclang_draft *d = call->p->draft[k]; d; d = d->chain) {
            d->gone = true;
            d->gone_at = call->at;
        }
    }
    return some;
}

sk_err
seclang_set_remove(const struct seclang_call *call)
{
    TRY(no_open_chain(call));
    for (size_t i = 0; i < call->count; i++) {
        DEFER(seclang_chooser_close) struct seclang_chooser pick = { 0 };
        TRY(open_picker(&pick, call, &call->arg[i]));
        if (!remove_chains(call, &pick))
            seclang_parse_warn(call->p, call->at, "%s %.*s: no rule above is named by it",
                               call->row->name, SK_ARG(call->arg[i].text));
    }
    return sk_ok();
}

static bool
same_target(const struct seclang_draft_target *a, const struct seclang_draft_target *b)
{
    return a->excluded == b->excluded && a->target.count == b->target.count &&
           a->target.var == b->target.var && a->target.selector.pick == b->target.selector.pick &&
           sk_str_eq_nocase(a->target.selector.name, b->target.selector.name);
}

static bool
has_target(const struct seclang_draft *draft, const struct seclang_draft_target *target)
{
    for (size_t i = 0; i < draft->target_count; i++)
        if (same_target(&draft->target[i], target)) return true;
    return false;
}

static bool
take_away(struct seclang_draft *draft, const struct seclang_draft_target *target)
{
    size_t kept = 0, before = draft->target_count;
    for (size_t i = 0; i < before; i++)
        if (!same_target(&draft->target[i], target)) draft->target[kept++] = draft->target[i];
    draft->target_count = kept;
    return kept < before;
}

struct target_update {
    struct seclang_draft_target *add, *instead_of;
    size_t add_count, instead_count;
};

static sk_err
update_targets(struct seclang_parser *p, struct seclang_draft *draft,
               const struct target_update *update)
{
    bool found = !update->instead_count;
    if (draft->unconditional) return sk_ok();
    for (size_t i = 0; i < update->instead_count; i++)
        found |= take_away(draft, &update->instead_of[i]);
    for (size_t i = 0; found && i < update->add_count; i++) {
        if (has_target(draft, &update->add[i])) continue;
        if (draft->target_count == SECLANG_TARGETS_MOST)
            return seclang_place_fail(update->add[i].at, "more than 1024 targets in one rule");
        struct seclang_draft_target *grown =
            sk_array(p->scratch, draft->target_count + 1, sizeof *grown);
        memcpy(grown, draft->target, draft->target_count * sizeof *grown);
        grown[draft->target_count++] = update->add[i];
        draft->target = grown;
    }
    return sk_ok();
}

sk_err
seclang_set_update_target(const struct seclang_call *call)
{
    struct seclang_parser *p = call->p;
    struct target_update update = { 0 };
    DEFER(seclang_chooser_close) struct seclang_chooser pick = { 0 };
    bool some = false;
    TRY(no_open_chain(call));
    TRY(seclang_parse_targets(p, &update.add, &update.add_count,
                              (struct seclang_part){ &call->arg[1], 0, call->arg[1].text }));
    if (call->count == 3)
        TRY(seclang_parse_targets(p, &update.instead_of, &update.instead_count,
                                  (struct seclang_part){ &call->arg[2], 0, call->arg[2].text }));
    TRY(open_picker(&pick, call, &call->arg[0]));
    for (size_t i = 0; i < p->draft_count; i++) {
        if (p->draft[i]->gone || !seclang_chooser_names(&pick, p->draft[i])) continue;
        some = true;
        for (struct seclang_draft *d = p->draft[i]; d; d = d->chain)
            TRY(update_targets(p, d, &update));
    }
    if (!some)
        seclang_parse_warn(p, call->at, "%s %.*s: no rule above is named by it", call->row->name,
                           SK_ARG(call->arg[0].text));
    return sk_ok();
}

/* "942100" or "942100:1", the second rule of its chain. */
static sk_err
find_rule(struct seclang_draft **draft, const struct seclang_call *call)
{
    sk_str text = call->arg[0].text;
    size_t colon = sk_str_find_byte(text, ':');
    int64_t id = 0, offset = 0;
    *draft = NULL;
    if (!sk_str_to_i64(&id, sk_str_first(text, colon)) || id < 1 || id > INT32_MAX ||
        (colon != SIZE_MAX &&
         (!sk_str_to_i64(&offset, sk_str_from(text, colon + 1)) || offset < 0)))
        return seclang_parse_fail(
            call->p, &call->arg[0], 0,
            "expected a rule's id such as 942100, or 942100:1 for the next in "
            "its chain");
    *draft = seclang_id_find(call->p->ids, (unsigned)id);
    for (; *draft && offset; offset--)
        *draft = (*draft)->chain;
    if (*draft && (*draft)->gone) *draft = NULL;
    return sk_ok();
}

static sk_err
check_update(const struct seclang_call *call, const struct seclang_draft *draft,
             const struct seclang_wishes *change)
{
    if ((change->said & SECLANG_SAID_ID) && change->id != draft->head->wishes.id)
        return seclang_place_fail(call->at, "a rule's id cannot be changed");
    if ((change->said & SECLANG_SAID_PHASE) && change->phase != draft->phase)
        return seclang_place_fail(call->at, "a rule's phase cannot be changed");
    if ((change->said & SECLANG_SAID_CHAIN) && !draft->chain)
        return seclang_place_fail(change->chain_at, "a chain cannot be begun afterwards");
    if (draft->phase == 5 && (change->said & SECLANG_SAID_DISRUPTIVE) &&
        change->disruptive != SECLANG_DO_PASS && change->disruptive != SECLANG_DO_BLOCK)
        return seclang_place_fail(change->disruptive_at,
                                  "phase 5 comes after the answer: expected pass here");
    return sk_ok();
}

sk_err
seclang_set_update_action(const struct seclang_call *call)
{
    struct seclang_parser *p = call->p;
    struct seclang_wishes change, merged;
    struct seclang_draft *draft;
    TRY(no_open_chain(call));
    TRY(find_rule(&draft, call));
    TRY(seclang_parse_actions(p, &change, &call->arg[1]));
    if (!draft) {
        seclang_parse_warn(p, call->at, "%s %.*s: there is no such rule above", call->row->name,
                           SK_ARG(call->arg[0].text));
        return sk_ok();
    }
    TRY(check_update(call, draft, &change));
    seclang_wishes_merge(p->scratch, &merged, &draft->wishes, &change, draft->otherwise);
    draft->wishes = merged;
    return sk_ok();
}
