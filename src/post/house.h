/* What the part's process holds together. */
#ifndef SK_POST_HOUSE_H
#define SK_POST_HOUSE_H

#include "part/http.h"
#include "post/lane.h"

#include <pthread.h>

/* How the provider has answered since the start, and what the log was told of it. */
enum post_human_turn { POST_HUMAN_YES, POST_HUMAN_NO, POST_HUMAN_AWAY, POST_HUMAN_TURNS };

struct post_human_desk {
    pthread_mutex_t lock;
    int64_t count[POST_HUMAN_TURNS];
    int64_t unsaid[POST_HUMAN_TURNS]; /* since the last line in the log */
    sk_when said[POST_HUMAN_TURNS];   /* monotonic; 0: never */
    char fault[128];                  /* empty when it has answered last */
    sk_when fault_since;
};

struct post_house {
    sk_arena *mem;
    struct post_config config;
    struct post_queue *queue;
    struct post_lane *lane[POST_KINDS];
    struct post_human_desk desk;
    struct part_peers heard;   /* may ask how things are */
    struct part_peers senders; /* may send */
    struct part_peers gates;   /* may ask whether somebody is a person */
};

struct part_service post_service(struct post_house *house, int listen_fd);

/* human_desk.c: the other socket. */
struct part_service post_human_service(struct post_house *house, int listen_fd);
void post_human_status(struct sk_json_writer *w, struct post_house *house);
/* An error as JSON, for both. */
void post_error_json(struct part_response *response, struct part_request *request, sk_err why);

#endif
