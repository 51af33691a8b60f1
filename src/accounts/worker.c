/* The thread that takes a job's steps. One that fails is tried again a little later: post may be
 * away, the disk full. */
#include "accounts/job.h"
#include "accounts/rekey.h"
#include "part/log.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { REST = 5, IDLE = 60 }; /* s: after a fault; without one */

struct accounts_worker {
    struct accounts *house;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool wake, stop;
};

static bool
rest(struct accounts_worker *w, time_t seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&w->lock);
    int late = 0;
    while (!w->stop && !w->wake && !late)
        late = pthread_cond_timedwait(&w->news, &w->lock, &until);
    w->wake = false;
    bool stop = w->stop;
    pthread_mutex_unlock(&w->lock);
    return !stop;
}

static void *
run(void *ctx)
{
    struct accounts_worker *w = ctx;
    time_t seconds = 0;
    do {
        bool more = false;
        enum accounts_pace pace = ACCOUNTS_IDLE;
        sk_err e = accounts_job_step(&more, w->house, sk_now());
        if (sk_failed(e)) part_log(PART_ERROR, "job: %s", e.why);
        sk_err r = accounts_rekey_step(&pace, w->house, sk_now());
        if (sk_failed(r)) part_log(PART_ERROR, "key: %s", r.why);
        bool soon = pace == ACCOUNTS_SOON || sk_failed(e) || sk_failed(r);
        seconds = more || pace == ACCOUNTS_ON ? 0 : soon ? REST : IDLE;
    } while (rest(w, seconds));
    return NULL;
}

sk_err
accounts_worker_start(struct accounts_worker **out, struct accounts *house)
{
    struct accounts_worker *w = calloc(1, sizeof *w);
    pthread_condattr_t clock;
    if (!w) return sk_fail(SK_FULL, "no memory");
    w->house = house;
    pthread_mutex_init(&w->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&w->news, &clock);
    pthread_condattr_destroy(&clock);
    house->worker = w;
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        house->worker = NULL;
        pthread_cond_destroy(&w->news);
        pthread_mutex_destroy(&w->lock);
        free(w);
        return sk_fail(SK_BROKEN, "no thread");
    }
    *out = w;
    return sk_ok();
}

static void
signal_to(struct accounts_worker *w, bool *flag)
{
    pthread_mutex_lock(&w->lock);
    *flag = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
}

void
accounts_worker_wake(struct accounts *house)
{
    if (house->worker) signal_to(house->worker, &house->worker->wake);
}

void
accounts_worker_stop(struct accounts_worker *w)
{
    if (!w) return;
    signal_to(w, &w->stop);
    pthread_join(w->thread, NULL);
    w->house->worker = NULL;
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
