#include "accounts/api_life.h"

#include "accounts/census.h"
#include "accounts/factor_reset.h"
#include "accounts/invite.h"
#include "accounts/job.h"
#include "accounts/rekey.h"
#include "accounts/removal.h"
#include "accounts/right.h"

static struct accounts_actor
actor_of(const struct accounts_ask *ask)
{
    const struct accounts_caller *c = &ask->caller;
    return (struct accounts_actor){ .id = c->principal,
                                    .role = c->role,
                                    .realm = c->realm,
                                    .tenant = c->tenant,
                                    .local = c->local };
}

static sk_err
realm_read(enum accounts_realm *realm, const struct accounts_ask *ask)
{
    sk_str name;
    TRY(accounts_ask_text(&name, ask, "realm"));
    return accounts_realm_find(realm, name) ? sk_ok() : sk_fail(SK_BAD, "there is no such realm");
}

static sk_err
screens_read(sk_str *screens, size_t *count, const struct accounts_ask *ask)
{
    const sk_json *list = sk_json_get(ask->body, "screens");
    *count = sk_json_count(list);
    if (*count > ACCOUNTS_SCREENS_MAX)
        return sk_fail(SK_BAD, "screens: at most %d", ACCOUNTS_SCREENS_MAX);
    for (size_t i = 0; i < *count; i++)
        screens[i] = sk_json_as_str(sk_json_at(list, i));
    return sk_ok();
}

/* --- coming and leaving --- */

sk_err
accounts_verb_invite(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    struct accounts_invite invite = { .tenant = sk_json_get_str(ask->body, "tenant"),
                                      .role = sk_json_get_str(ask->body, "role"),
                                      .name = sk_json_get_str(ask->body, "name") };
    struct accounts_invited invited;
    TRY(realm_read(&invite.realm, ask));
    TRY(accounts_ask_text(&invite.email, ask, "email"));
    TRY(screens_read(invite.screen, &invite.screens, ask));
    (void)part_lang_find(&invite.lang, sk_json_get_str(ask->body, "lang"));
    if (actor.realm == ACCOUNTS_MERCHANT && !actor.local && !invite.tenant.n)
        invite.tenant = actor.tenant;
    ask->visitor.realm = invite.realm;
    TRY(accounts_invite(&invited, ask->mem, ask->house, &ask->visitor, &actor, &invite));
    sk_json_str(ask->answer, "account", invited.account);
    sk_json_int(ask->answer, "ends", invited.ends);
    sk_json_bool(ask->answer, "mailed", invited.mailed);
    /* Whoever has the link becomes the invited: root may, all others leave it to the mail. */
    if (actor.local) sk_json_str(ask->answer, "link", invited.link);
    return sk_ok();
}

sk_err
accounts_verb_remove(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    sk_str account = sk_json_get_str(ask->body, "account");
    if (!account.n && !actor.local) account = actor.id;
    if (!account.n) return sk_fail(SK_BAD, "account is missing");
    if (!actor.local && !sk_str_eq(account, actor.id)) {
        bool is_operator = actor.realm == ACCOUNTS_OPERATOR, has;
        TRY(accounts_ask_has(&has, ask, is_operator ? "accounts" : "staff"));
        if (!has || ask->caller.level < 2) return sk_fail(SK_DENIED, "the right is missing");
    }
    return accounts_remove(ask->mem, ask->house, &ask->visitor, &actor, account);
}

/* --- screens --- */

