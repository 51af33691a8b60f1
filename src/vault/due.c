#include "vault/due.h"

/* ── dues ── */

struct due_work {
    const struct vault_subject *subject;
    enum vault_event event;
    sk_when *at;
};

static sk_err
due_query(struct part_query **q, struct part_store *store, const char *sql,
          const struct due_work *w)
{
    TRY(part_store_query(q, store, sql));
    part_query_text(*q, 1, keeper_id_str(&w->subject->person_id));
    part_query_text(*q, 2, keeper_id_str(&w->subject->case_id));
    part_query_text(*q, 3, sk_str_of(vault_event_rows[w->event].name));
    return sk_ok();
}

static sk_err
put_one(void *ctx, struct part_store *store)
{
    const struct due_work *w = ctx;
    struct part_query *q;
    bool found;

    TRY(due_query(&q, store,
                  "INSERT OR IGNORE INTO due (person, part, event, tenant, at)"
                  " VALUES (?1, ?2, ?3, ?4, ?5)",
                  w));
    part_query_text(q, 4, w->subject->tenant);
    part_query_int(q, 5, *w->at);
    TRY(part_query_run(q));
    TRY(due_query(&q, store, "SELECT at FROM due WHERE person = ?1 AND part = ?2 AND event = ?3",
                  w));
    TRY(part_query_step(&found, q));
    if (found) *w->at = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

static sk_err
undo_one(void *ctx, struct part_store *store)
{
    const struct due_work *w = ctx;
    struct part_query *q;

    TRY(due_query(&q, store, "DELETE FROM due WHERE person = ?1 AND part = ?2 AND event = ?3", w));
    return part_query_run(q);
}

sk_err
vault_due_put(sk_when *at, struct part_store_pool *pool, const struct vault_subject *subject,
              enum vault_event event)
{
    struct due_work w = { subject, event, at };

    return part_store_pool_write(pool, put_one, &w);
}

sk_err
vault_due_undo(struct part_store_pool *pool, const struct vault_subject *subject,
               enum vault_event event)
{
    struct due_work w = { subject, event, NULL };

    return part_store_pool_write(pool, undo_one, &w);
}

static sk_err
subject_get(struct vault_subject *subject, sk_arena *mem, const struct part_query *q)
{
    subject->tenant = part_query_get_text(mem, q, 0);
    if (keeper_id_read(&subject->person_id, "per", part_query_get_text(mem, q, 1)) &&
        keeper_id_read(&subject->case_id, "cas", part_query_get_text(mem, q, 2)))
        return sk_ok();
    return sk_fail(SK_BROKEN, "values.db has an id that is none");
}

sk_err
vault_due_next(bool *found, struct vault_subject *subject, sk_arena *mem, struct part_store *store,
               sk_when now, const struct vault_subject *after)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT d.tenant, d.person, d.part FROM due AS d WHERE d.at <= ?1"
                         " AND (d.person, d.part) > (?2, ?3) AND NOT EXISTS"
                         " (SELECT 1 FROM held AS h WHERE h.person = d.person"
                         "  AND (h.part = '' OR d.part = '' OR h.part = d.part))"
                         " ORDER BY d.person, d.part LIMIT 1"));
    part_query_int(q, 1, now);
    part_query_text(q, 2, keeper_id_str(&after->person_id));
    part_query_text(q, 3, keeper_id_str(&after->case_id));
    TRY(part_query_step(found, q));
    if (*found) TRY(subject_get(subject, mem, q));
    part_query_done(q);
    return sk_ok();
}

/* ── holds ── */

static sk_err
hold_insert(void *ctx, struct part_store *store)
{
    const struct vault_hold *hold = ctx;
    struct part_query *q;
    bool found;

    TRY(part_store_query(&q, store, "SELECT count(*) FROM held"));
    TRY(part_query_step(&found, q));
    if (part_query_get_int(q, 0) >= VAULT_HOLDS_MAX)
        return sk_fail(SK_FULL, "more than %d holds", VAULT_HOLDS_MAX);
    part_query_done(q);
    TRY(part_store_query(&q, store,
                         "INSERT INTO held (name, tenant, person, part, day)"
                         " VALUES (?1, ?2, ?3, ?4, ?5)"));
    part_query_text(q, 1, hold->name);
    part_query_text(q, 2, hold->subject.tenant);
    part_query_text(q, 3, keeper_id_str(&hold->subject.person_id));
    part_query_text(q, 4, keeper_id_str(&hold->subject.case_id));
    part_query_int(q, 5, sk_now() / VAULT_DAY);
    return part_query_run(q);
}

sk_err
vault_hold_put(struct part_store_pool *pool, const struct vault_hold *hold)
{
    struct vault_hold copy = *hold;

    return part_store_pool_write(pool, hold_insert, &copy);
}

sk_err
vault_hold_find(bool *found, struct vault_hold *hold, sk_arena *mem, struct part_store *store,
                sk_str name)
{
    struct part_query *q;

    TRY(part_store_query(&q, store, "SELECT tenant, person, part FROM held WHERE name = ?1"));
    part_query_text(q, 1, name);
    TRY(part_query_step(found, q));
    if (!*found) return sk_ok();
    hold->name = name;
    TRY(subject_get(&hold->subject, mem, q));
    part_query_done(q);
    return sk_ok();
}

static sk_err
hold_delete(void *ctx, struct part_store *store)
{
    const sk_str *name = ctx;
    struct part_query *q;

    TRY(part_store_query(&q, store, "DELETE FROM held WHERE name = ?1"));
    part_query_text(q, 1, *name);
    return part_query_run(q);
}

sk_err
vault_hold_end(struct part_store_pool *pool, sk_str name)
{
    return part_store_pool_write(pool, hold_delete, &name);
}

sk_err
vault_holds(struct vault_hold **hold, size_t *count, sk_arena *mem, struct part_store *store)
{
    struct part_query *q;
    bool found;

    *hold = sk_array(mem, VAULT_HOLDS_MAX, sizeof **hold);
    *count = 0;
    TRY(part_store_query(&q, store,
                         "SELECT tenant, person, part, name FROM held ORDER BY name LIMIT ?1"));
    part_query_int(q, 1, VAULT_HOLDS_MAX);
    for (;;) {
        TRY(part_query_step(&found, q));
        if (!found) return sk_ok();
        (*hold)[*count].name = part_query_get_text(mem, q, 3);
        TRY(subject_get(&(*hold)[(*count)++].subject, mem, q));
    }
}

sk_err
vault_is_held(bool *held, struct part_store *store, const struct vault_subject *subject)
{
    struct part_query *q;

    TRY(part_store_query(&q, store,
                         "SELECT 1 FROM held WHERE person = ?1"
                         " AND (part = '' OR ?2 = '' OR part = ?2)"));
    part_query_text(q, 1, keeper_id_str(&subject->person_id));
    part_query_text(q, 2, keeper_id_str(&subject->case_id));
    TRY(part_query_step(held, q));
    part_query_done(q);
    return sk_ok();
}
