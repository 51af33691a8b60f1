#include "shop/catalog.h"

static struct shop_tenant
tenant_read(sk_arena *mem, const struct part_query *q)
{
    return (struct shop_tenant){
        .id = part_query_get_int(q, 0),
        .slug = part_query_get_text(mem, q, 1),
        .theme = part_query_get_text(mem, q, 2),
        .name = part_query_get_text(mem, q, 3),
        .lead = part_query_get_text(mem, q, 4),
        .about = part_query_get_text(mem, q, 5),
    };
}

sk_err
shop_tenant_find(struct shop_tenant *tenant, sk_arena *mem, struct part_store *store, sk_str slug,
                 enum part_lang lang)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, slug, theme, iif(?2, name_en, name_ja),"
                         " iif(?2, lead_en, lead_ja), iif(?2, about_en, about_ja)"
                         " FROM tenant WHERE slug = ?1"));
    part_query_text(q, 1, slug);
    part_query_int(q, 2, lang);
    TRY(part_query_step(&row, q));
    if (!row) return sk_fail(SK_MISSING, "no such shop");
    *tenant = tenant_read(mem, q);
    part_query_done(q);
    return sk_ok();
}

sk_err
shop_tenant_list(struct shop_tenant tenants[SHOP_TENANTS_MAX], size_t *count, sk_arena *mem,
                 struct part_store *store, enum part_lang lang)
{
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, store,
                         "SELECT id, slug, theme, iif(?2, name_en, name_ja),"
                         " iif(?2, lead_en, lead_ja), iif(?2, about_en, about_ja)"
                         " FROM tenant ORDER BY position LIMIT ?1"));
    part_query_int(q, 1, SHOP_TENANTS_MAX);
    part_query_int(q, 2, lang);
    *count = 0;
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row || *count == SHOP_TENANTS_MAX) break;
        tenants[(*count)++] = tenant_read(mem, q);
    }
    return sk_ok();
}
