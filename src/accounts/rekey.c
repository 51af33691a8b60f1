#include "accounts/rekey.h"

#include "accounts/id.h"
#include "accounts/job.h"
#include "accounts/phone.h"
#include "accounts/tell.h"

#include <inttypes.h>

enum { COLUMNS = 3, DAY = 24 * 3600 * 1000 };

/* --- what is sealed --- */

/* `select` gives id, realm, tenant, account, then the sealed columns. */
struct table {
    const char *name, *select, *update, *count;
    const char *kind[COLUMNS]; /* as the columns are bound; NULL: no further ones */
    bool indexed;              /* it is found by what is sealed in it */
};

/* From the id behind ?1 on, at most ?2. A factor's label and secret are bound to different names.
 */
#define FACTORS(names, column, where)                                                              \
    "SELECT f.id, " names ", a.id, coalesce(f." column ", '') FROM factor AS f"                    \
    " JOIN account AS a ON a.id = f.account WHERE f.id > ?1 AND " where " ORDER BY f.id LIMIT ?2"
#define OF_ACCOUNT "a.realm, coalesce(a.tenant, '')"

static const struct table tables[] = {
    { "account",
      "SELECT id, realm, coalesce(tenant, ''), id, email, coalesce(phone, ''), coalesce(name, '')"
      " FROM account WHERE id > ?1 ORDER BY id LIMIT ?2",
      "UPDATE account SET email = ?2, phone = nullif(?3, ''), name = nullif(?4, '') WHERE id = ?1",
      "SELECT count(*) FROM account",
      { "email", "phone", "name" },
      true },
    { "label",
      FACTORS(OF_ACCOUNT, "label", "f.label IS NOT NULL"),
      "UPDATE factor SET label = ?2 WHERE id = ?1",
      "SELECT count(*) FROM factor WHERE label IS NOT NULL",
      { "factor.label" },
      false },
    { "totp",
      FACTORS(OF_ACCOUNT, "secret", "f.kind = 'totp'"),
      "UPDATE factor SET secret = ?2 WHERE id = ?1",
      "SELECT count(*) FROM factor WHERE kind = 'totp'",
      { "totp" },
      false },
    { "passkey",
      FACTORS("'', ''", "secret", "f.kind = 'passkey'"),
      "UPDATE factor SET secret = ?2 WHERE id = ?1",
      "SELECT count(*) FROM factor WHERE kind = 'passkey'",
      { "passkey" },
      false },
    { "request",
      "SELECT id, '', '', id, reason FROM right_request WHERE id > ?1 ORDER BY id LIMIT ?2",
      "UPDATE right_request SET reason = ?2 WHERE id = ?1",
      "SELECT count(*) FROM right_request",
      { "right.reason" },
      false },
    { "job",
      "SELECT id, '', '', id, reason FROM job WHERE id > ?1 AND reason <> '' ORDER BY id LIMIT ?2",
      "UPDATE job SET reason = ?2 WHERE id = ?1",
      "SELECT count(*) FROM job WHERE reason <> ''",
      { "job.reason" },
      false },
};
enum { TABLES = sizeof tables / sizeof *tables };

/* --- asking for it --- */

struct ask_work {
    sk_arena *mem;
    struct accounts *house;
    const struct accounts_visitor *visitor;
    const struct accounts_actor *actor;
    int64_t days, total;
    sk_str id;
};

static sk_err
count_rows(int64_t *total, struct part_store *store)
{
    for (size_t i = 0; i < TABLES; i++) {
        struct part_query *q;
        bool row;
        TRY(part_store_query(&q, store, tables[i].count));
        TRY(part_query_step(&row, q));
        *total += part_query_get_int(q, 0);
        part_query_done(q);
    }
    return sk_ok();
}

static sk_err
check_free(struct part_store *store)
{
    struct part_query *q;
    bool runs;
    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM job WHERE state = 'running' AND kind = 'rekey'"));
    TRY(part_query_step(&runs, q));
    part_query_done(q);
    return runs ? sk_fail(SK_BUSY, "the key is being changed already") : sk_ok();
}

