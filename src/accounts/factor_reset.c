#include "accounts/factor_reset.h"

#include "accounts/device.h"
#include "accounts/factor.h"
#include "accounts/id.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/request.h"
#include "accounts/tell.h"
#include "part/form.h"

struct work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_actor *actor;
    struct account account;
    sk_str id, reason, request;
    sk_when due;
    bool found;
};

/* --- doing it --- */

static const char *const reset_sql[] = {
    "DELETE FROM factor WHERE account = ?1",
    "DELETE FROM session WHERE account = ?1",
    "DELETE FROM code WHERE account = ?1",
};

sk_err
accounts_factor_reset_do(sk_arena *mem, struct accounts *house, struct part_store *store,
                         const struct accounts_visitor *visitor, const struct accounts_actor *by,
                         const struct account *account, sk_str request)
{
    struct accounts_fact fact = { .action = "accounts.factor_reset",
                                  .outcome = "ok",
                                  .principal = by ? by->id : (sk_str){ 0 },
                                  .role = by ? by->role : (sk_str){ 0 },
                                  .tenant = account->tenant,
                                  .object = account->id,
                                  .what = request };
    for (size_t i = 0; i < sizeof reset_sql / sizeof *reset_sql; i++) {
        struct part_query *q;
        TRY(part_store_query(&q, store, reset_sql[i]));
        part_query_text(q, 1, account->id);
        TRY(part_query_run(q));
    }
    TRY(accounts_mailed_end(store, "", account->id));
    TRY(accounts_device_forget(store, account->id));
    return accounts_tell(house, mem, visitor, &fact);
}

/* --- writing to the owner --- */

struct site_work {
    sk_arena *mem;
    const struct accounts *house;
    const struct account *account;
    const struct accounts_site *site;
};

static sk_err
site_read(void *ctx, struct part_store *store)
{
    struct site_work *w = ctx;
    return accounts_notice_site(&w->site, w->mem, w->house, store, w->account->tenant);
}

/* As if the owner stood at the door: the link is for that realm and site. */
static sk_err
letter_send(struct accounts *house, sk_arena *mem, const struct account *account, sk_str request,
            sk_when now, const char *letter)
{
    struct site_work w = { .mem = mem, .house = house, .account = account };
    struct accounts_visitor owner = { .realm = account->realm, .request = request, .now = now };
    TRY(accounts_read(house, site_read, &w));
    owner.site = w.site ? w.site : &house->conf.site[0];
    return accounts_notice_changed(house, mem, &owner, account->id, letter);
}

sk_err
accounts_factor_reset_letter(struct accounts *house, sk_arena *mem, const struct account *account,
                             sk_str request, sk_when now)
{
    return letter_send(house, mem, account, request, now, "factors_reset");
}

/* --- asking for it --- */

static sk_err
check_open(const struct work *w, struct part_store *store)
{
    struct part_query *q;
    bool any;
    TRY(accounts_factor_any(&any, store, w->id));
    if (!any) return sk_fail(SK_MISSING, "the account has no second factor");
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM right_request WHERE account = ?1 AND state = 'asked'"
                         " AND name = '" ACCOUNTS_REQUEST_FACTORS "'"));
    part_query_text(q, 1, w->id);
    TRY(part_query_step(&any, q));
    part_query_done(q);
    return any ? sk_fail(SK_BUSY, "it is asked for already") : sk_ok();
}

/* Is there an operator who could approve: one who neither asks nor is meant, and can sign in? */
static sk_err
due_find(struct work *w, struct part_store *store)
{
    struct part_query *q;
    bool another;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM account AS a WHERE realm = 'operator' AND state = 'active'"
                         " AND id NOT IN (?1, ?2) AND EXISTS (SELECT 1 FROM factor AS f"
                         " WHERE f.account = a.id AND f.state = 'active'"
                         " AND f.kind IN ('totp', 'passkey')) LIMIT 1"));
    part_query_text(q, 1, w->id);
    part_query_text(q, 2, w->actor->id);
    TRY(part_query_step(&another, q));
    part_query_done(q);
    w->due = another ? 0 : w->visitor->now + ACCOUNTS_FACTOR_RESET_DELAY;
    return sk_ok();
}

