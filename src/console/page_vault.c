/* What is at stake: how many people's data could be read if the application were taken over now, by
 * which purposes, and how full their windows are; alarms, erasures, keys, holds. */
#include "base/json.h"
#include "console/ask.h"
#include "console/pages.h"
#include "console/record.h"
#include "console/vault.h"

#include <stdlib.h>

enum {
    DAY = 24 * 3600 * 1000,
    ALARM_DAYS = 7,
    ALARMS_SHOWN = 10,
    ERASED_SHOWN = 5,
    ROTATED_SHOWN = 3,
    TENANTS_SHOWN = 50, /* rows of tenants; the fullest first */
    /* How much of the ledger is looked at for a list: half a second's reading for alarms, less for
     * the others. Each reading of data is a record there, so what is rare may lie far back. */
    ALARM_BYTES = 256 * 1000 * 1000,
    OTHER_BYTES = 64 * 1000 * 1000,
};

/* ── the number, and its parts ── */

static sk_str
people_say(const struct console_visit *visit, uint64_t people)
{
    return look_words_n(&visit->view, "vault.people", (int64_t)people);
}

static void
exposure_row_show(struct console_visit *visit, struct part_value *row,
                  const struct keeper_exposure_row *r, uint64_t all)
{
    part_set_text(row, "purpose", r->purpose);
    part_set_text(row, "tenant", r->tenant);
    part_set_text(row, "kinds", vault_kinds(visit, r->kinds));
    part_set_text(row, "shows", vault_shows(visit, r->show));
    part_set_text(row, "people", people_say(visit, r->people));
    part_set_text(row, "earned",
                  r->earned ? look_words_n(&visit->view, "vault.earned", (int64_t)r->earned)
                            : (sk_str){ 0 });
    vault_share(visit, row, "bar", r->people + r->earned, all);
    look_chip(&visit->view, row, r->is_frozen ? LOOK_HERE : LOOK_NONE,
              r->is_frozen ? "vault.frozen" : "vault.open");
}

/* What is in the sum first, and of most people. */
static int
worse(const void *a, const void *b)
{
    const struct keeper_exposure_row *x = a, *y = b;
    bool in[] = { keeper_show_exposes(x->show), keeper_show_exposes(y->show) };
    uint64_t people[] = { x->people + x->earned, y->people + y->earned };

    if (in[0] != in[1]) return in[0] ? -1 : 1;
    return people[0] == people[1] ? 0 : people[0] < people[1] ? 1 : -1;
}

static void
exposure_show(struct console_visit *visit, const struct keeper_exposure *exposure,
              uint64_t everybody)
{
    struct part_value *stake = part_set_object(visit->view.values, "stake");
    struct part_value *list = part_set_list(visit->view.values, "exposure");

    part_set_text(stake, "people", look_number(visit->mem, (int64_t)exposure->people));
    part_set_text(stake, "of", look_words_n(&visit->view, "vault.of", (int64_t)everybody));
    vault_share(visit, stake, "bar", exposure->people, everybody);
    look_time(&visit->view, stake, "at", visit->view.now);
    qsort(exposure->row, exposure->count, sizeof *exposure->row, worse);
    for (size_t i = 0; i < exposure->count; i++)
        exposure_row_show(visit, part_list_add(list), &exposure->row[i], everybody);
}

/* ── purposes and their windows ── */

static void
purpose_show(struct console_visit *visit, struct part_value *row, const struct keeper_window_row *r)
{
    part_set_text(row, "purpose", r->purpose);
    part_set_text(row, "tenant", r->tenant);
    part_set_text(row, "kinds", vault_kinds(visit, r->kinds));
    part_set_text(row, "shows", vault_shows(visit, r->show));
    part_set_flag(row, "frozen", r->is_frozen);
    part_set_flag(row, "freezes", r->freezes);
    look_chip(&visit->view, row, r->is_frozen ? LOOK_HERE : LOOK_WELL,
              r->is_frozen ? "vault.frozen" : "vault.open");
    vault_window(visit, row, "second", r->second, r->second_most);
    vault_window(visit, row, "hour", r->hour, r->hour_most);
    vault_window(visit, row, "day", r->day, r->day_most);
}

/* The fullest hour first, then the fullest day. */
static int
fuller(const void *a, const void *b)
{
    const struct keeper_window_row *x = a, *y = b;
    uint64_t xs[] = { (uint64_t)x->hour * y->hour_most, (uint64_t)x->day * y->day_most };
    uint64_t ys[] = { (uint64_t)y->hour * x->hour_most, (uint64_t)y->day * x->day_most };

    if (xs[0] != ys[0]) return xs[0] < ys[0] ? 1 : -1;
    return xs[1] == ys[1] ? 0 : xs[1] < ys[1] ? 1 : -1;
}

