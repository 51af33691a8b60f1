/* Reserves: one operator asks for people beside a purpose's limits, another opens it, time ends it.
 */
#include "console/pages.h"
#include "console/vault.h"

enum { PEOPLE, TENANT, REASON, FIELDS, MINUTES_USUAL = 60 };

static const struct part_field rows[FIELDS] = {
    [PEOPLE] = { "people", PART_FIELD_LINE, 7, true },
    [TENANT] = { "tenant", PART_FIELD_LINE, KEEPER_NAME_MAX, false },
    [REASON] = { "reason", PART_FIELD_LINES, 120, true },
};
static const struct look_field shown[FIELDS] = {
    [PEOPLE] = { "reserve.people", "reserve.people.help", NULL, NULL, NULL },
    [TENANT] = { "reserve.tenant", "reserve.tenant.help", NULL, NULL, NULL },
    [REASON] = { "reserve.reason", "reserve.reason.help", NULL, NULL, NULL },
};
static const int minutes[] = { 15, 30, 60, 120, 240, 480 };

static void
reserve_show(struct console_visit *visit, struct part_value *row,
             const struct keeper_reserve_row *r)
{
    part_set_text(row, "id", sk_str_copy(visit->mem, keeper_id_str(&r->reserve_id)));
    part_set_text(row, "purpose", r->purpose);
    part_set_text(row, "tenant", r->tenant);
    part_set_text(row, "by", r->asked_by);
    part_set_flag(row, "by_account", sk_str_starts(r->asked_by, SK_STR("acc_")));
    part_set_text(row, "reason", r->reason);
    part_set_text(row, "people", look_words_n(&visit->view, "vault.people", r->people));
    part_set_text(row, "minutes", look_words_n(&visit->view, "reserve.minutes", r->minutes));
    part_set_flag(row, "mine", sk_str_eq(r->asked_by, visit->ticket.principal));
    vault_window(visit, row, "bar", r->used, r->people);
    look_time(&visit->view, row, "until", (sk_when)r->until);
}

static void
minutes_show(struct console_visit *visit)
{
    struct part_value *list = part_set_list(visit->view.values, "minutes");
    int64_t chosen = MINUTES_USUAL;

    (void)sk_str_to_i64(&chosen, console_sent(visit, "minutes"));
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        struct part_value *choice = part_list_add(list);

        part_set_int(choice, "key", minutes[i]);
        part_set_text(choice, "word", look_words_n(&visit->view, "reserve.minutes", minutes[i]));
        part_set_flag(choice, "chosen", minutes[i] == chosen);
    }
}

static void
purposes_show(struct console_visit *visit, const struct keeper_windows *windows)
{
    struct part_value *list = part_set_list(visit->view.values, "purposes");

    for (size_t i = 0; i < windows->count && !windows->row[i].tenant.n; i++) {
        struct part_value *choice = part_list_add(list);

        part_set_text(choice, "key", windows->row[i].purpose);
        part_set_flag(choice, "chosen",
                      sk_str_eq(windows->row[i].purpose, console_sent(visit, "purpose")));
    }
}

static sk_err
reserves_show(struct console_visit *visit, const struct part_field_answer *answers,
              const sk_str *found)
{
    struct part_value *waiting = part_set_list(visit->view.values, "waiting");
    struct part_value *open = part_set_list(visit->view.values, "open");
    const struct keeper_ticket ask = { visit->ticket_text };
    struct keeper_reserves all;
    struct keeper_windows windows;
    enum keeper_word word = keeper_reserves(&all, visit->mem, visit->console->keeper, &ask);

    if (word == KEEPER_OK)
        word = keeper_windows(&windows, visit->mem, visit->console->keeper, &ask);
    if (word != KEEPER_OK) return vault_away(visit, "reserves", word);
    for (size_t i = 0; i < all.count; i++)
        reserve_show(visit, part_list_add(all.row[i].is_open ? open : waiting), &all.row[i]);
    purposes_show(visit, &windows);
    minutes_show(visit);
    look_form(&visit->view, rows, shown, answers, found, FIELDS);
    vault_tabs(visit, "reserves");
    return console_show(visit, "vault-reserves", "reserve.title");
}

static sk_err
reserves_build(struct console_visit *visit)
{
    return reserves_show(visit, NULL, NULL);
}

sk_err
console_reserves_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, reserves_build);
}

/* ── asking ── */

/* False: it is no number of people; *found then says so. */
static bool
people_read(uint32_t *people, sk_str *found, const struct console_visit *visit, sk_str typed)
{
    int64_t number = 0;

    if (sk_str_to_i64(&number, typed) && number > 0 && number <= UINT32_MAX) {
        *people = (uint32_t)number;
        return true;
    }
    *found = look_words(&visit->view, "reserve.people.fault");
    return false;
}

static sk_err
form_again(struct console_visit *visit, const struct part_field_answer *answers,
           const sk_str *found)
{
    visit->view.response->status = 422;
    return reserves_show(visit, answers, found);
}

static sk_err
ask_act(struct console_visit *visit)
{
    struct part_field_answer answers[FIELDS];
    sk_str found[FIELDS] = { 0 };
    size_t faults = part_form_check(answers, visit->mem, &visit->view.request->form, rows, FIELDS);
    int64_t wanted = MINUTES_USUAL;
    struct keeper_reserve_ask ask = { .ticket = visit->ticket_text,
                                      .purpose = console_sent(visit, "purpose"),
                                      .tenant = answers[TENANT].value,
                                      .reason = answers[REASON].value };
    struct keeper_reserve reserve;
    enum keeper_word word;

    if (!answers[PEOPLE].fault)
        faults += !people_read(&ask.people, &found[PEOPLE], visit, answers[PEOPLE].value);
    if (faults) return form_again(visit, answers, found);
    if (sk_str_to_i64(&wanted, console_sent(visit, "minutes")) && wanted > 0)
        ask.minutes = (uint32_t)wanted;
    word = keeper_reserve_ask(&reserve, visit->mem, visit->console->keeper, &ask);
    if (word == KEEPER_BAD || word == KEEPER_TOO_LONG) {
        found[PEOPLE] = look_words(&visit->view, "reserve.unfit");
        return form_again(visit, answers, found);
    }
    TRY(vault_check(word));
    console_done(visit, "/vault/reserves", "reserve_ask");
    return sk_ok();
}

sk_err
console_reserves_ask(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, ask_act);
}

/* ── opening ── */

static sk_err
open_act(struct console_visit *visit)
{
    struct keeper_reserve_open ask = { .ticket = visit->ticket_text };
    struct keeper_reserve reserve;
    enum keeper_word word;

    if (!keeper_id_read(&ask.reserve_id, "rsv", console_sent(visit, "reserve")))
        return sk_fail(SK_MISSING, "no such reserve");
    word = keeper_reserve_open(&reserve, visit->mem, visit->console->keeper, &ask);
    TRY(vault_check(word));
    console_done(visit, "/vault/reserves", "reserve_open");
    return sk_ok();
}

sk_err
console_reserves_open(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, open_act);
}
