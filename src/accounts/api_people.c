#include "accounts/api_people.h"

#include "accounts/address.h"
#include "accounts/factor.h"
#include "accounts/history.h"
#include "accounts/limit.h"
#include "accounts/owner.h"
#include "accounts/screen.h"
#include "accounts/tell.h"

struct work {
    struct accounts_ask *ask;
    struct account account;
    sk_str id;
    bool personal; /* the caller may see personal data */
    /* of a list */
    enum accounts_realm realm;
    bool any_realm;
    sk_str tenant, after, email;
    struct account list[ACCOUNTS_API_LIST_MAX];
    size_t count, most;
};

static struct work *
work_of(struct accounts_ask *ask)
{
    struct work *w = SK_NEW(ask->mem, struct work);
    w->ask = ask;
    return w;
}

/* --- accounts --- */

/* Opened only here, and masked unless the caller may see it whole. */
static sk_err
personal_put(const struct work *w, const struct account *a)
{
    const struct accounts_keys *keys = w->ask->house->keys;
    sk_arena *mem = w->ask->mem;
    sk_str email, name;
    TRY(accounts_account_email(&email, mem, keys, a));
    sk_json_str(w->ask->answer, "email", w->personal ? email : accounts_email_mask(mem, email));
    if (!w->personal) return sk_ok();
    TRY(accounts_account_name(&name, mem, keys, a));
    sk_json_str(w->ask->answer, "name", name);
    return sk_ok();
}

static sk_err
account_put(const struct work *w, const struct account *a, const char *key)
{
    struct sk_json_writer *j = w->ask->answer;
    sk_json_object(j, key);
    sk_json_str(j, "id", a->id);
    sk_json_text(j, "realm", accounts_realms[a->realm].name);
    sk_json_str(j, "tenant", a->tenant);
    sk_json_str(j, "role", a->role);
    sk_json_text(j, "state", accounts_state_names[a->state]);
    sk_json_text(j, "lang", part_lang_names[a->lang]);
    sk_json_int(j, "made", a->made);
    sk_json_int(j, "seen", a->seen);
    sk_json_bool(j, "password", a->password.n > 0);
    sk_json_bool(j, "must_reset", a->must_reset);
    TRY(personal_put(w, a));
    sk_json_end_object(j);
    return sk_ok();
}

/* A merchant sees the staff of his own tenant, whatever he asks for. */
static sk_err
list_bounds(struct work *w)
{
    const struct accounts_caller *c = &w->ask->caller;
    const sk_json *body = w->ask->body;
    sk_str realm = sk_json_get_str(body, "realm");
    int64_t most = sk_json_get_int(body, "most", 50);
    w->any_realm = realm.n == 0;
    if (realm.n && !accounts_realm_find(&w->realm, realm)) return sk_fail(SK_BAD, "realm");
    w->tenant = sk_json_get_str(body, "tenant");
    w->after = sk_json_get_str(body, "after");
    w->email = sk_json_get_str(body, "email");
    w->most = most < 1 || most > ACCOUNTS_API_LIST_MAX ? ACCOUNTS_API_LIST_MAX : (size_t)most;
    if (c->local || c->realm == ACCOUNTS_OPERATOR) return sk_ok();
    w->any_realm = false;
    w->realm = ACCOUNTS_MERCHANT;
    w->tenant = c->tenant;
    return sk_ok();
}

static sk_err
ids_read(sk_str *ids, struct work *w, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id FROM account WHERE id > ?1 AND state <> 'closed'"
                         " AND (?2 = '' OR realm = ?2) AND (?3 = '' OR tenant = ?3)"
                         " ORDER BY id LIMIT ?4"));
    part_query_text(q, 1, w->after);
    part_query_text(q, 2, w->any_realm ? SK_STR("") : sk_str_of(accounts_realms[w->realm].name));
    part_query_text(q, 3, w->tenant);
    part_query_int(q, 4, (int64_t)w->most);
    while (w->count < w->most) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        ids[w->count++] = part_query_get_text(w->ask->mem, q, 0);
    }
    part_query_done(q);
    return sk_ok();
}

static sk_err
list_read(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    sk_str *ids = sk_array(w->ask->mem, ACCOUNTS_API_LIST_MAX, sizeof *ids);
    TRY(ids_read(ids, w, store));
    for (size_t i = 0; i < w->count; i++)
        TRY(accounts_account_get(&w->list[i], w->ask->mem, store, ids[i]));
    return sk_ok();
}

