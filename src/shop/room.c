#include "shop/shop.h"

#include "part/log.h"
#include "shop/house.h"

#include <signal.h>

enum { THREADS = 2 };

static const char *const reads[] = { "share:src/shop", NULL };
static const char *const writes[] = { "state:shop", NULL };

const struct part_card shop_card = {
    .name = "shop",
    .user = "sekisho-shop",
    .read = reads,
    .write = writes,
    .may = 0,
    .open_files = 1024,
};

/* Blocked before the threads start, so that only sigwait() takes them. */
static void
signals_block(sigset_t *stop)
{
    sigset_t set;
    sigemptyset(stop);
    sigaddset(stop, SIGTERM);
    sigaddset(stop, SIGINT);
    set = *stop;
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int
shop_main(const struct part_place *place)
{
    struct shop *shop = NULL;
    struct part_http *http = NULL;
    sigset_t stop;
    int signal;
    signals_block(&stop);
    sk_err e = shop_open(&shop, place->state, place->share);
    if (!sk_failed(e)) {
        struct part_service service = shop_service(shop, place->listen_fd, THREADS);
        e = part_http_start(&http, &service);
    }
    if (sk_failed(e)) {
        part_log(PART_ERROR, "shop: %s", e.why);
        shop_close(shop);
        return sk_kind_rows[e.kind].exit_code;
    }
    part_log(PART_INFO, "shop %u serves", place->number);
    sigwait(&stop, &signal);
    part_http_stop(http);
    shop_close(shop);
    part_log(PART_INFO, "shop %u ended", place->number);
    return 0;
}
