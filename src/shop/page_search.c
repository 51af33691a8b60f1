#include "base/utf8.h"
#include "shop/page.h"

static sk_err
search_build(const char **name, struct shop_visit *visit)
{
    sk_str words = sk_str_trim(part_form_get(&visit->request->query, "q"));
    struct shop_shelf *shelf = SK_NEW(visit->mem, struct shop_shelf);
    struct shop_wish wish = { .tenant = visit->tenant.id, .lang = visit->lang };
    struct sk_buf base = { .mem = visit->mem };
    TRY(shop_page_number(&wish.page, visit, SHOP_PAGES_MAX));
    TRY(shop_page_sort(&wish.sort, visit));
    bool too_long = sk_utf8_count(words) > SHOP_SEARCH_CHARS;
    if (!too_long) TRY(shop_search(shelf, visit->mem, visit->store, &wish, words));
    sk_buf_add(&base, shop_path(visit, "search?q="));
    part_url_escape(&base, words);
    sk_buf_byte(&base, '&');
    part_set_flag(visit->values, "asked", words.n > 0);
    part_set_flag(visit->values, "too_long", too_long);
    shop_shelf_show(visit, shelf, &wish, sk_buf_str(&base));
    shop_page_title(visit, shop_words(visit, "search.title"), shop_words(visit, "search.title"));
    *name = "search";
    return sk_ok();
}

sk_err
shop_search_get(struct part_response *response, struct part_request *request)
{
    return shop_page_private(response, request, search_build);
}
