/* One product's page and its pictures. */
#include "shop/page.h"
#include "shop/picture.h"

/* "12", no sign, no zero in front: one address a product. */
static sk_err
id_read(int64_t *id, sk_str text)
{
    bool digit = text.n && text.p[0] >= '1' && text.p[0] <= '9';
    return digit && sk_str_to_i64(id, text) ? sk_ok() : sk_fail(SK_MISSING, "no such product");
}

/* Others of its category, the next ones first. */
static sk_err
others_show(struct shop_visit *visit, const struct shop_product *product)
{
    struct shop_wish wish = {
        .tenant = visit->tenant.id, .category = product->category, .lang = visit->lang, .page = 1
    };
    struct shop_shelf *shelf = SK_NEW(visit->mem, struct shop_shelf);
    struct part_value *list = part_set_list(visit->values, "products");
    size_t at = 0;
    TRY(shop_shelf_read(shelf, visit->mem, visit->store, &wish));
    for (size_t i = 0; i < shelf->count; i++)
        if (shelf->product[i].id == product->id) at = i;
    for (size_t i = 1; i < shelf->count && i <= 4; i++) {
        const struct shop_product *other = &shelf->product[(at + i) % shelf->count];
        if (other->id != product->id) shop_product_show(visit, part_list_add(list), other);
    }
    return sk_ok();
}

static sk_err
product_build(const char **name, struct shop_visit *visit)
{
    struct shop_product p;
    int64_t id;
    TRY(id_read(&id, part_request_param(visit->request, "id")));
    TRY(shop_product_find(&p, visit->mem, visit->store, visit->tenant.id, id, visit->lang));
    struct part_value *v = part_set_object(visit->values, "product");
    struct part_value *text = part_set_list(v, "text");
    shop_product_show(visit, v, &p);
    for (sk_str line, rest = p.text; sk_str_cut(&line, &rest, '\n');)
        part_list_add_text(text, line);
    struct sk_buf ask = { .mem = visit->mem };
    sk_buf_add(&ask, shop_path(visit, "contact?subject="));
    part_url_escape(&ask, p.name);
    part_set_text(v, "ask", sk_buf_str(&ask));
    TRY(others_show(visit, &p));
    shop_page_title(visit, p.name, p.lead);
    *name = "product";
    return sk_ok();
}

sk_err
shop_product_get(struct part_response *response, struct part_request *request)
{
    return shop_page_public(response, request, product_build);
}

/* --- pictures --- */

static sk_err
product_picture(struct sk_buf *svg, struct shop *shop, struct part_store *store, int64_t tenant,
                sk_str id_text)
{
    struct shop_product p;
    int64_t id;
    bool detail = sk_str_ends(id_text, SK_STR("-2"));
    TRY(id_read(&id, detail ? sk_str_first(id_text, id_text.n - 2) : id_text));
    TRY(shop_product_find(&p, svg->mem, store, tenant, id, PART_JA));
    struct shop_picture picture = { .id = id,
                                    .drawing = p.picture,
                                    .pattern = p.pattern,
                                    .mark = p.mark,
                                    .title = p.name,
                                    .detail = detail };
    memcpy(picture.colour, p.colour, sizeof picture.colour);
    return shop_picture_draw(svg, shop->pages, &picture);
}

/* "cover" and "mark" are the shop's own, of its theme. */
static sk_err
theme_picture(struct sk_buf *svg, struct shop *shop, const struct shop_tenant *tenant, sk_str which)
{
    sk_str name =
        sk_str_printf(svg->mem, "picture/%.*s-%.*s", SK_ARG(which), SK_ARG(tenant->theme));
    struct part_value *values = part_object_new(svg->mem);
    part_set_text(values, "title", tenant->name);
    return part_template_render(svg, shop->pages, name.p, NULL, values);
}

static sk_err
picture_make(struct sk_buf *svg, struct shop *shop, struct part_store *store,
             const struct part_request *request)
{
    sk_str id = part_request_param(request, "id");
    struct shop_tenant tenant;
    TRY(shop_tenant_find(&tenant, svg->mem, store, part_request_param(request, "shop"), PART_JA));
    if (sk_str_eq(id, SK_STR("cover")) || sk_str_eq(id, SK_STR("mark")))
        return theme_picture(svg, shop, &tenant, id);
    return product_picture(svg, shop, store, tenant.id, id);
}

static sk_err
picture_make_and_keep(struct part_response *response, struct part_request *request, sk_str key)
{
    struct shop *shop = request->ctx;
    struct sk_buf svg = { .mem = request->mem };
    struct part_store *store;
    TRY(part_store_take(&store, shop->stores));
    sk_err e = picture_make(&svg, shop, store, request);
    part_store_give(shop->stores, store);
    if (sk_failed(e)) return e;
    response->body = sk_buf_str(&svg);
    part_response_etag(response, request->mem);
    shop_cache_put(shop->cache, key, &(struct shop_kept){ response->body, response->etag });
    return sk_ok();
}

sk_err
shop_picture_get(struct part_response *response, struct part_request *request)
{
    struct shop *shop = request->ctx;
    struct shop_kept kept;
    int64_t version;
    TRY(shop_version(&version, shop));
    sk_str key =
        sk_str_printf(request->mem, "%lld\nsvg\n%.*s", (long long)version, SK_ARG(request->path));
    if (shop_cache_get(&kept, request->mem, shop->cache, key)) {
        response->body = kept.body;
        response->etag = kept.etag;
    } else {
        TRY(picture_make_and_keep(response, request, key));
    }
    bool versioned = part_form_count(&request->query, "v") == 1;
    response->type = SK_STR("image/svg+xml");
    part_response_header(response, "Cache-Control",
                         versioned ? SK_STR("public, max-age=31536000, immutable")
                                   : SK_STR("public, max-age=86400"));
    /* A picture opened by itself runs nothing either. */
    part_response_header(response, "Content-Security-Policy",
                         SK_STR("default-src 'none'; sandbox"));
    return sk_ok();
}
