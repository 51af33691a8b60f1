#include "accounts/sign_in.h"

#include "accounts/address.h"
#include "accounts/device.h"
#include "accounts/errand.h"
#include "accounts/factor.h"
#include "accounts/history.h"
#include "accounts/notice.h"
#include "accounts/sent.h"
#include "accounts/tell.h"
#include "part/log.h"

/* One attempt and what is known of it. */
struct entry {
    struct accounts *house;
    sk_arena *mem;
    const struct accounts_visitor *visitor;
    struct accounts_signed *out;
    struct account account;
    bool found;
    struct accounts_try attempt;
    struct accounts_verdict verdict;
    const char *method;
    /* of what is looked for */
    sk_str email_same, tenant;
    /* of what is written */
    const struct accounts_session *old; /* replaced by the new one; NULL: none */
    unsigned level;
    sk_str wait;
    struct accounts_locked locked;
};

static struct entry
entry_of(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
         const struct accounts_visitor *visitor, const char *method)
{
    *out = (struct accounts_signed){ .step = ACCOUNTS_STEP_WRONG };
    return (struct entry){ .house = house,
                           .mem = mem,
                           .visitor = visitor,
                           .out = out,
                           .method = method,
                           .attempt = { .realm = visitor->realm, .client = visitor->client } };
}

/* --- who it is --- */

/* What cannot be an address is looked for and counted like one. */
static sk_err
address_read(struct entry *e, sk_str typed)
{
    enum { MOST = 512 };
    struct accounts_email email;
    sk_err read = accounts_email_read(&email, e->mem, typed);
    e->email_same = sk_failed(read) ? sk_str_first(typed, MOST) : email.same;
    return sk_ok();
}

/* What limits count an address by, whether somebody has it or not. */
static sk_err
subject_of(struct entry *e)
{
    const struct accounts_keys *keys = e->house->keys;
    struct accounts_bound bound = { .kind = SK_STR("email"),
                                    .realm = sk_str_of(accounts_realms[e->visitor->realm].name) };
    TRY(accounts_index(&e->attempt.subject, e->mem, keys, accounts_keys_newest(keys), &bound,
                       e->email_same));
    if (e->found) e->attempt.subject = e->account.email_index;
    return sk_ok();
}

static sk_err
look(struct entry *e, struct part_store *store)
{
    e->attempt.account = e->account.id;
    TRY(accounts_device_find(&e->attempt.device, e->mem, store, e->account.id, e->visitor->device));
    return accounts_limit_look(&e->verdict, e->mem, store, &e->attempt, e->visitor->now);
}

static sk_err
find_by_address(void *ctx, struct part_store *store)
{
    struct entry *e = ctx;
    sk_err found =
        accounts_account_find(&e->account, e->mem, store, e->house->keys, e->visitor->realm,
                              e->visitor->site->name, e->tenant, e->email_same);
    if (sk_failed(found) && found.kind != SK_MISSING) return found;
    e->found = !sk_failed(found);
    if (!e->found) e->account = (struct account){ .realm = e->visitor->realm };
    TRY(subject_of(e));
    return look(e, store);
}

static sk_err
find_by_id(void *ctx, struct part_store *store)
{
    struct entry *e = ctx;
    TRY(accounts_account_get(&e->account, e->mem, store, e->account.id));
    e->found = true;
    e->attempt.subject = e->account.email_index;
    return look(e, store);
}

/* Whether the visitor has to do something else first. */
static bool
held_up(struct entry *e, bool worked)
{
    e->out->until = e->verdict.until;
    if (e->verdict.refused) {
        e->out->step = ACCOUNTS_STEP_WAIT;
        atomic_fetch_add(&e->house->held_up[e->visitor->realm],
                         1); /* cheap: the carrier tells how many */
    }
    if (!e->verdict.refused && e->verdict.challenge && !worked) e->out->step = ACCOUNTS_STEP_WORK;
    return e->out->step != ACCOUNTS_STEP_WRONG;
}

/* --- what is told --- */

static sk_err
tell(const struct entry *e, const char *action, const char *outcome, sk_str principal,
     sk_str object, const char *reason)
{
    struct accounts_fact fact = {
        .action = action,
        .outcome = outcome,
        .principal = principal,
        .role = principal.n ? e->account.role : (sk_str){ 0 },
        .tenant = e->account.tenant,
        .object = object,
        .method = sk_str_of(e->method),
        .reason = sk_str_of(reason),
    };
    return accounts_tell(e->house, e->mem, e->visitor, &fact);
}

/* --- what did not work --- */

