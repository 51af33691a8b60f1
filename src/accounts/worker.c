#include "accounts/worker.h"

#include "accounts/job.h"
#include "accounts/rekey.h"
#include "part/log.h"

#include <pthread.h>
#include <stdlib.h>

enum { REST = 5, IDLE = 60 }; /* s: after a fault; without one */

struct accounts_worker {
    struct accounts *house;
    pthread_t thread;
};

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
    } while (accounts_bell_wait(w->house->work, seconds, true));
    return NULL;
}

sk_err
accounts_worker_start(struct accounts_worker **out, struct accounts *house)
{
    struct accounts_worker *w = calloc(1, sizeof *w);
    if (!w) return sk_fail(SK_FULL, "no memory");
    w->house = house;
    if (pthread_create(&w->thread, NULL, run, w) != 0) {
        free(w);
        return sk_fail(SK_BROKEN, "no thread");
    }
    *out = w;
    return sk_ok();
}

void
accounts_worker_stop(struct accounts_worker *w)
{
    if (!w) return;
    accounts_bell_end(w->house->work);
    pthread_join(w->thread, NULL);
    free(w);
}
