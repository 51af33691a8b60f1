/* What the files of the queue share. */
#ifndef SK_POST_QUEUE_INNER_H
#define SK_POST_QUEUE_INNER_H

#include "part/http_csrf.h"
#include "part/store.h"
#include "post/queue.h"

#include <pthread.h>
#include <stdatomic.h>

struct post_queue {
    sk_arena *mem;
    pthread_mutex_t lock;
    pthread_cond_t news;
    struct part_store *store;
    struct part_csrf_key key; /* of the recipients' digests */
    enum post_way way[POST_KINDS];
    int64_t waiting;
    unsigned added;
    bool erased; /* since the journal was cleared */
    atomic_bool stopping;
    struct {
        char fault[POST_FAULT_MAX];
        sk_when since;
    } lane[POST_KINDS];
};

/* Runs `work` in one transaction under the lock. */
sk_err post_queue_change(struct post_queue *queue, sk_err (*work)(void *ctx, struct part_store *),
                         void *ctx) SK_CHECKED;

/* Personal data goes; the row stays for its key. */
#define POST_ERASE "recipient = NULL, subject = NULL, text = NULL, unsubscribe = NULL"

#endif
