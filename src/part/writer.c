#include "part/writer.h"

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

struct part_writer {
    struct part_store *store;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* somebody's job is done, or the writer is free */
    struct job *first, **last;
    bool is_busy;
};

struct part_writer *
part_writer_new(struct part_store *store)
{
    struct part_writer *writer = calloc(1, sizeof *writer);

    if (!writer) abort();
    writer->store = store;
    writer->last = &writer->first;
    pthread_mutex_init(&writer->lock, NULL);
    pthread_cond_init(&writer->moved, NULL);
    return writer;
}

void
part_writer_free(struct part_writer *writer)
{
    if (!writer) return;
    part_store_close(&writer->store);
    pthread_cond_destroy(&writer->moved);
    pthread_mutex_destroy(&writer->lock);
    free(writer);
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
jobs_run(const struct part_writer *writer, struct job *jobs)
{
    sk_err e = part_store_write(writer->store, jobs_work, jobs);

    for (struct job *job = jobs; job; job = job->next) {
        if (sk_failed(e) && jobs->next) {
            struct job alone = { .work = job->work, .ctx = job->ctx };

            job_end(job, part_store_write(writer->store, jobs_work, &alone));
        } else {
            job_end(job, e);
        }
    }
}

/* Called with the lock, returns with it. */
static void
lead(struct part_writer *writer)
{
    struct job *jobs = writer->first, *next;

    writer->is_busy = true;
    writer->first = NULL;
    writer->last = &writer->first;
    pthread_mutex_unlock(&writer->lock);
    jobs_run(writer, jobs);
    pthread_mutex_lock(&writer->lock);
    for (; jobs; jobs = next) {
        next = jobs->next; /* a job that is done may go with its thread */
        jobs->is_done = true;
    }
    writer->is_busy = false;
    pthread_cond_broadcast(&writer->moved);
}

sk_err
part_writer_run(struct part_writer *writer, sk_err (*work)(void *ctx, struct part_store *store),
                void *ctx)
{
    struct job job = { .work = work, .ctx = ctx };

    pthread_mutex_lock(&writer->lock);
    *writer->last = &job;
    /* cppcheck-suppress autoVariables ; it is taken out before we return */
    writer->last = &job.next;
    while (!job.is_done) {
        if (writer->is_busy)
            pthread_cond_wait(&writer->moved, &writer->lock);
        else
            lead(writer);
    }
    pthread_mutex_unlock(&writer->lock);
    return job.kind == SK_OK ? sk_ok() : sk_fail(job.kind, "%s", job.why);
}

sk_err
part_writer_alone(struct part_writer *writer, sk_err (*work)(void *ctx, struct part_store *store),
                  void *ctx)
{
    sk_err e;

    pthread_mutex_lock(&writer->lock);
    while (writer->is_busy)
        pthread_cond_wait(&writer->moved, &writer->lock);
    writer->is_busy = true;
    pthread_mutex_unlock(&writer->lock);
    e = work(ctx, writer->store);
    pthread_mutex_lock(&writer->lock);
    writer->is_busy = false;
    pthread_cond_broadcast(&writer->moved);
    pthread_mutex_unlock(&writer->lock);
    return e;
}
