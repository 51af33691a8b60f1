/* setvar: TX and persistent collections. Counters never go below zero, as in mod_security 2. */
#include "seclang/act/act.h"
#include "seclang/macro_run.h"
#include "seclang/seen.h"
#include "seclang/var/member.h"

/* A name with macros in it may have taken any bytes in: escaped as mod_security 2 does. */
static sk_str
name_of(struct seclang_tx *tx, const struct seclang_rule *rule, const struct seclang_action *action)
{
    sk_str name = seclang_macro_expand(tx, &action->name, rule);
    struct sk_buf out = { .mem = tx->mem };

    if (seclang_macro_constant(&action->name) || seclang_log_plain(name)) return name;
    seclang_log_escape(&out, name, false);
    return sk_buf_str(&out);
}

static int64_t
changed(int64_t number, const struct seclang_action *action, sk_str by)
{
    int64_t step = seclang_do_number(by);

    number += action->set == SECLANG_SUBTRACT ? -step : step;
    if (number < 0) return 0;
    return number > INT32_MAX ? INT32_MAX : number;
}

static void
set_tx(struct seclang_tx *tx, const struct seclang_action *action, sk_str name, sk_str value)
{
    struct seclang_member *m;
    int64_t number;

    if (action->set == SECLANG_DELETE) {
        seclang_tx_member_unset(tx, action->tx_slot, name);
        return;
    }
    m = seclang_tx_member_make(tx, action->tx_slot, name);
    if (action->set != SECLANG_SET) {
        number = changed(m->set ? seclang_do_number(m->value.text.s) : 0, action, value);
        value = sk_str_of_i64(tx->mem, number);
    }
    seclang_tx_member_put(tx, m, value);
}

static void
set_member(struct seclang_tx *tx, struct seclang_member *m, const struct seclang_action *action,
           sk_str value)
{
    int64_t before = m->set ? seclang_do_number(m->value.text.s) : 0;

    m->set = action->set != SECLANG_DELETE;
    if (action->set == SECLANG_SET || action->set == SECLANG_DELETE) {
        seclang_value_set(&m->value, value);
        m->relative = false;
    } else {
        if (!m->dirty) {
            m->relative = true;
            m->original = before;
        }
        seclang_value_set(&m->value, sk_str_of_i64(tx->mem, changed(before, action, value)));
    }
    m->dirty = true;
}

void
seclang_do_setvar(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_action *action)
{
    sk_str name = name_of(tx, rule, action);
    sk_str value = seclang_macro_expand(tx, &action->value, rule);
    struct seclang_member *m;

    if (name.n == 0) return;
    if (action->collection == SECLANG_VAR_TX) {
        set_tx(tx, action, name, value);
        return;
    }
    m = seclang_collection_make(tx, action->collection, name);
    if (!m) return; /* not open: mod_security 2 leaves it at that, too */
    set_member(tx, m, action, value);
    seclang_collection_of(tx, action->collection)->dirty = true;
}
