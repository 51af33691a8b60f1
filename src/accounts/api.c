#include "accounts/api.h"

#include "accounts/api_life.h"
#include "accounts/api_people.h"
#include "part/log.h"

#include <unistd.h>

const struct accounts_verb_row accounts_verbs[] = {
    { "accounts/list", ACCOUNTS_MAY_PEOPLE, accounts_verb_list },
    { "accounts/get", ACCOUNTS_MAY_SELF, accounts_verb_get },
    { "sessions/list", ACCOUNTS_MAY_SELF, accounts_verb_sessions },
    { "sessions/all", ACCOUNTS_MAY_OPERATE, accounts_verb_signed_in },
    { "sessions/end", ACCOUNTS_MAY_SELF, accounts_verb_end },
    { "history/list", ACCOUNTS_MAY_SELF, accounts_verb_history },
    { "locks/list", ACCOUNTS_MAY_OPERATE, accounts_verb_locks },
    { "locks/lift", ACCOUNTS_MAY_OPERATE, accounts_verb_lift },
    { "accounts/invite", ACCOUNTS_MAY_PEOPLE, accounts_verb_invite },
    { "accounts/remove", ACCOUNTS_MAY_SELF, accounts_verb_remove },
    { "screens/list", ACCOUNTS_MAY_SELF, accounts_verb_screens },
    { "screens/set", ACCOUNTS_MAY_PEOPLE, accounts_verb_screens_set },
    { "rights/list", ACCOUNTS_MAY_PEOPLE, accounts_verb_rights },
    { "rights/ask", ACCOUNTS_MAY_OPERATE, accounts_verb_right_ask },
    { "rights/decide", ACCOUNTS_MAY_OPERATE, accounts_verb_right_decide },
    { "rights/take", ACCOUNTS_MAY_PEOPLE, accounts_verb_right_take },
    { "reset/start", ACCOUNTS_MAY_OPERATE, accounts_verb_reset },
    { "reset/list", ACCOUNTS_MAY_OPERATE, accounts_verb_resets },
    { "factors/reset", ACCOUNTS_MAY_OPERATE, accounts_verb_factors_reset },
    { "keys/rotate", ACCOUNTS_MAY_OPERATE, accounts_verb_rekey },
    { "keys/list", ACCOUNTS_MAY_OPERATE, accounts_verb_keys },
    { "accounts/status", ACCOUNTS_MAY_OPERATE, accounts_verb_status },
    { NULL, ACCOUNTS_MAY_SELF, NULL },
};

/* --- who asks --- */

/* The ticket is good for seconds; the session may have ended since. */
struct alive {
    const struct accounts_ask *ask;
    bool yes;
};

static sk_err
session_alive(void *ctx, struct part_store *store)
{
    struct alive *a = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM session AS s JOIN account AS a ON a.id = s.account"
                         " WHERE s.id = ?1 AND s.account = ?2 AND s.wait = '' AND s.ends > ?3"
                         " AND a.state = 'active'"));
    part_query_text(q, 1, a->ask->caller.session);
    part_query_text(q, 2, a->ask->caller.principal);
    part_query_int(q, 3, a->ask->visitor.now);
    TRY(part_query_step(&a->yes, q));
    part_query_done(q);
    return sk_ok();
}

static sk_err
caller_by_ticket(struct accounts_ask *ask, sk_str text)
{
    struct alive alive = { .ask = ask };
    struct ticket t;
    TRY(ticket_verify(&t, ask->mem, &ask->house->ticket_key, text, ask->visitor.now));
    if (!t.principal.n || !accounts_realm_find(&ask->caller.realm, t.realm))
        return sk_fail(SK_DENIED, "the ticket names nobody");
    /* an application that has an operator's area is shown operators' tickets, too */
    if (ask->caller.realm == ACCOUNTS_OPERATOR && !sk_str_eq(t.site, ACCOUNTS_CONSOLE_SITE))
        return sk_fail(SK_DENIED, "operators ask by the console alone");
    ask->caller.principal = t.principal;
    ask->caller.role = t.role;
    ask->caller.tenant = t.tenant;
    ask->caller.session = t.session;
    ask->caller.level = (unsigned)t.level;
    ask->visitor.realm = ask->caller.realm;
    ask->visitor.site = accounts_conf_site(&ask->house->conf, t.site);
    TRY(accounts_read(ask->house, session_alive, &alive));
    return alive.yes ? sk_ok() : sk_fail(SK_DENIED, "the session has ended");
}

/* Root, or the user that all parts share where nothing runs as root. */
static sk_err
caller_by_user(struct accounts_ask *ask, unsigned uid)
{
    if (uid != 0 && uid != getuid()) return sk_fail(SK_DENIED, "no ticket");
    ask->caller.local = true;
    ask->caller.principal = sk_str_printf(ask->mem, "local:%u", uid);
    ask->caller.role = SK_STR("local");
    return sk_ok();
}

static sk_err
caller_find(struct accounts_ask *ask, const struct part_request *request)
{
    sk_str ticket = part_request_header(request, "X-Sekisho-Ticket");
    return ticket.n ? caller_by_ticket(ask, ticket) : caller_by_user(ask, request->uid);
}

/* --- what he may --- */

struct has {
    sk_str account;
    const char *name;
    sk_when now;
    bool has;
};

