#include "console/scope_job.h"

#include "ledger/reader.h"
#include "part/log.h"

#include <pthread.h>
#include <stdlib.h>

struct scope_job {
    const char *state;
    pthread_mutex_t lock;
    sk_arena *mem; /* of the question */
    struct vault_scope_ask ask;
    struct ledger_progress progress;
    sk_str by;
    sk_when began, ended;
    uint64_t all;
    enum scope_state is;
    enum sk_kind why;
    struct vault_scope *scope;
    pthread_t thread;
    bool has_thread;
};

sk_err
scope_job_open(struct scope_job **job, const char *state)
{
    *job = calloc(1, sizeof **job);
    if (!*job) return sk_fail(SK_FULL, "no memory");
    (*job)->state = state;
    pthread_mutex_init(&(*job)->lock, NULL);
    return sk_ok();
}

/* Under the lock; nothing runs. */
static void
forget(struct scope_job *job)
{
    if (job->has_thread) pthread_join(job->thread, NULL);
    job->has_thread = false;
    vault_scope_free(job->scope);
    job->scope = NULL;
    sk_arena_free(job->mem);
    job->mem = NULL;
    job->ask = (struct vault_scope_ask){ 0 };
    job->by = (sk_str){ 0 };
    job->is = SCOPE_NONE;
}

void
scope_job_close(struct scope_job *job)
{
    if (!job) return;
    atomic_store(&job->progress.stop, true);
    if (job->has_thread) pthread_join(job->thread, NULL);
    job->has_thread = false;
    forget(job);
    pthread_mutex_destroy(&job->lock);
    free(job);
}

/* ── running ── */

static void *
run(void *ctx)
{
    struct scope_job *job = ctx;
    struct vault_scope *scope = NULL;
    sk_err e = vault_scope_read(&scope, job->state, &job->ask);

    if (e.kind == SK_MISSING) e = sk_fail(SK_MISSING, "no ledger yet");
    if (sk_failed(e)) part_log(PART_ERROR, "scope: %s", e.why);
    pthread_mutex_lock(&job->lock);
    job->scope = scope;
    job->is = sk_failed(e) ? SCOPE_FAILED : SCOPE_DONE;
    job->why = e.kind;
    job->ended = sk_now();
    pthread_mutex_unlock(&job->lock);
    return NULL;
}

static void
ask_copy(struct vault_scope_ask *to, sk_arena *mem, const struct vault_scope_ask *from)
{
    *to = *from;
    to->tenant = sk_str_copy(mem, from->tenant);
    to->principal = sk_str_copy(mem, from->principal);
    to->purpose = sk_str_copy(mem, from->purpose);
    to->route = sk_str_copy(mem, from->route);
    to->ticket = sk_str_copy(mem, from->ticket);
}

static sk_err
begin_locked(struct scope_job *job, const struct vault_scope_ask *ask, sk_str by, sk_when now)
{
    if (job->is == SCOPE_RUNS) return sk_fail(SK_BUSY, "another question runs");
    forget(job);
    job->mem = sk_arena_new(0);
    ask_copy(&job->ask, job->mem, ask);
    job->ask.people_most = SCOPE_PEOPLE_MAX;
    job->ask.progress = &job->progress;
    job->by = sk_str_copy(job->mem, by);
    job->began = now;
    atomic_store(&job->progress.bytes, 0);
    job->all = vault_scope_bytes(job->state, &job->ask);
    job->is = SCOPE_RUNS;
    job->has_thread = pthread_create(&job->thread, NULL, run, job) == 0;
    if (job->has_thread) return sk_ok();
    job->is = SCOPE_NONE;
    return sk_fail(SK_FULL, "no thread");
}

sk_err
scope_job_begin(struct scope_job *job, const struct vault_scope_ask *ask, sk_str by, sk_when now)
{
    sk_err e;

    pthread_mutex_lock(&job->lock);
    e = begin_locked(job, ask, by, now);
    pthread_mutex_unlock(&job->lock);
    return e;
}

/* ── looking ── */

void
scope_job_look(struct scope_glance *glance, sk_arena *mem, struct scope_job *job, sk_when now)
{
    pthread_mutex_lock(&job->lock);
    if (job->is != SCOPE_NONE && job->is != SCOPE_RUNS && now - job->ended > SCOPE_KEPT)
        forget(job);
    *glance = (struct scope_glance){ .state = job->is,
                                     .began = job->began,
                                     .ended = job->ended,
                                     .read = atomic_load(&job->progress.bytes),
                                     .all = job->all,
                                     .why = job->why };
    ask_copy(&glance->ask, mem, &job->ask);
    glance->by = sk_str_copy(mem, job->by);
    pthread_mutex_unlock(&job->lock);
}

const struct vault_scope *
scope_job_hold(struct scope_job *job)
{
    pthread_mutex_lock(&job->lock);
    return job->is == SCOPE_DONE ? job->scope : NULL;
}

void
scope_job_release(struct scope_job *job)
{
    pthread_mutex_unlock(&job->lock);
}
