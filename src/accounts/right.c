#include "accounts/right.h"

#include "accounts/factor_reset.h"
#include "accounts/id.h"
#include "accounts/tell.h"
#include "part/form.h"

enum { HOUR = 3600 * 1000, SWEPT_AT_ONCE = 100 };

struct work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_actor *actor;
    struct account account;
    sk_str id, name, reason, request, asked_by;
    const sk_str *screens;
    size_t count;
    int64_t hours;
    bool approve;
};

static sk_err
tell(const struct work *w, const char *action, sk_str reason)
{
    struct accounts_fact fact = { .action = action,
                                  .outcome = "ok",
                                  .principal = w->actor->id,
                                  .role = w->actor->role,
                                  .tenant = w->account.tenant,
                                  .object = w->account.id,
                                  .what = w->name,
                                  .reason = reason };
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

/* --- screens --- */

static sk_err
screen_add(struct part_store *store, sk_str account, sk_str by, sk_str name, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "INSERT INTO held_right (account, name, given_by, made)"
                         " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING"));
    part_query_text(q, 1, account);
    part_query_text(q, 2, name);
    part_query_text(q, 3, by);
    part_query_int(q, 4, now);
    return part_query_run(q);
}

sk_err
accounts_screens_put(struct part_store *store, sk_str account, sk_str by, const sk_str *screens,
                     size_t count, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "DELETE FROM held_right WHERE account = ?1"
                         " AND name NOT GLOB 'privilege.*'"));
    part_query_text(q, 1, account);
    TRY(part_query_run(q));
    for (size_t i = 0; i < count; i++)
        TRY(screen_add(store, account, by, screens[i], now));
    return sk_ok();
}

/* Operators and the command line change everybody's; a shop's owner those of its own staff, and
 * nobody their own. For all others the account does not exist. */
static sk_err
check_staff(const struct work *w)
{
    const struct accounts_actor *by = w->actor;
    bool own = by->realm == ACCOUNTS_MERCHANT && sk_str_eq(by->tenant, w->account.tenant);
    if (!by->local && by->realm != ACCOUNTS_OPERATOR && !own)
        return sk_fail(SK_MISSING, "no such account");
    if (sk_str_eq(by->id, w->account.id))
        return sk_fail(SK_DENIED, "nobody gives rights to himself");
    return sk_ok();
}

static sk_err
screens_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    TRY(accounts_account_get(&w->account, w->mem, store, w->id));
    TRY(check_staff(w));
    if (w->account.realm != ACCOUNTS_MERCHANT || !sk_str_eq(w->account.role, SK_STR("sub")))
        return sk_fail(SK_BAD, "screens are for sub-administrators");
    TRY(accounts_screens_put(store, w->id, w->actor->id, w->screens, w->count, w->visitor->now));
    return tell(w, "accounts.screens_set", (sk_str){ 0 });
}

sk_err
accounts_screens_set(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                     const struct accounts_actor *actor, sk_str account, const sk_str *screens,
                     size_t count)
{
    struct work w = { .mem = mem,
                      .house = house,
                      .visitor = visitor,
                      .actor = actor,
                      .id = account,
                      .screens = screens,
                      .count = count };
    struct sk_buf names = { .mem = mem };
    if (count > ACCOUNTS_SCREENS_MAX) return sk_fail(SK_FULL, "too many screens");
    for (size_t i = 0; i < count; i++) {
        if (!accounts_screen_find(ACCOUNTS_MERCHANT, screens[i]))
            return sk_fail(SK_BAD, "there is no screen %.*s", SK_ARG(screens[i]));
        sk_buf_printf(&names, "%s%.*s", i ? "," : "", SK_ARG(screens[i]));
    }
    w.name = sk_buf_str(&names);
    return accounts_write(house, screens_run, &w);
}

/* --- asking for a privilege --- */

static sk_err
open_count(int64_t *count, struct part_store *store, sk_str account)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT count(*) FROM right_request WHERE account = ?1"
                         " AND state = 'asked'"));
    part_query_text(q, 1, account);
    TRY(part_query_step(&row, q));
    *count = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

