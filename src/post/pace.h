/* How fast: when a message is tried again, and how many go out a minute. Pure. */
#ifndef SK_POST_PACE_H
#define SK_POST_PACE_H

#include "base/when.h"

/* Milliseconds until the next try after `tries` that failed: doubled each time from 2 s to 1 min
 * for urgent messages, from 15 s to 1 h for others, give or take a fifth by `chance` (0..999), so
 * that what failed together does not come back together. */
int64_t post_delay(bool urgent, unsigned tries, unsigned chance);

/* A generic cell rate (ITU-T I.371): `rate` a minute, at most POST_BURST of them at once. */
enum { POST_BURST = 10 };
struct post_rate {
    int64_t rate; /* 0: as fast as it goes */
    int64_t next; /* µs: when the next one would go at an even pace */
};
/* Milliseconds to wait; 0: go now, it is counted. `now` is monotonic. */
int64_t post_rate_wait(struct post_rate *rate, sk_when now);

#endif
