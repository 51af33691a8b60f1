/* The built-in shop: a public storefront for several merchants below /s/NAME/. */
#ifndef SK_SHOP_SHOP_H
#define SK_SHOP_SHOP_H

#include "part/card.h"

/* Reads its pages below share:src/shop, writes state:shop; opens no connection. */
extern const struct part_card shop_card;

/* Serves on place->listen_fd until SIGTERM or SIGINT; the exit code. Call part_start() before. Two
 * threads an instance. At its first start makes state:shop/shop.db and fills it from seed/. */
int shop_main(const struct part_place *place);

#endif
