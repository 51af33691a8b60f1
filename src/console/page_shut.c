/* Who is shut out: by the gate for attacks or by hand, by accounts for failed sign-ins. */
#include "base/net.h"
#include "console/pages.h"
#include "console/people.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static const struct {
    const char *key, *word;
    int seconds;
} spans[] = {
    { "hour", "shut.hour", HOUR },
    { "day", "shut.day", DAY },
    { "week", "shut.week", 7 * DAY },
    { "month", "shut.month", 30 * DAY },
};
enum { SPANS = sizeof spans / sizeof *spans };

static const char *const whys[][2] = { { "rules", "shut.rules" },
                                       { "admin", "shut.admin" },
                                       { "login", "shut.login" },
                                       { "owner", "shut.owner" } };

static sk_str
why_word(const struct console_visit *visit, sk_str why)
{
    for (size_t i = 0; i < sizeof whys / sizeof *whys; i++)
        if (sk_str_eq(why, sk_str_of(whys[i][0]))) return look_words(&visit->view, whys[i][1]);
    return sk_str_copy(visit->mem, why);
}

static void
source_show(struct console_visit *visit, struct part_value *row, const sk_json *source)
{
    part_set_text(row, "who", sk_str_copy(visit->mem, sk_json_get_str(source, "who")));
    part_set_text(row, "why", why_word(visit, sk_json_get_str(source, "why")));
    part_set_text(row, "id", sk_str_copy(visit->mem, sk_json_get_str(source, "id")));
    part_set_text(row, "turned_away",
                  look_number(visit->mem, sk_json_get_int(source, "turned_away", 0)));
    look_time(&visit->view, row, "since", sk_json_get_int(source, "since", 0) * 1000);
    look_time(&visit->view, row, "until", sk_json_get_int(source, "until", 0) * 1000);
}

static sk_err
sources_show(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_value *list = part_set_list(visit->view.values, "sources");
    TRY(console_ask(&root, visit, PEER_GATE, SK_STR("/shun"), (sk_str){ 0 }));
    const sk_json *sources = sk_json_get(root, "shut_out");
    for (size_t i = 0; i < sk_json_count(sources); i++)
        source_show(visit, part_list_add(list), sk_json_at(sources, i));
    return sk_ok();
}

static void
lock_show(struct console_visit *visit, struct part_value *row, const sk_json *lock)
{
    sk_str kind = sk_json_get_str(lock, "kind");
    sk_str key = sk_str_printf(visit->mem, "lock.%.*s", SK_ARG(kind));
    bool account = sk_str_starts(sk_json_get_str(lock, "subject"), SK_STR("acc_"));
    part_set_text(row, "subject", sk_str_copy(visit->mem, sk_json_get_str(lock, "subject")));
    part_set_text(row, "kind", look_words(&visit->view, key.p));
    part_set_flag(row, "account", account);
    part_set_text(row, "field", account ? SK_STR("account") : SK_STR("source"));
    look_time(&visit->view, row, "until", sk_json_get_int(lock, "until", 0));
}

static sk_err
locks_show(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    struct part_value *list = part_set_list(visit->view.values, "locks");
    TRY(people_ask(&root, visit, "locks/list", NULL, NULL));
    const sk_json *locks = sk_json_get(root, "locks");
    for (size_t i = 0; i < sk_json_count(locks); i++)
        lock_show(visit, part_list_add(list), sk_json_at(locks, i));
    return sk_ok();
}

static const struct part_field rows[] = { { "who", PART_FIELD_LINE, 64, true } };
static const struct look_field shown[] = {
    { "shut.who", "shut.who.help", NULL, NULL, "shut.who.fault" },
};

static void
form_show(struct console_visit *visit, const struct part_field_answer *answer, sk_str fault)
{
    struct part_value *list = part_set_list(visit->view.values, "spans");
    look_form(&visit->view, rows, shown, answer, &fault, 1);
    for (size_t i = 0; i < SPANS; i++) {
        struct part_value *choice = part_list_add(list);
        part_set_text(choice, "key", sk_str_of(spans[i].key));
        part_set_text(choice, "word", look_words(&visit->view, spans[i].word));
        part_set_flag(choice, "chosen", i == 0);
    }
}