static sk_err
ask_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct accounts_bound bound = accounts_request_reason(w->request);
    struct part_query *q;
    sk_str sealed;
    int64_t open;
    TRY(accounts_account_get(&w->account, w->mem, store, w->id));
    if (w->account.realm != ACCOUNTS_OPERATOR || w->account.state != ACCOUNTS_ACTIVE)
        return sk_fail(SK_DENIED, "privileges are for operators");
    TRY(open_count(&open, store, w->id));
    if (open >= ACCOUNTS_ASKED_MAX) return sk_fail(SK_FULL, "too many requests are open");
    TRY(accounts_seal(&sealed, w->mem, w->house->keys, &bound, w->reason));
    TRY(part_store_query(
        &q, store,
        "INSERT INTO right_request (id, account, name, reason, hours, asked, state)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'asked')"));
    part_query_text(q, 1, w->request);
    part_query_text(q, 2, w->id);
    part_query_text(q, 3, w->name);
    part_query_text(q, 4, sealed);
    part_query_int(q, 5, w->hours);
    part_query_int(q, 6, w->visitor->now);
    TRY(part_query_run(q));
    return tell(w, "accounts.right_ask", w->request);
}

sk_err
accounts_right_ask(sk_str *request, sk_arena *mem, struct accounts *house,
                   const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                   sk_str account, sk_str name, int64_t hours, sk_str reason)
{
    struct work w = { .mem = mem,
                      .house = house,
                      .visitor = visitor,
                      .actor = actor,
                      .id = account,
                      .name = name,
                      .hours = hours,
                      .reason = sk_str_trim(reason),
                      .request = accounts_id_new(mem, "req") };
    if (!accounts_screen_is_privilege(name) || !accounts_screen_find(ACCOUNTS_OPERATOR, name))
        return sk_fail(SK_BAD, "there is no such privilege");
    if (hours < 1 || hours > ACCOUNTS_PRIVILEGE_HOURS_MAX)
        return sk_fail(SK_BAD, "1 to %d hours", ACCOUNTS_PRIVILEGE_HOURS_MAX);
    if (!w.reason.n || w.reason.n > ACCOUNTS_REASON_MAX || !part_text_clean(w.reason, true))
        return sk_fail(SK_BAD, "a reason of at most %d bytes", ACCOUNTS_REASON_MAX);
    if (!actor->local && !sk_str_eq(actor->id, account))
        return sk_fail(SK_DENIED, "one asks for oneself");
    TRY(accounts_write(house, ask_run, &w));
    *request = w.request;
    return sk_ok();
}

/* --- deciding --- */

static sk_err
request_read(struct work *w, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT account, name, hours, coalesce(asked_by, '')"
                         " FROM right_request"
                         " WHERE id = ?1 AND state = 'asked' AND asked > ?2"));
    part_query_text(q, 1, w->request);
    part_query_int(q, 2, w->visitor->now - ACCOUNTS_ASKED_LIFE);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such request is open");
    w->id = part_query_get_text(w->mem, q, 0);
    w->name = part_query_get_text(w->mem, q, 1);
    w->hours = part_query_get_int(q, 2);
    w->asked_by = part_query_get_text(w->mem, q, 3);
    part_query_done(q);
    return accounts_account_get(&w->account, w->mem, store, w->id);
}

static sk_err
decision_write(const struct work *w, struct part_store *store)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE right_request SET state = ?2, decided_by = ?3, decided = ?4"
                         " WHERE id = ?1"));
    part_query_text(q, 1, w->request);
    bool own = sk_str_eq(w->actor->id, w->id) || sk_str_eq(w->actor->id, w->asked_by);
    part_query_text(q, 2,
                    w->approve ? SK_STR("approved")
                    : own      ? SK_STR("withdrawn")
                               : SK_STR("refused"));
    part_query_text(q, 3, w->actor->id);
    part_query_int(q, 4, w->visitor->now);
    return part_query_run(q);
}

