/* POST /v1/event, erase, erased, hold, release, holds: how long, and the end. */
#include "vault/api.h"
#include "vault/clock.h"
#include "vault/replay.h"

/* ── events ── */

static sk_err
event_find(enum vault_event *event, struct vault_subject *subject, const struct vault_ask *ask)
{
    if (!vault_event_find(event, sk_json_get_str(ask->body, "event"))) return vault_no(KEEPER_BAD);
    TRY(vault_ask_subject(subject, ask));
    if (vault_event_rows[*event].of_case == keeper_id_is_none(&subject->case_id))
        return vault_no(KEEPER_BAD);
    return sk_ok();
}

static struct vault_right
right_of(const struct vault_ask *ask)
{
    return (struct vault_right){ ask->ticket, sk_json_get_str(ask->body, "purpose") };
}

/* The command line, which has no ticket, is trusted with it. */
static sk_err
soon_check(const struct vault_ask *ask, const struct vault_subject *subject, sk_when in)
{
    struct vault_right right = right_of(ask);

    if (in >= (sk_when)VAULT_SOON_DAYS * VAULT_DAY || !right.ticket.n) return sk_ok();
    return vault_erase_later(ask->mem, ask->house, subject, &right);
}

/* When it was; only the command line may tell late, for what is due is erased. */
static sk_err
event_when(sk_when *when, const struct vault_ask *ask)
{
    sk_str text = sk_json_get_str(ask->body, "at");
    sk_when now = sk_now();

    *when = now;
    if (!sk_json_get(ask->body, "at")) return sk_ok();
    if (!ask->local) return vault_no(KEEPER_DENIED);
    return sk_when_read(when, text) && *when <= now ? sk_ok() : vault_no(KEEPER_BAD);
}

sk_err
vault_event(struct vault_ask *ask)
{
    struct vault_subject subject;
    enum vault_event event;
    sk_when at, when, now = sk_now();

    TRY(vault_ask_prove(ask));
    TRY(event_find(&event, &subject, ask));
    TRY(event_when(&when, ask));
    if (sk_json_get_bool(ask->body, "undo", false)) {
        TRY(vault_due_undo(ask->house->stores, &subject, event));
        sk_json_bool(ask->answer, "undone", true);
        return sk_ok();
    }
    at = vault_policy_due(&ask->house->policies, event, when);
    TRY(soon_check(ask, &subject, at - now));
    TRY(vault_due_put(&at, ask->house->stores, &subject, event));
    if (at <= sk_now()) vault_clock_wake(ask->house->clock);
    sk_json_str(ask->answer, "erases", sk_when_utc(ask->mem, at));
    return sk_ok();
}

/* ── erasing ── */

static void
gone_put(const struct vault_ask *ask, const struct vault_gone *gone)
{
    sk_json_str(ask->answer, "id", keeper_id_str(&gone->id));
    sk_json_str(ask->answer, "tenant", gone->tenant);
    sk_json_int(ask->answer, "values", gone->rows);
    sk_json_str(ask->answer, "erased", sk_when_utc(ask->mem, gone->at));
    sk_json_int(ask->answer, "record", (int64_t)gone->record);
}

static sk_err
gone_find(bool *found, struct vault_gone *gone, const struct vault_ask *ask,
          const struct keeper_id *id)
{
    struct part_store *store;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_store_gone(found, gone, ask->mem, store, id);
    vault_ask_give(ask, store);
    TRY(e);
    if (*found && !(ask->local && !ask->tenant.n) && !sk_str_eq(gone->tenant, ask->tenant))
        return vault_ask_refuse(ask, KEEPER_WRONG_TENANT);
    return sk_ok();
}

static sk_err
held_check(const struct vault_ask *ask, const struct vault_subject *subject)
{
    struct part_store *store;
    bool held;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_is_held(&held, store, subject);
    vault_ask_give(ask, store);
    TRY(e);
    return held ? vault_no(VAULT_HELD) : sk_ok();
}

/* What is gone already has its receipt. */
static sk_err
erased_before(bool *found, struct vault_gone *gone, const struct vault_ask *ask)
{
    struct keeper_id id;

    TRY(vault_ask_id(&id, ask, "case", "cas"));
    if (keeper_id_is_none(&id)) TRY(vault_ask_id(&id, ask, "person", "per"));
    return gone_find(found, gone, ask, &id);
}