/* Locks first: accounts refuses who has no right to see them, and so to any of this. */
static sk_err
shut_show(struct console_visit *visit, const struct part_field_answer *answer, sk_str fault)
{
    TRY(locks_show(visit));
    TRY(sources_show(visit));
    form_show(visit, answer, fault);
    return console_show(visit, "shut", "shut.title");
}

static sk_err
shut_build(struct console_visit *visit)
{
    return shut_show(visit, NULL, (sk_str){ 0 });
}

sk_err
console_shut_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, shut_build);
}

/* --- changing it --- */

/* The right is accounts' to judge: whoever may see the locks may do this. What is not in the ledger
 * is not done. */
static sk_err
change(struct console_visit *visit, const char *action, sk_str network, sk_str target)
{
    DEFER(sk_json_close) sk_json *right = NULL;
    DEFER(sk_json_close) sk_json *answer = NULL;
    struct ledger_event event = { .site = visit->ticket.site,
                                  .request = visit->view.request->id,
                                  .principal = visit->ticket.principal,
                                  .role = visit->ticket.role,
                                  .action = sk_str_of(action),
                                  .object = network,
                                  .outcome = SK_STR("ok") };
    TRY(people_ask(&right, visit, "locks/list", NULL, NULL));
    TRY(ledger_tell(visit->console->ledger, &event));
    return console_ask(&answer, visit, PEER_GATE, target, SK_STR("{}"));
}

static int
seconds_sent(const struct console_visit *visit)
{
    for (size_t i = 0; i < SPANS; i++)
        if (sk_str_eq(console_sent(visit, "span"), sk_str_of(spans[i].key)))
            return spans[i].seconds;
    return HOUR;
}

/* A network's text is fit for a query as it is, and the gate decodes nothing. */
static sk_str
network_target(const struct console_visit *visit, const char *what, sk_str network)
{
    return sk_str_printf(visit->mem, "/shun?ticket=%.*s&%s=%.*s", SK_ARG(visit->ticket_text), what,
                         SK_ARG(network));
}

static sk_err
add_act(struct console_visit *visit)
{
    struct part_field_answer answer[1];
    struct sk_net net;
    size_t faults = part_form_check(answer, visit->mem, &visit->view.request->form, rows, 1);
    if (!faults && !sk_net_read(&net, answer[0].value)) {
        answer[0].fault = PART_FIELD_FORMAT;
        faults = 1;
    }
    if (faults) {
        visit->view.response->status = 422;
        return shut_show(visit, answer, (sk_str){ 0 });
    }
    sk_str network = sk_net_text(visit->mem, &net);
    sk_str target =
        sk_str_printf(visit->mem, "%.*s&seconds=%d", SK_ARG(network_target(visit, "add", network)),
                      seconds_sent(visit));
    TRY(change(visit, "console.shut_out", network, target));
    console_done(visit, "/shut", "shut_add");
    return sk_ok();
}

sk_err
console_shut_add(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, add_act);
}

static sk_err
release_act(struct console_visit *visit)
{
    struct sk_net net;
    if (!sk_net_read(&net, console_sent(visit, "who")))
        return sk_fail(SK_BAD, "who: expected a network");
    sk_str network = sk_net_text(visit->mem, &net);
    TRY(change(visit, "console.release", network, network_target(visit, "release", network)));
    console_done(visit, "/shut", "shut_release");
    return sk_ok();
}

sk_err
console_shut_release(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, release_act);
}

static sk_err
lift_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(people_ask_texts(&root, visit, "locks/lift",
                         (const struct people_text[]){
                             { "account", console_sent(visit, "account") },
                             { "source", console_sent(visit, "source") },
                             { NULL, { 0 } },
                         }));
    console_done(visit, "/shut", "lock_lift");
    return sk_ok();
}

sk_err
console_shut_lift(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, lift_act);
}
