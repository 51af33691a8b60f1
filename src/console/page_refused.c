/* What the gate refused, newest first. */
#include "console/csv.h"
#include "console/pages.h"
#include "console/refused.h"

static const struct console_sieve sieve[] = {
    { "from", "sieve.from", "datetime-local" },
    { "until", "sieve.until", "datetime-local" },
    { "client", "sieve.client", "search" },
    { "site", "sieve.site", "search" },
};
enum { SIEVE = sizeof sieve / sizeof *sieve };

static sk_str
log_path(const struct console_visit *visit)
{
    return sk_str_printf(visit->mem, "%s/log/gate-audit.json", visit->console->state);
}

static struct refused_wish
wish_of(const struct console_visit *visit)
{
    struct refused_wish wish = { .from = console_asked_time(visit, "from"),
                                 .until = console_asked_time(visit, "until"),
                                 .client = console_asked(visit, "client"),
                                 .site = console_asked(visit, "site") };
    if (!sk_str_to_i64(&wish.before, console_asked(visit, "before")) || wish.before < 0)
        wish.before = 0;
    return wish;
}

/* No log yet is an empty page. */
static sk_err
page_read(struct refused_page *page, const struct console_visit *visit,
          const struct refused_wish *wish)
{
    sk_err e = refused_list(page, visit->mem, log_path(visit).p, wish);
    return e.kind == SK_MISSING ? sk_ok() : e;
}

static void
row_show(const struct console_visit *visit, struct part_value *row, const struct refused_row *r)
{
    look_time(&visit->view, row, "at", r->at);
    look_chip(&visit->view, row, r->refused ? LOOK_ACT : LOOK_NONE,
              r->refused ? "refused.yes" : "refused.no");
    part_set_text(row, "id", r->id);
    part_set_text(row, "client", r->client);
    part_set_text(row, "method", r->method);
    part_set_text(row, "uri", r->uri);
    part_set_text(row, "site", r->site);
    part_set_text(row, "msg", r->msg);
    part_set_int(row, "status", r->status);
    part_set_int(row, "rule", r->rule);
}

static void
pager_show(const struct console_visit *visit, const struct refused_page *page)
{
    struct part_value *pager = part_set_object(visit->view.values, "pager");
    sk_str before = sk_str_of_i64(visit->mem, page->older);
    part_set_text(pager, "range",
                  look_words_n(&visit->view, page->unread ? "refused.unread" : "refused.shown",
                               (int64_t)page->count));
    part_set_text(pager, "newer", (sk_str){ 0 });
    part_set_text(pager, "older",
                  page->older ? console_further(visit, sieve, SIEVE, "before", before)
                              : (sk_str){ 0 });
}

static sk_err
refused_build(struct console_visit *visit)
{
    struct refused_page *page = SK_NEW(visit->mem, struct refused_page);
    struct refused_wish wish = wish_of(visit);
    struct part_value *list = part_set_list(visit->view.values, "rows");
    TRY(page_read(page, visit, &wish));
    for (size_t i = 0; i < page->count; i++)
        row_show(visit, part_list_add(list), &page->row[i]);
    console_sieve_show(visit, sieve, SIEVE);
    part_set_text(visit->view.values, "csv",
                  sk_str_printf(visit->mem, "/events/refused.csv%.*s",
                                SK_ARG(console_further(visit, sieve, SIEVE, "all", SK_STR("1")))));
    pager_show(visit, page);
    part_set_flag(visit->view.values, "in_refused", true);
    look_empty(&visit->view, LOOK_WELL, "refused.none", "refused.none.cure", NULL, NULL);
    return console_show(visit, "refused", "refused.title");
}

sk_err
console_refused_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, refused_build);
}

static void
csv_rows(struct csv *csv, const struct refused_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct refused_row *row = &page->row[i];
        csv_cell(csv, sk_when_jst(csv->out.mem, row->at));
        csv_cell(csv, row->id);
        csv_cell(csv, row->site);
        csv_cell(csv, row->client);
        csv_cell(csv, row->method);
        csv_cell(csv, row->uri);
        csv_int(csv, row->status);
        csv_int(csv, row->rule);
        csv_cell(csv, row->msg);
        csv_line_end(csv);
    }
}

static sk_err
csv_build(struct console_visit *visit)
{
    static const char *const heads[] = { "time", "id",     "site", "client", "method",
                                         "uri",  "status", "rule", "message" };
    struct refused_page *page = SK_NEW(visit->mem, struct refused_page);
    struct refused_wish wish = wish_of(visit);
    struct csv csv = csv_begin(visit->mem);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        csv_cell(&csv, sk_str_of(heads[i]));
    csv_line_end(&csv);
    for (size_t rows = 0; rows < CONSOLE_CSV_ROWS; rows += page->count) {
        TRY(page_read(page, visit, &wish));
        csv_rows(&csv, page);
        wish.before = page->older;
        if (!page->older || page->unread) break;
    }
    csv_answer(visit->view.response, &csv, "refused.csv");
    return sk_ok();
}

sk_err
console_refused_csv(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, csv_build);
}
