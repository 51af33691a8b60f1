#include "vault/api.h"

#include "base/hash.h"
#include "part/log.h"
#include "vault/vault.h"

const struct vault_verb vault_verbs[] = {
    { "put", VAULT_MAY_ALL, vault_put },
    { "read", VAULT_MAY_TICKET, vault_read },
    { "find", VAULT_MAY_TICKET, vault_find },
    { "exchange/in", VAULT_MAY_GATE, vault_exchange_in },
    { "exchange/out", VAULT_MAY_GATE, vault_exchange_out },
    { "render", VAULT_MAY_TICKET, vault_render },
    { "event", VAULT_MAY_ALL, vault_event },
    { "erase", VAULT_MAY_ALL, vault_erase },
    { "erased", VAULT_MAY_ALL, vault_erased },
    { "export", VAULT_MAY_TICKET, vault_export },
    { "receipt", VAULT_MAY_TICKET, vault_receipt },
    { "rotate", VAULT_MAY_LOCAL, vault_rotate },
    { "hold", VAULT_MAY_LOCAL, vault_hold },
    { "release", VAULT_MAY_LOCAL, vault_release },
    { "holds", VAULT_MAY_LIST, vault_list_holds },
    { NULL, VAULT_MAY_ALL, NULL },
};

/* ── who asks ── */

/* What the ticket says, without looking at its signature: the keeper does. It is only needed to
 * know where to look; whatever is found there the keeper refuses to another tenant's ticket. */
static void
ticket_peek(struct vault_ask *ask)
{
    DEFER(sk_json_close) sk_json *payload = NULL;
    sk_str version, middle, rest = ask->ticket, bytes;

    if (!sk_str_cut(&version, &rest, '.') || !sk_str_cut(&middle, &rest, '.') ||
        !sk_unbase64url(ask->mem, &bytes, middle) || sk_failed(sk_json_read(&payload, bytes)))
        return;
    ask->tenant = sk_str_copy(ask->mem, sk_json_get_str(payload, "tenant"));
    ask->site = sk_str_copy(ask->mem, sk_json_get_str(payload, "site"));
    ask->principal = sk_str_copy(ask->mem, sk_json_get_str(payload, "principal"));
    ask->role = sk_str_copy(ask->mem, sk_json_get_str(payload, "role"));
}

/* The ticket's; where it has none (operators, the command line, somebody who has not signed in),
 * the question's; where that has none either, the site is a tenant by itself. */
static void
tenant_find(struct vault_ask *ask)
{
    sk_str named = sk_json_get_str(ask->body, "tenant");

    if (!ask->tenant.n) ask->tenant = named;
    if (!ask->tenant.n && !sk_str_eq(ask->site, SK_STR("console"))) ask->tenant = ask->site;
}

static sk_err
may_check(const struct vault_ask *ask, enum vault_may may)
{
    if (may == VAULT_MAY_GATE && !part_peers_have(&ask->house->gate, ask->uid))
        return vault_no(KEEPER_DENIED);
    if (may == VAULT_MAY_LIST)
        return part_peers_have(&ask->house->console, ask->uid) ? sk_ok() : vault_no(KEEPER_DENIED);
    if (may == VAULT_MAY_LOCAL && !ask->local) return vault_no(KEEPER_DENIED);
    if (may != VAULT_MAY_LOCAL && !ask->ticket.n && (may != VAULT_MAY_ALL || !ask->local))
        return vault_no(KEEPER_TICKET_MISSING);
    if (!ask->tenant.n && may != VAULT_MAY_LOCAL && !ask->local) return vault_no(KEEPER_BAD);
    return ask->tenant.n > KEEPER_NAME_MAX ? vault_no(KEEPER_TOO_LONG) : sk_ok();
}

/* ── answering ── */

static void
error_put(struct part_response *response, const struct vault_ask *ask, sk_err e)
{
    struct sk_buf out = { .mem = ask->mem };
    struct sk_json_writer w = { .out = &out };
    struct vault_word_row row = vault_word_row(vault_word_of(e));

    sk_json_object(&w, NULL);
    sk_json_text(&w, "error", row.name);
    sk_json_text(&w, "why", row.why);
    if (ask->at >= 0) sk_json_int(&w, "at", ask->at);
    sk_json_end_object(&w);
    response->status = row.status;
    response->body = sk_buf_str(&out);
}

/* Refusals by the front; the keeper records its own. */
static bool
is_told_here(unsigned word)
{
    static const unsigned words[] = {
        KEEPER_BAD,          KEEPER_UNKNOWN_KIND,  KEEPER_UNFIT_VALUE,    KEEPER_TOO_LONG,
        KEEPER_DENIED,       KEEPER_MISSING,       KEEPER_TICKET_MISSING, KEEPER_ERASED,
        VAULT_UNKNOWN_TOKEN, VAULT_HELD,           VAULT_ANSWERED,        VAULT_SEVERAL_PEOPLE,
        VAULT_TOO_OFTEN,     VAULT_CONTACT_DENIED,
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i] == word) return true;
    return false;
}