static sk_err
row_make(const struct ask_work *w, struct part_store *store)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "INSERT INTO job (id, kind, asked_by, state, total, place, made, days)"
                         " VALUES (?1, 'rekey', ?2, 'running', ?3, '0:', ?4, nullif(?5, 0))"));
    part_query_text(q, 1, w->id);
    part_query_text(q, 2, w->actor->id);
    part_query_int(q, 3, w->total);
    part_query_int(q, 4, w->visitor->now);
    part_query_int(q, 5, w->days);
    return part_query_run(q);
}

/* The file comes last: a key without a job is one that is used and waits for the next job. */
static sk_err
ask_run(void *ctx, struct part_store *store)
{
    struct ask_work *w = ctx;
    struct accounts_fact fact = { .action = "accounts.key_add",
                                  .outcome = "ok",
                                  .principal = w->actor->id,
                                  .role = w->actor->role,
                                  .object = w->id };
    TRY(check_free(store));
    TRY(count_rows(&w->total, store));
    TRY(row_make(w, store));
    fact.count = w->total;
    TRY(accounts_tell(w->house, w->mem, w->visitor, &fact));
    TRY(accounts_keys_add(w->house->keys_path));
    return accounts_keys_reload(w->house->keys, w->house->keys_path);
}

sk_err
accounts_rekey(sk_str *job, sk_arena *mem, struct accounts *house,
               const struct accounts_visitor *visitor, const struct accounts_actor *actor,
               int64_t days)
{
    struct ask_work w = { .mem = mem,
                          .house = house,
                          .visitor = visitor,
                          .actor = actor,
                          .days = days,
                          .id = accounts_id_new(mem, "job") };
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    if (!actor->local) return sk_fail(SK_DENIED, "at the machine only");
    if (days < 0 || days > ACCOUNTS_REKEY_DAYS_MAX)
        return sk_fail(SK_BAD, "days: 1 to %d", ACCOUNTS_REKEY_DAYS_MAX);
    if (accounts_keys_numbers(numbers, house->keys) == ACCOUNTS_KEYS_MAX)
        return sk_fail(SK_FULL, "%d keys are in use already", ACCOUNTS_KEYS_MAX);
    TRY(accounts_write(house, ask_run, &w));
    *job = w.id;
    accounts_bell_ring(house->work);
    return sk_ok();
}

/* --- sealing anew --- */

struct row {
    sk_str id, realm, tenant, account, sealed[COLUMNS], opened[COLUMNS];
};

struct step {
    sk_arena *mem;
    struct accounts *house;
    sk_when now, made;
    sk_str job, after;
    int64_t table; /* of tables[]; from TABLES on: the second turn */
    bool found;
    enum accounts_pace pace;
    struct row row[ACCOUNTS_REKEY_STEP];
    size_t count;
};

static sk_err
job_read(struct step *s, struct part_store *store)
{
    struct part_query *q;
    sk_str table;
    TRY(part_store_query(&q, store,
                         "SELECT id, place, made FROM job WHERE state = 'running'"
                         " AND kind = 'rekey' LIMIT 1"));
    TRY(part_query_step(&s->found, q));
    if (!s->found) return sk_ok();
    s->job = part_query_get_text(s->mem, q, 0);
    s->after = part_query_get_text(s->mem, q, 1);
    s->made = part_query_get_int(q, 2);
    part_query_done(q);
    if (!sk_str_cut(&table, &s->after, ':') || !sk_str_to_i64(&s->table, table) || s->table < 0 ||
        s->table >= 2 * TABLES)
        return sk_fail(SK_BROKEN, "a job without a place");
    return sk_ok();
}

static sk_err
rows_read(struct step *s, struct part_store *store)
{
    const struct table *t = &tables[s->table % TABLES];
    struct part_query *q;
    bool more;
    TRY(part_store_query(&q, store, t->select));
    part_query_text(q, 1, s->after);
    part_query_int(q, 2, ACCOUNTS_REKEY_STEP);
    TRY(part_query_step(&more, q));
    while (more) {
        struct row *r = &s->row[s->count++];
        sk_str *head[] = { &r->id, &r->realm, &r->tenant, &r->account };
        for (int i = 0; i < 4; i++)
            *head[i] = part_query_get_text(s->mem, q, i);
        for (int i = 0; i < COLUMNS && t->kind[i]; i++)
            r->sealed[i] = part_query_get_text(s->mem, q, 4 + i);
        TRY(part_query_step(&more, q));
    }
    return sk_ok();
}