static sk_err
write_failure(void *ctx, struct part_store *store)
{
    struct entry *e = ctx;
    struct accounts_event event = {
        .account = e->account.id,
        .at = e->visitor->now,
        .outcome = SK_STR("failed"),
        .method = sk_str_of(e->method),
        .device = e->visitor->family,
        .place = e->visitor->place,
    };
    TRY(accounts_limit_failed(&e->locked, e->mem, store, &e->house->conf, &e->attempt,
                              e->visitor->now));
    if (!e->found) return sk_ok();
    TRY(accounts_history_add(store, &event));
    /* The owner can do something about the lock of a strange browser only. */
    if (!e->locked.until[ACCOUNTS_LIMIT_ACCOUNT]) return sk_ok();
    event.outcome = SK_STR("locked");
    event.tell = e->account.state == ACCOUNTS_ACTIVE;
    return accounts_history_add(store, &event);
}

static sk_err
tell_locks(const struct entry *e)
{
    const sk_when *until = e->locked.until;
    if (until[ACCOUNTS_LIMIT_ACCOUNT] || until[ACCOUNTS_LIMIT_DEVICE])
        TRY(tell(e, "accounts.lock", "ok", (sk_str){ 0 }, e->account.id,
                 until[ACCOUNTS_LIMIT_DEVICE] ? "known device" : "new devices"));
    if (until[ACCOUNTS_LIMIT_SOURCE] || until[ACCOUNTS_LIMIT_NETWORK])
        TRY(tell(e, "accounts.source_shut", "ok", (sk_str){ 0 }, (sk_str){ 0 }, "failures"));
    return sk_ok();
}

/* Counted first and told then, so that what cannot be told counts all the same. Each one has cost
 * us a password's hash, of which there are twenty a second: that bounds the ledger's work, too. */
static sk_err
fail(struct entry *e)
{
    e->out->step = ACCOUNTS_STEP_WRONG;
    TRY(accounts_write(e->house, write_failure, e));
    if (e->locked.until[ACCOUNTS_LIMIT_ACCOUNT])
        accounts_bell_ring(accounts_errands_bell(e->house->errands));
    TRY(tell(e, "accounts.sign_in", "failed", (sk_str){ 0 }, e->account.id,
             e->verdict.locked ? "locked" : NULL));
    return tell_locks(e);
}

/* --- what did --- */

static sk_err
write_device(struct entry *e, struct part_store *store, sk_str *known, bool *fresh)
{
    e->out->device = e->visitor->device;
    return accounts_device_keep(known, fresh, &e->out->device, e->mem, store, e->account.id,
                                e->visitor->family, e->visitor->now);
}

static sk_err
write_session(struct entry *e, struct part_store *store, sk_str known)
{
    struct accounts_session_new fresh = {
        .account = e->account.id,
        .site = e->visitor->site->name,
        .wait = e->wait,
        .device = e->visitor->family,
        .place = e->visitor->place,
        .known = known,
        .realm = e->visitor->realm,
        .level = e->level,
    };
    if (e->old) TRY(accounts_session_end(store, e->account.id, e->old->id));
    return accounts_session_make(&e->out->session, &e->out->cookie, e->mem, store, &e->house->conf,
                                 &fresh, e->visitor->now);
}

static sk_err
write_success(void *ctx, struct part_store *store)
{
    struct entry *e = ctx;
    struct accounts_event event = {
        .account = e->account.id,
        .at = e->visitor->now,
        .outcome = SK_STR("ok"),
        .method = sk_str_of(e->method),
        .device = e->visitor->family,
        .place = e->visitor->place,
        .tell = true,
    };
    sk_str known;
    TRY(accounts_limit_passed(store, &e->attempt));
    TRY(write_device(e, store, &known, &event.fresh));
    TRY(write_session(e, store, known));
    event.session = e->out->session.id;
    TRY(accounts_history_add(store, &event));
    TRY(accounts_account_saw(store, e->account.id, e->visitor->now));
    /* Last, and before all of it is committed: without the record there is no session. */
    return tell(e, "accounts.sign_in", "ok", e->account.id, e->out->session.id,
                event.fresh ? "new device" : NULL);
}

static sk_err
complete(struct entry *e, unsigned level)
{
    e->level = level;
    e->wait = ACCOUNTS_WAIT_NOTHING;
    TRY(accounts_write(e->house, write_success, e));
    accounts_bell_ring(accounts_errands_bell(e->house->errands));
    e->out->step = ACCOUNTS_STEP_IN;
    return sk_ok();
}

static sk_err
write_half(void *ctx, struct part_store *store)
{
    struct entry *e = ctx;
    TRY(write_session(e, store, e->attempt.device));
    return tell(e, "accounts.first_factor", "ok", e->account.id, e->out->session.id, NULL);
}

