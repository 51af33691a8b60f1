/* A lane: the one thread that sends a kind. One, so that after a kill at most one message of the
 * kind goes out twice. */
#ifndef SK_POST_LANE_H
#define SK_POST_LANE_H

#include "post/wire.h"

enum {
    POST_PAUSE_FIRST =
        1000, /* ms that a lane rests when its server is away, doubled each time ... */
    POST_PAUSE_MOST = 30000, /* ... up to this */
};

struct post_lane;
/* Starts the thread. It ends after post_queue_stop(); then post_lane_end(). */
sk_err post_lane_start(struct post_lane **lane, const struct post_config *config,
                       struct post_queue *queue, enum post_kind kind) SK_CHECKED;
void post_lane_end(struct post_lane *lane); /* waits; NULL is allowed */

#endif
