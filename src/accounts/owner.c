#include "accounts/owner.h"

#include "accounts/device.h"
#include "accounts/factor_reset.h"
#include "accounts/limit.h"
#include "accounts/mailed.h"
#include "accounts/notice.h"
#include "accounts/tell.h"
#include "part/log.h"

/* --- ending --- */

struct end_work {
    const struct accounts_ending *ending;
    int64_t count;
};

static sk_err
end_work(void *ctx, struct part_store *store)
{
    struct end_work *w = ctx;
    const struct accounts_ending *e = w->ending;
    w->count = 1;
    if (e->id.n && !e->others) return accounts_session_end(store, e->account, e->id);
    return accounts_session_end_all(&w->count, store, e->account, e->id);
}

sk_err
accounts_end(int64_t *count, sk_arena *mem, struct accounts *house,
             const struct accounts_visitor *visitor, const struct accounts_ending *ending)
{
    struct end_work w = { .ending = ending };
    struct accounts_fact fact = { .action = "accounts.session_end",
                                  .outcome = "ok",
                                  .principal = ending->by,
                                  .role = ending->role,
                                  .tenant = ending->tenant,
                                  .object = ending->id.n && !ending->others ? ending->id
                                                                            : ending->account,
                                  .reason = sk_str_of(ending->reason) };
    TRY(accounts_write(house, end_work, &w));
    *count = fact.count = w.count;
    sk_err told = accounts_tell(house, mem, visitor, &fact);
    if (sk_failed(told)) part_log(PART_ERROR, "session end: %s", told.why);
    return sk_ok();
}

/* --- passwords --- */

struct password_work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct account *account;
    const struct accounts_new_password *fresh; /* NULL: it is made void */
    const char *reason;
    sk_str stored;
};

static sk_err
password_tell(const struct password_work *w, int64_t ended)
{
    struct accounts_fact fact = {
        .action = w->fresh ? "accounts.password_change" : "accounts.password_void",
        .outcome = "ok",
        .principal = w->account->id,
        .role = w->account->role,
        .tenant = w->account->tenant,
        .object = w->account->id,
        .reason = sk_str_of(w->reason),
        .count = ended,
    };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

static sk_err
password_work(void *ctx, struct part_store *store)
{
    struct password_work *w = ctx;
    sk_str id = w->account->id;
    int64_t ended, lifted;
    if (w->fresh)
        TRY(accounts_account_set_password(store, id, w->stored, w->visitor->now));
    else if (w->account->password.n)
        TRY(accounts_account_void_password(store, id));
    if (w->fresh && w->fresh->activate) TRY(accounts_account_set_state(store, id, ACCOUNTS_ACTIVE));
    TRY(accounts_session_end_all(&ended, store, id, w->fresh ? w->fresh->keep : (sk_str){ 0 }));
    TRY(accounts_mailed_end(store, "", id));
    if (!w->fresh || w->fresh->forget) TRY(accounts_device_forget(store, id));
    if (!w->fresh) TRY(accounts_factor_reset_stop(store, id, w->visitor->now));
    if (w->fresh && w->fresh->forget) TRY(accounts_limit_lift(&lifted, store, id));
    return password_tell(w, ended);
}

sk_err
accounts_set_password(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                      const struct account *account, const struct accounts_new_password *fresh)
{
    struct accounts_bound bound = accounts_account_bound(account, "password");
    struct password_work w = { .mem = mem,
                               .house = house,
                               .visitor = visitor,
                               .account = account,
                               .fresh = fresh,
                               .reason = fresh->activate ? "invitation"
                                         : fresh->forget ? "reset"
                                                         : "owner" };
    TRY(accounts_slots_take(house->slots));
    sk_err hashed =
        accounts_password_hash(&w.stored, mem, house->keys, &house->cost, &bound, fresh->password);
    accounts_slots_give(house->slots);
    TRY(hashed);
    return accounts_write(house, password_work, &w);
}

sk_err
accounts_stop_all(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                  const struct account *account, const char *reason)
{
    struct password_work w = {
        .mem = mem, .house = house, .visitor = visitor, .account = account, .reason = reason
    };
    TRY(accounts_write(house, password_work, &w));
    /* Who has no password gets a new code when he asks for one. */
    if (!account->password.n) return sk_ok();
    return accounts_notice_reset(house, mem, visitor, account->id, "must_reset");
}