static sk_err
read_right(void *ctx, struct part_store *store)
{
    struct has *h = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM held_right WHERE account = ?1 AND name = ?2"
                         " AND (ends IS NULL OR ends > ?3)"));
    part_query_text(q, 1, h->account);
    part_query_text(q, 2, sk_str_of(h->name));
    part_query_int(q, 3, h->now);
    TRY(part_query_step(&h->has, q));
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_ask_has(bool *has, const struct accounts_ask *ask, const char *name)
{
    struct has h = { .account = ask->caller.principal, .name = name, .now = ask->visitor.now };
    bool screen = !sk_str_starts(sk_str_of(name), SK_STR("privilege."));
    *has = ask->caller.local || (screen && accounts_role_has_all_screens(ask->caller.role));
    if (*has) return sk_ok();
    TRY(accounts_read(ask->house, read_right, &h));
    *has = h.has;
    return sk_ok();
}

static sk_err
check_may(const struct accounts_ask *ask, enum accounts_may may)
{
    const struct accounts_caller *c = &ask->caller;
    bool is_operator = c->realm == ACCOUNTS_OPERATOR, merchant = c->realm == ACCOUNTS_MERCHANT;
    bool has = true;
    if (c->local || may == ACCOUNTS_MAY_SELF) return sk_ok();
    if (!is_operator && !(merchant && may == ACCOUNTS_MAY_PEOPLE))
        return sk_fail(SK_DENIED, "not for this realm");
    if (c->level < 2) return sk_fail(SK_DENIED, "a second factor is needed");
    TRY(accounts_ask_has(&has, ask, is_operator ? "accounts" : "staff"));
    return has ? sk_ok() : sk_fail(SK_DENIED, "the right is missing");
}

sk_err
accounts_ask_may(const struct accounts_ask *ask, const struct account *account)
{
    const struct accounts_caller *c = &ask->caller;
    bool staff = c->realm == ACCOUNTS_MERCHANT && account->realm == ACCOUNTS_MERCHANT &&
                 sk_str_eq(c->tenant, account->tenant);
    if (c->local || sk_str_eq(c->principal, account->id)) return sk_ok();
    if (c->realm != ACCOUNTS_OPERATOR && !staff) return sk_fail(SK_MISSING, "no such account");
    return check_may(ask, ACCOUNTS_MAY_PEOPLE);
}

sk_err
accounts_ask_text(sk_str *text, const struct accounts_ask *ask, const char *key)
{
    *text = sk_json_get_str(ask->body, key);
    return text->n ? sk_ok() : sk_fail(SK_BAD, "%s is missing", key);
}

/* --- answering --- */

static void
error_put(struct part_response *response, sk_arena *mem, sk_err e)
{
    struct sk_buf out = { .mem = mem };
    struct sk_json_writer w = { .out = &out };
    sk_json_object(&w, NULL);
    sk_json_text(&w, "error", sk_kind_rows[e.kind].name);
    sk_json_text(&w, "why", e.kind == SK_BROKEN ? "see the log" : e.why);
    sk_json_end_object(&w);
    response->status = (unsigned)sk_kind_rows[e.kind].http_status;
    response->body = sk_buf_str(&out);
}

static const struct accounts_verb_row *
verb_find(const struct part_request *request)
{
    const struct accounts_verb_row *row = accounts_verbs;
    sk_str path = sk_str_from(request->path, sizeof "/v1/" - 1);
    while (row->path && !sk_str_eq(path, sk_str_of(row->path)))
        row++;
    return row->path ? row : NULL;
}

static sk_err
run(struct accounts_ask *ask, const struct part_request *request)
{
    const struct accounts_verb_row *row = verb_find(request);
    if (!row) return sk_fail(SK_MISSING, "no such question");
    TRY(caller_find(ask, request));
    TRY(check_may(ask, row->may));
    return row->run(ask);
}

static void
visitor_of(struct accounts_ask *ask, const struct part_request *request)
{
    struct accounts_visitor *v = &ask->visitor;
    *v = (struct accounts_visitor){ .request = request->id, .now = sk_now() };
    if (!sk_net_read(&v->client, part_request_header(request, "X-Real-IP"))) return;
    struct sk_net around = sk_net_neighbours(&v->client);
    v->place = sk_net_text(ask->mem, &around);
}

sk_err
accounts_api_post(struct part_response *response, struct part_request *request)
{
    DEFER(sk_json_close) sk_json *body = NULL;
    struct sk_buf out = { .mem = request->mem };
    struct sk_json_writer w = { .out = &out };
    struct accounts_ask ask = { .house = request->ctx, .mem = request->mem, .answer = &w };
    response->type = SK_STR("application/json");
    visitor_of(&ask, request);
    sk_json_object(&w, NULL);
    sk_err e = sk_json_read(&body, request->body);
    ask.body = body;
    if (!sk_failed(e)) e = run(&ask, request);
    sk_json_end_object(&w);
    if (!sk_failed(e)) response->body = sk_buf_str(&out);
    if (e.kind == SK_BROKEN)
        part_log_id(PART_ERROR, sk_str_zcopy(request->mem, request->id), "%s", e.why);
    if (sk_failed(e)) error_put(response, request->mem, e);
    return sk_ok();
}