/* Counters of failures go with the index, so that a lock holds on. */
static sk_err
counters_move(struct part_store *store, sk_str index, sk_str was)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE OR REPLACE tally SET subject = ?2"
                         " WHERE kind IN ('account', 'phone.number') AND subject = ?1"));
    part_query_text(q, 1, was);
    part_query_text(q, 2, index);
    return part_query_run(q);
}

static sk_err
indexes_were(sk_str *email, sk_str *phone, sk_arena *mem, struct part_store *store, sk_str id)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT email_index, coalesce(phone_index, '') FROM account"
                         " WHERE id = ?1"));
    part_query_text(q, 1, id);
    TRY(part_query_step(&row, q));
    *email = part_query_get_text(mem, q, 0);
    *phone = part_query_get_text(mem, q, 1);
    part_query_done(q);
    return sk_ok();
}

static sk_err
index_anew(struct step *s, struct part_store *store, const struct row *r)
{
    const struct accounts_keys *keys = s->house->keys;
    struct accounts_email email;
    enum accounts_realm realm;
    struct part_query *q;
    sk_str index, phone = { 0 }, was, phone_was;
    if (!accounts_realm_find(&realm, r->realm)) return sk_fail(SK_BROKEN, "an unknown realm");
    TRY(accounts_email_read(&email, s->mem, r->opened[0]));
    TRY(accounts_account_index(&index, s->mem, keys, realm, email.same));
    if (r->opened[1].n) TRY(accounts_phone_index(&phone, s->mem, keys, r->opened[1]));
    TRY(indexes_were(&was, &phone_was, s->mem, store, r->id));
    TRY(counters_move(store, index, was));
    if (phone.n) TRY(counters_move(store, phone, phone_was));
    TRY(part_store_query(&q, store,
                         "UPDATE account SET email_index = ?2, phone_index = nullif(?3, '')"
                         " WHERE id = ?1"));
    part_query_text(q, 1, r->id);
    part_query_text(q, 2, index);
    part_query_text(q, 3, phone);
    return part_query_run(q);
}

/* *stale: a column was sealed with an older key. What does not open now (changed by somebody, or of
 * a key that is gone) will not later either, and must not hold up all others. */
static sk_err
seal_anew(bool *stale, struct step *s, struct row *r, const struct table *t)
{
    uint32_t newest = accounts_keys_newest(s->house->keys);
    *stale = false;
    for (int i = 0; i < COLUMNS && t->kind[i]; i++) {
        struct accounts_bound bound = { .kind = sk_str_of(t->kind[i]),
                                        .realm = r->realm,
                                        .tenant = r->tenant,
                                        .account = r->account };
        if (!r->sealed[i].n) continue;
        *stale |= accounts_sealed_by(r->sealed[i]) != newest;
        sk_err e = accounts_unseal(&r->opened[i], s->mem, s->house->keys, &bound, r->sealed[i]);
        if (e.kind == SK_DENIED || e.kind == SK_MISSING) {
            *stale = false;
            return sk_ok();
        }
        TRY(e);
        TRY(accounts_seal(&r->sealed[i], s->mem, s->house->keys, &bound, r->opened[i]));
    }
    return sk_ok();
}

static sk_err
row_anew(struct step *s, struct part_store *store, struct row *r)
{
    const struct table *t = &tables[s->table % TABLES];
    struct part_query *q;
    bool stale;
    TRY(seal_anew(&stale, s, r, t));
    if (!stale) return sk_ok();
    TRY(part_store_query(&q, store, t->update));
    part_query_text(q, 1, r->id);
    for (int i = 0; i < COLUMNS && t->kind[i]; i++)
        part_query_text(q, 2 + i, r->sealed[i]);
    TRY(part_query_run(q));
    return t->indexed ? index_anew(s, store, r) : sk_ok();
}

