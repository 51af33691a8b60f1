/* The mall's and a shop's front, a category, the legal notice, and a move. */
#include "shop/page.h"

static sk_err
mall_build(const char **name, struct shop_visit *visit)
{
    struct shop_tenant *all = sk_array(visit->mem, SHOP_TENANTS_MAX, sizeof *all);
    struct part_value *list = part_set_list(visit->values, "shops");
    size_t count;
    TRY(shop_tenant_list(all, &count, visit->mem, visit->store, visit->lang));
    for (size_t i = 0; i < count; i++) {
        struct part_value *item = part_list_add(list), *goods = part_set_list(item, "products");
        struct shop_wish wish = {
            .tenant = all[i].id, .lang = visit->lang, .sort = SHOP_SORT_NEW, .page = 1
        };
        struct shop_shelf shelf;
        visit->tenant = all[i];
        part_set_text(item, "name", all[i].name);
        part_set_text(item, "lead", all[i].lead);
        part_set_text(item, "path", shop_path(visit, "%s", ""));
        part_set_text(item, "cover", shop_path(visit, "picture/cover.svg"));
        TRY(shop_shelf_read(&shelf, visit->mem, visit->store, &wish));
        for (size_t k = 0; k < shelf.count && k < 4; k++)
            shop_product_show(visit, part_list_add(goods), &shelf.product[k]);
    }
    shop_page_title(visit, shop_words(visit, "mall.title"), shop_words(visit, "mall.lead"));
    *name = "mall";
    return sk_ok();
}

sk_err
shop_mall_get(struct part_response *response, struct part_request *request)
{
    return shop_page_public(response, request, mall_build);
}

static sk_err
front_build(const char **name, struct shop_visit *visit)
{
    struct shop_wish wish = {
        .tenant = visit->tenant.id, .lang = visit->lang, .sort = SHOP_SORT_NEW, .page = 1
    };
    struct shop_shelf *shelf = SK_NEW(visit->mem, struct shop_shelf);
    struct part_value *list = part_set_list(visit->values, "products");
    TRY(shop_shelf_read(shelf, visit->mem, visit->store, &wish));
    for (size_t i = 0; i < shelf->count && i < 8; i++)
        shop_product_show(visit, part_list_add(list), &shelf->product[i]);
    shop_page_title(visit, visit->tenant.name, visit->tenant.lead);
    *name = "front";
    return sk_ok();
}

sk_err
shop_front_get(struct part_response *response, struct part_request *request)
{
    return shop_page_public(response, request, front_build);
}

/* "/s/NAME" to "/s/NAME/". */
sk_err
shop_front_move(struct part_response *response, struct part_request *request)
{
    struct sk_buf path = { .mem = request->mem };
    sk_buf_add(&path, SK_STR("/s/"));
    part_url_escape(&path, part_request_param(request, "shop"));
    sk_buf_byte(&path, '/');
    response->status = 308;
    part_response_header(response, "Location", sk_buf_str(&path));
    return sk_ok();
}

/* The category of the address; "all" is every one. */
static sk_err
category_of(struct shop_category *category, struct shop_visit *visit)
{
    sk_str slug = part_request_param(visit->request, "category");
    struct shop_category *all = sk_array(visit->mem, SHOP_CATEGORIES_MAX, sizeof *all);
    size_t count;
    *category = (struct shop_category){ .slug = SK_STR("all"),
                                        .name = shop_words(visit, "all.title"),
                                        .lead = shop_words(visit, "all.lead") };
    if (sk_str_eq(slug, category->slug)) return sk_ok();
    TRY(shop_category_list(all, &count, visit->mem, visit->store, visit->tenant.id, visit->lang));
    for (size_t i = 0; i < count; i++) {
        if (!sk_str_eq(slug, all[i].slug)) continue;
        *category = all[i];
        return sk_ok();
    }
    return sk_fail(SK_MISSING, "no such category");
}

static sk_err
category_build(const char **name, struct shop_visit *visit)
{
    struct shop_category category;
    struct shop_shelf *shelf = SK_NEW(visit->mem, struct shop_shelf);
    struct shop_wish wish = { .tenant = visit->tenant.id, .lang = visit->lang };
    TRY(category_of(&category, visit));
    TRY(shop_page_number(&wish.page, visit, SHOP_PAGES_MAX));
    TRY(shop_page_sort(&wish.sort, visit));
    wish.category = category.id;
    TRY(shop_shelf_read(shelf, visit->mem, visit->store, &wish));
    if (wish.page > 1 && shelf->count == 0) return sk_fail(SK_MISSING, "no such page");
    part_set_text(visit->values, "heading", category.name);
    part_set_text(visit->values, "lead", category.lead);
    shop_shelf_show(visit, shelf, &wish, shop_path(visit, "category/%.*s?", SK_ARG(category.slug)));
    shop_page_title(visit, category.name, category.lead);
    *name = "category";
    return sk_ok();
}

sk_err
shop_category_get(struct part_response *response, struct part_request *request)
{
    return shop_page_public(response, request, category_build);
}

static sk_err
legal_build(const char **name, struct shop_visit *visit)
{
    struct part_value *list = part_set_list(visit->values, "lines");
    struct part_query *q;
    bool row;
    TRY(part_store_query(&q, visit->store,
                         "SELECT iif(?2, term_en, term_ja), iif(?2, text_en, text_ja) FROM legal"
                         " WHERE tenant = ?1 ORDER BY position LIMIT ?3"));
    part_query_int(q, 1, visit->tenant.id);
    part_query_int(q, 2, visit->lang);
    part_query_int(q, 3, SHOP_LEGAL_MAX);
    for (;;) {
        TRY(part_query_step(&row, q));
        if (!row) break;
        struct part_value *line = part_list_add(list);
        part_set_text(line, "term", part_query_get_text(visit->mem, q, 0));
        part_set_text(line, "text", part_query_get_text(visit->mem, q, 1));
    }
    shop_page_title(visit, shop_words(visit, "legal.title"), shop_words(visit, "legal.title"));
    *name = "legal";
    return sk_ok();
}

sk_err
shop_legal_get(struct part_response *response, struct part_request *request)
{
    return shop_page_public(response, request, legal_build);
}