static sk_err
wait_for(void *ctx, struct part_store *store)
{
    struct entry *e = ctx;
    bool any;
    TRY(accounts_factor_any(&any, store, e->account.id));
    bool second = e->house->conf.realm[e->visitor->realm].second;
    e->wait = any ? ACCOUNTS_WAIT_FACTOR : second ? ACCOUNTS_WAIT_ENROL : ACCOUNTS_WAIT_NOTHING;
    return sk_ok();
}

/* The first factor is right. */
static sk_err
go_on(struct entry *e)
{
    TRY(accounts_read(e->house, wait_for, e));
    if (!e->wait.n) return complete(e, 1);
    e->level = 1;
    TRY(accounts_write(e->house, write_half, e));
    e->out->step =
        sk_str_eq(e->wait, ACCOUNTS_WAIT_FACTOR) ? ACCOUNTS_STEP_FACTOR : ACCOUNTS_STEP_ENROL;
    return sk_ok();
}

/* --- address and password --- */

struct rehash {
    sk_str id, stored;
};

static sk_err
write_rehash(void *ctx, struct part_store *store)
{
    const struct rehash *r = ctx;
    return accounts_account_rehash(store, r->id, r->stored);
}

static sk_err
compare(bool *right, const struct entry *e, sk_str password)
{
    struct accounts_bound bound = accounts_account_bound(&e->account, "password");
    struct rehash r = { .id = e->account.id };
    bool again = false;
    TRY(accounts_slots_take(e->house->slots));
    *right = accounts_password_matches(&again, e->house->keys, &e->house->cost, &bound,
                                       e->account.password, password);
    sk_err hashed = sk_ok();
    if (*right && again)
        hashed = accounts_password_hash(&r.stored, e->mem, e->house->keys, &e->house->cost, &bound,
                                        password);
    accounts_slots_give(e->house->slots);
    TRY(hashed);
    return r.stored.n ? accounts_write(e->house, write_rehash, &r) : sk_ok();
}

static sk_err
reset_first(struct entry *e)
{
    TRY(tell(e, "accounts.sign_in", "denied", (sk_str){ 0 }, e->account.id, "password void"));
    e->out->step = ACCOUNTS_STEP_RESET;
    return accounts_notice_reset(e->house, e->mem, e->visitor, e->account.id, "must_reset");
}

sk_err
accounts_sign_in(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                 const struct accounts_visitor *visitor, const struct accounts_given *given)
{
    struct entry e = entry_of(out, mem, house, visitor, "password");
    bool right = false;
    e.tenant = given->tenant;
    TRY(address_read(&e, given->email));
    TRY(accounts_read(house, find_by_address, &e));
    if (held_up(&e, given->worked)) return sk_ok();
    TRY(compare(&right, &e, given->password));
    if (!right || !e.found || e.verdict.locked || e.account.state != ACCOUNTS_ACTIVE)
        return fail(&e);
    return e.account.must_reset ? reset_first(&e) : go_on(&e);
}

sk_err
accounts_sign_in_as(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                    const struct accounts_visitor *visitor, const struct account *account,
                    const char *method)
{
    struct entry e = entry_of(out, mem, house, visitor, method);
    e.account.id = account->id;
    TRY(accounts_read(house, find_by_id, &e));
    return e.account.state == ACCOUNTS_ACTIVE ? go_on(&e) : fail(&e);
}

/* --- a mailed code --- */

struct code_work {
    struct entry *entry;
    struct accounts_sent sent;
    sk_str code, flow;
    enum accounts_code_verdict verdict;
    sk_str typed;
};

/* Each code asked for counts against its source, or one could send letters to half the town. */
static sk_err
count_ask(struct entry *e, struct part_store *store)
{
    struct accounts_try attempt = e->attempt;
    struct accounts_locked locked;
    attempt.subject = attempt.device = (sk_str){ 0 };
    return accounts_limit_failed(&locked, e->mem, store, &e->house->conf, &attempt,
                                 e->visitor->now);
}

static sk_err
write_code(void *ctx, struct part_store *store)
{
    struct code_work *w = ctx;
    struct entry *e = w->entry;
    TRY(count_ask(e, store));
    return accounts_sent_make(&w->code, &w->flow, e->mem, store, e->house->keys, &w->sent,
                              e->visitor->now);
}

