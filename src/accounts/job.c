#include "accounts/job.h"

#include "accounts/id.h"
#include "accounts/mail.h"
#include "accounts/notice.h"
#include "accounts/right.h"
#include "accounts/screen.h"
#include "accounts/tell.h"
#include "part/form.h"

/* job.place: the phase and the last account that it is done with. */
#define RESETTING "reset:"
#define TELLING   "tell:"

/* --- asking for one --- */

struct ask_work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_actor *actor;
    const struct accounts_job_ask *ask;
    sk_str id;
    int64_t total;
};

static sk_err
check_actor(const struct ask_work *w)
{
    struct accounts_held held[ACCOUNTS_RIGHTS_LISTED];
    size_t count;
    if (w->actor->local) return sk_ok();
    if (w->actor->realm != ACCOUNTS_OPERATOR) return sk_fail(SK_DENIED, "operators only");
    TRY(accounts_right_held(held, &count, w->mem, w->house, w->actor->id, w->visitor->now));
    for (size_t i = 0; i < count; i++)
        if (sk_str_eq(held[i].name, SK_STR(ACCOUNTS_PRIVILEGE_RESET))) return sk_ok();
    return sk_fail(SK_DENIED, "needs " ACCOUNTS_PRIVILEGE_RESET);
}

static sk_err
check_tenant(const struct ask_work *w, struct part_store *store)
{
    const struct accounts_site *site;
    if (!w->ask->tenant.n) return sk_ok();
    if (w->ask->realm == ACCOUNTS_OPERATOR) return sk_fail(SK_BAD, "operators have no tenant");
    TRY(accounts_notice_site(&site, w->mem, w->house, store, w->ask->tenant));
    return site ? sk_ok() : sk_fail(SK_MISSING, "there is no such tenant");
}

static sk_err
check_free(const struct ask_work *w, struct part_store *store)
{
    struct part_query *q;
    bool runs;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM job WHERE state = 'running' AND realm = ?1"
                         " AND coalesce(tenant, '') = ?2"));
    part_query_text(q, 1, sk_str_of(accounts_realms[w->ask->realm].name));
    part_query_text(q, 2, w->ask->tenant);
    TRY(part_query_step(&runs, q));
    part_query_done(q);
    return runs ? sk_fail(SK_BUSY, "such a reset is running already") : sk_ok();
}

static sk_err
count_people(struct ask_work *w, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT count(*) FROM account WHERE realm = ?1"
                         " AND (?2 = '' OR tenant = ?2)"
                         " AND (state = 'active' OR password IS NOT NULL)"));
    part_query_text(q, 1, sk_str_of(accounts_realms[w->ask->realm].name));
    part_query_text(q, 2, w->ask->tenant);
    TRY(part_query_step(&row, q));
    w->total = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

static sk_err
row_make(const struct ask_work *w, struct part_store *store)
{
    struct accounts_bound bound = { .kind = SK_STR("job.reason"), .account = w->id };
    struct part_query *q;
    sk_str sealed;
    TRY(accounts_seal(&sealed, w->mem, w->house->keys, &bound, w->ask->reason));
    TRY(part_store_query(&q, store,
                         "INSERT INTO job (id, kind, asked_by, realm, tenant, state, total, place,"
                         " made, reason) VALUES (?1, 'mass_reset', ?2, ?3, nullif(?4, ''),"
                         " 'running', ?5, ?6, ?7, ?8)"));
    part_query_text(q, 1, w->id);
    part_query_text(q, 2, w->actor->id);
    part_query_text(q, 3, sk_str_of(accounts_realms[w->ask->realm].name));
    part_query_text(q, 4, w->ask->tenant);
    part_query_int(q, 5, w->total);
    part_query_text(q, 6, SK_STR(RESETTING));
    part_query_int(q, 7, w->visitor->now);
    part_query_text(q, 8, sealed);
    return part_query_run(q);
}

static sk_err
ask_run(void *ctx, struct part_store *store)
{
    struct ask_work *w = ctx;
    struct accounts_fact fact = { .action = "accounts.mass_reset",
                                  .outcome = "ok",
                                  .principal = w->actor->id,
                                  .role = w->actor->role,
                                  .tenant = w->ask->tenant,
                                  .object = w->id };
    TRY(check_tenant(w, store));
    TRY(check_free(w, store));
    TRY(count_people(w, store));
    TRY(row_make(w, store));
    fact.count = w->total;
    return accounts_tell(w->house, w->mem, w->visitor, &fact);
}

sk_err
accounts_reset_all(sk_str *job, sk_arena *mem, struct accounts *house,
                   const struct accounts_visitor *visitor, const struct accounts_actor *actor,
                   const struct accounts_job_ask *ask)
{
    struct ask_work w = { .mem = mem,
                          .house = house,
                          .visitor = visitor,
                          .actor = actor,
                          .ask = ask,
                          .id = accounts_id_new(mem, "job") };
    if (!ask->reason.n || ask->reason.n > ACCOUNTS_JOB_REASON_MAX ||
        !part_text_clean(ask->reason, true))
        return sk_fail(SK_BAD, "a reason of at most %d bytes", ACCOUNTS_JOB_REASON_MAX);
    TRY(check_actor(&w));
    TRY(accounts_write(house, ask_run, &w));
    *job = w.id;
    accounts_bell_ring(house->work);
    return sk_ok();
}

