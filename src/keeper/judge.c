#include "keeper/judge.h"

#include "base/json.h"
#include "part/log.h"

#include <inttypes.h>

/* ── the ledger ── */

struct ledger_event
keeper_event(const char *action, const struct ticket *ticket, sk_str tenant)
{
    struct ledger_event event = { .tenant = tenant,
                                  .principal = LEDGER_NOBODY,
                                  .action = sk_str_of(action),
                                  .outcome = SK_STR("ok") };

    if (!ticket) return event;
    event.site = ticket->site;
    event.request = ticket->id;
    event.role = ticket->role;
    if (ticket->principal.n) event.principal = ticket->principal;
    return event;
}

static void
alarm_note(struct keeper_house *house)
{
    pthread_mutex_lock(&house->lock);
    house->alarmed = house->now();
    pthread_mutex_unlock(&house->lock);
}

static enum keeper_word
told(uint64_t *sequence, const struct keeper_desk *desk, const struct ledger_event *event,
     size_t count)
{
    struct keeper_house *house = desk->house;
    sk_err e = house->tell(house->tell_ctx, sequence, event, count);

    for (size_t i = 0; i < count; i++)
        if (sk_str_eq(event[i].action, SK_STR("vault.alarm")) &&
            !sk_str_eq(event[i].object, SK_STR(KEEPER_PURPOSE_PROBE)))
            alarm_note(house);
    if (!sk_failed(e)) return KEEPER_OK;
    part_log(PART_ERROR, "not recorded, so refused: %s", e.why);
    return KEEPER_NO_LEDGER;
}

enum keeper_word
keeper_tell(uint64_t *sequence, const struct keeper_desk *desk, const struct ledger_event *event)
{
    return told(sequence, desk, event, 1);
}

/* {"purpose":…,"why":…,"route":…,"people":…} */
static sk_str
why_text(const struct keeper_judged *judged, sk_arena *mem, sk_str purpose, const char *why,
         const struct keeper_id *person_id, size_t people)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };

    sk_json_object(&w, NULL);
    if (purpose.n) sk_json_str(&w, "purpose", purpose);
    sk_json_text(&w, "why", why);
    if (judged->ticket.route.n) sk_json_str(&w, "route", judged->ticket.route);
    if (person_id) sk_json_str(&w, "person", keeper_id_str(person_id));
    if (people) sk_json_int(&w, "people", (int64_t)people);
    sk_json_end_object(&w);
    return sk_buf_str(&out);
}

enum keeper_word
keeper_refuse(const struct keeper_judged *judged, const struct keeper_desk *desk, sk_str purpose,
              enum keeper_word word, size_t people)
{
    struct ledger_event event = keeper_event("vault.refused", &judged->ticket, judged->tenant);
    uint64_t sequence;
    enum keeper_word told;

    event.outcome = SK_STR("denied");
    event.details = why_text(judged, desk->mem, purpose, keeper_word_rows[word].name, NULL, people);
    told = keeper_tell(&sequence, desk, &event);
    return told == KEEPER_OK ? word : told;
}

/* ── ticket, purpose ── */

enum keeper_word
keeper_judge_ticket(struct keeper_judged *judged, const struct keeper_desk *desk, sk_str ticket,
                    sk_str tenant)
{
    sk_err e;

    *judged = (struct keeper_judged){ .tenant = tenant };
    if (ticket.n == 0) return KEEPER_TICKET_MISSING;
    e = ticket_verify(&judged->ticket, desk->mem, &desk->house->ticket_key, ticket,
                      desk->house->now());
    if (sk_failed(e)) {
        bool is_signed = judged->ticket.at != 0;

        judged->ticket = (struct ticket){ .at = 0 };
        return is_signed ? KEEPER_TICKET_EXPIRED : KEEPER_TICKET_FORGED;
    }
    if (tenant.n == 0) judged->tenant = judged->ticket.tenant;
    if (judged->tenant.n == 0) judged->tenant = judged->ticket.site; /* a site without tenants */
    if (judged->ticket.tenant.n && !sk_str_eq(judged->ticket.tenant, judged->tenant))
        return KEEPER_WRONG_TENANT;
    return KEEPER_OK;
}

