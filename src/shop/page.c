#include "shop/page.h"

#include <stdarg.h>
#include <stdio.h>

sk_str
shop_words(const struct shop_visit *visit, const char *key)
{
    return part_words_get(visit->shop->words[visit->lang], key);
}

sk_str
shop_path(const struct shop_visit *visit, const char *fmt, ...)
{
    char rest[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(rest, sizeof rest, fmt, args);
    va_end(args);
    return sk_str_printf(visit->mem, "/s/%.*s/%s", SK_ARG(visit->tenant.slug), rest);
}

static void
path_add(struct sk_buf *out, sk_str path)
{
    sk_str segment;
    bool first = true;
    while (sk_str_cut(&segment, &path, '/')) {
        if (!first) sk_buf_byte(out, '/');
        part_url_escape(out, segment);
        first = false;
    }
}

/* The same page in a language. A public page names only what its address is kept by. */
static sk_str
address_in(const struct shop_visit *visit, enum part_lang lang)
{
    static const char *const kept[] = { "page", "sort", "q", "number" };
    struct sk_buf out = { .mem = visit->mem };
    const struct part_form *query = &visit->request->query;
    path_add(&out, visit->request->path);
    sk_buf_printf(&out, "?lang=%s", part_lang_names[lang]);
    for (size_t i = 0; i < (visit->is_public ? 2 : sizeof kept / sizeof *kept); i++) {
        if (!part_form_count(query, kept[i])) continue;
        sk_buf_printf(&out, "&%s=", kept[i]);
        part_url_escape(&out, part_form_get(query, kept[i]));
    }
    return sk_buf_str(&out);
}

static sk_err
navigation_set(struct shop_visit *visit)
{
    struct shop_category *all = sk_array(visit->mem, SHOP_CATEGORIES_MAX, sizeof *all);
    struct part_value *list = part_set_list(visit->values, "navigation");
    sk_str here = visit->request->path;
    size_t count;
    TRY(shop_category_list(all, &count, visit->mem, visit->store, visit->tenant.id, visit->lang));
    for (size_t i = 0; i < count; i++) {
        struct part_value *item = part_list_add(list);
        sk_str path = shop_path(visit, "category/%.*s", SK_ARG(all[i].slug));
        part_set_text(item, "name", all[i].name);
        part_set_text(item, "lead", all[i].lead);
        part_set_text(item, "path", path);
        part_set_flag(item, "here", sk_str_eq(path, here));
    }
    return sk_ok();
}

static sk_err
tenant_set(struct shop_visit *visit, sk_str slug)
{
    struct part_value *v = visit->values;
    TRY(shop_tenant_find(&visit->tenant, visit->mem, visit->store, slug, visit->lang));
    visit->in_shop = true;
    struct part_value *tenant = part_set_object(v, "tenant");
    part_set_text(tenant, "name", visit->tenant.name);
    part_set_text(tenant, "lead", visit->tenant.lead);
    part_set_text(tenant, "about", visit->tenant.about);
    part_set_text(tenant, "path", shop_path(visit, "%s", ""));
    part_set_text(tenant, "mark", shop_path(visit, "picture/mark.svg"));
    part_set_text(tenant, "cover", shop_path(visit, "picture/cover.svg"));
    part_set_text(tenant, "search", shop_path(visit, "search"));
    part_set_text(tenant, "all", shop_path(visit, "category/all"));
    part_set_text(tenant, "contact", shop_path(visit, "contact"));
    part_set_text(tenant, "legal", shop_path(visit, "legal"));
    return navigation_set(visit);
}

static void
frame_set(struct shop_visit *visit)
{
    struct part_value *v = visit->values;
    part_set_text(v, "lang", sk_str_of(part_lang_names[visit->lang]));
    part_set_flag(v, "japanese", visit->lang == PART_JA);
    part_set_text(v, "in_japanese", address_in(visit, PART_JA));
    part_set_text(v, "in_english", address_in(visit, PART_EN));
    part_set_text(v, "style", visit->shop->style);
    sk_str words = sk_str_trim(part_form_get(&visit->request->query, "q"));
    part_set_text(v, "words", !visit->is_public ? words : (sk_str){ 0 });
}

void
shop_page_title(struct shop_visit *visit, sk_str title, sk_str description)
{
    sk_str whole = title;
    if (visit->in_shop && !sk_str_eq(title, visit->tenant.name))
        whole = sk_str_printf(visit->mem, "%.*s | %.*s", SK_ARG(title), SK_ARG(visit->tenant.name));
    part_set_text(visit->values, "title", whole);
    part_set_text(visit->values, "description", description);
}

static sk_err
make(struct shop_visit *visit, shop_build *build)
{
    const char *name = NULL;
    sk_str slug = part_request_param(visit->request, "shop");
    struct sk_buf page = { .mem = visit->mem };
    visit->values = part_object_new(visit->mem);
    frame_set(visit);
    if (slug.n) TRY(tenant_set(visit, slug));
    part_set_text(visit->values, "theme", slug.n ? visit->tenant.theme : SK_STR("mall"));
    TRY(build(&name, visit));
    if (!name) return sk_ok(); /* the build answered by itself: a redirection */
    TRY(part_template_render(&page, visit->shop->pages, name, visit->shop->words[visit->lang],
                             visit->values));
    visit->response->body = sk_buf_str(&page);
    return sk_ok();
}

static sk_err
make_with_store(struct shop_visit *visit, shop_build *build)
{
    TRY(part_store_take(&visit->store, visit->shop->stores));
    sk_err e = make(visit, build);
    part_store_give(visit->shop->stores, visit->store);
    visit->store = NULL;
    return e;
}

static struct shop_visit
visit_begin(struct part_response *response, struct part_request *request)
{
    struct shop_visit visit = {
        .shop = request->ctx, .request = request, .response = response, .mem = request->mem
    };
    visit.lang = part_lang_choose(response, request);
    return visit;
}

/* Two builds may be of the same path by different methods, so only GET's are kept; every GET path
 * has one build. */
static sk_str
cache_key(const struct shop_visit *visit, int64_t version)
{
    const struct part_form *query = &visit->request->query;
    return sk_str_printf(visit->mem, "%lld\n%d\n%.*s\n%.*s\n%.*s", (long long)version, visit->lang,
                         SK_ARG(visit->request->path), SK_ARG(part_form_get(query, "page")),
                         SK_ARG(part_form_get(query, "sort")));
}

sk_err
shop_page_public(struct part_response *response, struct part_request *request, shop_build *build)
{
    struct shop_visit visit = visit_begin(response, request);
    struct shop_kept kept;
    int64_t version;
    visit.is_public = true;
    if (!part_text_clean(part_form_get(&request->query, "page"), false) ||
        !part_text_clean(part_form_get(&request->query, "sort"), false))
        return sk_fail(SK_BAD, "line ends in page or sort"); /* they part the key */
    TRY(shop_version(&version, visit.shop));
    sk_str key = cache_key(&visit, version);
    part_response_header(response, "Cache-Control", SK_STR("no-cache"));
    if (shop_cache_get(&kept, visit.mem, visit.shop->cache, key)) {
        response->body = kept.body;
        response->etag = kept.etag;
        return sk_ok();
    }
    TRY(make_with_store(&visit, build));
    part_response_etag(response, visit.mem);
    shop_cache_put(visit.shop->cache, key, &(struct shop_kept){ response->body, response->etag });
    return sk_ok();
}

sk_err
shop_page_private(struct part_response *response, struct part_request *request, shop_build *build)
{
    struct shop_visit visit = visit_begin(response, request);
    part_response_header(response, "Cache-Control", SK_STR("no-store"));
    return make_with_store(&visit, build);
}

/* --- errors --- */

static const struct {
    unsigned status;
    const char *title, *text;
} errors[] = {
    { 404, "error.404.title", "error.404.text" }, { 403, "error.403.title", "error.403.text" },
    { 413, "error.413.title", "error.413.text" }, { 503, "error.503.title", "error.503.text" },
    { 500, "error.500.title", "error.500.text" }, { 0, "error.400.title", "error.400.text" },
};

static sk_err
error_build(const char **name, struct shop_visit *visit)
{
    size_t i = 0;
    while (errors[i].status && errors[i].status != visit->response->status)
        i++;
    part_set_int(visit->values, "status", visit->response->status);
    part_set_text(visit->values, "request", visit->request->id);
    part_set_text(visit->values, "what", shop_words(visit, errors[i].title));
    part_set_text(visit->values, "cure", shop_words(visit, errors[i].text));
    shop_page_title(visit, shop_words(visit, errors[i].title), shop_words(visit, errors[i].text));
    *name = "error";
    return sk_ok();
}

void
shop_page_error(struct part_response *response, struct part_request *request, sk_err why)
{
    (void)why; /* logged by the service; not for readers */
    struct part_response plain = *response;
    struct shop_visit visit = visit_begin(response, request);
    /* Without the shop's frame when that is what cannot be made. */
    sk_err e = make_with_store(&visit, error_build);
    if (sk_failed(e)) {
        memset(request->param, 0, sizeof request->param);
        visit.in_shop = false;
        e = make_with_store(&visit, error_build);
    }
    if (sk_failed(e))
        *response = plain;
    else
        response->type = (sk_str){ 0 };
}
