#include "accounts/limit.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { DOUBLINGS_MAX = 4 };

/* Windows and thresholds of sources are guesses from the size of a school behind one address; what
 * an attacker gets per source is (lock / first) a minute, about two. */
const struct accounts_limit_row accounts_limits[ACCOUNTS_LIMITS] = {
    [ACCOUNTS_LIMIT_ACCOUNT] = { "account", DAY, 0, 0, 0 },
    [ACCOUNTS_LIMIT_DEVICE] = { "device", DAY, 0, 0, 0 },
    [ACCOUNTS_LIMIT_SOURCE] = { "source", 10 * MINUTE, 5, 20, 10 * MINUTE },
    [ACCOUNTS_LIMIT_NETWORK] = { "network", 10 * MINUTE, 30, 200, 10 * MINUTE },
    [ACCOUNTS_LIMIT_REALM] = { "realm", 10 * MINUTE, 100, 0, 0 },
};

struct tally {
    int64_t count, locks;
    sk_when since, until;
};

/* Which of the limits count for an attempt, and under what name. Empty: not this one. */
static void
subjects(sk_str out[ACCOUNTS_LIMITS], sk_arena *mem, const struct accounts_try *attempt)
{
    struct sk_net source = sk_net_source(&attempt->client);
    struct sk_net network = sk_net_neighbours(&attempt->client);
    out[ACCOUNTS_LIMIT_ACCOUNT] = attempt->subject;
    if (attempt->device.n) out[ACCOUNTS_LIMIT_ACCOUNT].n = 0;
    out[ACCOUNTS_LIMIT_DEVICE] = attempt->device;
    out[ACCOUNTS_LIMIT_SOURCE] = sk_net_text(mem, &source);
    out[ACCOUNTS_LIMIT_NETWORK] = sk_net_text(mem, &network);
    out[ACCOUNTS_LIMIT_REALM] = sk_str_of(accounts_realms[attempt->realm].name);
}

static sk_err
read_tally(struct tally *tally, struct part_store *store, enum accounts_limit kind, sk_str subject,
           sk_when now)
{
    const struct accounts_limit_row *row = &accounts_limits[kind];
    struct part_query *q;
    bool some;
    *tally = (struct tally){ .since = now };
    TRY(part_store_query(&q, store,
                         "SELECT count, since, until, locks FROM tally"
                         " WHERE kind = ?1 AND subject = ?2 AND ends > ?3"));
    part_query_text(q, 1, sk_str_of(row->name));
    part_query_text(q, 2, subject);
    part_query_int(q, 3, now);
    TRY(part_query_step(&some, q));
    if (!some) return sk_ok();
    tally->count = part_query_get_int(q, 0);
    tally->since = part_query_get_int(q, 1);
    tally->until = part_query_get_int(q, 2);
    tally->locks = part_query_get_int(q, 3);
    part_query_done(q);
    if (now - tally->since >= row->window) {
        tally->count = 0;
        tally->since = now;
    }
    return sk_ok();
}

sk_err
accounts_limit_look(struct accounts_verdict *verdict, sk_arena *mem, struct part_store *store,
                    const struct accounts_try *attempt, sk_when now)
{
    sk_str subject[ACCOUNTS_LIMITS];
    bool known = attempt->device.n > 0;
    *verdict = (struct accounts_verdict){ 0 };
    subjects(subject, mem, attempt);
    for (int i = 0; i < ACCOUNTS_LIMITS; i++) {
        struct tally tally;
        if (!subject[i].n) continue;
        TRY(read_tally(&tally, store, (enum accounts_limit)i, subject[i], now));
        if (i <= ACCOUNTS_LIMIT_DEVICE) {
            verdict->locked |= tally.until > now;
            continue;
        }
        if (known) continue;
        verdict->refused |= tally.until > now;
        if (tally.until > verdict->until) verdict->until = tally.until;
        verdict->challenge |=
            accounts_limits[i].challenge && tally.count >= accounts_limits[i].challenge;
    }
    return sk_ok();
}

/* --- counting --- */

static sk_err
write_tally(struct part_store *store, enum accounts_limit kind, sk_str subject, sk_str account,
            const struct tally *tally, sk_when ends)
{
    struct part_query *q;
    TRY(part_store_query(
        &q, store,
        "INSERT INTO tally (kind, subject, count, since, until, locks, account,"
        " ends) VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, ''), ?8)"
        " ON CONFLICT DO UPDATE SET count = ?3, since = ?4, until = ?5, locks = ?6,"
        " account = nullif(?7, ''), ends = ?8"));
    part_query_text(q, 1, sk_str_of(accounts_limits[kind].name));
    part_query_text(q, 2, subject);
    part_query_int(q, 3, tally->count);
    part_query_int(q, 4, tally->since);
    part_query_int(q, 5, tally->until);
    part_query_int(q, 6, tally->locks);
    part_query_text(q, 7, account);
    part_query_int(q, 8, ends);
    return part_query_run(q);
}

