/* expirevar, deprecatevar, initcol, setuid, setsid, setrsc, setenv. */
#include "seclang/act/act.h"
#include "seclang/macro_run.h"
#include "seclang/var/fetch.h"
#include "seclang/var/member.h"

/* Seconds from the begin of the request; TX does not outlive it and cannot expire. */
void
seclang_do_expirevar(struct seclang_tx *tx, const struct seclang_rule *rule,
                     const struct seclang_action *action)
{
    sk_str name = seclang_macro_expand(tx, &action->name, rule);
    int64_t seconds = seclang_do_number(seclang_macro_expand(tx, &action->value, rule));
    struct seclang_member *m = seclang_collection_member(tx, action->collection, name);

    if (!m) return;
    m->expires = tx->begun / 1000 + seconds;
    m->dirty = true;
    seclang_collection_of(tx, action->collection)->dirty = true;
}

/* value is "amount/seconds": so much less for every so many seconds since the last change. */
void
seclang_do_deprecatevar(struct seclang_tx *tx, const struct seclang_rule *rule,
                        const struct seclang_action *action)
{
    sk_str name = seclang_macro_expand(tx, &action->name, rule);
    sk_str speed = seclang_macro_expand(tx, &action->value, rule);
    struct seclang_member *m = seclang_collection_member(tx, action->collection, name);
    const struct seclang_member *last =
        seclang_collection_member(tx, action->collection, SK_STR("LAST_UPDATE_TIME"));
    size_t slash = sk_str_find_byte(speed, '/');
    int64_t seconds, before, now, number;

    if (!m || !last || slash == SIZE_MAX) return;
    seconds = seclang_do_number(sk_str_from(speed, slash + 1));
    if (seconds <= 0) return;
    before = seclang_do_number(m->value.text.s);
    now = tx->begun / 1000 - seclang_do_number(last->value.text.s);
    number = before - seclang_do_number(sk_str_first(speed, slash)) * (now / seconds);
    if (number < 0) number = 0;
    if (number == before) return;
    if (!m->dirty) {
        m->relative = true;
        m->original = before;
    }
    seclang_value_set(&m->value, sk_str_of_i64(tx->mem, number));
    m->dirty = true;
    seclang_collection_of(tx, action->collection)->dirty = true;
}

void
seclang_do_initcol(struct seclang_tx *tx, const struct seclang_rule *rule,
                   const struct seclang_action *action)
{
    sk_str name = sk_str_of(seclang_var_rows[action->collection].name);

    seclang_collection_open(tx, action->collection, sk_str_lower(tx->mem, name),
                            seclang_macro_expand(tx, &action->value, rule));
}

/* Stored under the application's name, so that two applications do not share sessions. */
static void
open_for_app(struct seclang_tx *tx, enum seclang_var var, const char *name, sk_str key)
{
    const char *app = tx->rules->web_app_id ? tx->rules->web_app_id : "default";

    seclang_collection_open(tx, var, sk_str_printf(tx->mem, "%s_%s", app, name), key);
}

void
seclang_do_setuid(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_action *action)
{
    tx->user_id = seclang_macro_expand(tx, &action->value, rule);
    open_for_app(tx, SECLANG_VAR_USER, "USER", tx->user_id);
}

void
seclang_do_setsid(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_action *action)
{
    tx->session_id = seclang_macro_expand(tx, &action->value, rule);
    open_for_app(tx, SECLANG_VAR_SESSION, "SESSION", tx->session_id);
}

void
seclang_do_setrsc(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_action *action)
{
    open_for_app(tx, SECLANG_VAR_RESOURCE, "RESOURCE",
                 seclang_macro_expand(tx, &action->value, rule));
}

static void
forget(struct seclang_list *list, sk_str name)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < list->count; i++)
        if (!sk_str_eq_nocase(list->at[i]->name, name)) list->at[kept++] = list->at[i];
    list->count = kept;
}

/* ENV of this transaction only: the engine does not touch its host's environment. */
void
seclang_do_setenv(struct seclang_tx *tx, const struct seclang_rule *rule,
                  const struct seclang_action *action)
{
    struct seclang_list *env = &tx->list[SECLANG_VAR_ENV];
    sk_str name = seclang_macro_expand(tx, &action->name, rule);

    forget(env, name);
    if (action->set != SECLANG_DELETE)
        seclang_list_add(
            env, tx->mem,
            seclang_value_new(tx->mem, name, seclang_macro_expand(tx, &action->value, rule)));
}
