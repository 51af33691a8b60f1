/* The queue: messages on disk (SQLite, each change synced before it is answered), one connection
 * behind one lock. A message that is being sent still waits in it, so that nothing has to be put
 * right after a crash: what was cut off is sent again. */
#ifndef SK_POST_QUEUE_H
#define SK_POST_QUEUE_H

#include "base/json.h"
#include "base/when.h"
#include "post/post.h"

enum {
    POST_URGENT_LIFE = 900,  /* s; what lives no longer (codes, mostly) goes before all others */
    POST_QUEUE_MAX = 200000, /* messages that wait */
    POST_ID_LENGTH = 30,     /* "msg_" and 26 characters */
    POST_FAULT_MAX = 64,     /* bytes of a fault's code */
    POST_OUTBOX_MAX = 200,   /* messages that stay readable, and ... */
    POST_OUTBOX_AGE = 24 * 3600 * 1000,    /* ... for how long; ms */
    POST_ENDED_AGE = 4 * 24 * 3600 * 1000, /* how long keys are known after the end; ms. More than
                                              POST_LIFE_MAX */
};

enum post_state { POST_WAITS, POST_SENT, POST_FAILED, POST_EXPIRED, POST_SHOWN, POST_STATES };
extern const char *const post_state_names[POST_STATES];

/* Where messages of a kind go. */
enum post_way {
    POST_NO_WAY, /* refused: nothing is configured */
    POST_LANE,   /* sent */
    POST_OUTBOX, /* kept readable: the demo */
};

/* A message that is due, on the asker's arena. */
struct post_job {
    int64_t number;
    sk_str id;
    enum post_kind kind;
    bool urgent;
    sk_str purpose, recipient, subject, text, unsubscribe;
    sk_when queued, until;
    unsigned tries;
};

struct post_queue;

/* Makes what is missing in `folder` (STATE/post); `sql` has the schema. What an outbox kept is
 * erased where a kind is not shown any more. Yours: post_queue_close. */
sk_err post_queue_open(struct post_queue **queue, const char *folder, const char *sql,
                       const enum post_way way[POST_KINDS]) SK_CHECKED;
void post_queue_close(struct post_queue *queue); /* NULL is allowed */

/* All or none of them; durable after success. ids[i] is on `mem`: that of the first message with
 * the same key. SK_BUSY: too many for one recipient. SK_FULL: the queue or the disk. SK_BAD: no
 * way for the kind. */
sk_err post_queue_add(sk_str *ids, sk_arena *mem, struct post_queue *queue,
                      const struct post_message *messages, size_t count, sk_when now) SK_CHECKED;
/* What became of a message. SK_MISSING: not known, or no more. */
sk_err post_queue_find(enum post_state *state, struct post_queue *queue, sk_str id) SK_CHECKED;

/* --- for the one lane of a kind --- */

/* The next message that is due, urgent ones first; false: none, the next one is at `*when`
 * (INT64_MAX: none waits). Those that are too old end here. */
sk_err post_queue_next(bool *found, struct post_job *job, sk_when *when, sk_arena *mem,
                       struct post_queue *queue, enum post_kind kind, sk_when now) SK_CHECKED;
/* Its end: text and address are erased. `fault` is a code of ours; empty when it was sent. */
sk_err post_queue_end(struct post_queue *queue, const struct post_job *job, enum post_state state,
                      const char *fault, sk_when now) SK_CHECKED;
sk_err post_queue_later(struct post_queue *queue, const struct post_job *job, const char *fault,
                        sk_when due) SK_CHECKED;
/* How the lane's server does, for the status: a code, or empty when it answers. */
void post_queue_say(struct post_queue *queue, enum post_kind kind, const char *fault, sk_when now);

/* Waits until something was added since `seen` was read, `ms` are over, or the queue stops. */
unsigned post_queue_seen(struct post_queue *queue);
void post_queue_wait(struct post_queue *queue, unsigned seen, int64_t ms);
/* Wakes all lanes for good. */
void post_queue_stop(struct post_queue *queue);
bool post_queue_stopped(const struct post_queue *queue);

/* --- for everybody --- */

/* Ends what is too old, empties the outbox of what is old, forgets keys, and clears the journal of
 * what was erased. To be called every few seconds. */
sk_err post_queue_sweep(struct post_queue *queue, sk_when now) SK_CHECKED;
/* Counts and ages, as members of the object that `w` is in. */
sk_err post_queue_status(struct sk_json_writer *w, struct post_queue *queue,
                         sk_when now) SK_CHECKED;
/* The outbox as a list, newest first, `before` this number (0: all). */
sk_err post_queue_outbox(struct sk_json_writer *w, struct post_queue *queue, int64_t before,
                         int64_t limit) SK_CHECKED;

#endif
