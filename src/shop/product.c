#include "shop/catalog.h"

const char *const shop_sort_names[SHOP_SORTS] = { "shelf", "new", "cheap", "dear" };

struct shop_product
shop_product_read(sk_arena *mem, const struct part_query *q)
{
    struct shop_product p = {
        .id = part_query_get_int(q, 0),
        .category = part_query_get_int(q, 1),
        .price = part_query_get_int(q, 2),
        .tax = part_query_get_int(q, 3),
        .stock = part_query_get_int(q, 4),
        .name = part_query_get_text(mem, q, 5),
        .size = part_query_get_text(mem, q, 6),
        .lead = part_query_get_text(mem, q, 7),
        .text = part_query_get_text(mem, q, 8),
        .category_slug = part_query_get_text(mem, q, 9),
        .category_name = part_query_get_text(mem, q, 10),
        .picture = part_query_get_text(mem, q, 11),
        .pattern = part_query_get_text(mem, q, 12),
        .mark = part_query_get_text(mem, q, 16),
    };
    for (int i = 0; i < 3; i++)
        p.colour[i] = (uint32_t)part_query_get_int(q, 13 + i) & 0xffffff;
    return p;
}

sk_err
shop_product_find(struct shop_product *product, sk_arena *mem, struct part_store *store,
                  int64_t tenant, int64_t id, enum part_lang lang)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT " SHOP_PRODUCT_COLUMNS
                         " FROM product p JOIN category c ON c.id = p.category"
                         " WHERE p.tenant = ?1 AND p.id = ?3"));
    part_query_int(q, 1, tenant);
    part_query_int(q, 2, lang);
    part_query_int(q, 3, id);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such product");
    *product = shop_product_read(mem, q);
    part_query_done(q);
    return sk_ok();
}

sk_err
shop_shelf_rows(struct shop_shelf *shelf, sk_arena *mem, struct part_query *q)
{
    bool row;
    shelf->count = 0;
    shelf->total = 0;
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row || shelf->count == SHOP_PAGE_SIZE) break;
        shelf->total = part_query_get_int(q, SHOP_PRODUCT_COLUMN_COUNT);
        shelf->product[shelf->count++] = shop_product_read(mem, q);
    }
    return sk_ok();
}

sk_err
shop_shelf_read(struct shop_shelf *shelf, sk_arena *mem, struct part_store *store,
                const struct shop_wish *wish)
{
    struct part_query *q;
    TRY(part_store_query(&q, store,
                         "SELECT " SHOP_PRODUCT_COLUMNS ", count(*) OVER ()"
                         " FROM product p JOIN category c ON c.id = p.category"
                         " WHERE p.tenant = ?1 AND (?3 = 0 OR p.category = ?3)"
                         " ORDER BY CASE ?4 WHEN 1 THEN p.added END DESC,"
                         " CASE ?4 WHEN 2 THEN p.price END, CASE ?4 WHEN 3 THEN -p.price END,"
                         " c.position, p.position LIMIT ?5 OFFSET ?6"));
    part_query_int(q, 1, wish->tenant);
    part_query_int(q, 2, wish->lang);
    part_query_int(q, 3, wish->category);
    part_query_int(q, 4, wish->sort);
    part_query_int(q, 5, SHOP_PAGE_SIZE);
    part_query_int(q, 6, (wish->page - 1) * SHOP_PAGE_SIZE);
    return shop_shelf_rows(shelf, mem, q);
}

sk_err
shop_catalog_version(int64_t *version, struct part_store *store)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store, "SELECT version FROM catalog_version WHERE id = 1"));
    TRY(part_query_step(&row, q));
    *version = row ? part_query_get_int(q, 0) : 0;
    part_query_done(q);
    return sk_ok();
}

sk_str
shop_yen(sk_arena *mem, int64_t yen)
{
    sk_str digits = sk_str_printf(mem, "%lld", (long long)yen);
    struct sk_buf out = { .mem = mem };
    for (size_t i = 0; i < digits.n; i++) {
        if (i && (digits.n - i) % 3 == 0) sk_buf_byte(&out, ',');
        sk_buf_byte(&out, digits.p[i]);
    }
    return sk_buf_str(&out);
}
