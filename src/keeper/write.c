#include "keeper/write.h"

#include <pthread.h>
#include <stdlib.h>

enum { TEXT_MAX = 256 };

struct job {
    sk_err (*work)(void *ctx, struct part_store *store);
    void *ctx;
    enum sk_kind kind;
    char why[TEXT_MAX]; /* an error's text is its thread's: it is copied for the asker's */
    bool is_done;
    struct job *next;
};

struct keeper_write {
    struct part_store *store;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* somebody's job is done, or the writer is free */
    struct job *first, **last;
    bool is_busy;
};

struct keeper_write *
keeper_write_new(struct part_store *store)
{
    struct keeper_write *write = calloc(1, sizeof *write);

    if (!write) abort();
    write->store = store;
    write->last = &write->first;
    pthread_mutex_init(&write->lock, NULL);
    pthread_cond_init(&write->moved, NULL);
    return write;
}

void
keeper_write_free(struct keeper_write *write)
{
    if (!write) return;
    part_store_close(&write->store);
    pthread_cond_destroy(&write->moved);
    pthread_mutex_destroy(&write->lock);
    free(write);
}

static void
job_end(struct job *job, sk_err e)
{
    job->kind = e.kind;
    size_t n = strlen(e.why);
    if (n >= sizeof job->why) n = sizeof job->why - 1;
    memcpy(job->why, e.why, n);
    job->why[n] = 0;
}

static sk_err
jobs_work(void *ctx, struct part_store *store)
{
    for (struct job *job = ctx; job; job = job->next)
        TRY(job->work(job->ctx, store));
    return sk_ok();
}

static void
jobs_run(const struct keeper_write *write, struct job *jobs)
{
    sk_err e = part_store_write(write->store, jobs_work, jobs);

    for (struct job *job = jobs; job; job = job->next) {
        if (sk_failed(e) && jobs->next) {
            struct job alone = { .work = job->work, .ctx = job->ctx };

            job_end(job, part_store_write(write->store, jobs_work, &alone));
        } else {
            job_end(job, e);
        }
    }
}

/* Called with the lock, returns with it. */
static void
lead(struct keeper_write *write)
{
    struct job *jobs = write->first, *next;

    write->is_busy = true;
    write->first = NULL;
    write->last = &write->first;
    pthread_mutex_unlock(&write->lock);
    jobs_run(write, jobs);
    pthread_mutex_lock(&write->lock);
    for (; jobs; jobs = next) {
        next = jobs->next; /* a job that is done may go with its thread */
        jobs->is_done = true;
    }
    write->is_busy = false;
    pthread_cond_broadcast(&write->moved);
}

sk_err
keeper_write_run(struct keeper_write *write, sk_err (*work)(void *ctx, struct part_store *store),
                 void *ctx)
{
    struct job job = { .work = work, .ctx = ctx };

    pthread_mutex_lock(&write->lock);
    *write->last = &job;
    /* cppcheck-suppress autoVariables ; it is taken out before we return */
    write->last = &job.next;
    while (!job.is_done) {
        if (write->is_busy)
            pthread_cond_wait(&write->moved, &write->lock);
        else
            lead(write);
    }
    pthread_mutex_unlock(&write->lock);
    return job.kind == SK_OK ? sk_ok() : sk_fail(job.kind, "%s", job.why);
}

sk_err
keeper_write_alone(struct keeper_write *write, sk_err (*work)(void *ctx, struct part_store *store),
                   void *ctx)
{
    sk_err e;

    pthread_mutex_lock(&write->lock);
    while (write->is_busy)
        pthread_cond_wait(&write->moved, &write->lock);
    write->is_busy = true;
    pthread_mutex_unlock(&write->lock);
    e = work(ctx, write->store);
    pthread_mutex_lock(&write->lock);
    write->is_busy = false;
    pthread_cond_broadcast(&write->moved);
    pthread_mutex_unlock(&write->lock);
    return e;
}
