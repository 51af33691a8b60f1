/* One visit to one page: the request, the reader's language, the shop it is in, and the values that
 * the template shows. */
#ifndef SK_SHOP_PAGE_H
#define SK_SHOP_PAGE_H

#include "shop/catalog.h"
#include "shop/house.h"

struct shop_visit {
    struct shop *shop;
    struct part_request *request;
    struct part_response *response;
    sk_arena *mem;
    struct part_store *store; /* while a page is being made */
    enum part_lang lang;
    bool is_public; /* made for everyone: nothing of this reader may be in it */
    bool in_shop;   /* tenant is set */
    struct shop_tenant tenant;
    struct part_value *values; /* root of the template's values */
};

/* A page that is the same for everyone: made once for each address, language and version of the
 * catalogue. `build` fills visit->values and returns the template's name in *name. Only the query
 * fields `page` and `sort` belong to the address; a build that reads others must not use this. */
typedef sk_err shop_build(const char **name, struct shop_visit *visit);
sk_err shop_page_public(struct part_response *response, struct part_request *request,
                        shop_build *build) SK_CHECKED;
/* A page for one reader: never kept, not by us and not by anyone between. */
sk_err shop_page_private(struct part_response *response, struct part_request *request,
                         shop_build *build) SK_CHECKED;
/* part_service's error_page. */
void shop_page_error(struct part_response *response, struct part_request *request, sk_err why);

/* --- for builds --- */

/* Words in the reader's language. */
sk_str shop_words(const struct shop_visit *visit, const char *key);
/* Sets "title" of the page; the shop's name is put behind it. */
void shop_page_title(struct shop_visit *visit, sk_str title, sk_str description);
/* "/s/kamone/..." on the visit's arena. */
sk_str shop_path(const struct shop_visit *visit, const char *fmt, ...) SK_PRINTF(2, 3);
/* A whole number from the query within 1..most; 1 when it is not there. SK_MISSING when it is
 * anything else, so that a page has one address. */
sk_err shop_page_number(int64_t *number, const struct shop_visit *visit, int64_t most) SK_CHECKED;
sk_err shop_page_sort(enum shop_sort *sort, const struct shop_visit *visit) SK_CHECKED;
/* Fills "products", "pages", "sorts" and "total" for a shelf. `base` is the page's path with '?',
 * ready for "sort=..&page=..". */
void shop_shelf_show(struct shop_visit *visit, const struct shop_shelf *shelf,
                     const struct shop_wish *wish, sk_str base);
/* Fills an object with what a product's card shows. */
void shop_product_show(struct shop_visit *visit, struct part_value *object,
                       const struct shop_product *product);

/* --- the handlers, one file each --- */

part_handler shop_mall_get, shop_front_get, shop_front_move, shop_category_get, shop_product_get,
    shop_search_get, shop_contact_get, shop_contact_post, shop_thanks_get, shop_legal_get,
    shop_picture_get, shop_asset_get, shop_robots_get, shop_health_get;

#endif