/* Whether this failure locks, and until when: each lock in a row is twice as long. */
static sk_when
lock_until(struct tally *tally, const struct accounts_limit_row *row,
           const struct accounts_conf *conf, sk_when now)
{
    int64_t most = row->first ? row->lock : conf->lock_after;
    sk_when length = row->first ? row->first : conf->lock;
    int64_t doublings = tally->locks < DOUBLINGS_MAX ? tally->locks : DOUBLINGS_MAX;
    if (!most || tally->count < most) return 0;
    tally->count = 0;
    tally->locks++;
    tally->until = now + (length << doublings);
    return tally->until;
}

static sk_err
count_one(sk_when *until, struct part_store *store, const struct accounts_conf *conf,
          enum accounts_limit kind, sk_str subject, sk_str account, sk_when now)
{
    const struct accounts_limit_row *row = &accounts_limits[kind];
    struct tally tally;
    *until = 0;
    TRY(read_tally(&tally, store, kind, subject, now));
    if (tally.until > now) return sk_ok(); /* nobody can make a lock longer by knocking */
    tally.count++;
    if (kind != ACCOUNTS_LIMIT_REALM) *until = lock_until(&tally, row, conf, now);
    /* How many locks there were in a row is remembered a window longer than the lock. */
    sk_when ends = (tally.until > now ? tally.until : now) + row->window;
    return write_tally(store, kind, subject, account, &tally, ends);
}

sk_err
accounts_limit_failed(struct accounts_locked *locked, sk_arena *mem, struct part_store *store,
                      const struct accounts_conf *conf, const struct accounts_try *attempt,
                      sk_when now)
{
    sk_str subject[ACCOUNTS_LIMITS];
    *locked = (struct accounts_locked){ 0 };
    subjects(subject, mem, attempt);
    for (int i = 0; i < ACCOUNTS_LIMITS; i++) {
        sk_str account = i <= ACCOUNTS_LIMIT_DEVICE ? attempt->account : (sk_str){ 0 };
        if (!subject[i].n) continue;
        TRY(count_one(&locked->until[i], store, conf, (enum accounts_limit)i, subject[i], account,
                      now));
    }
    return sk_ok();
}

static sk_err
forget(struct part_store *store, enum accounts_limit kind, sk_str subject)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM tally WHERE kind = ?1 AND subject = ?2"));
    part_query_text(q, 1, sk_str_of(accounts_limits[kind].name));
    part_query_text(q, 2, subject);
    return part_query_run(q);
}

sk_err
accounts_limit_passed(struct part_store *store, const struct accounts_try *attempt)
{
    if (attempt->device.n) return forget(store, ACCOUNTS_LIMIT_DEVICE, attempt->device);
    return forget(store, ACCOUNTS_LIMIT_ACCOUNT, attempt->subject);
}

/* --- for the console --- */

sk_err
accounts_limit_list(struct accounts_lock *list, size_t *count, size_t most, sk_arena *mem,
                    struct part_store *store, sk_when now)
{
    struct part_query *q;
    bool row;
    *count = 0;
    TRY(part_store_query(&q, store,
                         "SELECT kind, subject, coalesce(account, ''), until, locks FROM tally"
                         " WHERE until > ?1 AND until > 0 ORDER BY until DESC LIMIT ?2"));
    part_query_int(q, 1, now);
    part_query_int(q, 2, (int64_t)most);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row || *count == most) break;
        struct accounts_lock *lock = &list[(*count)++];
        sk_str kind = part_query_get_text(mem, q, 0);
        *lock = (struct accounts_lock){ .subject = part_query_get_text(mem, q, 1),
                                        .account = part_query_get_text(mem, q, 2),
                                        .until = part_query_get_int(q, 3),
                                        .locks = part_query_get_int(q, 4) };
        for (int i = 0; i < ACCOUNTS_LIMITS; i++)
            if (sk_str_eq(kind, sk_str_of(accounts_limits[i].name)))
                lock->kind = (enum accounts_limit)i;
        if (lock->kind <= ACCOUNTS_LIMIT_DEVICE) lock->subject = lock->account;
    }
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_limit_lift(int64_t *count, struct part_store *store, sk_str account)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM tally WHERE account = ?1"));
    part_query_text(q, 1, account);
    TRY(part_query_run(q));
    *count = part_store_changed(store);
    return sk_ok();
}

sk_err
accounts_limit_lift_source(struct part_store *store, sk_str subject)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "DELETE FROM tally WHERE kind IN ('source', 'network') AND subject = ?1"));
    part_query_text(q, 1, subject);
    TRY(part_query_run(q));
    return part_store_changed(store) ? sk_ok() : sk_fail(SK_MISSING, "no such lock");
}

sk_err
accounts_limit_spend(bool *first, struct part_store *store, sk_str challenge, sk_when until)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "INSERT INTO tally (kind, subject, count, since, ends)"
                         " VALUES ('puzzle', ?1, 1, 0, ?2) ON CONFLICT DO NOTHING"));
    part_query_text(q, 1, challenge);
    part_query_int(q, 2, until);
    TRY(part_query_run(q));
    *first = part_store_changed(store) > 0;
    return sk_ok();
}

sk_err
accounts_limit_sweep(struct part_store *store, sk_when now)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "DELETE FROM tally WHERE ends <= ?1"));
    part_query_int(q, 1, now);
    return part_query_run(q);
}