/* By a whole address, in one realm or in all: nothing else of it can be searched. */
static sk_err
search_read(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    const struct accounts *house = w->ask->house;
    struct accounts_email email;
    TRY(accounts_email_read(&email, w->ask->mem, w->email));
    for (int realm = 0; realm < ACCOUNTS_REALMS; realm++) {
        if (!w->any_realm && realm != (int)w->realm) continue;
        for (size_t i = 0; i < house->conf.sites && w->count < w->most; i++) {
            sk_err e = accounts_account_find(&w->list[w->count], w->ask->mem, store, house->keys,
                                             (enum accounts_realm)realm, house->conf.site[i].name,
                                             w->tenant, email.same);
            if (e.kind != SK_OK && e.kind != SK_MISSING) return e;
            w->count += e.kind == SK_OK;
            if (realm == ACCOUNTS_OPERATOR) break; /* of every site */
        }
    }
    return sk_ok();
}

sk_err
accounts_verb_list(struct accounts_ask *ask)
{
    struct work *w = work_of(ask);
    TRY(list_bounds(w));
    TRY(accounts_ask_has(&w->personal, ask, ACCOUNTS_PRIVILEGE_PERSONAL));
    TRY(accounts_read(ask->house, w->email.n ? search_read : list_read, w));
    sk_json_array(ask->answer, "accounts");
    for (size_t i = 0; i < w->count; i++)
        TRY(account_put(w, &w->list[i], NULL));
    sk_json_end_array(ask->answer);
    if (w->count == w->most && !w->email.n)
        sk_json_str(ask->answer, "after", w->list[w->count - 1].id);
    return sk_ok();
}

static sk_err
account_read(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    return accounts_account_get(&w->account, w->ask->mem, store, w->id);
}

/* The account that the question is about: "account", or the caller's own. */
static sk_err
account_of(struct work *w)
{
    w->id = sk_json_get_str(w->ask->body, "account");
    if (!w->id.n && !w->ask->caller.local) w->id = w->ask->caller.principal;
    TRY(accounts_read(w->ask->house, account_read, w));
    return accounts_ask_may(w->ask, &w->account);
}

sk_err
accounts_verb_get(struct accounts_ask *ask)
{
    struct work *w = work_of(ask);
    TRY(account_of(w));
    TRY(accounts_ask_has(&w->personal, ask, ACCOUNTS_PRIVILEGE_PERSONAL));
    w->personal |= sk_str_eq(w->id, ask->caller.principal);
    return account_put(w, &w->account, "account");
}

/* --- sessions --- */

struct sessions {
    struct work *w;
    struct accounts_session list[ACCOUNTS_SESSIONS_MAX];
    size_t count;
};

static sk_err
sessions_read(void *ctx, struct part_store *store)
{
    struct sessions *s = ctx;
    const struct accounts_ask *ask = s->w->ask;
    return accounts_session_list(s->list, &s->count, ask->mem, store, &ask->house->conf, s->w->id,
                                 ask->visitor.now);
}