/* --- lists --- */

#define COLUMNS                                                                                    \
    "id, asked_by, coalesce(realm, ''), coalesce(tenant, ''), state, coalesce(why, ''), total, "   \
    "done, told, "                                                                                 \
    "made,"                                                                                        \
    " coalesce(ended, 0), place, kind"

static sk_str
job_read(struct accounts_job *job, sk_arena *mem, const struct part_query *q)
{
    sk_str *texts[] = {
        &job->id, &job->asked_by, &job->realm, &job->tenant, &job->state, &job->why
    };
    for (int i = 0; i < 6; i++)
        *texts[i] = part_query_get_text(mem, q, i);
    job->total = part_query_get_int(q, 6);
    job->done = part_query_get_int(q, 7);
    job->told = part_query_get_int(q, 8);
    job->made = part_query_get_int(q, 9);
    job->ended = part_query_get_int(q, 10);
    job->kind = part_query_get_text(mem, q, 12);
    return part_query_get_text(mem, q, 11);
}

struct list {
    struct accounts_job *list;
    size_t count;
    sk_arena *mem;
};

static sk_err
list_read(void *ctx, struct part_store *store)
{
    struct list *l = ctx;
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT " COLUMNS " FROM job ORDER BY made DESC LIMIT ?1"));
    part_query_int(q, 1, ACCOUNTS_JOBS_LISTED);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        (void)job_read(&l->list[l->count++], l->mem, q);
    }
}

sk_err
accounts_job_list(struct accounts_job *list, size_t *count, sk_arena *mem, struct accounts *house)
{
    struct list l = { .list = list, .mem = mem };
    sk_err e = accounts_read(house, list_read, &l);
    *count = l.count;
    return e;
}

/* --- a step --- */

struct step {
    sk_arena *mem;
    struct accounts *house;
    struct accounts_job job;
    bool found, telling;
    sk_str after; /* the last account that the phase is done with */
    sk_str ids[ACCOUNTS_JOB_STEP];
    size_t count;
    const char *why; /* NULL: it goes on well */
    sk_when now;
};

static sk_err
running_read(struct step *s, struct part_store *store)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT " COLUMNS " FROM job WHERE state = 'running'"
                         " AND kind = 'mass_reset' ORDER BY made LIMIT 1"));
    TRY(part_query_step(&s->found, q));
    if (!s->found) return sk_ok();
    sk_str place = job_read(&s->job, s->mem, q);
    part_query_done(q);
    s->telling = sk_str_starts(place, SK_STR(TELLING));
    s->after = sk_str_from(place, s->telling ? sizeof TELLING - 1 : sizeof RESETTING - 1);
    return sk_ok();
}

static sk_err
people_read(struct step *s, struct part_store *store)
{
    struct part_query *q;
    bool row = true;
    TRY(part_store_query(&q, store,
                         "SELECT id FROM account WHERE id > ?1 AND realm = ?2"
                         " AND (?3 = '' OR tenant = ?3) AND made < ?4"
                         " AND (state = 'active' OR password IS NOT NULL)"
                         " ORDER BY id LIMIT ?5"));
    part_query_text(q, 1, s->after);
    part_query_text(q, 2, s->job.realm);
    part_query_text(q, 3, s->job.tenant);
    part_query_int(q, 4, s->job.made);
    part_query_int(q, 5, ACCOUNTS_JOB_STEP);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        s->ids[s->count++] = part_query_get_text(s->mem, q, 0);
    }
}

static sk_err
next_read(void *ctx, struct part_store *store)
{
    struct step *s = ctx;
    TRY(running_read(s, store));
    return s->found ? people_read(s, store) : sk_ok();
}

/* Writes down how far the phase is; at its end the next one begins, or the job is over. */
static sk_err
place_write(const struct step *s, struct part_store *store)
{
    bool last = s->count < ACCOUNTS_JOB_STEP;
    bool over = last && s->telling, tell = s->telling || last;
    sk_str at = s->count ? s->ids[s->count - 1] : s->after;
    struct part_query *q;
    if (last && !s->telling) at = SK_STR("");
    TRY(part_store_query(&q, store,
                         "UPDATE job SET place = ?2, done = done + ?3, told = told + ?4,"
                         " state = ?5, ended = nullif(?6, 0), why = NULL WHERE id = ?1"));
    part_query_text(q, 1, s->job.id);
    part_query_text(q, 2, sk_str_printf(s->mem, "%s%.*s", tell ? TELLING : RESETTING, SK_ARG(at)));
    part_query_int(q, 3, s->telling ? 0 : (int64_t)s->count);
    part_query_int(q, 4, s->telling ? (int64_t)s->count : 0);
    part_query_text(q, 5, over ? SK_STR("done") : SK_STR("running"));
    part_query_int(q, 6, over ? s->now : 0);
    return part_query_run(q);
}

