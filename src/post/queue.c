#include "post/queue_inner.h"

#include "base/hash.h"
#include "part/http.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

const char *const post_state_names[POST_STATES] = { "waits", "sent", "failed", "expired", "shown" };

enum { HOUR = 3600 * 1000 };

/* Most that one recipient is sent: a wall against a mistake or an abuse elsewhere, not the limit
 * that a person meets. */
static const struct {
    int hour, day;
} most[POST_KINDS] = {
    [POST_MAIL] = { 60, 300 },
    [POST_SMS] = { 10, 30 },
    [POST_VOICE] = { 10, 30 },
};

sk_err
post_queue_change(struct post_queue *queue, sk_err (*work)(void *ctx, struct part_store *),
                  void *ctx)
{
    pthread_mutex_lock(&queue->lock);
    sk_err e = part_store_write(queue->store, work, ctx);
    pthread_mutex_unlock(&queue->lock);
    return e;
}

/* --- opening --- */

static sk_err
begin(void *ctx, struct part_store *store)
{
    struct post_queue *queue = ctx;
    struct part_query *q;
    bool row;
    for (int kind = 0; kind < POST_KINDS; kind++) {
        if (queue->way[kind] == POST_OUTBOX) continue;
        TRY(part_store_query(&q, store,
                             "UPDATE message SET state = 1, " POST_ERASE
                             " WHERE state = 4 AND kind = ?1"));
        part_query_int(q, 1, kind);
        TRY(part_query_run(q));
    }
    TRY(part_store_query(&q, store, "SELECT count(*) FROM message WHERE state = 0"));
    TRY(part_query_step(&row, q));
    queue->waiting = part_query_get_int(q, 0);
    part_query_done(q);
    return sk_ok();
}

