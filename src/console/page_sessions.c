/* Who is signed in just now, everybody. */
#include "console/pages.h"
#include "console/people.h"

static const struct console_sieve sieve[] = { { "realm", NULL, NULL } };
enum { ROWS = 50 };

static void
page_write(void *ctx, struct sk_json_writer *w)
{
    const struct console_visit *visit = ctx;
    int64_t before = 0;
    sk_str realm = console_asked(visit, "realm");
    if (realm.n) sk_json_str(w, "realm", realm);
    if (sk_str_to_i64(&before, console_asked(visit, "before")) && before > 0)
        sk_json_int(w, "before", before);
    sk_json_int(w, "most", ROWS);
}

static void
row_show(struct console_visit *visit, struct part_value *row, const sk_json *session)
{
    static const char *const texts[] = { "id", "account", "site", "device", "place" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        part_set_text(row, texts[i], sk_str_copy(visit->mem, sk_json_get_str(session, texts[i])));
    sk_str realm = people_realm(visit, sk_json_get_str(session, "realm"));
    part_set_text(row, "realm", sk_str_copy(visit->mem, realm));
    part_set_flag(row, "mine", sk_str_eq(sk_json_get_str(session, "id"), visit->ticket.session));
    look_time(&visit->view, row, "used", sk_json_get_int(session, "used", 0));
    look_time(&visit->view, row, "made", sk_json_get_int(session, "made", 0));
}

static void
pager_show(const struct console_visit *visit, const sk_json *sessions)
{
    struct part_value *pager = part_set_object(visit->view.values, "pager");
    size_t count = sk_json_count(sessions);
    int64_t last = count ? sk_json_get_int(sk_json_at(sessions, count - 1), "ends", 0) : 0;
    sk_str older = console_further(visit, sieve, 1, "before", sk_str_of_i64(visit->mem, last));
    part_set_text(pager, "range", look_words_n(&visit->view, "sessions.shown", (int64_t)count));
    part_set_text(pager, "newer", (sk_str){ 0 });
    part_set_text(pager, "older", count == ROWS ? older : (sk_str){ 0 });
}

static sk_err
sessions_build(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    TRY(people_ask(&root, visit, "sessions/all", page_write, visit));
    const sk_json *sessions = sk_json_get(root, "sessions");
    struct part_value *list = part_set_list(visit->view.values, "rows");
    for (size_t i = 0; i < sk_json_count(sessions); i++)
        row_show(visit, part_list_add(list), sk_json_at(sessions, i));
    people_realms_show(visit, console_asked(visit, "realm"));
    pager_show(visit, sessions);
    look_empty(&visit->view, LOOK_NONE, "sessions.nobody", "sessions.nobody.cure", NULL, NULL);
    return console_show(visit, "sessions", "sessions.title");
}

sk_err
console_sessions_get(struct part_response *response, struct part_request *request)
{
    return console_page(response, request, sessions_build);
}

static sk_err
end_act(struct console_visit *visit)
{
    DEFER(sk_json_close) sk_json *root = NULL;
    sk_err e = people_ask_texts(&root, visit, "sessions/end",
                                (const struct people_text[]){
                                    { "account", console_sent(visit, "account") },
                                    { "session", console_sent(visit, "session") },
                                    { NULL, { 0 } },
                                });
    if (sk_failed(e) && e.kind != SK_MISSING) return e; /* ended meanwhile is ended */
    console_done(visit, "/sessions", "session_end");
    return sk_ok();
}

sk_err
console_sessions_end(struct part_response *response, struct part_request *request)
{
    return console_act(response, request, end_act);
}