/* What came after the job was asked for is the owner's new beginning and stays. */
static const char void_sql[] = "UPDATE account SET must_reset = 1 WHERE id = ?1"
                               " AND password IS NOT NULL AND coalesce(password_at, 0) < ?2";
static const char *const reset_sql[] = {
    void_sql,
    "DELETE FROM session WHERE account = ?1 AND made < ?2",
    "DELETE FROM link WHERE account = ?1 AND made < ?2",
    "DELETE FROM code WHERE account = ?1 AND made < ?2",
    "DELETE FROM device WHERE account = ?1 AND made < ?2",
};

static sk_err
reset_run(void *ctx, struct part_store *store)
{
    struct step *s = ctx;
    for (size_t k = 0; k < sizeof reset_sql / sizeof *reset_sql; k++) {
        struct part_query *q;
        for (size_t i = 0; i < s->count; i++) {
            TRY(part_store_query(&q, store, reset_sql[k]));
            part_query_text(q, 1, s->ids[i]);
            part_query_int(q, 2, s->job.made);
            TRY(part_query_run(q));
        }
    }
    return place_write(s, store);
}

static sk_err
place_run(void *ctx, struct part_store *store)
{
    return place_write(ctx, store);
}

/* --- notices --- */

struct notices {
    struct step *s;
    struct post_message message[ACCOUNTS_JOB_STEP];
    size_t count;
};

static sk_err
notice_make(struct notices *n, struct part_store *store, sk_str id)
{
    struct step *s = n->s;
    struct post_message *m = &n->message[n->count];
    struct account account;
    struct accounts_letter letter = { .name = "mass_reset" };
    sk_err e = accounts_account_get(&account, s->mem, store, id);
    if (e.kind == SK_MISSING) return sk_ok(); /* removed in between */
    TRY(e);
    TRY(accounts_notice_site(&letter.site, s->mem, s->house, store, account.tenant));
    if (!letter.site) letter.site = &s->house->conf.site[0];
    letter.key = sk_str_printf(s->mem, "accounts.%.*s.%.*s", SK_ARG(s->job.id), SK_ARG(id));
    accounts_letter_fill(&letter, "link",
                         sk_str_printf(s->mem, "%.*s/.sekisho/%s/forgot", SK_ARG(letter.site->url),
                                       accounts_realms[account.realm].name));
    TRY(accounts_letter_make(m, s->mem, s->house, &account, &letter));
    n->count++;
    return sk_ok();
}

static sk_err
notices_make(void *ctx, struct part_store *store)
{
    struct notices *n = ctx;
    for (size_t i = 0; i < n->s->count; i++)
        TRY(notice_make(n, store, n->s->ids[i]));
    return sk_ok();
}

/* One whose mailbox has had too many letters must not hold up all the others. */
static sk_err
send_singly(const struct notices *n)
{
    struct accounts_out *out = &n->s->house->out;
    for (size_t i = 0; i < n->count; i++) {
        sk_err e = out->send(out->ctx, &n->message[i]);
        if (sk_failed(e) && e.kind != SK_BAD && e.kind != SK_BUSY) return e;
    }
    return sk_ok();
}

static sk_err
tell_owners(struct step *s)
{
    struct notices *n = SK_NEW(s->mem, struct notices);
    struct accounts_out *out = &s->house->out;
    n->s = s;
    TRY(accounts_read(s->house, notices_make, n));
    sk_err e = out->send_many ? out->send_many(out->ctx, n->message, n->count) : send_singly(n);
    if (e.kind == SK_BUSY || e.kind == SK_BAD) e = send_singly(n);
    TRY(e);
    return accounts_write(s->house, place_run, s);
}

/* --- taking steps --- */

static sk_err
why_run(void *ctx, struct part_store *store)
{
    struct step *s = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE job SET why = ?2 WHERE id = ?1"));
    part_query_text(q, 1, s->job.id);
    part_query_text(q, 2, sk_str_of(s->why));
    return part_query_run(q);
}

sk_err
accounts_job_step(bool *more, struct accounts *house, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(1024 * 1024);
    struct step *s = SK_NEW(mem, struct step);
    s->mem = mem;
    s->house = house;
    s->now = now;
    *more = false;
    TRY(accounts_read(house, next_read, s));
    if (!s->found) return sk_ok();
    sk_err e = s->telling ? tell_owners(s) : accounts_write(house, reset_run, s);
    *more = !sk_failed(e);
    if (!sk_failed(e)) return e;
    s->why = sk_str_zcopy(mem, sk_str_of(e.why));
    sk_err noted = accounts_write(house, why_run, s);
    return sk_failed(noted) ? noted : sk_fail(e.kind, "%s", s->why);
}
