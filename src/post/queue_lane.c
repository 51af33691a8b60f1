/* The queue as a lane meets it: what is due, and what became of it. */
#include "post/queue_inner.h"

#include <stdio.h>

struct next {
    struct post_queue *queue;
    struct post_job *job;
    sk_arena *mem;
    enum post_kind kind;
    sk_when now, when;
    bool found;
};

static sk_err
due_read(struct next *n, struct part_store *store, bool urgent)
{
    struct part_query *q;
    struct post_job *job = n->job;
    TRY(part_store_query(
        &q, store,
        "SELECT number, id, purpose, recipient, subject, text, unsubscribe, queued,"
        " until, tries, due FROM message"
        " WHERE state = 0 AND kind = ?1 AND urgent = ?2 ORDER BY due LIMIT 1"));
    part_query_int(q, 1, n->kind);
    part_query_int(q, 2, urgent);
    TRY(part_query_step(&n->found, q));
    if (!n->found) return sk_ok();
    sk_when due = part_query_get_int(q, 10);
    if (due > n->now) {
        n->found = false;
        if (due < n->when) n->when = due;
    } else {
        sk_str *text[] = { &job->id,      &job->purpose, &job->recipient,
                           &job->subject, &job->text,    &job->unsubscribe };
        job->number = part_query_get_int(q, 0);
        for (int i = 0; i < 6; i++)
            *text[i] = part_query_get_text(n->mem, q, i + 1);
        job->queued = part_query_get_int(q, 7);
        job->until = part_query_get_int(q, 8);
        job->tries = (unsigned)part_query_get_int(q, 9);
        job->kind = n->kind;
        job->urgent = urgent;
    }
    part_query_done(q);
    return sk_ok();
}

static sk_err
next(void *ctx, struct part_store *store)
{
    struct next *n = ctx;
    TRY(due_read(n, store, true));
    return n->found ? sk_ok() : due_read(n, store, false);
}

sk_err
post_queue_next(bool *found, struct post_job *job, sk_when *when, sk_arena *mem,
                struct post_queue *queue, enum post_kind kind, sk_when now)
{
    struct next n = { queue, job, mem, kind, now, 0, false };
    do {
        n.when = INT64_MAX;
        TRY(post_queue_change(queue, next, &n));
        if (n.found && job->until <= now)
            TRY(post_queue_end(queue, job, POST_EXPIRED, "too old", now));
    } while (n.found && job->until <= now);
    *found = n.found;
    *when = n.when;
    return sk_ok();
}

struct fate {
    const struct post_job *job;
    enum post_state state;
    const char *fault;
    sk_when at;
};

static sk_err
end(void *ctx, struct part_store *store)
{
    const struct fate *f = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE message SET state = ?2, fault = ?3, ended = ?4,"
                         " tries = tries + 1, " POST_ERASE " WHERE number = ?1"));
    part_query_int(q, 1, f->job->number);
    part_query_int(q, 2, f->state);
    part_query_text(q, 3, sk_str_of(f->fault));
    part_query_int(q, 4, f->at);
    return part_query_run(q);
}

sk_err
post_queue_end(struct post_queue *queue, const struct post_job *job, enum post_state state,
               const char *fault, sk_when now)
{
    struct fate f = { job, state, fault, now };
    pthread_mutex_lock(&queue->lock);
    sk_err e = part_store_write(queue->store, end, &f);
    if (!sk_failed(e)) {
        queue->waiting--;
        queue->erased = true;
    }
    pthread_mutex_unlock(&queue->lock);
    return e;
}

static sk_err
later(void *ctx, struct part_store *store)
{
    const struct fate *f = ctx;
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "UPDATE message SET due = ?2, fault = ?3, tries = tries + 1"
                         " WHERE number = ?1"));
    part_query_int(q, 1, f->job->number);
    part_query_int(q, 2, f->at);
    part_query_text(q, 3, sk_str_of(f->fault));
    return part_query_run(q);
}

sk_err
post_queue_later(struct post_queue *queue, const struct post_job *job, const char *fault,
                 sk_when due)
{
    struct fate f = { job, POST_WAITS, fault, due };
    return post_queue_change(queue, later, &f);
}

void
post_queue_say(struct post_queue *queue, enum post_kind kind, const char *fault, sk_when now)
{
    pthread_mutex_lock(&queue->lock);
    if (!queue->lane[kind].fault[0]) queue->lane[kind].since = now;
    snprintf(queue->lane[kind].fault, POST_FAULT_MAX, "%s", fault);
    pthread_mutex_unlock(&queue->lock);
}