sk_err
accounts_sign_in_code_ask(struct accounts_signed *out, sk_str *flow, sk_arena *mem,
                          struct accounts *house, const struct accounts_visitor *visitor,
                          const struct accounts_given *given, sk_str data)
{
    struct entry e = entry_of(out, mem, house, visitor, "code");
    struct code_work w = {
        .entry = &e,
        .sent = { .purpose = "code.sign_in", .site = visitor->site->name, .data = data }
    };
    e.tenant = given->tenant;
    TRY(address_read(&e, given->email));
    TRY(accounts_read(house, find_by_address, &e));
    if (held_up(&e, given->worked)) return sk_ok();
    bool somebody = e.found && e.account.state == ACCOUNTS_ACTIVE;
    w.sent.account = somebody ? e.account.id : (sk_str){ 0 };
    w.sent.subject = e.attempt.subject;
    sk_err made = accounts_write(house, write_code, &w);
    out->step = ACCOUNTS_STEP_IN;
    /* Too many to that address: the page says what it always says, and no letter goes. */
    if (made.kind == SK_BUSY) *flow = accounts_secret_new(mem).text;
    if (made.kind == SK_BUSY) return sk_ok();
    TRY(made);
    *flow = w.flow;
    struct accounts_letter letter = {
        .name = "code",
        .site = visitor->site,
        .key = sk_str_printf(mem, "accounts.code.%.*s", SK_ARG(visitor->request)),
        .life = ACCOUNTS_CODE_AGE / 1000,
    };
    accounts_letter_fill(&letter, "code", w.code);
    return accounts_carry(house->errands, w.sent.account, &letter);
}

static sk_err
write_ask(void *ctx, struct part_store *store)
{
    return count_ask(ctx, store);
}

sk_err
accounts_reset_ask(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                   const struct accounts_visitor *visitor, const struct accounts_given *given)
{
    struct entry e = entry_of(out, mem, house, visitor, "reset");
    e.tenant = given->tenant;
    TRY(address_read(&e, given->email));
    TRY(accounts_read(house, find_by_address, &e));
    if (held_up(&e, given->worked)) return sk_ok();
    TRY(accounts_write(house, write_ask, &e));
    bool somebody = e.found && e.account.state == ACCOUNTS_ACTIVE;
    out->step = ACCOUNTS_STEP_IN;
    return accounts_notice_reset(house, mem, visitor, somebody ? e.account.id : (sk_str){ 0 },
                                 "reset");
}

static sk_err
try_code(void *ctx, struct part_store *store)
{
    struct code_work *w = ctx;
    struct entry *e = w->entry;
    return accounts_sent_try(&w->verdict, &w->sent, e->mem, store, e->house->keys, w->flow,
                             w->typed, e->visitor->now);
}

sk_err
accounts_sign_in_code(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                      const struct accounts_visitor *visitor, sk_str flow, sk_str typed)
{
    struct entry e = entry_of(out, mem, house, visitor, "code");
    struct code_work w = { .entry = &e,
                           .sent = { .purpose = "code.sign_in", .site = visitor->site->name },
                           .flow = flow,
                           .typed = typed };
    TRY(accounts_write(house, try_code, &w));
    out->data = w.sent.data;
    e.account.id = w.sent.account;
    e.attempt.subject = w.sent.subject;
    if (e.account.id.n) {
        sk_err found = accounts_read(house, find_by_id, &e);
        if (sk_failed(found) && found.kind != SK_MISSING) return found;
    }
    bool good = e.found && e.account.state == ACCOUNTS_ACTIVE &&
                e.account.realm == visitor->realm && w.verdict == ACCOUNTS_CODE_RIGHT;
    if (good) return go_on(&e);
    if (w.sent.subject.n && w.verdict == ACCOUNTS_CODE_WRONG) return fail(&e);
    out->step = ACCOUNTS_STEP_OVER;
    return sk_ok();
}

/* --- the second factor --- */

static sk_err
entry_of_session(struct entry *e, struct accounts_signed *out, sk_arena *mem,
                 struct accounts *house, const struct accounts_visitor *visitor,
                 const struct accounts_session *session, const char *method)
{
    *e = entry_of(out, mem, house, visitor, method);
    e->account.id = session->account;
    e->old = session;
    return accounts_read(house, find_by_id, e);
}

sk_err
accounts_second_locked(bool *locked, sk_arena *mem, struct accounts *house,
                       const struct accounts_visitor *visitor,
                       const struct accounts_session *session)
{
    struct accounts_signed out;
    struct entry e;
    TRY(entry_of_session(&e, &out, mem, house, visitor, session, "second"));
    *locked = e.verdict.locked;
    return sk_ok();
}

sk_err
accounts_second_passed(struct accounts_signed *out, sk_arena *mem, struct accounts *house,
                       const struct accounts_visitor *visitor,
                       const struct accounts_session *session, const char *method)
{
    struct entry e;
    TRY(entry_of_session(&e, out, mem, house, visitor, session, method));
    return complete(&e, 2);
}

sk_err
accounts_second_failed(sk_arena *mem, struct accounts *house,
                       const struct accounts_visitor *visitor,
                       const struct accounts_session *session, const char *method)
{
    struct accounts_signed out;
    struct entry e;
    TRY(entry_of_session(&e, &out, mem, house, visitor, session, method));
    return fail(&e);
}
