/* Is everything well? In five seconds: a sentence, then a card for each thing that could be amiss.
 */
#include "console/overview.h"
#include "console/pages.h"
#include "console/record.h"

enum { SIGN_INS_SHOWN = 5 };

static const struct check checks[] = {
    { "parts.title", check_parts },    { "gate.title", check_gate },
    { "shuts.title", check_shut },     { "locks.title", check_locks },
    { "ledgers.title", check_ledger }, { "post.title", check_post },
    { "vaults.title", check_vault },
};
enum { CHECKS = sizeof checks / sizeof *checks };

struct check_result
check_away(void)
{
    return (struct check_result){ .state = LOOK_ACT, .word = "state.away", .value = SK_STR("–") };
}

static sk_str
words_or_none(const struct console_visit *visit, const char *key)
{
    return key ? look_words(&visit->view, key) : (sk_str){ 0 };
}

static void
figure_show(const struct console_visit *visit, struct part_value *figure, const struct check *check,
            const struct check_result *result)
{
    look_chip(&visit->view, figure, result->state, result->word);
    part_set_text(figure, "name", look_words(&visit->view, check->name));
    part_set_text(figure, "value", result->value);
    part_set_text(figure, "unit", words_or_none(visit, result->unit));
    part_set_text(figure, "trend", result->trend);
    part_set_text(figure, "press", words_or_none(visit, result->press));
    part_set_text(figure, "path", sk_str_of(result->path));
    look_time(&visit->view, figure, "since", result->since);
}

/* The sentence on top: the worst that was found, and how often. */
static void
verdict_show(const struct console_visit *visit, const size_t counts[LOOK_STATES])
{
    static const char *const whats[LOOK_STATES] = { NULL, "verdict.well", "verdict.look",
                                                    "verdict.act" };
    static const char *const cures[LOOK_STATES] = { NULL, "verdict.well.cure", "verdict.look.cure",
                                                    "verdict.act.cure" };
    enum look_state worst = counts[LOOK_ACT] ? LOOK_ACT : counts[LOOK_HERE] ? LOOK_HERE : LOOK_WELL;
    struct part_value *verdict = part_set_object(visit->view.values, "verdict");
    part_set_text(verdict, "state", sk_str_of(look_state_names[worst]));
    part_set_text(verdict, "what",
                  look_words_n(&visit->view, whats[worst], (int64_t)counts[worst]));
    part_set_text(verdict, "cure", look_words(&visit->view, cures[worst]));
    look_time(&visit->view, verdict, "at", visit->view.now);
}

/* Who came of late, from the ledger. */
static sk_err
sign_ins_show(struct console_visit *visit)
{
    enum { DAY = 24 * 3600 * 1000 };
    struct record_page *page = SK_NEW(visit->mem, struct record_page);
    struct part_value *list = part_set_list(visit->view.values, "rows");
    /* Not all of a long ledger: this page renews itself. */
    struct ledger_progress progress = { .most = 64 * 1000 * 1000 };
    struct ledger_filter filter = { .action = SK_STR("accounts.sign_in"),
                                    .since = visit->view.now - (int64_t)CONSOLE_RECORD_DAYS * DAY,
                                    .progress = &progress };
    TRY(record_page_read(page, visit->mem, visit->console->state, &filter, SIGN_INS_SHOWN));
    for (size_t i = 0; i < page->count; i++)
        console_record_show(visit, part_list_add(list), &page->row[i]);
    return sk_ok();
}

static sk_err
overview_build(struct console_visit *visit)
{
    size_t counts[LOOK_STATES] = { 0 };
    struct part_value *list = part_set_list(visit->view.values, "figures");
    for (size_t i = 0; i < CHECKS; i++) {
        struct check_result result = checks[i].look(visit);
        counts[result.state]++;
        figure_show(visit, part_list_add(list), &checks[i], &result);
    }
    verdict_show(visit, counts);
    TRY(sign_ins_show(visit));
    return console_show(visit, "overview", "overview.title");
}

sk_err
console_overview_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, overview_build);
}