/* FULL: a commit is on disk before it is answered. secure_delete: what is erased is overwritten. */
static sk_err
store_open(struct post_queue *queue, const char *folder, const char *sql)
{
    sk_str path = sk_str_printf(queue->mem, "%s/post.db", folder);
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return sk_fail(SK_BROKEN, "%s: %s", folder, strerror(errno));
    TRY(part_csrf_key_load(&queue->key, sk_str_printf(queue->mem, "%s/pace.key", folder).p));
    TRY(part_store_open(&queue->store, path.p));
    if (chmod(path.p, 0600) != 0) return sk_fail(SK_BROKEN, "%s: %s", path.p, strerror(errno));
    TRY(part_store_exec(queue->store, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON"));
    TRY(part_store_migrate(queue->store, sql));
    return post_queue_change(queue, begin, queue);
}

sk_err
post_queue_open(struct post_queue **out, const char *folder, const char *sql,
                const enum post_way way[POST_KINDS])
{
    sk_arena *mem = sk_arena_new(0);
    struct post_queue *queue = SK_NEW(mem, struct post_queue);
    pthread_condattr_t monotonic;
    queue->mem = mem;
    memcpy(queue->way, way, sizeof queue->way);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&queue->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    queue->erased = true; /* what a killed process erased may still lie in the journal */
    sk_err e = store_open(queue, folder, sql);
    if (sk_failed(e))
        post_queue_close(queue);
    else
        *out = queue;
    return e;
}

void
post_queue_close(struct post_queue *queue)
{
    if (!queue) return;
    part_store_close(&queue->store);
    pthread_cond_destroy(&queue->news);
    pthread_mutex_destroy(&queue->lock);
    explicit_bzero(&queue->key, sizeof queue->key);
    sk_arena_free(queue->mem);
}

/* --- adding --- */

struct add {
    struct post_queue *queue;
    sk_arena *mem;
    const struct post_message *messages;
    size_t count, fresh;
    sk_str *ids;
    sk_when now;
};

static sk_err
known(bool *is, sk_str *id, sk_arena *mem, struct part_store *store, sk_str key)
{
    struct part_query *q;
    TRY(part_store_query(&q, store, "SELECT id FROM message WHERE key = ?1"));
    part_query_text(q, 1, key);
    TRY(part_query_step(is, q));
    if (*is) *id = part_query_get_text(mem, q, 0);
    part_query_done(q);
    return sk_ok();
}

static sk_str
digest_of(const struct add *a, const struct post_message *m)
{
    unsigned char mac[SK_SHA256];
    sk_str text = sk_str_printf(a->mem, "%s|%.*s", post_kind_names[m->kind], SK_ARG(m->to));
    sk_hmac_sha256(mac, (sk_str){ (const char *)a->queue->key.bytes, PART_CSRF_KEY }, text);
    return sk_hex(a->mem, (sk_str){ (const char *)mac, 16 });
}

static sk_err
pace_check(const struct add *a, struct part_store *store, const struct post_message *m)
{
    struct part_query *q;
    bool row;
    int64_t hour = a->now / HOUR;
    sk_str who = digest_of(a, m);
    TRY(part_store_query(&q, store,
                         "INSERT INTO pace (who, hour, count) VALUES (?1, ?2, 1)"
                         " ON CONFLICT (who, hour) DO UPDATE SET count = count + 1"));
    part_query_text(q, 1, who);
    part_query_int(q, 2, hour);
    TRY(part_query_run(q));
    TRY(part_store_query(&q, store,
                         "SELECT sum(count), sum(CASE hour WHEN ?2 THEN count ELSE 0 END)"
                         " FROM pace WHERE who = ?1 AND hour > ?2 - 24"));
    part_query_text(q, 1, who);
    part_query_int(q, 2, hour);
    TRY(part_query_step(&row, q));
    int64_t day = part_query_get_int(q, 0), now = part_query_get_int(q, 1);
    part_query_done(q);
    if (day > most[m->kind].day || now > most[m->kind].hour)
        return sk_fail(SK_BUSY, "too many messages for this recipient");
    return sk_ok();
}

static sk_err
insert(const struct add *a, struct part_store *store, const struct post_message *m, sk_str id)
{
    struct part_query *q;
    bool shown = a->queue->way[m->kind] == POST_OUTBOX;
    TRY(part_store_query(&q, store,
                         "INSERT INTO message (id, key, kind, purpose, state, urgent, queued, due,"
                         " until, recipient, subject, text, unsubscribe, ended)"
                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"));
    part_query_text(q, 1, id);
    part_query_text(q, 2, m->key);
    part_query_int(q, 3, m->kind);
    part_query_text(q, 4, m->purpose);
    part_query_int(q, 5, shown ? POST_SHOWN : POST_WAITS);
    part_query_int(q, 6, m->life <= POST_URGENT_LIFE);
    part_query_int(q, 7, a->now);
    part_query_int(q, 8, a->now + m->life * 1000);
    part_query_text(q, 9, m->to);
    part_query_text(q, 10, m->subject);
    part_query_text(q, 11, m->text);
    part_query_text(q, 12, m->unsubscribe);
    if (shown)
        part_query_int(q, 13, a->now);
    else
        part_query_null(q, 13);
    return part_query_run(q);
}

static sk_err
add_all(void *ctx, struct part_store *store)
{
    struct add *a = ctx;
    for (size_t i = 0; i < a->count; i++) {
        const struct post_message *m = &a->messages[i];
        bool again;
        TRY(known(&again, &a->ids[i], a->mem, store, m->key));
        if (again) continue;
        if (a->queue->way[m->kind] == POST_NO_WAY)
            return sk_fail(SK_BAD, "no way to send %s is configured", post_kind_names[m->kind]);
        TRY(pace_check(a, store, m));
        a->ids[i] = sk_str_printf(a->mem, "msg_%.*s", SK_ARG(part_id_new(a->mem)));
        TRY(insert(a, store, m, a->ids[i]));
        a->fresh += a->queue->way[m->kind] == POST_LANE;
    }
    if (a->fresh && a->queue->waiting + (int64_t)a->fresh > POST_QUEUE_MAX)
        return sk_fail(SK_FULL, "%d messages wait already", POST_QUEUE_MAX);
    return sk_ok();
}

sk_err
post_queue_add(sk_str *ids, sk_arena *mem, struct post_queue *queue,
               const struct post_message *messages, size_t count, sk_when now)
{
    struct add a = { queue, mem, messages, count, 0, ids, now };
    pthread_mutex_lock(&queue->lock);
    sk_err e = part_store_write(queue->store, add_all, &a);
    if (!sk_failed(e)) {
        queue->waiting += (int64_t)a.fresh;
        queue->added++;
        pthread_cond_broadcast(&queue->news);
    }
    pthread_mutex_unlock(&queue->lock);
    return e;
}

/* --- waking --- */

unsigned
post_queue_seen(struct post_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    unsigned seen = queue->added;
    pthread_mutex_unlock(&queue->lock);
    return seen;
}

void
post_queue_wait(struct post_queue *queue, unsigned seen, int64_t ms)
{
    sk_when end = sk_monotonic() + ms;
    struct timespec until = { .tv_sec = end / 1000, .tv_nsec = end % 1000 * 1000000 };
    pthread_mutex_lock(&queue->lock);
    while (queue->added == seen && !queue->stopping)
        if (pthread_cond_timedwait(&queue->news, &queue->lock, &until) == ETIMEDOUT) break;
    pthread_mutex_unlock(&queue->lock);
}

void
post_queue_stop(struct post_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->stopping = true;
    pthread_cond_broadcast(&queue->news);
    pthread_mutex_unlock(&queue->lock);
}

bool
post_queue_stopped(const struct post_queue *queue)
{
    return queue->stopping;
}
