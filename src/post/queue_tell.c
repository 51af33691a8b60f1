/* The queue from outside: its state, the outbox, and its broom. */
#include "post/queue_inner.h"

enum { DAY = 24 * 3600 * 1000, SWEEP_MOST = 1000 };

/* --- sweeping --- */

static const struct {
    const char *sql; /* ?1: a time; ?2: SWEEP_MOST or the outbox's size */
    int64_t age, limit;
    bool erases, ends; /* `ends`: rows that waited wait no more */
} broom[] = {
    { "UPDATE message SET state = 3, fault = 'too old', ended = ?1, " POST_ERASE
      " WHERE number IN (SELECT number FROM message WHERE state = 0 AND until <= ?1 LIMIT ?2)",
      0, SWEEP_MOST, true, true },
    { "UPDATE message SET state = 1, " POST_ERASE " WHERE state = 4 AND (ended <= ?1 OR number <="
      " (SELECT number FROM message WHERE state = 4 ORDER BY number DESC LIMIT 1 OFFSET ?2))",
      POST_OUTBOX_AGE, POST_OUTBOX_MAX, true, false },
    { "DELETE FROM message WHERE number IN (SELECT number FROM message"
      " WHERE state IN (1, 2, 3) AND ended <= ?1 LIMIT ?2)",
      POST_ENDED_AGE, SWEEP_MOST, false, false },
    { "DELETE FROM pace WHERE hour IN (SELECT DISTINCT hour FROM pace WHERE hour < ?1 / 3600000"
      " LIMIT ?2)",
      25 * 3600 * 1000, 24, false, false },
};

struct sweep {
    struct post_queue *queue;
    sk_when now;
    int64_t ended;
};

static sk_err
sweep(void *ctx, struct part_store *store)
{
    struct sweep *s = ctx;
    struct part_query *q;
    for (size_t i = 0; i < sizeof broom / sizeof *broom; i++) {
        TRY(part_store_query(&q, store, broom[i].sql));
        part_query_int(q, 1, s->now - broom[i].age);
        part_query_int(q, 2, broom[i].limit);
        TRY(part_query_run(q));
        int64_t count = part_store_changed(store);
        if (broom[i].ends) s->ended += count;
        if (broom[i].erases && count) s->queue->erased = true;
    }
    return sk_ok();
}

sk_err
post_queue_sweep(struct post_queue *queue, sk_when now)
{
    struct sweep s = { queue, now, 0 };
    pthread_mutex_lock(&queue->lock);
    sk_err e = part_store_write(queue->store, sweep, &s);
    if (!sk_failed(e)) queue->waiting -= s.ended;
    if (!sk_failed(e) && queue->erased) {
        e = part_store_exec(queue->store, "PRAGMA wal_checkpoint(TRUNCATE)");
        queue->erased = sk_failed(e);
    }
    pthread_mutex_unlock(&queue->lock);
    return e;
}

/* --- telling --- */

static sk_err
number_of(int64_t *number, struct part_store *store, const char *sql, int kind, sk_when since)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, sql));
    part_query_int(q, 1, kind);
    part_query_int(q, 2, since);
    TRY(part_query_step(&row, q));
    *number = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

struct status {
    struct post_queue *queue;
    struct sk_json_writer *w;
    sk_when now;
};

static const char *const way_names[] = {
    [POST_NO_WAY] = "none", [POST_LANE] = "lane", [POST_OUTBOX] = "outbox"
};

static const struct {
    const char *name, *sql;
} figures[] = {
    { "waiting", "SELECT count(*) FROM message WHERE state = 0 AND kind = ?1 AND ?2 = ?2" },
    { "sent_day", "SELECT count(*) FROM message WHERE state = 1 AND kind = ?1 AND ended > ?2" },
    { "failed_day", "SELECT count(*) FROM message WHERE state = 2 AND kind = ?1 AND ended > ?2" },
    { "expired_day", "SELECT count(*) FROM message WHERE state = 3 AND kind = ?1 AND ended > ?2" },
};

static sk_err
kind_tell(const struct status *s, struct part_store *store, int kind)
{
    int64_t oldest, number;
    sk_json_object(s->w, NULL);
    sk_json_text(s->w, "kind", post_kind_names[kind]);
    sk_json_text(s->w, "way", way_names[s->queue->way[kind]]);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        TRY(number_of(&number, store, figures[i].sql, kind, s->now - DAY));
        sk_json_int(s->w, figures[i].name, number);
    }
    TRY(number_of(&oldest, store,
                  "SELECT coalesce(min(queued), ?2) FROM message WHERE state = 0 AND kind = ?1",
                  kind, s->now));
    sk_json_int(s->w, "oldest", (s->now - oldest) / 1000);
    if (s->queue->lane[kind].fault[0]) {
        sk_json_text(s->w, "fault", s->queue->lane[kind].fault);
        sk_json_int(s->w, "fault_age", (s->now - s->queue->lane[kind].since) / 1000);
    }
    sk_json_end_object(s->w);
    return sk_ok();
}

static sk_err
status(void *ctx, struct part_store *store)
{
    const struct status *s = ctx;
    sk_json_text(s->w, "mode", s->queue->way[POST_MAIL] == POST_OUTBOX ? "outbox" : "live");
    sk_json_int(s->w, "waiting", s->queue->waiting);
    sk_json_int(s->w, "most", POST_QUEUE_MAX);
    sk_json_array(s->w, "kinds");
    for (int kind = 0; kind < POST_KINDS; kind++)
        TRY(kind_tell(s, store, kind));
    sk_json_end_array(s->w);
    return sk_ok();
}

sk_err
post_queue_status(struct sk_json_writer *w, struct post_queue *queue, sk_when now)
{
    struct status s = { queue, w, now };
    return post_queue_change(queue, status, &s);
}

struct outbox {
    struct sk_json_writer *w;
    sk_arena *mem;
    int64_t before, limit;
};

static sk_err
outbox(void *ctx, struct part_store *store)
{
    const struct outbox *o = ctx;
    static const char *const texts[] = { "id", "to", "subject", "text", "purpose" };
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, recipient, subject, text, purpose, number, queued, kind"
                         " FROM message WHERE state = 4 AND (?1 = 0 OR number < ?1)"
                         " ORDER BY number DESC LIMIT ?2"));
    part_query_int(q, 1, o->before);
    part_query_int(q, 2, o->limit);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) return sk_ok();
        sk_json_object(o->w, NULL);
        sk_json_int(o->w, "number", part_query_get_int(q, 5));
        sk_json_str(o->w, "time", sk_when_utc(o->mem, part_query_get_int(q, 6)));
        sk_json_text(o->w, "kind", post_kind_names[part_query_get_int(q, 7)]);
        for (int i = 0; i < 5; i++)
            sk_json_str(o->w, texts[i], part_query_get_text(o->mem, q, i));
        sk_json_end_object(o->w);
    }
}

sk_err
post_queue_outbox(struct sk_json_writer *w, struct post_queue *queue, int64_t before, int64_t limit)
{
    struct outbox o = { w, w->out->mem, before, limit };
    return post_queue_change(queue, outbox, &o);
}

struct find {
    sk_str id;
    int64_t state;
};

static sk_err
find(void *ctx, struct part_store *store)
{
    struct find *f = ctx;
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT state FROM message WHERE id = ?1"));
    part_query_text(q, 1, f->id);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such message");
    f->state = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

sk_err
post_queue_find(enum post_state *state, struct post_queue *queue, sk_str id)
{
    struct find f = { id, 0 };
    TRY(post_queue_change(queue, find, &f));
    *state = (enum post_state)f.state;
    return sk_ok();
}