static sk_err
privilege_give(const struct work *w, struct part_store *store)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "INSERT INTO held_right (account, name, given_by, made, ends)"
                         " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (account, name) DO UPDATE"
                         " SET given_by = ?3, made = ?4, ends = ?5"));
    part_query_text(q, 1, w->id);
    part_query_text(q, 2, w->name);
    part_query_text(q, 3, w->actor->id);
    part_query_int(q, 4, w->visitor->now);
    part_query_int(q, 5, w->visitor->now + w->hours * HOUR);
    return part_query_run(q);
}

static bool
is_factors(const struct work *w)
{
    return sk_str_eq(w->name, SK_STR(ACCOUNTS_REQUEST_FACTORS));
}

static sk_err
decide_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    TRY(request_read(w, store));
    bool factors = is_factors(w);
    if (sk_str_eq(w->actor->id, w->id) && (w->approve || !factors))
        return sk_fail(SK_DENIED, "nobody decides on their own request");
    if (sk_str_eq(w->actor->id, w->asked_by) && w->approve)
        return sk_fail(SK_DENIED, "whoever asked does not approve");
    TRY(decision_write(w, store));
    if (w->approve && factors)
        return accounts_factor_reset_do(w->mem, w->house, store, w->visitor, w->actor, &w->account,
                                        w->request);
    if (w->approve) TRY(privilege_give(w, store));
    return tell(w, w->approve ? "accounts.right_give" : "accounts.right_refuse", w->request);
}

sk_err
accounts_right_decide(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                      const struct accounts_actor *actor, sk_str request, bool approve)
{
    struct work w = { .mem = mem,
                      .house = house,
                      .visitor = visitor,
                      .actor = actor,
                      .request = request,
                      .approve = approve };
    if (!actor->local && actor->realm != ACCOUNTS_OPERATOR)
        return sk_fail(SK_DENIED, "operators decide");
    TRY(accounts_write(house, decide_run, &w));
    return approve && is_factors(&w)
               ? accounts_factor_reset_letter(house, mem, &w.account, request, visitor->now)
               : sk_ok();
}

/* --- taking --- */

static sk_err
take_run(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct part_query *q;
    TRY(accounts_account_get(&w->account, w->mem, store, w->id));
    /* One may give up one's own. */
    if (!sk_str_eq(w->actor->id, w->id)) TRY(check_staff(w));
    TRY(part_store_query(&q, store, "DELETE FROM held_right WHERE account = ?1 AND name = ?2"));
    part_query_text(q, 1, w->id);
    part_query_text(q, 2, w->name);
    TRY(part_query_run(q));
    if (!part_store_changed(store)) return sk_fail(SK_MISSING, "the right is not held");
    return tell(w, "accounts.right_take", (sk_str){ 0 });
}

sk_err
accounts_right_take(sk_arena *mem, struct accounts *house, const struct accounts_visitor *visitor,
                    const struct accounts_actor *actor, sk_str account, sk_str name)
{
    struct work w = {
        .mem = mem, .house = house, .visitor = visitor, .actor = actor, .id = account, .name = name
    };
    return accounts_write(house, take_run, &w);
}

/* --- lists --- */

struct list {
    struct accounts *house;
    sk_arena *mem;
    struct accounts_held *held;
    struct accounts_asked *asked;
    size_t count;
    sk_str account;
    sk_when now;
};

static sk_err
held_read(void *ctx, struct part_store *store)
{
    struct list *l = ctx;
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT account, name, given_by, made, coalesce(ends, 0) FROM held_right"
                         " WHERE (account = ?1 OR (?1 = '' AND name GLOB 'privilege.*'))"
                         " AND (ends IS NULL OR ends > ?2) ORDER BY account, name LIMIT ?3"));
    part_query_text(q, 1, l->account);
    part_query_int(q, 2, l->now);
    part_query_int(q, 3, ACCOUNTS_RIGHTS_LISTED);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        l->held[l->count++] = (struct accounts_held){
            .account = part_query_get_text(l->mem, q, 0),
            .name = part_query_get_text(l->mem, q, 1),
            .given_by = part_query_get_text(l->mem, q, 2),
            .made = part_query_get_int(q, 3),
            .ends = part_query_get_int(q, 4),
        };
    }
}

