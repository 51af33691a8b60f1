/* ERASE: whose right it is, its budgets, the record, the end of the keys. A program planted in the
 * application has tickets of whoever is at work; by them alone it must not destroy whom it knows.
 */
#include "keeper/judge.h"

/* The front's own, by retention, or the superuser's. */
static struct ledger_event
event_without_ticket(const struct keeper_desk *desk, const struct keeper_erase *erase)
{
    struct ledger_event event = keeper_event("vault.erased", NULL, erase->tenant);

    event.principal = desk->uid == 0 ? SK_STR("local:0") : SK_STR("vault");
    return event;
}

/* A purpose that reads does not erase, nor the other way round. */
static enum keeper_word
purpose_judge(struct keeper_judged *judged, const struct keeper_desk *desk, sk_str purpose)
{
    enum keeper_word word = keeper_judge_purpose(judged, desk, purpose);

    if (word != KEEPER_OK || judged->purpose->show == KEEPER_SHOW_ERASE) return word;
    judged->purpose = NULL;
    return KEEPER_PURPOSE_UNKNOWN;
}

/* By its ticket: an operator's of the console for all, anybody else's where a purpose says so. */
static enum keeper_word
right_judge(struct keeper_judged *judged, const struct keeper_desk *desk,
            const struct keeper_erase *erase)
{
    enum keeper_word word = keeper_judge_ticket(judged, desk, erase->ticket, erase->tenant);

    if (word == KEEPER_OK && !ticket_is_console(&judged->ticket))
        word = purpose_judge(judged, desk, erase->purpose);
    return word == KEEPER_OK ? word : keeper_refuse(judged, desk, erase->purpose, word, 1);
}

/* One person in its budgets, whichever case it is. Erasing somebody who is nobody is an alarm, as
 * reading is. */
static enum keeper_word
budget_take(const struct keeper_judged *judged, struct keeper_desk *desk,
            const struct keeper_erase *erase, bool is_honey)
{
    enum keeper_word word;

    if (!judged->purpose) return KEEPER_OK;
    if (is_honey) keeper_honey_note(judged, desk, &erase->person_id);
    word = keeper_judge_take(judged, desk, &erase->person_id, 1);
    if (word == KEEPER_OK) return KEEPER_OK;
    desk->honeys = 0; /* nobody was erased */
    return keeper_refuse(judged, desk, erase->purpose, word, 1);
}

static sk_str
details(sk_arena *mem, const struct keeper_judged *judged)
{
    if (!judged->purpose) return (sk_str){ 0 };
    return sk_str_printf(mem, "{\"purpose\":\"%.*s\"}", SK_ARG(judged->purpose->name));
}

/* Everything up to the record, which is on disk when this is OK. */
static enum keeper_word
erase_allow(struct keeper_erased *erased, struct keeper_desk *desk,
            const struct keeper_erase *erase, struct keeper_judged *judged)
{
    struct keeper_whose whose = { erase->tenant, &erase->person_id, &erase->case_id };
    struct ledger_event event;
    bool is_honey = false;
    enum keeper_word word = keeper_keys_person(&is_honey, desk->reader, &whose);

    if (word == KEEPER_OK) word = budget_take(judged, desk, erase, is_honey);
    if (word != KEEPER_OK) return word;
    event = erase->ticket.n ? keeper_event("vault.erased", &judged->ticket, erase->tenant)
                            : event_without_ticket(desk, erase);
    if (erase->later) event.action = SK_STR("vault.due");
    event.object =
        keeper_id_str(keeper_id_is_none(&erase->case_id) ? &erase->person_id : &erase->case_id);
    event.details = details(desk->mem, judged);
    erased->at = (uint64_t)desk->house->now();
    return keeper_tell_all(&erased->sequence, desk, &event, 1);
}

enum keeper_word
keeper_erase_answer(struct keeper_desk *desk, const struct keeper_erase *erase,
                    struct keeper_erased *erased)
{
    struct keeper_whose whose = { erase->tenant, &erase->person_id, &erase->case_id };
    struct keeper_judged judged = { .purpose = NULL };
    enum keeper_word word = KEEPER_OK;

    if (erase->ticket.n) word = right_judge(&judged, desk, erase);
    if (word != KEEPER_OK) return word;
    if (keeper_id_is_none(&erase->person_id) || erase->tenant.n == 0) return KEEPER_BAD;
    word = keeper_keys_erased(erased, desk->reader, &whose);
    if (word != KEEPER_MISSING) return word; /* already, as it was the first time */
    word = erase_allow(erased, desk, erase, &judged);
    if (word != KEEPER_OK || erase->later) return word;
    return keeper_keys_erase(desk->house->keys, &whose, erased);
}

enum keeper_word
keeper_ask_erased_answer(struct keeper_desk *desk, const struct keeper_erase *erase,
                         struct keeper_erased *erased)
{
    struct keeper_whose whose = { erase->tenant, &erase->person_id, &erase->case_id };

    return keeper_keys_erased(erased, desk->reader, &whose);
}
