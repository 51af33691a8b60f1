/* Asking a relay's two rules as one, and whether that is enough. */
#include "seclang/relay.h"

#include "seclang/screen.h"
#include "seclang/seen.h"

/* What a capture of a match gives; other parts are literal (link/relay.c). */
static sk_str
spell(sk_arena *mem, const struct seclang_macro *macro, const sk_str *capture, unsigned count)
{
    struct sk_buf out = { .mem = mem };

    for (size_t i = 0; i < macro->count; i++) {
        const struct seclang_macro_part *part = &macro->part[i];

        if (part->var == SECLANG_VAR_COUNT)
            sk_buf_add(&out, part->literal);
        else if ((unsigned)part->tx_slot < count)
            sk_buf_add(&out, capture[part->tx_slot]);
    }
    return sk_buf_str(&out);
}

static bool
taken_by_others(const struct seclang_relay *relay, struct seclang_op_run *run, sk_str name)
{
    if (relay->others && !seclang_log_plain(name)) return true; /* setvar writes it otherwise */
    for (size_t i = 0; i < relay->others; i++) {
        const struct seclang_selector *other = relay->other[i];

        if (other->rx->run(other->rx_state, run, name) || run->limit_hit) return true;
    }
    return false;
}

static bool
gets_through(const struct seclang_relay *relay, struct seclang_op_run *run, sk_str text)
{
    const struct seclang_rule *to = relay->to;

    run->argument = relay->argument;
    return to->op->run(to->op_state, run, text) != to->negated || run->limit_hit;
}

bool
seclang_relay_may(const struct seclang_rule *head, struct seclang_op_run *run, sk_str text)
{
    sk_str capture[SECLANG_CAPTURES];
    unsigned count;

    run->capture_count = 0;
    run->want_captures = true;
    if (!head->op->run(head->op_state, run, text) || run->limit_hit) return run->limit_hit;
    run->want_captures = false;
    count = run->capture_count;
    memcpy(capture, run->capture, count * sizeof(*capture));
    for (size_t i = 0; i < head->action_count; i++) {
        const struct seclang_action *act = &head->action[i];

        if (taken_by_others(head->relay, run, spell(run->mem, &act->name, capture, count)) ||
            gets_through(head->relay, run, spell(run->mem, &act->value, capture, count)))
            return true;
    }
    return false;
}

/* The argument may be another by now. */
static bool
is_as_it_began(const struct seclang_tx *tx, const struct seclang_macro *argument)
{
    for (size_t i = 0; tx->tx_woken && i < argument->count; i++) {
        int slot = argument->part[i].var == SECLANG_VAR_TX ? argument->part[i].tx_slot : -1;

        if (slot >= 0 && (tx->tx_woken[slot >> 6] >> (slot & 63) & 1)) return false;
    }
    return true;
}

bool
seclang_relay_idle(const struct seclang_tx *tx, const struct seclang_rule *head,
                   const struct seclang_list *list, struct seclang_value **last)
{
    *last = NULL;
    if (tx->watch || tx->continues || tx->tx_named || list->screened < list->count ||
        !is_as_it_began(tx, &head->relay->to->argument))
        return false;
    for (unsigned i = 0; i < list->count; i++) {
        struct seclang_value *value = list->at[i];

        if (seclang_hit(value, head->relayed)) return false;
        if (seclang_hit(value, head->question)) *last = value;
    }
    return true;
}
