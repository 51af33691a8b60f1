/* A shelf on a page: cards, sorting, paging. */
#include "base/hash.h"
#include "shop/page.h"

#include <inttypes.h>

sk_err
shop_page_number(int64_t *number, const struct shop_visit *visit, int64_t most)
{
    sk_str text = part_form_get(&visit->request->query, "page");
    *number = 1;
    if (part_form_count(&visit->request->query, "page") == 0) return sk_ok();
    bool digit = text.n && text.p[0] >= '1' && text.p[0] <= '9';
    if (!digit || !sk_str_to_i64(number, text) || *number > most)
        return sk_fail(SK_MISSING, "no such page");
    return sk_ok();
}

sk_err
shop_page_sort(enum shop_sort *sort, const struct shop_visit *visit)
{
    sk_str text = part_form_get(&visit->request->query, "sort");
    *sort = SHOP_SORT_SHELF;
    if (part_form_count(&visit->request->query, "sort") == 0) return sk_ok();
    for (int i = 0; i < SHOP_SORTS; i++) {
        if (!sk_str_eq(text, sk_str_of(shop_sort_names[i]))) continue;
        *sort = (enum shop_sort)i;
        return sk_ok();
    }
    return sk_fail(SK_MISSING, "no such order");
}

/* Long-lived addresses of pictures change when what is drawn does. */
static sk_str
picture_version(const struct shop_visit *visit, const struct shop_product *p)
{
    unsigned char digest[SK_SHA256];
    sk_sha256(digest, sk_str_printf(visit->mem, "%.*s|%.*s|%.*s|%.*s|%x|%x|%x", SK_ARG(p->picture),
                                    SK_ARG(p->pattern), SK_ARG(p->mark), SK_ARG(p->name),
                                    p->colour[0], p->colour[1], p->colour[2]));
    return sk_hex(visit->mem, (sk_str){ (const char *)digest, 5 });
}

void
shop_product_show(struct shop_visit *visit, struct part_value *v, const struct shop_product *p)
{
    enum { FEW = 5 };
    sk_str version = picture_version(visit, p);
    part_set_text(v, "name", p->name);
    part_set_text(v, "size", p->size);
    part_set_text(v, "lead", p->lead);
    part_set_text(v, "price", shop_yen(visit->mem, p->price));
    part_set_int(v, "tax", p->tax);
    part_set_int(v, "stock", p->stock);
    part_set_flag(v, "sold_out", p->stock == 0);
    part_set_flag(v, "few", p->stock > 0 && p->stock <= FEW);
    part_set_text(v, "category", p->category_name);
    part_set_text(v, "category_path", shop_path(visit, "category/%.*s", SK_ARG(p->category_slug)));
    part_set_text(v, "path", shop_path(visit, "product/%" PRId64, p->id));
    part_set_text(v, "picture",
                  shop_path(visit, "picture/%" PRId64 ".svg?v=%.*s", p->id, SK_ARG(version)));
    part_set_text(v, "detail",
                  shop_path(visit, "picture/%" PRId64 "-2.svg?v=%.*s", p->id, SK_ARG(version)));
}

static sk_str
address(struct shop_visit *visit, sk_str base, enum shop_sort sort, int64_t page)
{
    struct sk_buf out = { .mem = visit->mem };
    sk_buf_add(&out, base);
    sk_buf_printf(&out, "sort=%s", shop_sort_names[sort]);
    if (page > 1) sk_buf_printf(&out, "&page=%" PRId64, page);
    return sk_buf_str(&out);
}

static void
sorts_show(struct shop_visit *visit, const struct shop_wish *wish, sk_str base)
{
    static const char *const words[SHOP_SORTS] = { "sort.shelf", "sort.new", "sort.cheap",
                                                   "sort.dear" };
    struct part_value *list = part_set_list(visit->values, "sorts");
    for (int i = 0; i < SHOP_SORTS; i++) {
        struct part_value *item = part_list_add(list);
        part_set_text(item, "name", shop_words(visit, words[i]));
        part_set_text(item, "path", address(visit, base, (enum shop_sort)i, 1));
        part_set_flag(item, "here", (enum shop_sort)i == wish->sort);
    }
}

static void
pages_show(struct shop_visit *visit, const struct shop_shelf *shelf, const struct shop_wish *wish,
           sk_str base)
{
    enum { AROUND = 4 };
    int64_t last = (shelf->total + SHOP_PAGE_SIZE - 1) / SHOP_PAGE_SIZE;
    struct part_value *list = part_set_list(visit->values, "pages");
    if (last < 2) return;
    for (int64_t page = 1; page <= last; page++) {
        if (page < wish->page - AROUND || page > wish->page + AROUND) continue;
        struct part_value *item = part_list_add(list);
        part_set_int(item, "number", page);
        part_set_text(item, "path", address(visit, base, wish->sort, page));
        part_set_flag(item, "here", page == wish->page);
    }
}

void
shop_shelf_show(struct shop_visit *visit, const struct shop_shelf *shelf,
                const struct shop_wish *wish, sk_str base)
{
    struct part_value *list = part_set_list(visit->values, "products");
    for (size_t i = 0; i < shelf->count; i++)
        shop_product_show(visit, part_list_add(list), &shelf->product[i]);
    part_set_int(visit->values, "total", shelf->total);
    sorts_show(visit, wish, base);
    pages_show(visit, shelf, wish, base);
}