/* The rows that both turns look at are counted in the first one. */
static sk_err
place_write(struct step *s, struct part_store *store)
{
    bool last = s->count < ACCOUNTS_REKEY_STEP;
    sk_str at = last ? SK_STR("") : s->row[s->count - 1].id;
    int64_t next = s->table + last;
    bool done = next >= 2 * TABLES;
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE job SET place = ?2, done = done + ?3, state = ?4,"
                         " ended = nullif(?5, 0), why = NULL WHERE id = ?1"));
    part_query_text(q, 1, s->job);
    part_query_text(q, 2, sk_str_printf(s->mem, "%" PRId64 ":%.*s", next, SK_ARG(at)));
    part_query_int(q, 3, s->table < TABLES ? (int64_t)s->count : 0);
    part_query_text(q, 4, done ? SK_STR("done") : SK_STR("running"));
    part_query_int(q, 5, done ? s->now : 0);
    return part_query_run(q);
}

/* A request may have sealed something with the older key and be about to write it: a second turn
 * comes when whatever began before the job is over. */
static sk_err
step_run(void *ctx, struct part_store *store)
{
    struct step *s = ctx;
    TRY(job_read(s, store));
    s->pace = s->found ? ACCOUNTS_ON : ACCOUNTS_IDLE;
    if (!s->found) return sk_ok();
    if (s->table >= TABLES && s->now < s->made + ACCOUNTS_REKEY_GRACE) {
        s->pace = ACCOUNTS_SOON;
        return sk_ok();
    }
    TRY(rows_read(s, store));
    for (size_t i = 0; i < s->count; i++)
        TRY(row_anew(s, store, &s->row[i]));
    return place_write(s, store);
}

/* --- what needs a key --- */

struct uses {
    struct accounts_keys *keys;
    struct accounts_key_use *use;
    size_t count;
    sk_when now;
};

static const char uses_sql[] =
    "SELECT (SELECT count(*) FROM account WHERE instr(password, ?1) > 0),"
    " (SELECT count(*) FROM factor WHERE kind = 'recovery' AND state = 'active'"
    "   AND secret GLOB ?2),"
    " (SELECT count(*) FROM link WHERE used IS NULL AND ends > ?3 AND token GLOB ?2)"
    " + (SELECT count(*) FROM code WHERE used = 0 AND ends > ?3 AND hash GLOB ?2)"
    " + (SELECT count(*) FROM phone_proof WHERE ends > ?3 AND phone_index GLOB ?2),"
    " (SELECT count(*) FROM account WHERE email_index GLOB ?2 OR phone_index GLOB ?2)";

static sk_err
use_read(struct accounts_key_use *use, sk_arena *mem, struct part_store *store, sk_when now)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, uses_sql));
    part_query_text(q, 1, sk_str_printf(mem, "$k=%" PRIu32 ",", use->number));
    part_query_text(q, 2, sk_str_printf(mem, "%" PRIu32 ".*", use->number));
    part_query_int(q, 3, now);
    TRY(part_query_step(&row, q));
    use->passwords = part_query_get_int(q, 0);
    use->codes = part_query_get_int(q, 1);
    use->passing = part_query_get_int(q, 2);
    use->sealed = part_query_get_int(q, 3);
    part_query_done(q);
    return sk_ok();
}

static sk_err
uses_read(void *ctx, struct part_store *store)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct uses *u = ctx;
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    u->count = accounts_keys_numbers(numbers, u->keys);
    for (size_t i = 0; i < u->count; i++) {
        u->use[i] = (struct accounts_key_use){ .number = numbers[i], .newest = i == 0 };
        TRY(use_read(&u->use[i], mem, store, u->now));
    }
    return sk_ok();
}

sk_err
accounts_rekey_uses(struct accounts_key_use uses[ACCOUNTS_KEYS_MAX], size_t *count,
                    struct accounts *house, sk_when now)
{
    struct uses u = { .keys = house->keys, .use = uses, .now = now };
    sk_err e = accounts_read(house, uses_read, &u);
    *count = u.count;
    return e;
}

/* --- the end of a key --- */

struct tidy {
    sk_arena *mem;
    struct accounts *house;
    struct accounts_visitor visitor; /* nobody: the house itself */
    struct uses uses;
    struct accounts_key_use use[ACCOUNTS_KEYS_MAX];
    sk_str job;
    bool due; /* what waits for its owner has waited long enough */
};

