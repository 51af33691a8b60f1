#include "post/lane.h"

#include "base/hash.h"
#include "part/log.h"
#include "post/pace.h"

#include <pthread.h>
#include <stdlib.h>

enum { IDLE = 60000, DISK_REST = 5000, ONE_MAIL = 256 * 1024 };

struct post_lane {
    pthread_t thread;
    struct post_queue *queue;
    struct post_wire *wire;
    enum post_kind kind;
    struct post_rate rate;
    int64_t pause; /* ms; 0 while the server answers */
    sk_when rest;  /* monotonic; nothing is tried before */
    struct {       /* what was sent or refused, and could not be written down yet */
        bool is;
        struct post_job job; /* its number alone */
        enum post_state state;
        char fault[POST_FAULT_MAX];
    } owed;
};

static sk_err
later(struct post_lane *lane, const struct post_job *job, const char *fault)
{
    uint32_t random;
    sk_random(&random, sizeof random);
    sk_when due = sk_now() + post_delay(job->urgent, job->tries, random % 1000);
    if (due >= job->until) due = job->until; /* where it ends as too old */
    part_log(PART_INFO, "%.*s %s %.*s: later, try %u: %s", SK_ARG(job->id),
             post_kind_names[job->kind], SK_ARG(job->purpose), job->tries + 1, fault);
    return post_queue_later(lane->queue, job, fault, due);
}

static void
rest(struct post_lane *lane, const char *fault)
{
    if (!lane->pause) part_log(PART_ERROR, "%s: away: %s", post_kind_names[lane->kind], fault);
    lane->pause = lane->pause ? lane->pause * 2 : POST_PAUSE_FIRST;
    if (lane->pause > POST_PAUSE_MOST) lane->pause = POST_PAUSE_MOST;
    lane->rest = sk_monotonic() + lane->pause;
    post_queue_say(lane->queue, lane->kind, fault, sk_now());
}

static void
answers(struct post_lane *lane)
{
    if (!lane->pause) return;
    part_log(PART_INFO, "%s: answers again", post_kind_names[lane->kind]);
    lane->pause = 0;
    post_queue_say(lane->queue, lane->kind, "", sk_now());
}

/* Writes the end down. As long as the disk refuses, the lane sends nothing else, and this message
 * not again. */
static sk_err
owed_pay(struct post_lane *lane)
{
    TRY(post_queue_end(lane->queue, &lane->owed.job, lane->owed.state, lane->owed.fault, sk_now()));
    lane->owed.is = false;
    return sk_ok();
}

static sk_err
end(struct post_lane *lane, const struct post_job *job, const struct post_outcome *outcome)
{
    bool done = outcome->verdict == POST_DONE;
    part_log(done ? PART_INFO : PART_ERROR, "%.*s %s %.*s: %s, try %u%s%s", SK_ARG(job->id),
             post_kind_names[job->kind], SK_ARG(job->purpose), done ? "sent" : "given up",
             job->tries + 1, done ? "" : ": ", outcome->fault);
    lane->owed.is = true;
    lane->owed.job = (struct post_job){ .number = job->number };
    lane->owed.state = done ? POST_SENT : POST_FAILED;
    memcpy(lane->owed.fault, outcome->fault, sizeof lane->owed.fault);
    return owed_pay(lane);
}

static sk_err
settle(struct post_lane *lane, const struct post_job *job, const struct post_outcome *outcome)
{
    bool away = outcome->verdict == POST_AWAY;
    if (away && post_queue_stopped(lane->queue)) return sk_ok(); /* it was cut off by us */
    if (away)
        rest(lane, outcome->fault);
    else
        answers(lane);
    return away || outcome->verdict == POST_LATER ? later(lane, job, outcome->fault)
                                                  : end(lane, job, outcome);
}

/* Sends the next message that is due, if any; `*ms`: how long there is nothing to do then. */
static sk_err
turn(int64_t *ms, struct post_lane *lane, sk_arena *mem)
{
    struct post_job job = { 0 };
    struct post_outcome outcome;
    bool found = false;
    sk_when when = INT64_MAX, now = sk_now();
    *ms = lane->rest - sk_monotonic();
    if (*ms > 0) return sk_ok();
    if (lane->owed.is) TRY(owed_pay(lane));
    TRY(post_queue_next(&found, &job, &when, mem, lane->queue, lane->kind, now));
    if (!found) {
        *ms = when - now < IDLE ? when - now : IDLE;
        return sk_ok();
    }
    *ms = post_rate_wait(&lane->rate, sk_monotonic());
    if (*ms > 0) return sk_ok();
    post_wire_send(&outcome, lane->wire, mem, &job);
    return settle(lane, &job, &outcome);
}

static void *
run(void *ctx)
{
    struct post_lane *lane = ctx;
    while (!post_queue_stopped(lane->queue)) {
        DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(ONE_MAIL);
        unsigned seen = post_queue_seen(lane->queue);
        int64_t ms = 0;
        sk_err e = turn(&ms, lane, mem);
        if (sk_failed(e)) {
            part_log(PART_ERROR, "%s: %s", post_kind_names[lane->kind], e.why);
            lane->rest = sk_monotonic() + DISK_REST;
        }
        if (ms > 0) post_queue_wait(lane->queue, seen, ms);
    }
    return NULL;
}

sk_err
post_lane_start(struct post_lane **out, const struct post_config *config, struct post_queue *queue,
                enum post_kind kind)
{
    struct post_lane *lane = calloc(1, sizeof *lane);
    if (!lane) return sk_fail(SK_FULL, "no memory");
    lane->queue = queue;
    lane->kind = kind;
    lane->rate.rate = kind == POST_MAIL ? config->mail_rate : config->gateway[kind].rate;
    sk_err e = post_wire_open(&lane->wire, config, queue, kind);
    if (!sk_failed(e) && pthread_create(&lane->thread, NULL, run, lane) != 0)
        e = sk_fail(SK_BROKEN, "no thread");
    if (sk_failed(e)) {
        post_wire_close(lane->wire);
        free(lane);
        return e;
    }
    *out = lane;
    return sk_ok();
}

void
post_lane_end(struct post_lane *lane)
{
    if (!lane) return;
    pthread_join(lane->thread, NULL);
    post_wire_close(lane->wire);
    free(lane);
}
