#include "part/log.h"
#include "part/stop.h"
#include "post/house.h"
#include "post/inquiry.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

enum { SWEEP_EVERY = 5 }; /* s */

static const char *const reads[] = { "share:src/post/sql", "state:conf/post",
                                     "/etc/ssl",           "/usr/share/ca-certificates",
                                     "/etc/hosts",         "/etc/resolv.conf",
                                     "/etc/host.conf",     "/etc/gai.conf",
                                     "/etc/services",      NULL };
static const char *const writes[] = { "state:post", NULL };

const struct part_card post_card = {
    .name = "post",
    .user = "sekisho-post",
    .read = reads,
    .write = writes,
    .may = PART_MAY_CONNECT,
    .open_files = 1024,
};

/* The console shows the queue and the demo's outbox, and can send nothing. */
static const char *const askers[] = { "sekisho-accounts", "sekisho-console", "sekisho-vault",
                                      NULL };
static const char *const senders[] = { "sekisho-accounts", "sekisho-vault", NULL };
/* The gate asks on a socket of its own, whose threads may wait for a provider. */
static const char *const gates[] = { "sekisho-gate", NULL };

static void
house_close(struct post_house *house)
{
    if (house->queue) post_queue_stop(house->queue);
    for (int kind = 0; kind < POST_KINDS; kind++)
        post_lane_end(house->lane[kind]);
    post_queue_close(house->queue);
    post_config_free(&house->config);
    sk_arena_free(house->mem);
}

static sk_err
house_open(struct post_house *house, const struct part_place *place)
{
    enum post_way way[POST_KINDS];
    sk_arena *mem = house->mem = sk_arena_new(0);
    sk_str conf = sk_str_printf(mem, "%s/conf/post/post.json", place->state);
    TRY(part_peers_find(&house->heard, askers));
    TRY(part_peers_find(&house->senders, senders));
    TRY(part_peers_find(&house->gates, gates));
    TRY(post_config_load(&house->config, mem, conf.p));
    post_config_ways(way, &house->config);
    TRY(post_queue_open(&house->queue, sk_str_printf(mem, "%s/post", place->state).p,
                        sk_str_printf(mem, "%s/src/post/sql", place->share).p, way));
    for (int kind = 0; kind < POST_KINDS; kind++)
        if (way[kind] == POST_LANE)
            TRY(post_lane_start(&house->lane[kind], &house->config, house->queue,
                                (enum post_kind)kind));
    return sk_ok();
}

/* Sweeps until a signal comes. */
static void
live(const struct post_house *house, const sigset_t *stop)
{
    static const struct timespec every = { .tv_sec = SWEEP_EVERY };
    do {
        sk_err e = post_queue_sweep(house->queue, sk_now());
        if (sk_failed(e)) part_log(PART_ERROR, "post: %s", e.why);
    } while (sigtimedwait(stop, NULL, &every) < 0 && (errno == EAGAIN || errno == EINTR));
}

int
post_main(const struct part_place *place)
{
    struct post_house house = { .desk.lock = PTHREAD_MUTEX_INITIALIZER };
    struct part_http *http = NULL, *human = NULL;
    sigset_t stop;
    part_stop_block(&stop);
    sk_err e = house_open(&house, place);
    if (!sk_failed(e)) {
        struct part_service service = post_service(&house, place->listen_fd);
        struct part_service question = post_human_service(&house, place->second_fd);
        post_inquiry_begin();
        e = part_http_start(&http, &service);
        if (!sk_failed(e)) e = part_http_start(&human, &question);
    }
    if (sk_failed(e)) {
        part_log(PART_ERROR, "post: %s", e.why);
        part_http_stop(http);
        house_close(&house);
        return sk_kind_rows[e.kind].exit_code;
    }
    part_log(PART_INFO, "post serves; mail goes %s",
             house.config.smtp.n ? "to its server" : "to the outbox");
    live(&house, &stop);
    part_http_stop(http);
    part_http_stop(human);
    house_close(&house);
    part_log(PART_INFO, "post ended");
    return 0;
}
