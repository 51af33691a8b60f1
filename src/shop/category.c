#include "shop/catalog.h"

sk_err
shop_category_list(struct shop_category categories[SHOP_CATEGORIES_MAX], size_t *count,
                   sk_arena *mem, struct part_store *store, int64_t tenant, enum part_lang lang)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, slug, iif(?2, name_en, name_ja), iif(?2, lead_en, lead_ja)"
                         " FROM category WHERE tenant = ?1 ORDER BY position LIMIT ?3"));
    part_query_int(q, 1, tenant);
    part_query_int(q, 2, lang);
    part_query_int(q, 3, SHOP_CATEGORIES_MAX);
    *count = 0;
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row || *count == SHOP_CATEGORIES_MAX) break;
        categories[(*count)++] = (struct shop_category){
            .id = part_query_get_int(q, 0),
            .slug = part_query_get_text(mem, q, 1),
            .name = part_query_get_text(mem, q, 2),
            .lead = part_query_get_text(mem, q, 3),
        };
    }
    return sk_ok();
}