static void
windows_show(struct console_visit *visit, const struct keeper_windows *windows)
{
    struct part_value *purposes = part_set_list(visit->view.values, "purposes");
    struct part_value *tenants = part_set_list(visit->view.values, "tenants");
    size_t all = 0, shown = 0;

    while (all < windows->count && !windows->row[all].tenant.n)
        purpose_show(visit, part_list_add(purposes), &windows->row[all++]);
    qsort(windows->row + all, windows->count - all, sizeof *windows->row, fuller);
    for (; all < windows->count && shown < TENANTS_SHOWN; shown++)
        purpose_show(visit, part_list_add(tenants), &windows->row[all++]);
    look_time(&visit->view, visit->view.values, "alarmed", (sk_when)windows->alarmed);
    if (windows->blind_until)
        look_time(&visit->view, visit->view.values, "blind", (sk_when)windows->blind_until);
}

/* ── from the ledger ── */

/* Sets the flag NAME_part where only the newest records were looked at. */
static sk_err
records_read(struct record_page **page, const struct console_visit *visit, const char *name,
             const char *action, int days, size_t most, uint64_t bytes)
{
    struct ledger_progress progress = { .most = bytes };
    const struct ledger_filter filter = { .action = sk_str_of(action),
                                          .since = visit->view.now - (sk_when)days * DAY,
                                          .progress = &progress };

    *page = SK_NEW(visit->mem, struct record_page);
    TRY(record_page_read(*page, visit->mem, visit->console->state, &filter, most));
    part_set_flag(visit->view.values, sk_str_printf(visit->mem, "%s_part", name).p,
                  atomic_load(&progress.stop));
    return sk_ok();
}

/* Why there was an alarm, in words; as it stands where we have none. */
static void
alarm_show(struct console_visit *visit, struct part_value *row, const struct record_row *r)
{
    DEFER(sk_json_close) sk_json *details = NULL;
    sk_str why = { 0 }, word;

    if (!sk_failed(sk_json_read(&details, r->details)))
        why = sk_str_copy(visit->mem, sk_json_get_str(details, "why"));
    word = look_words(&visit->view, sk_str_printf(visit->mem, "vault.why.%.*s", SK_ARG(why)).p);
    console_record_show(visit, row, r);
    part_set_text(row, "why", word.n ? word : why);
    part_set_text(row, "purpose", r->object);
}

static sk_err
alarms_show(struct console_visit *visit)
{
    struct part_value *list = part_set_list(visit->view.values, "alarms");
    struct record_page *page;

    size_t shown = 0;

    TRY(records_read(&page, visit, "alarms", "vault.alarm", ALARM_DAYS, CONSOLE_RECORD_ROWS,
                     ALARM_BYTES));
    for (size_t i = 0; i < page->count && shown < ALARMS_SHOWN; i++) {
        if (sk_str_eq(page->row[i].object, SK_STR(KEEPER_PURPOSE_PROBE))) continue;
        alarm_show(visit, part_list_add(list), &page->row[i]);
        shown++;
    }
    return sk_ok();
}

static sk_err
records_show(struct console_visit *visit, const char *name, const char *action, size_t most)
{
    struct part_value *list = part_set_list(visit->view.values, name);
    struct record_page *page;

    TRY(records_read(&page, visit, name, action, CONSOLE_RECORD_DAYS, most, OTHER_BYTES));
    for (size_t i = 0; i < page->count; i++)
        console_record_show(visit, part_list_add(list), &page->row[i]);
    return sk_ok();
}

/* ── keys and holds ── */

static void
keys_show(struct console_visit *visit, const struct keeper_status *status)
{
    struct part_value *keys = part_set_object(visit->view.values, "keys");
    sk_str root = sk_str_printf(visit->mem, "vault.root.%.*s", SK_ARG(status->root));

    part_set_text(keys, "root", look_words(&visit->view, root.p));
    part_set_text(keys, "why", status->why);
    part_set_text(keys, "count", look_number(visit->mem, (int64_t)status->keys));
    part_set_text(keys, "uses", look_number(visit->mem, (int64_t)status->most_uses));
    part_set_text(keys, "left",
                  status->left ? look_words_n(&visit->view, "vault.left", (int64_t)status->left)
                               : (sk_str){ 0 });
    part_set_flag(keys, "unlocked", !status->memory_locked);
    look_time(&visit->view, keys, "tenant", (sk_when)status->tenant_made);
    look_time(&visit->view, keys, "person", (sk_when)status->key_made);
    look_time(&visit->view, keys, "copy", (sk_when)status->backed_up);
}