sk_err
accounts_verb_screens(struct accounts_ask *ask)
{
    struct sk_json_writer *j = ask->answer;
    sk_json_array(j, "screens");
    for (const struct accounts_screen *s = accounts_screens; s->name; s++) {
        sk_json_object(j, NULL);
        sk_json_text(j, "name", s->name);
        sk_json_text(j, "realm", accounts_realms[s->realm].name);
        sk_json_text(j, "ja", s->ja);
        sk_json_text(j, "en", s->en);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
    return sk_ok();
}

sk_err
accounts_verb_screens_set(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    sk_str account, screens[ACCOUNTS_SCREENS_MAX];
    size_t count;
    TRY(accounts_ask_text(&account, ask, "account"));
    TRY(screens_read(screens, &count, ask));
    return accounts_screens_set(ask->mem, ask->house, &ask->visitor, &actor, account, screens,
                                count);
}

/* --- rights --- */

static void
held_put(struct sk_json_writer *j, const struct accounts_held *h)
{
    sk_json_object(j, NULL);
    sk_json_str(j, "account", h->account);
    sk_json_str(j, "name", h->name);
    sk_json_str(j, "given_by", h->given_by);
    sk_json_int(j, "made", h->made);
    if (h->ends) sk_json_int(j, "ends", h->ends);
    sk_json_end_object(j);
}

static void
asked_put(struct sk_json_writer *j, const struct accounts_asked *a)
{
    sk_json_object(j, NULL);
    sk_json_str(j, "id", a->id);
    sk_json_str(j, "account", a->account);
    sk_json_str(j, "name", a->name);
    sk_json_str(j, "reason", a->reason);
    sk_json_int(j, "hours", a->hours);
    sk_json_int(j, "asked", a->asked);
    if (a->asked_by.n) sk_json_str(j, "asked_by", a->asked_by);
    if (a->due) sk_json_int(j, "due", a->due);
    sk_json_end_object(j);
}

struct one {
    const struct accounts_ask *ask;
    struct account account;
    sk_str id;
};

static sk_err
one_read(void *ctx, struct part_store *store)
{
    struct one *o = ctx;
    return accounts_account_get(&o->account, o->ask->mem, store, o->id);
}

/* Of one account, or of all: who holds which privilege is for operators to see. */
static sk_err
list_check(const struct accounts_ask *ask, sk_str account)
{
    struct one o = { .ask = ask, .id = account };
    bool all = ask->caller.local || ask->caller.realm == ACCOUNTS_OPERATOR;
    if (!account.n) return all ? sk_ok() : sk_fail(SK_DENIED, "of one account only");
    TRY(accounts_read(ask->house, one_read, &o));
    return accounts_ask_may(ask, &o.account);
}

sk_err
accounts_verb_rights(struct accounts_ask *ask)
{
    struct accounts_held held[ACCOUNTS_RIGHTS_LISTED];
    struct accounts_asked asked[ACCOUNTS_RIGHTS_LISTED];
    sk_str account = sk_json_get_str(ask->body, "account");
    size_t held_count, asked_count = 0;
    TRY(list_check(ask, account));
    TRY(accounts_right_held(held, &held_count, ask->mem, ask->house, account, ask->visitor.now));
    if (!account.n)
        TRY(accounts_right_open(asked, &asked_count, ask->mem, ask->house, ask->visitor.now));
    sk_json_array(ask->answer, "held");
    for (size_t i = 0; i < held_count; i++)
        held_put(ask->answer, &held[i]);
    sk_json_end_array(ask->answer);
    sk_json_array(ask->answer, "asked");
    for (size_t i = 0; i < asked_count; i++)
        asked_put(ask->answer, &asked[i]);
    sk_json_end_array(ask->answer);
    return sk_ok();
}

sk_err
accounts_verb_right_ask(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    sk_str request, name, reason, account = sk_json_get_str(ask->body, "account");
    if (!account.n) account = actor.id;
    TRY(accounts_ask_text(&name, ask, "name"));
    TRY(accounts_ask_text(&reason, ask, "reason"));
    TRY(accounts_right_ask(&request, ask->mem, ask->house, &ask->visitor, &actor, account, name,
                           sk_json_get_int(ask->body, "hours", 1), reason));
    sk_json_str(ask->answer, "request", request);
    return sk_ok();
}

sk_err
accounts_verb_right_decide(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    sk_str request;
    TRY(accounts_ask_text(&request, ask, "request"));
    return accounts_right_decide(ask->mem, ask->house, &ask->visitor, &actor, request,
                                 sk_json_get_bool(ask->body, "approve", false));
}

sk_err
accounts_verb_right_take(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    sk_str account, name;
    TRY(accounts_ask_text(&account, ask, "account"));
    TRY(accounts_ask_text(&name, ask, "name"));
    return accounts_right_take(ask->mem, ask->house, &ask->visitor, &actor, account, name);
}

sk_err
accounts_verb_factors_reset(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    struct accounts_factor_reset out;
    sk_str account, reason;
    TRY(accounts_ask_text(&account, ask, "account"));
    TRY(accounts_ask_text(&reason, ask, "reason"));
    TRY(accounts_factor_reset(&out, ask->mem, ask->house, &ask->visitor, &actor, account, reason));
    sk_json_bool(ask->answer, "done", !out.request.n);
    if (out.request.n) sk_json_str(ask->answer, "request", out.request);
    if (out.due) sk_json_int(ask->answer, "due", out.due);
    return sk_ok();
}

/* --- everybody at once --- */

sk_err
accounts_verb_reset(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    struct accounts_job_ask what = { .tenant = sk_json_get_str(ask->body, "tenant") };
    sk_str job;
    TRY(realm_read(&what.realm, ask));
    TRY(accounts_ask_text(&what.reason, ask, "reason"));
    ask->visitor.realm = what.realm;
    TRY(accounts_reset_all(&job, ask->mem, ask->house, &ask->visitor, &actor, &what));
    sk_json_str(ask->answer, "job", job);
    return sk_ok();
}

static void
job_put(struct sk_json_writer *j, const struct accounts_job *job)
{
    sk_json_object(j, NULL);
    sk_json_str(j, "id", job->id);
    sk_json_str(j, "kind", job->kind);
    sk_json_str(j, "asked_by", job->asked_by);
    sk_json_str(j, "realm", job->realm);
    sk_json_str(j, "tenant", job->tenant);
    sk_json_str(j, "state", job->state);
    sk_json_int(j, "total", job->total);
    sk_json_int(j, "done", job->done);
    sk_json_int(j, "told", job->told);
    sk_json_int(j, "made", job->made);
    if (job->ended) sk_json_int(j, "ended", job->ended);
    if (job->why.n) sk_json_str(j, "why", job->why);
    sk_json_end_object(j);
}

sk_err
accounts_verb_resets(struct accounts_ask *ask)
{
    struct accounts_job list[ACCOUNTS_JOBS_LISTED];
    size_t count;
    TRY(accounts_job_list(list, &count, ask->mem, ask->house));
    sk_json_array(ask->answer, "jobs");
    for (size_t i = 0; i < count; i++)
        job_put(ask->answer, &list[i]);
    sk_json_end_array(ask->answer);
    return sk_ok();
}

/* --- the key --- */

sk_err
accounts_verb_rekey(struct accounts_ask *ask)
{
    struct accounts_actor actor = actor_of(ask);
    sk_str job;
    TRY(accounts_rekey(&job, ask->mem, ask->house, &ask->visitor, &actor,
                       sk_json_get_int(ask->body, "days", 0)));
    sk_json_str(ask->answer, "job", job);
    return sk_ok();
}

sk_err
accounts_verb_keys(struct accounts_ask *ask)
{
    struct accounts_key_use use[ACCOUNTS_KEYS_MAX];
    struct sk_json_writer *j = ask->answer;
    size_t count;
    TRY(accounts_rekey_uses(use, &count, ask->house, ask->visitor.now));
    sk_json_array(j, "keys");
    for (size_t i = 0; i < count; i++) {
        sk_json_object(j, NULL);
        sk_json_int(j, "number", use[i].number);
        sk_json_bool(j, "newest", use[i].newest);
        sk_json_int(j, "passwords", use[i].passwords);
        sk_json_int(j, "codes", use[i].codes);
        sk_json_int(j, "passing", use[i].passing);
        sk_json_int(j, "sealed", use[i].sealed);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
    return sk_ok();
}

/* --- numbers --- */

static void
realm_put(struct sk_json_writer *j, const struct accounts_census *census, int realm)
{
    sk_json_object(j, NULL);
    sk_json_text(j, "realm", accounts_realms[realm].name);
    sk_json_int(j, "people", census->people[realm]);
    sk_json_int(j, "sessions", census->signed_in[realm]);
    sk_json_end_object(j);
}

static sk_err
passwords_put(struct accounts_ask *ask)
{
    struct accounts_way_kept list[ACCOUNTS_WAYS_COUNTED];
    struct sk_json_writer *j = ask->answer;
    size_t count;
    int64_t without;
    TRY(accounts_census_passwords(list, &count, &without, ask->mem, ask->house));
    sk_json_array(j, "passwords");
    for (size_t i = 0; i < count; i++) {
        sk_json_object(j, NULL);
        sk_json_str(j, "way", list[i].way);
        sk_json_int(j, "count", list[i].count);
        sk_json_end_object(j);
    }
    sk_json_end_array(j);
    sk_json_int(j, "without_password", without);
    return sk_ok();
}

sk_err
accounts_verb_status(struct accounts_ask *ask)
{
    struct accounts_census census;
    struct sk_json_writer *j = ask->answer;
    TRY(accounts_census(&census, ask->house, ask->visitor.now));
    sk_json_array(j, "realms");
    for (int i = 0; i < ACCOUNTS_REALMS; i++)
        realm_put(j, &census, i);
    sk_json_end_array(j);
    sk_json_int(j, "locks", census.locks);
    return sk_json_get_bool(ask->body, "passwords", false) ? passwords_put(ask) : sk_ok();
}