enum keeper_word
keeper_judge_purpose(struct keeper_judged *judged, const struct keeper_desk *desk, sk_str purpose)
{
    const struct keeper_purpose *found = keeper_purpose_find(&desk->house->purposes, purpose);
    enum keeper_word word = keeper_purpose_allows(found, &judged->ticket, judged->tenant);

    judged->purpose = word == KEEPER_OK ? found : NULL;
    return word;
}

/* ── budgets ── */

static void
alarm_tell(const struct keeper_judged *judged, const struct keeper_desk *desk, const char *action,
           const char *why)
{
    struct ledger_event event = keeper_event(action, &judged->ticket, judged->tenant);
    uint64_t sequence;

    event.object = judged->purpose->name;
    event.details = why_text(judged, desk->mem, judged->purpose->name, why, NULL, 0);
    part_log(PART_ERROR, "alarm: purpose %.*s: %s", SK_ARG(judged->purpose->name), why);
    if (keeper_tell(&sequence, desk, &event) != KEEPER_OK) return; /* it was logged, and refused */
}

enum keeper_word
keeper_judge_take(const struct keeper_judged *judged, struct keeper_desk *desk,
                  const struct keeper_id *person, size_t count)
{
    struct keeper_take take = { .purpose = judged->purpose,
                                .ticket = &judged->ticket,
                                .tenant = judged->tenant,
                                .person = person,
                                .count = count };
    struct keeper_taken taken;
    enum keeper_word word =
        keeper_budget_take(&taken, desk->house->budget, &take, desk->house->now());

    if (taken.alarm) alarm_tell(judged, desk, "vault.alarm", keeper_word_rows[word].name);
    if (taken.froze) alarm_tell(judged, desk, "vault.frozen", keeper_word_rows[word].name);
    return word;
}

/* ── honey ── */

void
keeper_honey_note(const struct keeper_judged *judged, struct keeper_desk *desk,
                  const struct keeper_id *person_id)
{
    struct keeper_honey *honey;

    if (desk->honeys == KEEPER_HONEY_MAX) return; /* one is enough to wake somebody */
    honey = &desk->honey[desk->honeys++];
    honey->event = keeper_event("vault.alarm", &judged->ticket, judged->tenant);
    honey->event.object = judged->purpose->name;
    honey->event.details =
        why_text(judged, desk->mem, judged->purpose->name, "honey", person_id, 0);
    honey->freezes = judged->purpose->freezes;
}

/* The alarm, and that its purpose is frozen if it was not. The frost comes first: if nothing can be
 * recorded nothing is shown, and the next one is stopped all the same. */
static size_t
honey_put(struct ledger_event *event, const struct keeper_desk *desk,
          const struct keeper_honey *honey)
{
    size_t count = 0;

    part_log(PART_ERROR, "alarm: somebody who is nobody was asked for under %.*s",
             SK_ARG(honey->event.object));
    event[count++] = honey->event;
    if (!honey->freezes ||
        keeper_budget_freeze(desk->house->budget, honey->event.object) != KEEPER_OK)
        return count;
    event[count] = honey->event;
    event[count++].action = SK_STR("vault.frozen");
    return count;
}

enum keeper_word
keeper_tell_all(uint64_t *sequence, struct keeper_desk *desk, const struct ledger_event *event,
                size_t count)
{
    struct ledger_event *all;

    if (!desk->honeys) return told(sequence, desk, event, count);
    all = sk_array(desk->mem, count + 2 * KEEPER_HONEY_MAX, sizeof *all);
    memcpy(all, event, count * sizeof *all);
    for (size_t i = 0; i < desk->honeys; i++)
        count += honey_put(all + count, desk, &desk->honey[i]);
    desk->honeys = 0;
    return told(sequence, desk, all, count);
}