/* The front is asked without the ticket: it parses what applications send, and an operator's ticket
 * could open a reserve. */
static void
holds_show(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_value *list = part_set_list(visit->view.values, "holds");
    sk_err e = console_ask(&root, visit, PEER_VAULT, SK_STR("/v1/holds"), SK_STR("{}"));
    const sk_json *holds = sk_json_get(root, "holds");

    part_set_flag(visit->view.values, "holds_away", sk_failed(e));
    for (size_t i = 0; i < sk_json_count(holds); i++) {
        static const char *const texts[] = { "name", "tenant", "held" };
        struct part_value *row = part_list_add(list);

        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            part_set_text(row, texts[k],
                          sk_str_copy(visit->mem, sk_json_get_str(sk_json_at(holds, i), texts[k])));
    }
}

/* ── the page ── */

static sk_err
vault_build(struct console_visit *visit)
{
    struct keeper_link *link = visit->console->keeper;
    const struct keeper_exposure_ask stake = { .ticket = visit->ticket_text };
    const struct keeper_ticket ask = { visit->ticket_text };
    const struct keeper_none nothing = { 0 };
    struct keeper_exposure exposure;
    struct keeper_windows windows;
    struct keeper_status status;
    enum keeper_word word = keeper_status(&status, visit->mem, link, &nothing);

    if (word == KEEPER_OK) word = keeper_exposure(&exposure, visit->mem, link, &stake);
    if (word == KEEPER_OK) word = keeper_windows(&windows, visit->mem, link, &ask);
    if (word != KEEPER_OK) return vault_away(visit, "stake", word);
    exposure_show(visit, &exposure, status.people);
    windows_show(visit, &windows);
    keys_show(visit, &status);
    part_set_flag(visit->view.values, "sealed", status.is_sealed);
    holds_show(visit);
    TRY(alarms_show(visit));
    TRY(records_show(visit, "erased", "vault.erased", ERASED_SHOWN));
    TRY(records_show(visit, "rotated", "vault.rotated", ROTATED_SHOWN));
    vault_tabs(visit, "stake");
    return console_show(visit, "vault", "vault.title");
}

sk_err
console_vault_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, vault_build);
}

/* ── stopping a purpose, and letting it go on ── */

static sk_err
purpose_change(struct console_visit *visit, enum keeper_verb verb, const char *done)
{
    const struct keeper_purpose_ask ask = { visit->ticket_text, console_sent(visit, "purpose") };
    struct keeper_none none;
    enum keeper_word word = keeper_ask(&none, visit->mem, visit->console->keeper, verb, &ask);

    /* MISSING: it is so already, which is what was wanted. */
    if (word != KEEPER_MISSING) TRY(vault_check(word));
    console_done(visit, "/vault", done);
    return sk_ok();
}

static sk_err
freeze_act(struct console_visit *visit)
{
    return purpose_change(visit, KEEPER_FREEZE, "vault_freeze");
}

sk_err
console_vault_freeze(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, freeze_act);
}

static sk_err
thaw_act(struct console_visit *visit)
{
    return purpose_change(visit, KEEPER_THAW, "vault_thaw");
}

sk_err
console_vault_thaw(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, thaw_act);
}

/* Letting go on is asked twice: freezing is what is pressed in haste. */
static sk_err
thaw_build(struct console_visit *visit)
{
    static const char *const means[] = { "vault.thaw.reads", "vault.thaw.windows",
                                         "vault.thaw.alarms" };
    struct part_value *confirm = part_set_object(visit->view.values, "confirm");
    struct part_value *list = part_set_list(confirm, "means"), *keep;
    sk_str purpose = console_asked(visit, "purpose");

    if (!purpose.n) return sk_fail(SK_MISSING, "no purpose");
    part_set_text(confirm, "what", look_words_with(&visit->view, "vault.thaw.what", purpose));
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        part_list_add_text(list, look_words(&visit->view, means[i]));
    part_set_text(confirm, "action", SK_STR("/vault/thaw"));
    part_set_text(confirm, "press", look_words(&visit->view, "vault.thaw"));
    part_set_text(confirm, "back", SK_STR("/vault"));
    keep = part_list_add(part_set_list(confirm, "keep"));
    part_set_text(keep, "name", SK_STR("purpose"));
    part_set_text(keep, "value", purpose);
    return console_show(visit, "vault-confirm", "vault.thaw");
}

sk_err
console_vault_thaw_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, thaw_build);
}
