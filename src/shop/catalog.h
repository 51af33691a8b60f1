/* What is on the shelves: merchants, categories, products, in one language. */
#ifndef SK_SHOP_CATALOG_H
#define SK_SHOP_CATALOG_H

#include "part/lang.h"
#include "part/store.h"

enum {
    SHOP_TENANTS_MAX = 100,
    SHOP_CATEGORIES_MAX = 50,
    SHOP_LEGAL_MAX = 40,
    SHOP_PAGE_SIZE = 12,
    SHOP_PAGES_MAX = 1000
};

struct shop_tenant {
    int64_t id;
    sk_str slug, theme, name, lead, about;
};

struct shop_category {
    int64_t id;
    sk_str slug, name, lead;
};

struct shop_product {
    int64_t id, category, price, tax, stock;
    sk_str name, size, lead, text;
    sk_str category_slug, category_name;
    sk_str picture, pattern, mark;
    uint32_t colour[3]; /* 0xRRGGBB */
};

enum shop_sort { SHOP_SORT_SHELF, SHOP_SORT_NEW, SHOP_SORT_CHEAP, SHOP_SORT_DEAR, SHOP_SORTS };
extern const char *const shop_sort_names[SHOP_SORTS]; /* as in ?sort= */

struct shop_shelf {
    struct shop_product product[SHOP_PAGE_SIZE];
    size_t count;  /* on this page */
    int64_t total; /* on all pages */
};

/* What of the shelf to show. */
struct shop_wish {
    int64_t tenant, category; /* category 0: all */
    enum part_lang lang;
    enum shop_sort sort;
    int64_t page; /* from 1 */
};

/* SK_MISSING when there is none. */
sk_err shop_tenant_find(struct shop_tenant *tenant, sk_arena *mem, struct part_store *store,
                        sk_str slug, enum part_lang lang) SK_CHECKED;
sk_err shop_tenant_list(struct shop_tenant tenants[SHOP_TENANTS_MAX], size_t *count, sk_arena *mem,
                        struct part_store *store, enum part_lang lang) SK_CHECKED;
sk_err shop_category_list(struct shop_category categories[SHOP_CATEGORIES_MAX], size_t *count,
                          sk_arena *mem, struct part_store *store, int64_t tenant,
                          enum part_lang lang) SK_CHECKED;
sk_err shop_product_find(struct shop_product *product, sk_arena *mem, struct part_store *store,
                         int64_t tenant, int64_t id, enum part_lang lang) SK_CHECKED;
sk_err shop_shelf_read(struct shop_shelf *shelf, sk_arena *mem, struct part_store *store,
                       const struct shop_wish *wish) SK_CHECKED;

/* Products that hold every word of `words` (at most SHOP_SEARCH_TERMS; what is beyond is taken as
 * one with the last). Sorted by relevance where wish->sort is SHOP_SORT_SHELF. An empty search
 * finds nothing. */
enum { SHOP_SEARCH_TERMS = 6, SHOP_SEARCH_CHARS = 100 };
sk_err shop_search(struct shop_shelf *shelf, sk_arena *mem, struct part_store *store,
                   const struct shop_wish *wish, sk_str words) SK_CHECKED;
/* (Re)writes the search text of a product from its row. Within a writing transaction. */
sk_err shop_search_index(sk_arena *mem, struct part_store *store, int64_t product) SK_CHECKED;

/* Changes whenever the catalogue does. */
sk_err shop_catalog_version(int64_t *version, struct part_store *store) SK_CHECKED;

/* "1,620" */
sk_str shop_yen(sk_arena *mem, int64_t yen);

/* For product.c and search.c: the columns that shop_product_read() expects, from 0; ?2 is 1 for
 * English. */
#define SHOP_PRODUCT_COLUMNS                                                                       \
    "p.id, p.category, p.price, p.tax, p.stock,"                                                   \
    " iif(?2, p.name_en, p.name_ja), iif(?2, p.size_en, p.size_ja),"                               \
    " iif(?2, p.lead_en, p.lead_ja), iif(?2, p.text_en, p.text_ja),"                               \
    " c.slug, iif(?2, c.name_en, c.name_ja),"                                                      \
    " p.picture, p.pattern, p.colour_a, p.colour_b, p.colour_c, p.mark"
enum { SHOP_PRODUCT_COLUMN_COUNT = 17 };
struct shop_product shop_product_read(sk_arena *mem, const struct part_query *query);
/* Reads all rows; the column behind the product's is the total. */
sk_err shop_shelf_rows(struct shop_shelf *shelf, sk_arena *mem,
                       struct part_query *query) SK_CHECKED;

#endif
