#include "accounts/census.h"

struct work {
    struct accounts_census *census;
    struct accounts_way_kept *list;
    size_t count;
    int64_t without;
    sk_arena *mem;
    sk_when now;
};

/* Rows of "realm, number". */
static sk_err
by_realm(int64_t count[ACCOUNTS_REALMS], struct part_store *store, const char *sql, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, sql));
    if (now) part_query_int(q, 1, now);
    TRY(part_query_step(&row, q));
    while (row) {
        enum accounts_realm realm;
        if (accounts_realm_find(&realm, part_query_get_text(mem, q, 0)))
            count[realm] = part_query_get_int(q, 1);
        TRY(part_query_step(&row, q));
    }
    return sk_ok();
}

static sk_err
census_read(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct part_query *q;
    bool row;
    TRY(by_realm(w->census->people, store,
                 "SELECT realm, count(*) FROM account WHERE state = 'active' GROUP BY realm", 0));
    TRY(by_realm(w->census->signed_in, store,
                 "SELECT realm, count(*) FROM session WHERE wait = '' AND ends > ?1 GROUP BY realm",
                 w->now));
    TRY(part_store_query(&q, store, "SELECT count(*) FROM tally WHERE until > ?1"));
    part_query_int(q, 1, w->now);
    TRY(part_query_step(&row, q));
    w->census->locks = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

sk_err
accounts_census(struct accounts_census *census, struct accounts *house, sk_when now)
{
    struct work w = { .census = census, .now = now };
    *census = (struct accounts_census){ 0 };
    return accounts_read(house, census_read, &w);
}

/* "$NAME$NUMBERS$SALT$HASH": what stands before the third '$' is how, the rest is secret. */
static const char ways_sql[] =
    "WITH one AS (SELECT substr(password, 2) AS p FROM account WHERE password IS NOT NULL),"
    " two AS (SELECT p, instr(p, '$') AS a FROM one)"
    " SELECT substr(p, 1, a + instr(substr(p, a + 1), '$') - 1) AS way, count(*) FROM two"
    " GROUP BY way ORDER BY 2 DESC, way LIMIT ?1";

static sk_err
ways_read(void *ctx, struct part_store *store)
{
    struct work *w = ctx;
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT count(*) FROM account WHERE password IS NULL"));
    TRY(part_query_step(&row, q));
    w->without = part_query_get_int(q, 0);
    part_query_done(q);
    TRY(part_store_query(&q, store, ways_sql));
    part_query_int(q, 1, ACCOUNTS_WAYS_COUNTED);
    TRY(part_query_step(&row, q));
    while (row) {
        w->list[w->count++] = (struct accounts_way_kept){ part_query_get_text(w->mem, q, 0),
                                                          part_query_get_int(q, 1) };
        TRY(part_query_step(&row, q));
    }
    return sk_ok();
}

sk_err
accounts_census_passwords(struct accounts_way_kept list[ACCOUNTS_WAYS_COUNTED], size_t *count,
                          int64_t *without, sk_arena *mem, struct accounts *house)
{
    struct work w = { .list = list, .mem = mem };
    sk_err e = accounts_read(house, ways_read, &w);
    *count = w.count;
    *without = w.without;
    return e;
}
