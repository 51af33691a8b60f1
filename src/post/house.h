/* What the part's process holds together. */
#ifndef SK_POST_HOUSE_H
#define SK_POST_HOUSE_H

#include "part/http.h"
#include "post/lane.h"

struct post_house {
    sk_arena *mem;
    struct post_config config;
    struct post_queue *queue;
    struct post_lane *lane[POST_KINDS];
    struct part_peers heard;   /* may ask how things are */
    struct part_peers senders; /* may send */
};

struct part_service post_service(struct post_house *house, int listen_fd);

#endif
