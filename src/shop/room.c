#include "shop/shop.h"

#include "part/log.h"
#include "shop/house.h"

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

int
shop_main(const struct part_place *place)
{
    struct shop *shop = NULL;
    sk_err e = shop_open(&shop, place->state, place->share);
    if (!sk_failed(e)) {
        struct part_service service = shop_service(shop, place->listen_fd, THREADS);
        part_log(PART_INFO, "shop %u serves", place->number);
        e = part_http_serve(&service);
    }
    if (sk_failed(e))
        part_log(PART_ERROR, "shop: %s", e.why);
    else
        part_log(PART_INFO, "shop %u ended", place->number);
    shop_close(shop);
    return sk_kind_rows[e.kind].exit_code;
}
