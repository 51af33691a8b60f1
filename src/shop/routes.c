/* Every address of the shop, and what every answer carries. */
#include "shop/page.h"

enum { CONTACT_BODY_MAX = 32 * 1024 };

static const struct part_route routes[] = {
    { PART_GET, "/", shop_mall_get, 0, NULL },
    { PART_GET, "/asset/{name}", shop_asset_get, 0, NULL },
    { PART_GET, "/robots.txt", shop_robots_get, 0, NULL },
    { PART_GET, "/health", shop_health_get, 0, NULL },
    { PART_GET, "/s/{shop}", shop_front_move, 0, NULL },
    { PART_GET, "/s/{shop}/", shop_front_get, 0, NULL },
    { PART_GET, "/s/{shop}/category/{category}", shop_category_get, 0, NULL },
    { PART_GET, "/s/{shop}/product/{id}", shop_product_get, 0, NULL },
    { PART_GET, "/s/{shop}/picture/{id}.svg", shop_picture_get, 0, NULL },
    { PART_GET, "/s/{shop}/search", shop_search_get, 0, NULL },
    { PART_GET, "/s/{shop}/contact", shop_contact_get, 0, NULL },
    { PART_POST, "/s/{shop}/contact", shop_contact_post, CONTACT_BODY_MAX, NULL },
    { PART_GET, "/s/{shop}/contact/thanks", shop_thanks_get, 0, NULL },
    { PART_GET, "/s/{shop}/legal", shop_legal_get, 0, NULL },
};

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

/* OWASP HTTP Headers Cheat Sheet. Strict-Transport-Security is the gate's, who speaks TLS. */
static const struct part_header headers[] = {
    { "Content-Security-Policy",
      TEXT("default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
           "form-action 'self'; frame-ancestors 'none'") },
    { "X-Content-Type-Options", TEXT("nosniff") },
    { "X-Frame-Options", TEXT("DENY") },
    { "Referrer-Policy", TEXT("strict-origin-when-cross-origin") },
    { "Permissions-Policy", TEXT("camera=(), microphone=(), geolocation=(), payment=(), usb=()") },
    { "Cross-Origin-Opener-Policy", TEXT("same-origin") },
    { "Cross-Origin-Resource-Policy", TEXT("same-origin") },
};

struct part_service
shop_service(struct shop *shop, int listen_fd, unsigned threads)
{
    return (struct part_service){
        .listen_fd = listen_fd,
        .threads = threads,
        .routes = routes,
        .count = sizeof routes / sizeof *routes,
        .ctx = shop,
        .error_page = shop_page_error,
        .headers = headers,
        .header_count = sizeof headers / sizeof *headers,
    };
}

sk_err
shop_asset_get(struct part_response *response, struct part_request *request)
{
    const struct shop *shop = request->ctx;
    return part_asset_answer(response, request, shop->assets, part_request_param(request, "name"));
}

sk_err
shop_robots_get(struct part_response *response, struct part_request *request)
{
    (void)request;
    response->type = SK_STR("text/plain; charset=utf-8");
    response->body = SK_STR("User-agent: *\nDisallow: /s/*/search\nDisallow: /s/*/contact\n");
    part_response_header(response, "Cache-Control", SK_STR("public, max-age=86400"));
    return sk_ok();
}

/* For whoever watches: answers only when the store does. */
sk_err
shop_health_get(struct part_response *response, struct part_request *request)
{
    int64_t version;
    TRY(shop_version(&version, request->ctx));
    response->status = 204;
    part_response_header(response, "Cache-Control", SK_STR("no-store"));
    return sk_ok();
}