static sk_err
due_read(struct tidy *t, struct part_store *store)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT id FROM job WHERE kind = 'rekey' AND days IS NOT NULL"
                         " AND made + days * ?1 <= ?2 ORDER BY made DESC LIMIT 1"));
    part_query_int(q, 1, DAY);
    part_query_int(q, 2, t->visitor.now);
    TRY(part_query_step(&t->due, q));
    if (t->due) t->job = part_query_get_text(t->mem, q, 0);
    part_query_done(q);
    return sk_ok();
}

/* Owners set a new one by a mailed link, as after a reset. */
static const char *const void_sql[] = {
    "UPDATE account SET password = NULL, must_reset = 1 WHERE instr(password, ?1) > 0",
    "DELETE FROM factor WHERE kind = 'recovery' AND secret GLOB ?1",
};

static sk_err
void_left(struct tidy *t, struct part_store *store, struct accounts_key_use *use)
{
    sk_str like[] = { sk_str_printf(t->mem, "$k=%" PRIu32 ",", use->number),
                      sk_str_printf(t->mem, "%" PRIu32 ".*", use->number) };
    struct accounts_fact fact = { .action = "accounts.password_void",
                                  .outcome = "ok",
                                  .object = t->job,
                                  .reason = SK_STR("key"),
                                  .count = use->passwords };
    for (size_t i = 0; i < 2; i++) {
        struct part_query *q;
        TRY(part_store_query(&q, store, void_sql[i]));
        part_query_text(q, 1, like[i]);
        TRY(part_query_run(q));
    }
    use->passwords = use->codes = 0;
    return accounts_tell(t->house, t->mem, &t->visitor, &fact);
}

static sk_err
key_end(struct tidy *t, const struct accounts_key_use *use)
{
    struct accounts_fact fact = { .action = "accounts.key_drop",
                                  .outcome = "ok",
                                  .object = sk_str_printf(t->mem, "key_%" PRIu32, use->number) };
    TRY(accounts_tell(t->house, t->mem, &t->visitor, &fact));
    TRY(accounts_keys_drop(t->house->keys_path, use->number));
    return accounts_keys_reload(t->house->keys, t->house->keys_path);
}

/* In one writing transaction, so that nobody stores anything in between. */
static sk_err
tidy_run(void *ctx, struct part_store *store)
{
    struct tidy *t = ctx;
    TRY(check_free(store));
    TRY(due_read(t, store));
    TRY(uses_read(&t->uses, store));
    for (size_t i = 1; i < t->uses.count; i++) {
        struct accounts_key_use *use = &t->use[i];
        if (t->due && use->passwords + use->codes) TRY(void_left(t, store, use));
        if (!(use->passwords + use->codes + use->passing + use->sealed)) TRY(key_end(t, use));
    }
    return sk_ok();
}

static sk_err
tidy(sk_arena *mem, struct accounts *house, sk_when now)
{
    struct tidy t = { .mem = mem, .house = house, .visitor = { .now = now } };
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    t.uses = (struct uses){ .keys = house->keys, .use = t.use, .now = now };
    if (accounts_keys_numbers(numbers, house->keys) == 1) return sk_ok();
    return accounts_write(house, tidy_run, &t);
}

/* --- steps --- */

static sk_err
why_run(void *ctx, struct part_store *store)
{
    const struct step *s = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store, "UPDATE job SET why = ?2 WHERE id = ?1"));
    part_query_text(q, 1, s->job);
    part_query_text(q, 2, s->after);
    return part_query_run(q);
}

sk_err
accounts_rekey_step(enum accounts_pace *pace, struct accounts *house, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(256 * 1024);
    struct step *s = SK_NEW(mem, struct step);
    *s = (struct step){ .mem = mem, .house = house, .now = now };
    *pace = ACCOUNTS_IDLE;
    sk_err e = accounts_write(house, step_run, s);
    if (!sk_failed(e)) {
        *pace = s->pace;
        return s->pace == ACCOUNTS_IDLE ? tidy(mem, house, now) : sk_ok();
    }
    if (!s->job.n) return e;
    s->after = sk_str_copy(mem, sk_str_of(e.why));
    sk_err noted = accounts_write(house, why_run, s);
    return sk_failed(noted) ? noted : sk_fail(e.kind, "%.*s", SK_ARG(s->after));
}
