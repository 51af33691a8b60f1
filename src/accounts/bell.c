#include "accounts/bell.h"

#include <pthread.h>
#include <stdlib.h>

struct accounts_bell {
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool rung, end;
};

struct accounts_bell *
accounts_bell_new(void)
{
    struct accounts_bell *bell = calloc(1, sizeof *bell);
    pthread_condattr_t clock;
    if (!bell) return NULL;
    pthread_mutex_init(&bell->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&bell->news, &clock);
    pthread_condattr_destroy(&clock);
    return bell;
}

void
accounts_bell_free(struct accounts_bell *bell)
{
    if (!bell) return;
    pthread_cond_destroy(&bell->news);
    pthread_mutex_destroy(&bell->lock);
    free(bell);
}

static void
tell(struct accounts_bell *bell, bool *flag)
{
    pthread_mutex_lock(&bell->lock);
    *flag = true;
    pthread_cond_signal(&bell->news);
    pthread_mutex_unlock(&bell->lock);
}

void
accounts_bell_ring(struct accounts_bell *bell)
{
    tell(bell, &bell->rung);
}

void
accounts_bell_end(struct accounts_bell *bell)
{
    tell(bell, &bell->end);
}

bool
accounts_bell_wait(struct accounts_bell *bell, time_t seconds, bool heed)
{
    struct timespec until;
    int late = 0;
    bool end;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&bell->lock);
    while (!bell->end && !late && !(heed && bell->rung))
        late = pthread_cond_timedwait(&bell->news, &bell->lock, &until);
    end = bell->end;
    bell->rung = bell->end = false;
    pthread_mutex_unlock(&bell->lock);
    return !end;
}
