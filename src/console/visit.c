#include "console/visit.h"

/* The rooms of the side list. */
static const struct {
    const char *path, *picture, *name;
} rooms[] = {
    { "/", "home", "room.overview" },         { "/accounts", "people", "room.accounts" },
    { "/sessions", "door", "room.sessions" }, { "/shut", "shut", "room.shut" },
    { "/vault", "key", "room.vault" },        { "/events", "record", "room.events" },
    { "/outbox", "mail", "room.outbox" },
};

static bool
is_here(sk_str path, sk_str room)
{
    if (room.n == 1) return path.n == 1;
    return sk_str_starts(path, room) && (path.n == room.n || path.p[room.n] == '/');
}

static void
frame_set(struct console_visit *visit)
{
    struct look_view *view = &visit->view;
    struct part_value *list = part_set_list(view->values, "rooms");
    look_view_place(view, look_words(view, "place"), SK_STR("/"));
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        struct part_value *room = part_list_add(list);
        part_set_text(room, "path", sk_str_of(rooms[i].path));
        part_set_text(room, "picture", sk_str_of(rooms[i].picture));
        part_set_text(room, "name", look_words(view, rooms[i].name));
        part_set_flag(room, "here", is_here(view->request->path, sk_str_of(rooms[i].path)));
        part_set_text(room, "count", (sk_str){ 0 });
    }
    struct part_value *who = part_set_object(view->values, "who");
    part_set_text(who, "name", visit->ticket.principal);
    part_set_text(who, "role", visit->ticket.role);
    part_set_text(who, "path", SK_STR("/.sekisho/operator/account"));
    part_set_text(who, "leave", SK_STR("/.sekisho/operator/sign-out"));
}

/* A ticket is good for one site; one that an operator's way to another site brought about must not
 * open the console. */
static sk_err
ticket_check(struct console_visit *visit)
{
    visit->ticket_text = part_request_header(visit->view.request, "X-Sekisho-Ticket");
    sk_err e = ticket_verify(&visit->ticket, visit->mem, &visit->console->ticket_key,
                             visit->ticket_text, visit->view.now);
    if (sk_failed(e)) return sk_fail(SK_DENIED, "no ticket: %s", e.why);
    const struct ticket *t = &visit->ticket;
    bool ours = sk_str_eq(t->site, CONSOLE_SITE) && sk_str_eq(t->realm, SK_STR("operator"));
    if (!ours || t->level < 2 || !t->principal.n || !t->session.n)
        return sk_fail(SK_DENIED, "a ticket, but not of an operator with two factors here");
    return sk_ok();
}

static struct console_visit
visit_begin(struct part_response *response, struct part_request *request)
{
    struct console_visit visit = { .console = request->ctx, .mem = request->mem };
    look_view_begin(&visit.view, visit.console->look, response, request, sk_now());
    return visit;
}

/* One token is good for all forms of a session: each of them is the operator's own. */
static sk_str
form_purpose(const struct console_visit *visit)
{
    return sk_str_printf(visit->mem, "console/%.*s", SK_ARG(visit->ticket.session));
}

/* What was done before this page: ?done=KEY. */
static void
done_show(struct console_visit *visit)
{
    sk_str done = console_asked(visit, "done");
    const char *key = sk_str_printf(visit->mem, "done.%.*s", SK_ARG(done)).p;
    if (done.n && look_words(&visit->view, key).n) look_notice(&visit->view, LOOK_WELL, key, NULL);
}

static sk_err
serve(struct part_response *response, struct part_request *request, console_build *build, bool acts)
{
    struct console_visit visit = visit_begin(response, request);
    const struct part_csrf_key *key = &visit.console->form_key;
    sk_when now = visit.view.now;
    TRY(ticket_check(&visit));
    sk_str purpose = form_purpose(&visit);
    if (acts) TRY(part_csrf_check(request, key, purpose, console_sent(&visit, "token"), now));
    frame_set(&visit);
    done_show(&visit);
    part_set_text(visit.view.values, "token",
                  part_csrf_token(response, request, key, purpose, now));
    return build(&visit);
}

sk_err
console_page(struct part_response *response, struct part_request *request, console_build *build)
{
    return serve(response, request, build, false);
}

sk_err
console_act(struct part_response *response, struct part_request *request, console_build *act)
{
    return serve(response, request, act, true);
}

void
console_error(struct part_response *response, struct part_request *request, sk_err why)
{
    (void)why; /* logged by the service; not for readers */
    struct part_response plain = *response;
    struct console_visit visit = visit_begin(response, request);
    look_view_place(&visit.view, look_words(&visit.view, "place"), SK_STR("/"));
    if (sk_failed(look_view_error(&visit.view))) *response = plain;
}

/* --- for builds --- */

sk_err
console_show(struct console_visit *visit, const char *template, const char *title)
{
    return look_view_show(&visit->view, template, look_words(&visit->view, title));
}

void
console_done(struct console_visit *visit, const char *path, const char *key)
{
    char mark = strchr(path, '?') ? '&' : '?';
    part_response_see(visit->view.response,
                      sk_str_printf(visit->mem, "%s%cdone=%s", path, mark, key));
}

sk_str
console_asked(const struct console_visit *visit, const char *name)
{
    return sk_str_trim(part_form_get(&visit->view.request->query, name));
}

sk_str
console_sent(const struct console_visit *visit, const char *name)
{
    return sk_str_trim(part_form_get(&visit->view.request->form, name));
}

sk_when
console_asked_time(const struct console_visit *visit, const char *name)
{
    sk_when when = 0;
    return sk_when_read_jst(&when, console_asked(visit, name)) ? when : 0;
}

void
console_sieve_show(struct console_visit *visit, const struct console_sieve *rows, size_t count)
{
    struct part_value *list = part_set_list(visit->view.values, "sieve");
    for (size_t i = 0; i < count; i++) {
        struct part_value *field = part_list_add(list);
        part_set_text(field, "name", sk_str_of(rows[i].name));
        part_set_text(field, "label", look_words(&visit->view, rows[i].label));
        part_set_text(field, "type", sk_str_of(rows[i].type));
        part_set_text(field, "value", console_asked(visit, rows[i].name));
    }
}

sk_str
console_further(const struct console_visit *visit, const struct console_sieve *rows, size_t count,
                const char *name, sk_str value)
{
    struct sk_buf out = { .mem = visit->mem };
    sk_buf_printf(&out, "?%s=", name);
    part_url_escape(&out, value);
    for (size_t i = 0; i < count; i++) {
        sk_str asked = console_asked(visit, rows[i].name);
        if (!asked.n) continue;
        sk_buf_printf(&out, "&%s=", rows[i].name);
        part_url_escape(&out, asked);
    }
    return sk_buf_str(&out);
}