static sk_err
request_write(struct work *w, struct part_store *store)
{
    struct accounts_bound bound = accounts_request_reason(w->request);
    struct part_query *q;
    sk_str sealed;
    TRY(accounts_seal(&sealed, w->mem, w->house->keys, &bound, w->reason));
    TRY(part_store_query(&q, store,
                         "INSERT INTO right_request (id, account, name, reason, hours, asked,"
                         " state, asked_by, due) VALUES (?1, ?2, '" ACCOUNTS_REQUEST_FACTORS
                         "', ?3, 0, ?4, 'asked', ?5, nullif(?6, 0))"));
    part_query_text(q, 1, w->request);
    part_query_text(q, 2, w->id);
    part_query_text(q, 3, sealed);
    part_query_int(q, 4, w->visitor->now);
    part_query_text(q, 5, w->actor->id);
    part_query_int(q, 6, w->due);
    return part_query_run(q);
}

static sk_err
ask_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_fact fact = { .action = "accounts.factor_reset_ask",
                                  .outcome = "ok",
                                  .principal = w->actor->id,
                                  .role = w->actor->role,
                                  .object = w->id,
                                  .what = w->request };
    TRY(accounts_account_get(&w->account, w->mem, store, w->id));
    TRY(check_open(w, store));
    if (w->actor->local)
        return accounts_factor_reset_do(w->mem, w->house, store, w->visitor, w->actor, &w->account,
                                        (sk_str){ 0 });
    TRY(due_find(w, store));
    TRY(request_write(w, store));
    fact.tenant = w->account.tenant;
    fact.reason = w->due ? SK_STR("alone") : (sk_str){ 0 };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

sk_err
accounts_factor_reset(struct accounts_factor_reset *out, sk_arena *mem, struct accounts *house,
                      const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                      sk_str account, sk_str reason)
{
    struct work w = { .mem = mem,
                      .house = house,
                      .visitor = visitor,
                      .actor = actor,
                      .id = account,
                      .reason = sk_str_trim(reason),
                      .request = accounts_id_new(mem, "req") };
    if (!w.reason.n || w.reason.n > ACCOUNTS_REASON_MAX || !part_text_clean(w.reason, true))
        return sk_fail(SK_BAD, "a reason of at most %d bytes", ACCOUNTS_REASON_MAX);
    if (!actor->local && actor->realm != ACCOUNTS_OPERATOR)
        return sk_fail(SK_DENIED, "operators only");
    if (sk_str_eq(actor->id, account)) return sk_fail(SK_DENIED, "another operator asks for it");
    TRY(accounts_write(house, ask_run, &w));
    *out = (struct accounts_factor_reset){ .due = w.due };
    if (!actor->local) out->request = w.request;
    return letter_send(house, mem, &w.account, w.request, visitor->now,
                       actor->local ? "factors_reset" : "factors_reset_asked");
}

/* --- stopping it; its time has come --- */

sk_err
accounts_factor_reset_stop(struct part_store *store, sk_str account, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE right_request SET state = 'withdrawn', decided_by = ?1,"
                         " decided = ?2 WHERE account = ?1 AND state = 'asked'"
                         " AND name = '" ACCOUNTS_REQUEST_FACTORS "'"));
    part_query_text(q, 1, account);
    part_query_int(q, 2, now);
    return part_query_run(q);
}

static sk_err
due_read(struct work *w, struct part_store *store)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT id, account FROM right_request WHERE state = 'asked'"
                         " AND due IS NOT NULL AND due <= ?1 ORDER BY due LIMIT 1"));
    part_query_int(q, 1, w->visitor->now);
    TRY(part_query_step(&w->found, q));
    if (!w->found) return sk_ok();
    w->request = part_query_get_text(w->mem, q, 0);
    w->id = part_query_get_text(w->mem, q, 1);
    part_query_done(q);
    return sk_ok();
}

static sk_err
due_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct part_query *q;
    TRY(due_read(w, store));
    if (!w->found) return sk_ok();
    TRY(part_store_query(
        &q, store, "UPDATE right_request SET state = 'approved', decided = ?2 WHERE id = ?1"));
    part_query_text(q, 1, w->request);
    part_query_int(q, 2, w->visitor->now);
    TRY(part_query_run(q));
    TRY(accounts_account_get(&w->account, w->mem, store, w->id));
    return accounts_factor_reset_do(w->mem, w->house, store, w->visitor, NULL, &w->account,
                                    w->request);
}

sk_err
accounts_factor_reset_due(struct accounts *house, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct accounts_visitor nobody = { .realm = ACCOUNTS_OPERATOR, .now = now };
    struct work w = { .mem = mem, .house = house, .visitor = &nobody };
    TRY(accounts_write(house, due_run, &w));
    return w.found ? accounts_factor_reset_letter(house, mem, &w.account, w.request, now) : sk_ok();
}