sk_err
accounts_verb_sessions(struct accounts_ask *ask)
{
    struct sessions *s = SK_NEW(ask->mem, struct sessions);
    struct sk_json_writer *j = ask->answer;
    s->w = work_of(ask);
    TRY(account_of(s->w));
    TRY(accounts_read(ask->house, sessions_read, s));
    sk_json_array(j, "sessions");
    for (size_t i = 0; i < s->count; i++) {
        const struct accounts_session *one = &s->list[i];
        sk_json_object(j, NULL);
        sk_json_str(j, "id", one->id);
        sk_json_str(j, "site", one->site);
        sk_json_int(j, "level", one->level);
        sk_json_str(j, "device", one->device);
        sk_json_str(j, "place", one->place);
        sk_json_int(j, "made", one->made);
        sk_json_int(j, "used", one->used);
        sk_json_int(j, "ends", one->ends);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
    return sk_ok();
}

sk_err
accounts_verb_end(struct accounts_ask *ask)
{
    struct work *w = work_of(ask);
    int64_t count;
    TRY(account_of(w));
    bool own = sk_str_eq(w->id, ask->caller.principal);
    struct accounts_ending ending = {
        .account = w->id,
        .tenant = w->account.tenant,
        .id = sk_json_get_str(ask->body, "session"),
        .by = ask->caller.principal,
        .role = ask->caller.role,
        .reason = own ? "owner" : "operator",
    };
    if (!ending.id.n && !sk_json_get_bool(ask->body, "all", false))
        return sk_fail(SK_BAD, "neither session nor all");
    ask->visitor.realm = w->account.realm;
    TRY(accounts_end(&count, ask->mem, ask->house, &ask->visitor, &ending));
    sk_json_int(ask->answer, "ended", count);
    return sk_ok();
}

/* --- history --- */

struct history {
    struct work *w;
    struct accounts_event list[ACCOUNTS_HISTORY_MAX];
    size_t count;
};

static sk_err
history_read(void *ctx, struct part_store *store)
{
    struct history *h = ctx;
    return accounts_history_list(h->list, &h->count, ACCOUNTS_HISTORY_MAX, h->w->ask->mem, store,
                                 h->w->id);
}

sk_err
accounts_verb_history(struct accounts_ask *ask)
{
    struct history *h = SK_NEW(ask->mem, struct history);
    struct sk_json_writer *j = ask->answer;
    h->w = work_of(ask);
    TRY(account_of(h->w));
    TRY(accounts_read(ask->house, history_read, h));
    sk_json_array(j, "history");
    for (size_t i = 0; i < h->count; i++) {
        const struct accounts_event *e = &h->list[i];
        sk_json_object(j, NULL);
        sk_json_int(j, "at", e->at);
        sk_json_str(j, "outcome", e->outcome);
        sk_json_str(j, "method", e->method);
        sk_json_int(j, "count", e->count);
        sk_json_str(j, "device", e->device);
        sk_json_str(j, "place", e->place);
        sk_json_bool(j, "new_device", e->fresh);
        sk_json_str(j, "session", e->session);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
    return sk_ok();
}

/* --- locks --- */

struct locks {
    struct accounts_ask *ask;
    struct accounts_lock list[ACCOUNTS_LOCKS_LISTED];
    size_t count;
    sk_str account, source;
    int64_t lifted;
};

static sk_err
locks_read(void *ctx, struct part_store *store)
{
    struct locks *l = ctx;
    return accounts_limit_list(l->list, &l->count, ACCOUNTS_LOCKS_LISTED, l->ask->mem, store,
                               l->ask->visitor.now);
}

sk_err
accounts_verb_locks(struct accounts_ask *ask)
{
    struct locks *l = SK_NEW(ask->mem, struct locks);
    struct sk_json_writer *j = ask->answer;
    l->ask = ask;
    TRY(accounts_read(ask->house, locks_read, l));
    sk_json_array(j, "locks");
    for (size_t i = 0; i < l->count; i++) {
        const struct accounts_lock *one = &l->list[i];
        sk_json_object(j, NULL);
        sk_json_text(j, "kind", accounts_limits[one->kind].name);
        sk_json_str(j, "subject", one->subject);
        sk_json_int(j, "until", one->until);
        sk_json_int(j, "locks", one->locks);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
    return sk_ok();
}

static sk_err
lift_work(void *ctx, struct part_store *store)
{
    struct locks *l = ctx;
    struct accounts_fact fact = { .action = "accounts.lock_lift",
                                  .outcome = "ok",
                                  .principal = l->ask->caller.principal,
                                  .role = l->ask->caller.role,
                                  .object = l->account.n ? l->account : l->source };
    l->lifted = 1;
    if (l->account.n)
        TRY(accounts_limit_lift(&l->lifted, store, l->account));
    else
        TRY(accounts_limit_lift_source(store, l->source));
    return accounts_tell(l->ask->house, l->ask->mem, &l->ask->visitor, &fact);
}

sk_err
accounts_verb_lift(struct accounts_ask *ask)
{
    struct locks *l = SK_NEW(ask->mem, struct locks);
    l->ask = ask;
    l->account = sk_json_get_str(ask->body, "account");
    l->source = sk_json_get_str(ask->body, "source");
    if ((l->account.n == 0) == (l->source.n == 0))
        return sk_fail(SK_BAD, "one of account and source");
    TRY(accounts_write(ask->house, lift_work, l));
    sk_json_int(ask->answer, "lifted", l->lifted);
    return sk_ok();
}