static const struct vault_verb *
verb_find(const struct part_request *request)
{
    sk_str path = sk_str_from(request->path, sizeof "/v1/" - 1);

    for (const struct vault_verb *v = vault_verbs; v->name; v++)
        if (sk_str_eq(path, sk_str_of(v->name))) return v;
    return NULL;
}

static sk_err
run(struct vault_ask *ask, const struct part_request *request)
{
    const struct vault_verb *verb = verb_find(request);

    ask->verb = verb ? verb->name : NULL;
    if (!verb) return vault_no(KEEPER_BAD);
    if (ask->ticket.n > KEEPER_TICKET_MAX) return vault_ask_refuse(ask, KEEPER_TICKET_FORGED);
    if (ask->ticket.n) ticket_peek(ask);
    tenant_find(ask);
    TRY(may_check(ask, verb->may));
    return verb->run(ask);
}

sk_err
vault_api_post(struct part_response *response, struct part_request *request)
{
    DEFER(sk_json_close) sk_json *body = NULL;
    struct vault *house = request->ctx;
    struct sk_buf out = { .mem = request->mem };
    struct sk_json_writer w = { .out = &out };
    struct vault_ask ask = { .house = house,
                             .mem = request->mem,
                             .answer = &w,
                             .ticket = part_request_header(request, "X-Sekisho-Ticket"),
                             .request = request->id,
                             .uid = request->uid,
                             .local = part_peers_have(&house->local, request->uid),
                             .at = -1 };
    sk_err e = sk_json_read(&body, request->body);

    response->type = SK_STR("application/json");
    ask.body = body;
    sk_json_object(&w, NULL);
    e = sk_failed(e) ? vault_no(KEEPER_BAD) : run(&ask, request);
    sk_json_end_object(&w);
    if (!sk_failed(e)) {
        response->body = sk_buf_str(&out);
        return sk_ok();
    }
    if (is_told_here(vault_word_of(e))) e = vault_ask_refuse(&ask, vault_word_of(e));
    if (vault_word_of(e) == KEEPER_BROKEN || vault_word_of(e) == KEEPER_FULL)
        part_log_id(PART_ERROR, sk_str_zcopy(request->mem, request->id), "%s", e.why);
    error_put(response, &ask, e);
    return sk_ok();
}

static unsigned
word_of_status(unsigned status)
{
    enum { TOO_LARGE = 413, TARGET_TOO_LONG = 414, SERVER = 500 };

    if (status == TOO_LARGE || status == TARGET_TOO_LONG) return KEEPER_TOO_LONG;
    return status >= SERVER ? KEEPER_BROKEN : KEEPER_BAD;
}

void
vault_api_error(struct part_response *response, struct part_request *request, sk_err why)
{
    struct vault *house = request->ctx;
    struct vault_ask ask = { .house = house,
                             .mem = request->mem,
                             .request = request->id,
                             .uid = request->uid,
                             .local = part_peers_have(&house->local, request->uid),
                             .at = -1 };
    unsigned status = response->status;
    sk_err e = vault_no(word_of_status(status));

    (void)why;
    if (is_told_here(vault_word_of(e))) e = vault_ask_refuse(&ask, vault_word_of(e));
    error_put(response, &ask, e);
    response->type = SK_STR("application/json");
    if (is_told_here(vault_word_of(e))) response->status = status;
}

/* ── for verbs ── */

sk_err
vault_ask_text(sk_str *text, const struct vault_ask *ask, const char *key)
{
    *text = sk_json_get_str(ask->body, key);
    if (text->n > KEEPER_TEXT_MAX) return vault_no(KEEPER_TOO_LONG);
    return text->n ? sk_ok() : vault_no(KEEPER_BAD);
}

/* Whether it may stand in the ledger: letters, digits and -_./ only. */
static bool
is_name(sk_str name)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "-_./";

    for (size_t i = 0; i < name.n; i++)
        if (!memchr(allowed, name.p[i], sizeof allowed - 1)) return false;
    return true;
}

sk_err
vault_ask_name(sk_str *name, const struct vault_ask *ask, const char *key)
{
    TRY(vault_ask_text(name, ask, key));
    if (!is_name(*name) || sk_str_find_byte(*name, '/') != SIZE_MAX) return vault_no(KEEPER_BAD);
    return name->n <= VAULT_HOLD_NAME_MAX ? sk_ok() : vault_no(KEEPER_TOO_LONG);
}

sk_err
vault_ask_id(struct keeper_id *id, const struct vault_ask *ask, const char *key, const char *kind)
{
    return keeper_id_read(id, kind, sk_json_get_str(ask->body, key)) ? sk_ok()
                                                                     : vault_no(KEEPER_MISSING);
}

