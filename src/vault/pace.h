/* How often something may be asked: so many times a minute for each name. In a table of fixed size:
 * names that share a place share its count, which refuses sooner, never later. */
#ifndef SK_VAULT_PACE_H
#define SK_VAULT_PACE_H

#include "base/when.h"

#include <pthread.h>

enum { VAULT_PACE_PLACES = 4096, VAULT_PACE_MINUTE = 60 * 1000 };

struct vault_pace {
    pthread_mutex_t lock;
    struct {
        int64_t minute;
        unsigned count;
    } place[VAULT_PACE_PLACES];
};

void vault_pace_begin(struct vault_pace *pace);
/* Counts one more of `name`; false: it was asked `most` times in this minute already. */
bool vault_pace_take(struct vault_pace *pace, sk_str name, unsigned most, sk_when now) SK_CHECKED;

#endif
