/* The order of linking. */
#include "seclang/link/linker.h"
#include "seclang/rules.h"

static sk_err
link_relevant_status(struct seclang_linker *l)
{
    struct seclang_parser *p = l->p;
    if (!p->relevant_status.p) return sk_ok();
    l->rules->relevant_status.rx = seclang_op_find(SK_STR("rx"));
    return seclang_link_compile(l, &l->rules->relevant_status.state, l->rules->relevant_status.rx,
                                p->relevant_status, false, p->relevant_status_at);
}

sk_err
seclang_link(struct seclang_parser *p)
{
    struct seclang_linker l = { .p = p, .rules = p->rules, .mem = p->mem, .scratch = p->scratch };
    struct seclang_rules *r = p->rules;

    TRY(seclang_link_order(&l));
    TRY(seclang_link_named(&l));
    seclang_link_slots(&l);
    r->settings.rule_count = l.draft_count;
    l.foreseen = sk_array(l.mem, l.slot_count + 1, sizeof *l.foreseen);
    if (!p->no_fold) r->settings.folded_count = seclang_link_fold(&l);
    TRY(seclang_link_make(&l));
    TRY(seclang_link_outside(&l));
    if (p->faults && p->faults->count) return sk_ok(); /* the rules will not run */
    TRY(seclang_link_plan(&l));
    TRY(link_relevant_status(&l));
    r->form = l.form;
    r->form_count = r->settings.chain_count = l.form_count;
    r->tx_name = l.slot;
    r->tx_slot_count = l.slot_count;
    r->tx_value = l.foreseen;
    for (unsigned phase = 1; phase < SECLANG_PHASES && !p->no_screen; phase++)
        seclang_link_screen(&l, phase);
    return sk_ok();
}