sk_err
accounts_right_held(struct accounts_held *list, size_t *count, sk_arena *mem,
                    struct accounts *house, sk_str account, sk_when now)
{
    struct list l = { .house = house, .mem = mem, .held = list, .account = account, .now = now };
    sk_err e = accounts_read(house, held_read, &l);
    *count = l.count;
    return e;
}

static sk_err
open_read(void *ctx, struct part_store *store)
{
    struct list *l = ctx;
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, account, name, reason, hours, asked,"
                         " coalesce(asked_by, ''), coalesce(due, 0) FROM right_request"
                         " WHERE state = 'asked' AND asked > ?1 ORDER BY asked LIMIT ?2"));
    part_query_int(q, 1, l->now - ACCOUNTS_ASKED_LIFE);
    part_query_int(q, 2, ACCOUNTS_RIGHTS_LISTED);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        struct accounts_asked *a = &l->asked[l->count];
        *a = (struct accounts_asked){ .id = part_query_get_text(l->mem, q, 0),
                                      .account = part_query_get_text(l->mem, q, 1),
                                      .name = part_query_get_text(l->mem, q, 2),
                                      .hours = part_query_get_int(q, 4),
                                      .asked = part_query_get_int(q, 5),
                                      .asked_by = part_query_get_text(l->mem, q, 6),
                                      .due = part_query_get_int(q, 7) };
        struct accounts_bound bound = accounts_request_reason(a->id);
        TRY(accounts_unseal(&a->reason, l->mem, l->house->keys, &bound,
                            part_query_get_text(l->mem, q, 3)));
        l->count++;
    }
}

sk_err
accounts_right_open(struct accounts_asked *list, size_t *count, sk_arena *mem,
                    struct accounts *house, sk_when now)
{
    struct list l = { .house = house, .mem = mem, .asked = list, .now = now };
    sk_err e = accounts_read(house, open_read, &l);
    *count = l.count;
    return e;
}

/* --- what ends by itself --- */

static sk_err
ended_read(struct accounts_held *list, size_t *count, sk_arena *mem, struct part_store *store,
           sk_when now)
{
    struct part_query *q;
    bool row;
    *count = 0;
    TRY(part_store_query(&q, store,
                         "SELECT account, name FROM held_right WHERE ends <= ?1 LIMIT ?2"));
    part_query_int(q, 1, now);
    part_query_int(q, 2, SWEPT_AT_ONCE);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        list[*count].account = part_query_get_text(mem, q, 0);
        list[(*count)++].name = part_query_get_text(mem, q, 1);
    }
}

static sk_err
end_one(struct accounts *house, sk_arena *mem, struct part_store *store,
        const struct accounts_held *held, sk_when now)
{
    static const struct accounts_visitor nobody = { .realm = ACCOUNTS_OPERATOR };
    struct accounts_fact fact = {
        .action = "accounts.right_end", .outcome = "ok", .object = held->account, .what = held->name
    };
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "DELETE FROM held_right WHERE account = ?1 AND name = ?2 AND ends <= ?3"));
    part_query_text(q, 1, held->account);
    part_query_text(q, 2, held->name);
    part_query_int(q, 3, now);
    TRY(part_query_run(q));
    return accounts_tell(house, mem, &nobody, &fact);
}

sk_err
accounts_right_sweep(struct accounts *house, struct part_store *store, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct accounts_held list[SWEPT_AT_ONCE];
    struct part_query *q;
    size_t count;
    TRY(ended_read(list, &count, mem, store, now));
    for (size_t i = 0; i < count; i++)
        TRY(end_one(house, mem, store, &list[i], now));
    TRY(part_store_query(&q, store,
                         "UPDATE right_request SET state = 'expired'"
                         " WHERE state = 'asked' AND asked <= ?1 AND due IS NULL"));
    part_query_int(q, 1, now - ACCOUNTS_ASKED_LIFE);
    return part_query_run(q);
}