sk_err
vault_erase(struct vault_ask *ask)
{
    struct vault_right right = right_of(ask);
    struct vault_subject subject;
    struct vault_gone gone;
    bool found;
    sk_err e;

    TRY(vault_ask_prove(ask));
    e = vault_ask_subject(&subject, ask);
    if (vault_word_of(e) == KEEPER_MISSING) {
        TRY(erased_before(&found, &gone, ask));
        if (!found) return vault_no(KEEPER_MISSING);
    } else {
        TRY(e);
        TRY(held_check(ask, &subject));
        TRY(vault_erase_subject(&gone, ask->mem, ask->house, &subject, &right));
    }
    gone_put(ask, &gone);
    return sk_ok();
}

/* Data that is older than the keys has the rows again, and no receipt: the keeper knows. */
static sk_err
gone_replay(bool *was, struct vault_gone *gone, const struct vault_ask *ask,
            const struct keeper_id *id)
{
    const struct keeper_id none = { { 0 } };
    bool is_case = sk_str_starts(keeper_id_str(id), SK_STR("cas_")), found = false;
    struct vault_subject subject;
    struct part_store *store;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_store_subject(&found, &subject, ask->mem, store, is_case ? &none : id,
                            is_case ? id : &none);
    vault_ask_give(ask, store);
    TRY(e);
    *was = false;
    if (!found || (ask->tenant.n && !sk_str_eq(subject.tenant, ask->tenant))) return sk_ok();
    return vault_replay_one(was, gone, ask->mem, ask->house, &subject);
}

sk_err
vault_erased(struct vault_ask *ask)
{
    sk_str name = sk_json_get_str(ask->body, "id");
    struct vault_gone gone;
    struct keeper_id id;
    bool found;

    TRY(vault_ask_prove(ask));
    if (!keeper_id_read(&id, "per", name) && !keeper_id_read(&id, "cas", name))
        return vault_no(KEEPER_MISSING);
    TRY(gone_find(&found, &gone, ask, &id));
    if (!found) TRY(gone_replay(&found, &gone, ask, &id));
    if (!found) return vault_no(KEEPER_MISSING);
    gone_put(ask, &gone);
    return sk_ok();
}

/* ── holds ── */

static sk_str
subject_name(const struct vault_subject *s)
{
    return keeper_id_is_none(&s->case_id) ? keeper_id_str(&s->person_id)
                                          : keeper_id_str(&s->case_id);
}

static sk_err
hold_tell(const struct vault_ask *ask, const char *action, const struct vault_hold *hold)
{
    return vault_ask_tell(ask, action, hold->subject.tenant, subject_name(&hold->subject),
                          sk_str_printf(ask->mem, "{\"name\":\"%.*s\"}", SK_ARG(hold->name)));
}

/* The hold first, then its record: it holds even if the ledger is away, and is asked for again. */
sk_err
vault_hold(struct vault_ask *ask)
{
    struct vault_hold hold;

    TRY(vault_ask_name(&hold.name, ask, "name"));
    TRY(vault_ask_subject(&hold.subject, ask));
    TRY(vault_hold_put(ask->house->stores, &hold));
    TRY(hold_tell(ask, "vault.held", &hold));
    sk_json_str(ask->answer, "held", subject_name(&hold.subject));
    return sk_ok();
}

static sk_err
hold_find(bool *found, struct vault_hold *hold, const struct vault_ask *ask, sk_str name)
{
    struct part_store *store;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_hold_find(found, hold, ask->mem, store, name);
    vault_ask_give(ask, store);
    return e;
}

sk_err
vault_release(struct vault_ask *ask)
{
    struct vault_hold hold;
    sk_str name;
    bool found;

    TRY(vault_ask_name(&name, ask, "name"));
    TRY(hold_find(&found, &hold, ask, name));
    if (!found) return vault_no(KEEPER_MISSING);
    TRY(hold_tell(ask, "vault.released", &hold));
    TRY(vault_hold_end(ask->house->stores, name));
    sk_json_str(ask->answer, "released", subject_name(&hold.subject));
    return sk_ok();
}

sk_err
vault_list_holds(struct vault_ask *ask)
{
    struct vault_hold *hold;
    struct part_store *store;
    size_t count;
    sk_err e;

    TRY(vault_ask_store(&store, ask));
    e = vault_holds(&hold, &count, ask->mem, store);
    vault_ask_give(ask, store);
    TRY(e);
    sk_json_array(ask->answer, "holds");
    for (size_t i = 0; i < count; i++) {
        sk_json_object(ask->answer, NULL);
        sk_json_str(ask->answer, "name", hold[i].name);
        sk_json_str(ask->answer, "tenant", hold[i].subject.tenant);
        sk_json_str(ask->answer, "held", subject_name(&hold[i].subject));
        sk_json_end_object(ask->answer);
    }
    sk_json_end_array(ask->answer);
    return sk_ok();
}
