/* One request by the number that a block page shows: what was refused, why, and what to do. */
#include "console/pages.h"
#include "console/record.h"
#include "console/refused.h"

enum { VALUE_SHOWN = 300 };

static sk_str
shown(const struct console_visit *visit, sk_str text, size_t most)
{
    struct sk_buf out = { .mem = visit->mem };
    explain_text(&out, text, most);
    return sk_buf_str(&out);
}

static void
match_show(const struct console_visit *visit, struct part_value *item,
           const struct explain_match *match)
{
    part_set_int(item, "rule", match->rule);
    part_set_text(item, "msg", shown(visit, match->msg, 200));
    part_set_text(item, "severity", shown(visit, match->severity, 20));
    part_set_text(item, "variable", shown(visit, match->variable, 120));
    part_set_text(item, "value", shown(visit, match->value, VALUE_SHOWN));
    part_set_text(item, "data", shown(visit, match->data, VALUE_SHOWN));
}

static void
advice_show(const struct console_visit *visit, struct part_value *refusal,
            const struct explain_event *event)
{
    struct explain_advice advice[EXPLAIN_MATCHES_MAX];
    size_t count = explain_advise(advice, visit->mem, event);
    struct part_value *words = part_set_list(refusal, "words"),
                      *rules = part_set_list(refusal, "exclusions");
    bool japanese = visit->view.lang == PART_JA;
    for (size_t i = 0; i < count; i++) {
        if (advice[i].en)
            part_list_add_text(words, sk_str_of(japanese ? advice[i].ja : advice[i].en));
        else
            part_list_add_text(rules, shown(visit, advice[i].rule, 2000));
    }
}

static void
refusal_show(const struct console_visit *visit, const struct explain_event *event)
{
    struct part_value *refusal = part_set_object(visit->view.values, "refusal");
    look_time(&visit->view, refusal, "at", event->at);
    look_chip(&visit->view, refusal, event->refused ? LOOK_ACT : LOOK_NONE,
              event->refused ? "refused.yes" : "refused.no");
    part_set_int(refusal, "status", event->status);
    part_set_text(refusal, "client", shown(visit, event->client, 64));
    part_set_text(refusal, "method", shown(visit, event->method, 32));
    part_set_text(refusal, "uri", shown(visit, event->uri, VALUE_SHOWN));
    part_set_text(refusal, "site", shown(visit, event->site, 64));
    part_set_int(refusal, "inbound", event->inbound);
    part_set_int(refusal, "outbound", event->outbound);
    struct part_value *list = part_set_list(refusal, "matches");
    for (size_t i = 0; i < event->count; i++)
        match_show(visit, part_list_add(list), &event->match[i]);
    part_set_text(refusal, "more",
                  event->more ? look_words_n(&visit->view, "request.more", (int64_t)event->more)
                              : (sk_str){ 0 });
    advice_show(visit, refusal, event);
}

static sk_err
records_show(struct console_visit *visit, sk_str id)
{
    struct record_page *page = SK_NEW(visit->mem, struct record_page);
    struct part_value *list = part_set_list(visit->view.values, "rows");
    sk_when made = refused_id_time(id);
    struct ledger_filter filter = { .request = id, .since = made };
    if (!id.n) return sk_ok();
    if (!made) filter.since = visit->view.now - (int64_t)CONSOLE_RECORD_DAYS * 24 * 3600 * 1000;
    TRY(record_page_read(page, visit->mem, visit->console->state, &filter, CONSOLE_RECORD_ROWS));
    for (size_t i = 0; i < page->count; i++)
        console_record_show(visit, part_list_add(list), &page->row[i]);
    return sk_ok();
}

static sk_err
request_build(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *line = NULL;
    struct explain_event event;
    sk_str id = console_asked(visit, "id");
    sk_str path = sk_str_printf(visit->mem, "%s/log/gate-audit.json", visit->console->state);
    part_set_text(visit->view.values, "id", id);
    part_set_flag(visit->view.values, "in_request", true);
    sk_err e = id.n ? refused_find(&line, visit->mem, path.p, id) : sk_fail(SK_MISSING, "no id");
    if (sk_failed(e) && e.kind != SK_MISSING) return e;
    if (!sk_failed(e)) {
        explain_read(&event, line);
        refusal_show(visit, &event);
    }
    TRY(records_show(visit, id));
    bool known = !id.n || refused_id_time(id);
    look_empty(&visit->view, LOOK_NONE, known ? "request.none" : "request.bad",
               known ? "request.none.cure" : "request.bad.cure", NULL, NULL);
    return console_show(visit, "request", "request.title");
}

sk_err
console_request_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, request_build);
}
