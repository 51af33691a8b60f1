#include "accounts/slots.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { NICE = 5 }; /* a third of what the others get, where there is not enough */

struct accounts_slots {
    pthread_mutex_t lock;
    pthread_cond_t given;
    long free, waiting;
};

struct accounts_slots *
accounts_slots_new(void)
{
    struct accounts_slots *slots = calloc(1, sizeof *slots);
    pthread_condattr_t clock;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!slots) return NULL;
    pthread_mutex_init(&slots->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&slots->given, &clock);
    pthread_condattr_destroy(&clock);
    slots->free = cores < 1 ? 1 : cores > ACCOUNTS_SLOTS_MAX ? ACCOUNTS_SLOTS_MAX : cores;
    return slots;
}

void
accounts_slots_free(struct accounts_slots *slots)
{
    if (!slots) return;
    pthread_cond_destroy(&slots->given);
    pthread_mutex_destroy(&slots->lock);
    free(slots);
}

/* Threads that hash stand back behind all others of this machine, for good: an unprivileged one
 * cannot come forward again. So a flood of sign-ins slows down sign-ins, and not who is in. */
static void
stand_back(void)
{
    static _Thread_local bool done;
    if (!done) (void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
    done = true;
}

sk_err
accounts_slots_take(struct accounts_slots *slots)
{
    struct timespec until;
    stand_back();
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ACCOUNTS_SLOTS_PATIENCE / 1000;
    pthread_mutex_lock(&slots->lock);
    bool may_wait = slots->waiting < ACCOUNTS_SLOTS_WAITING;
    int late = 0;
    slots->waiting += may_wait;
    while (may_wait && !slots->free && !late)
        late = pthread_cond_timedwait(&slots->given, &slots->lock, &until);
    slots->waiting -= may_wait;
    bool got = may_wait && slots->free > 0;
    slots->free -= got;
    pthread_mutex_unlock(&slots->lock);
    return got ? sk_ok() : sk_fail(SK_BUSY, "too many passwords are being compared");
}

void
accounts_slots_give(struct accounts_slots *slots)
{
    pthread_mutex_lock(&slots->lock);
    slots->free++;
    pthread_cond_signal(&slots->given);
    pthread_mutex_unlock(&slots->lock);
}