sk_err
vault_ask_store(struct part_store **store, const struct vault_ask *ask)
{
    return part_store_take(store, ask->house->stores);
}

void
vault_ask_give(const struct vault_ask *ask, struct part_store *store)
{
    part_store_give(ask->house->stores, store);
}

static sk_err
subject_find(struct vault_subject *subject, const struct vault_ask *ask,
             const struct keeper_id *person_id, const struct keeper_id *case_id)
{
    struct part_store *store;
    bool found = false;
    sk_err e;

    if (keeper_id_is_none(person_id) && keeper_id_is_none(case_id)) return vault_no(KEEPER_BAD);
    TRY(vault_ask_store(&store, ask));
    e = vault_store_subject(&found, subject, ask->mem, store, person_id, case_id);
    vault_ask_give(ask, store);
    TRY(e);
    if (!found) return vault_no(KEEPER_MISSING);
    /* the command line may leave out the tenant: ids are of one only */
    if (!(ask->local && !ask->tenant.n) && !sk_str_eq(subject->tenant, ask->tenant))
        return vault_ask_refuse(ask, KEEPER_WRONG_TENANT);
    return sk_ok();
}

sk_err
vault_ask_person(struct vault_subject *subject, const struct vault_ask *ask,
                 const struct keeper_id *person_id)
{
    const struct keeper_id none = { { 0 } };

    return subject_find(subject, ask, person_id, &none);
}

sk_err
vault_ask_subject(struct vault_subject *subject, const struct vault_ask *ask)
{
    struct keeper_id person_id, case_id;

    TRY(vault_ask_id(&person_id, ask, "person", "per"));
    TRY(vault_ask_id(&case_id, ask, "case", "cas"));
    return subject_find(subject, ask, &person_id, &case_id);
}

sk_err
vault_ask_prove(struct vault_ask *ask)
{
    struct keeper_open open = { .ticket = ask->ticket, .tenant = ask->tenant };
    struct keeper_shown shown;

    bool is_command = ask->local && (!ask->ticket.n || !ask->tenant.n);

    if (is_command) return sk_ok(); /* who it is the kernel has told */
    if (!ask->ticket.n) return vault_no(KEEPER_TICKET_MISSING);
    TRY(vault_no(keeper_open(&shown, ask->mem, ask->house->keeper, &open)));
    ask->is_proven = true;
    return sk_ok();
}

sk_err
vault_ask_judge(struct vault_ask *ask, sk_str purpose)
{
    struct keeper_open open = { .ticket = ask->ticket, .purpose = purpose, .tenant = ask->tenant };
    struct keeper_shown shown;

    if (purpose.n > KEEPER_NAME_MAX) return vault_no(KEEPER_PURPOSE_UNKNOWN);
    TRY(vault_no(keeper_open(&shown, ask->mem, ask->house->keeper, &open)));
    TRY(vault_no(shown.refused));
    ask->is_proven = true;
    return sk_ok();
}

/* Who acts. */
static void
actor_set(struct ledger_event *event, const struct vault_ask *ask)
{
    event->principal = LEDGER_NOBODY;
    if (ask->is_proven) {
        event->site = ask->site;
        event->role = ask->role;
        if (ask->principal.n) event->principal = ask->principal;
    } else if (ask->local) {
        event->role = SK_STR("local");
        event->principal = sk_str_printf(ask->mem, "local:%u", ask->uid);
    }
}

/* Of which tenant it is stands in the record where that is known. */
sk_err
vault_ask_refuse(const struct vault_ask *ask, unsigned word)
{
    bool is_known = (ask->is_proven || ask->local) && is_name(ask->tenant);
    struct ledger_event event = {
        .tenant = is_known ? ask->tenant : (sk_str){ 0 },
        .request = ask->request,
        .action = SK_STR("vault.refused"),
        .outcome = SK_STR("denied"),
        .details = sk_str_printf(ask->mem, "{\"why\":\"%s\"%s%s%s}", vault_word_row(word).name,
                                 ask->verb ? ",\"verb\":\"" : "", ask->verb ? ask->verb : "",
                                 ask->verb ? "\"" : ""),
    };

    actor_set(&event, ask);
    return sk_failed(ask->house->tell(ask->house->tell_ctx, &event)) ? vault_no(KEEPER_NO_LEDGER)
                                                                     : vault_no(word);
}

sk_err
vault_ask_tell(const struct vault_ask *ask, const char *action, sk_str tenant, sk_str object,
               sk_str details)
{
    struct ledger_event event = {
        .tenant = tenant,
        .request = ask->request,
        .action = sk_str_of(action),
        .object = object,
        .outcome = SK_STR("ok"),
        .details = details,
    };

    actor_set(&event, ask);
    return sk_failed(ask->house->tell(ask->house->tell_ctx, &event)) ? vault_no(KEEPER_NO_LEDGER)
                                                                     : sk_ok();
}
