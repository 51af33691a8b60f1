/* Reserves, as operators ask for them: the record first, then what it says. */
#include "base/json.h"
#include "keeper/house.h"
#include "part/log.h"

enum keeper_word
keeper_reserves_answer(struct keeper_desk *desk, const struct keeper_ticket *ask,
                       struct keeper_reserves *reserves)
{
    struct ticket who = { .at = 0 };
    enum keeper_word word = keeper_operator_find(&who, desk, ask->ticket);

    if (word != KEEPER_OK) return word;
    keeper_budget_reserves(reserves, desk->mem, desk->house->budget, desk->house->now());
    return KEEPER_OK;
}

/* {"purpose":…,"tenant":…,"people":…,"minutes":…,"reason":…,"asked_by":…}; what is empty is left
 * out. */
static sk_str
details_of(const struct keeper_reserve_row *row, sk_arena *mem)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    sk_json_str(&w, "purpose", row->purpose);
    if (row->tenant.n) sk_json_str(&w, "tenant", row->tenant);
    sk_json_int(&w, "people", row->people);
    sk_json_int(&w, "minutes", row->minutes);
    if (row->reason.n) sk_json_str(&w, "reason", row->reason);
    if (row->asked_by.n) sk_json_str(&w, "asked_by", row->asked_by);
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

enum keeper_word
keeper_reserve_ask_answer(struct keeper_desk *desk, const struct keeper_reserve_ask *ask,
                          struct keeper_reserve *reserve)
{
    const struct keeper_reserve_row row = { .purpose = ask->purpose,
                                            .tenant = ask->tenant,
                                            .people = ask->people,
                                            .minutes = ask->minutes,
                                            .reason = ask->reason };
    struct ticket who = { .at = 0 };
    enum keeper_word word = keeper_operator_find(&who, desk, ask->ticket);

    if (word != KEEPER_OK) return word;
    if (!keeper_purpose_find(&desk->house->purposes, ask->purpose)) return KEEPER_PURPOSE_UNKNOWN;
    word = keeper_budget_reserve_fits(&who, ask);
    if (word != KEEPER_OK) return word;
    reserve->reserve_id = keeper_id_new("rsv");
    word = keeper_operator_tell(desk, &who, "vault.reserve_asked",
                                keeper_id_str(&reserve->reserve_id), details_of(&row, desk->mem));
    if (word != KEEPER_OK) return word;
    return keeper_budget_reserve_ask(reserve, desk->house->budget, &who, ask, desk->house->now());
}

/* ── opening ── */

static bool
is_local(sk_str principal)
{
    return sk_str_starts(principal, SK_STR("local:"));
}

/* Whoever has the command line as root can be two people at will. That is not forbidden, for a shop
 * with one operator has no other way; but nobody does it unseen. */
static void
local_alarm(const struct keeper_desk *desk, const struct ticket *who,
            const struct keeper_reserve_row *row)
{
    sk_str details = sk_str_printf(desk->mem, "{\"purpose\":\"%.*s\",\"why\":\"reserve_local\"}",
                                   SK_ARG(row->purpose));

    if (!is_local(who->principal) && !is_local(row->asked_by)) return;
    part_log(PART_ERROR, "alarm: a reserve for %.*s was opened by the command line",
             SK_ARG(row->purpose));
    if (keeper_operator_tell(desk, who, "vault.alarm", row->purpose, details) != KEEPER_OK)
        return; /* its opening is recorded all the same */
}

/* What is recorded is what was done, or why not. */
static enum keeper_word
denied_tell(const struct keeper_desk *desk, const struct ticket *who, const struct keeper_id *id,
            const struct keeper_reserve_row *row)
{
    struct ledger_event event = keeper_event("vault.reserve_opened", who, (sk_str){ 0 });
    uint64_t sequence;
    enum keeper_word word;

    event.object = keeper_id_str(id);
    event.outcome = SK_STR("denied");
    event.details = details_of(row, desk->mem);
    word = keeper_tell(&sequence, desk, &event);
    return word == KEEPER_OK ? KEEPER_DENIED : word;
}

enum keeper_word
keeper_reserve_open_answer(struct keeper_desk *desk, const struct keeper_reserve_open *ask,
                           struct keeper_reserve *reserve)
{
    struct keeper_budget *budget = desk->house->budget;
    sk_when now = desk->house->now();
    struct ticket who = { .at = 0 };
    struct keeper_reserve_row row = { .people = 0 };
    enum keeper_word word = keeper_operator_find(&who, desk, ask->ticket);

    if (word != KEEPER_OK) return word;
    word = keeper_budget_reserve_opens(&row, desk->mem, budget, &who, &ask->reserve_id, now);
    if (word == KEEPER_DENIED) return denied_tell(desk, &who, &ask->reserve_id, &row);
    if (word != KEEPER_OK) return word;
    word = keeper_operator_tell(desk, &who, "vault.reserve_opened", keeper_id_str(&ask->reserve_id),
                                details_of(&row, desk->mem));
    if (word != KEEPER_OK) return word;
    word = keeper_budget_reserve_open(reserve, budget, &who, ask->reserve_id, now);
    if (word == KEEPER_OK) local_alarm(desk, &who, &row);
    return word;
}
