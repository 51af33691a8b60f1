#include "accounts/removal.h"

#include "accounts/id.h"
#include "accounts/mail.h"
#include "accounts/notice.h"
#include "accounts/tell.h"
#include "part/log.h"

struct work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_actor *actor;
    sk_str id;
    struct account account;
    const struct accounts_site *site;
};

static sk_err
check_actor(const struct work *w)
{
    const struct accounts_actor *by = w->actor;
    bool staff =
        by->realm == ACCOUNTS_MERCHANT && sk_str_eq(by->tenant, w->account.tenant) &&
        (w->account.realm == ACCOUNTS_WORKER ||
         (w->account.realm == ACCOUNTS_MERCHANT && sk_str_eq(w->account.role, SK_STR("sub"))));
    if (by->local || sk_str_eq(by->id, w->id) || by->realm == ACCOUNTS_OPERATOR || staff)
        return sk_ok();
    return sk_fail(SK_MISSING, "no such account");
}

static sk_err
check_last(const struct work *w, struct part_store *store)
{
    struct part_query *q;
    bool another;
    if (w->account.realm != ACCOUNTS_OPERATOR || w->actor->local) return sk_ok();
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM account WHERE realm = 'operator' AND state = 'active'"
                         " AND id <> ?1"));
    part_query_text(q, 1, w->id);
    TRY(part_query_step(&another, q));
    part_query_done(q);
    return another ? sk_ok() : sk_fail(SK_DENIED, "the last operator stays");
}

static sk_err
tell(const struct work *w)
{
    bool own = sk_str_eq(w->actor->id, w->id);
    struct accounts_fact fact = { .action = "accounts.remove",
                                  .outcome = "ok",
                                  .principal = w->actor->id,
                                  .role = w->actor->role,
                                  .tenant = w->account.tenant,
                                  .object = w->id,
                                  .reason = own ? SK_STR("owner") : SK_STR("operator") };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

/* Rows that name the account go with it by the schema; these name its address. */
static sk_err
traces_delete(const struct work *w, struct part_store *store)
{
    static const char *const sql[] = { "DELETE FROM tally WHERE subject = ?1",
                                       "DELETE FROM code WHERE subject = ?1" };
    struct part_query *q;
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        TRY(part_store_query(&q, store, sql[i]));
        part_query_text(q, 1, w->account.email_index);
        TRY(part_query_run(q));
    }
    return sk_ok();
}

static sk_err
run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct part_query *q;
    TRY(accounts_account_get(&w->account, w->mem, store, w->id));
    TRY(check_actor(w));
    TRY(check_last(w, store));
    TRY(accounts_notice_site(&w->site, w->mem, w->house, store, w->account.tenant));
    TRY(traces_delete(w, store));
    TRY(part_store_query(&q, store, "DELETE FROM account WHERE id = ?1"));
    part_query_text(q, 1, w->id);
    TRY(part_query_run(q));
    return tell(w);
}

/* secure_delete overwrites in the file; the journal has the pages as they were until it is cleared.
 */
static sk_err
remove_whole(struct work *w)
{
    struct part_store *store;
    TRY(part_store_take(&store, w->house->stores));
    sk_err e = part_store_exec(store, "PRAGMA secure_delete = ON");
    if (!sk_failed(e)) e = part_store_write(store, run, w);
    if (!sk_failed(e)) e = part_store_exec(store, "PRAGMA wal_checkpoint(TRUNCATE)");
    part_store_give(w->house->stores, store);
    return e;
}

sk_err
accounts_remove(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                const struct accounts_actor *actor, sk_str account)
{
    struct work w = {
        .mem = mem, .house = house, .visitor = visitor, .actor = actor, .id = account
    };
    struct accounts_letter letter = { .name = "removed" };
    TRY(remove_whole(&w));
    if (w.account.state == ACCOUNTS_INVITED) return sk_ok(); /* has never been here */
    letter.site = w.site ? w.site : &house->conf.site[0];
    letter.key = sk_str_printf(mem, "accounts.removed.%.*s", SK_ARG(account));
    sk_err e = accounts_letter_send(house, mem, &w.account, &letter);
    if (sk_failed(e)) part_log(PART_ERROR, "removal of %.*s: %s", SK_ARG(account), e.why);
    return sk_ok();
}
