/* One person: who that is, where they are signed in, what happened of late, and what can be done.
 */
#include "console/pages.h"
#include "console/people.h"

enum { HISTORY_SHOWN = 20 };

static sk_str
account_id(const struct console_visit *visit)
{
    return part_request_param(visit->view.request, "id");
}

static sk_err
ask_of(sk_json **root, struct console_visit *visit, const char *verb)
{
    return people_ask_texts(
        root, visit, verb,
        (const struct people_text[]){ { "account", account_id(visit) }, { NULL, { 0 } } });
}

static sk_err
sessions_show(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    static const char *const texts[] = { "id", "site", "device", "place" };
    TRY(ask_of(&root, visit, "sessions/list"));
    const sk_json *sessions = sk_json_get(root, "sessions");
    struct part_value *list = part_set_list(visit->view.values, "sessions");
    for (size_t i = 0; i < sk_json_count(sessions); i++) {
        const sk_json *session = sk_json_at(sessions, i);
        struct part_value *row = part_list_add(list);
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
            part_set_text(row, texts[k],
                          sk_str_copy(visit->mem, sk_json_get_str(session, texts[k])));
        look_time(&visit->view, row, "made", sk_json_get_int(session, "made", 0));
        look_time(&visit->view, row, "used", sk_json_get_int(session, "used", 0));
        part_set_flag(row, "second", sk_json_get_int(session, "level", 0) > 1);
        part_set_flag(row, "mine",
                      sk_str_eq(sk_json_get_str(session, "id"), visit->ticket.session));
    }
    return sk_ok();
}

static sk_err
history_show(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    static const struct {
        const char *name, *word;
        enum look_state state;
    } outcomes[] = { { "ok", "outcome.ok", LOOK_WELL },
                     { "failed", "outcome.failed", LOOK_HERE },
                     { "locked", "outcome.locked", LOOK_ACT } };
    TRY(ask_of(&root, visit, "history/list"));
    const sk_json *history = sk_json_get(root, "history");
    struct part_value *list = part_set_list(visit->view.values, "history");
    for (size_t i = 0; i < sk_json_count(history) && i < HISTORY_SHOWN; i++) {
        const sk_json *event = sk_json_at(history, i);
        struct part_value *row = part_list_add(list);
        size_t k = 0;
        while (k < 2 && !sk_str_eq(sk_json_get_str(event, "outcome"), sk_str_of(outcomes[k].name)))
            k++;
        look_chip(&visit->view, row, outcomes[k].state, outcomes[k].word);
        look_time(&visit->view, row, "at", sk_json_get_int(event, "at", 0));
        part_set_text(row, "device", sk_str_copy(visit->mem, sk_json_get_str(event, "device")));
        part_set_text(row, "place", sk_str_copy(visit->mem, sk_json_get_str(event, "place")));
        part_set_text(row, "method", sk_str_copy(visit->mem, sk_json_get_str(event, "method")));
        part_set_flag(row, "fresh", sk_json_get_bool(event, "new_device", false));
        int64_t count = sk_json_get_int(event, "count", 1);
        part_set_text(row, "times",
                      count > 1 ? look_words_n(&visit->view, "history.times", count)
                                : (sk_str){ 0 });
    }
    return sk_ok();
}

static bool
is_held(const void *ctx, sk_str screen)
{
    const sk_json *held = ctx;
    for (size_t i = 0; i < sk_json_count(held); i++)
        if (sk_str_eq(sk_json_get_str(sk_json_at(held, i), "name"), screen)) return true;
    return false;
}

/* What a sub-administrator may open; others open all of their realm. */
static sk_err
screens_show(struct console_visit *visit, const sk_json *account)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    bool sub = sk_str_eq(sk_json_get_str(account, "role"), SK_STR("sub"));
    part_set_flag(visit->view.values, "sub", sub);
    if (!sub) return sk_ok();
    TRY(ask_of(&root, visit, "rights/list"));
    return people_screens_show(visit, is_held, sk_json_get(root, "held"));
}

static sk_err
account_build(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    if (!people_is_id(account_id(visit), "acc_")) return sk_fail(SK_MISSING, "not an account's id");
    TRY(ask_of(&root, visit, "accounts/get"));
    struct part_value *account = part_set_object(visit->view.values, "account");
    people_show(visit, account, sk_json_get(root, "account"));
    TRY(screens_show(visit, sk_json_get(root, "account")));
    TRY(sessions_show(visit));
    TRY(history_show(visit));
    return console_show(visit, "account", "account.title");
}

sk_err
console_account_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, account_build);
}

/* --- ending sessions --- */

static sk_str
account_path(const struct console_visit *visit)
{
    return sk_str_printf(visit->mem, "/accounts/%.*s", SK_ARG(account_id(visit)));
}

static void
end_write(void *ctx, struct sk_json_writer *w)
{
    const struct console_visit *visit = ctx;
    sk_str session = console_sent(visit, "session");
    sk_json_str(w, "account", account_id(visit));
    if (session.n)
        sk_json_str(w, "session", session);
    else
        sk_json_bool(w, "all", true);
}

static sk_err
end_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    bool one = console_sent(visit, "session").n > 0;
    sk_err e = people_ask(&root, visit, "sessions/end", end_write, visit);
    if (sk_failed(e) && e.kind != SK_MISSING) return e; /* ended meanwhile is ended */
    console_done(visit, account_path(visit).p, one ? "session_end" : "sessions_end");
    return sk_ok();
}

sk_err
console_account_end(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, end_act);
}

/* --- giving screens --- */

static void
screens_write(void *ctx, struct sk_json_writer *w)
{
    const struct console_visit *visit = ctx;
    sk_json_str(w, "account", account_id(visit));
    people_screens_write(w, &visit->view.request->form);
}

static sk_err
screens_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(people_ask(&root, visit, "screens/set", screens_write, visit));
    console_done(visit, account_path(visit).p, "screens_set");
    return sk_ok();
}

sk_err
console_account_screens(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, screens_act);
}

/* --- lifting a lock --- */

static sk_err
lift_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(ask_of(&root, visit, "locks/lift"));
    console_done(visit, account_path(visit).p, "lock_lift");
    return sk_ok();
}

sk_err
console_account_lift(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, lift_act);
}
