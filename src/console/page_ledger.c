/* What happened to whom: the ledger's records, newest first. */
#include "console/csv.h"
#include "console/pages.h"
#include "console/record.h"
#include "ledger/action.h"

static const struct console_sieve sieve[] = {
    { "from", "sieve.from", "datetime-local" },
    { "until", "sieve.until", "datetime-local" },
    { "principal", "sieve.principal", "search" },
    { "tenant", "sieve.tenant", "search" },
    { "object", "sieve.object", "search" },
    { "request", "sieve.request", "search" },
    { "action", NULL, NULL }, /* a choice of its own */
};
enum { SIEVE = sizeof sieve / sizeof *sieve, TYPED = SIEVE - 1 };

static struct ledger_filter
filter_of(const struct console_visit *visit)
{
    enum { DAY = 24 * 3600 * 1000 };
    int64_t before = 0;
    struct ledger_filter filter = {
        .since = console_asked_time(visit, "from"),
        .until = console_asked_time(visit, "until"),
        .principal = console_asked(visit, "principal"),
        .tenant = console_asked(visit, "tenant"),
        .object = console_asked(visit, "object"),
        .request = console_asked(visit, "request"),
        .action = console_asked(visit, "action"),
    };
    if (!filter.since) filter.since = visit->view.now - (int64_t)CONSOLE_RECORD_DAYS * DAY;
    if (sk_str_to_i64(&before, console_asked(visit, "before")) && before > 0)
        filter.before = (uint64_t)before;
    return filter;
}

static void
actions_show(struct console_visit *visit)
{
    sk_str asked = console_asked(visit, "action");
    struct part_value *list = part_set_list(visit->view.values, "actions");
    for (size_t i = 0; i < ledger_action_count; i++) {
        const struct ledger_action *action = &ledger_actions[i];
        struct part_value *choice = part_list_add(list);
        part_set_text(choice, "key", sk_str_of(action->name));
        part_set_text(choice, "word",
                      sk_str_of(visit->view.lang == PART_JA ? action->ja : action->en));
        part_set_flag(choice, "chosen", sk_str_eq(asked, sk_str_of(action->name)));
    }
}

static const struct {
    const char *outcome, *word;
    enum look_state state;
} outcomes[] = {
    { "ok", "outcome.ok", LOOK_WELL },
    { "denied", "outcome.denied", LOOK_HERE },
    { "failed", "outcome.failed", LOOK_ACT },
};

void
console_record_show(const struct console_visit *visit, struct part_value *row,
                    const struct record_row *r)
{
    const struct ledger_action *action = ledger_action_find(r->action);
    const char *word = "outcome.failed";
    enum look_state state = LOOK_ACT;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        if (!sk_str_eq(r->outcome, sk_str_of(outcomes[i].outcome))) continue;
        word = outcomes[i].word;
        state = outcomes[i].state;
    }
    look_time(&visit->view, row, "at", r->at);
    look_chip(&visit->view, row, state, word);
    sk_str what = r->action;
    if (action) what = sk_str_of(visit->view.lang == PART_JA ? action->ja : action->en);
    part_set_text(row, "what", what);
    part_set_text(row, "action", r->action);
    part_set_text(row, "principal", r->principal);
    part_set_flag(row, "is_account", sk_str_starts(r->principal, SK_STR("acc_")));
    part_set_text(row, "role", r->role);
    part_set_text(row, "tenant", r->tenant);
    part_set_text(row, "site", r->site);
    part_set_text(row, "object", r->object);
    part_set_flag(row, "of_account", sk_str_starts(r->object, SK_STR("acc_")));
    part_set_text(row, "request_id", r->request);
    part_set_text(row, "details", r->details);
    part_set_int(row, "sequence", (int64_t)r->sequence);
}

static void
pager_show(const struct console_visit *visit, const struct record_page *page)
{
    struct part_value *pager = part_set_object(visit->view.values, "pager");
    sk_str before = sk_str_of_i64(visit->mem, (int64_t)page->older);
    part_set_text(pager, "range", look_words_n(&visit->view, "ledger.shown", (int64_t)page->count));
    part_set_text(pager, "newer", (sk_str){ 0 });
    part_set_text(pager, "older",
                  page->older ? console_further(visit, sieve, SIEVE, "before", before)
                              : (sk_str){ 0 });
}

static sk_err
ledger_build(struct console_visit *visit)
{
    struct record_page *page = SK_NEW(visit->mem, struct record_page);
    struct ledger_filter filter = filter_of(visit);
    struct part_value *list = part_set_list(visit->view.values, "rows");
    TRY(record_page_read(page, visit->mem, visit->console->state, &filter, CONSOLE_RECORD_ROWS));
    for (size_t i = 0; i < page->count; i++)
        console_record_show(visit, part_list_add(list), &page->row[i]);
    console_sieve_show(visit, sieve, TYPED);
    actions_show(visit);
    part_set_text(visit->view.values, "csv",
                  sk_str_printf(visit->mem, "/events.csv%.*s",
                                SK_ARG(console_further(visit, sieve, SIEVE, "all", SK_STR("1")))));
    part_set_flag(visit->view.values, "in_ledger", true);
    pager_show(visit, page);
    look_empty(&visit->view, LOOK_NONE, "ledger.none", "ledger.none.cure", NULL, NULL);
    return console_show(visit, "ledger", "ledger.title");
}

sk_err
console_ledger_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, ledger_build);
}

static void
csv_rows(struct csv *csv, const struct record_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct record_row *r = &page->row[i];
        const sk_str cells[] = { r->tenant, r->site,   r->request, r->principal, r->role,
                                 r->action, r->object, r->outcome, r->details };
        csv_int(csv, (int64_t)r->sequence);
        csv_cell(csv, sk_when_jst(csv->out.mem, r->at));
        for (size_t k = 0; k < sizeof cells / sizeof *cells; k++)
            csv_cell(csv, cells[k]);
        csv_line_end(csv);
    }
}

static sk_err
csv_build(struct console_visit *visit)
{
    static const char *const heads[] = { "sequence", "time",      "tenant", "site",
                                         "request",  "principal", "role",   "action",
                                         "object",   "outcome",   "details" };
    struct record_page *page = SK_NEW(visit->mem, struct record_page);
    struct ledger_filter filter = filter_of(visit);
    struct csv csv = csv_begin(visit->mem);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        csv_cell(&csv, sk_str_of(heads[i]));
    csv_line_end(&csv);
    for (size_t rows = 0; rows < CONSOLE_CSV_ROWS; rows += page->count) {
        TRY(record_page_read(page, visit->mem, visit->console->state, &filter,
                             CONSOLE_RECORD_ROWS));
        csv_rows(&csv, page);
        filter.before = page->older;
        if (!page->older) break;
    }
    csv_answer(visit->view.response, &csv, "ledger.csv");
    return sk_ok();
}

sk_err
console_ledger_csv(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, csv_build);
}
