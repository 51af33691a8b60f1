/* From a request's bytes to a response's, without a socket. */
#include "part/http.h"
#include "part/log.h"

static const struct {
    unsigned status;
    const char *words;
} plain[] = {
    { 400, "400 Bad Request\n" },       { 403, "403 Forbidden\n" },
    { 404, "404 Not Found\n" },         { 405, "405 Method Not Allowed\n" },
    { 413, "413 Content Too Large\n" }, { 414, "414 URI Too Long\n" },
    { 415, "415 Unsupported Media\n" }, { 500, "500 Internal Server Error\n" },
    { 501, "501 Not Implemented\n" },   { 503, "503 Service Unavailable\n" },
};

static void
plain_page(struct part_response *response)
{
    response->body = SK_STR("error\n");
    response->type = SK_STR("text/plain; charset=utf-8");
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].status == response->status) response->body = sk_str_of(plain[i].words);
}

void
part_service_error(struct part_response *response, struct part_request *request,
                   const struct part_service *service, unsigned status, sk_err why)
{
    size_t kept = 0;
    for (size_t i = 0; i < response->count; i++) /* of what a failed handler set, only this */
        if (strcmp(response->header[i].name, "Allow") == 0)
            response->header[kept++] = response->header[i];
    response->count = kept;
    response->etag = (sk_str){ 0 };
    response->status = status;
    plain_page(response);
    if (status >= 500)
        part_log_id(PART_ERROR, sk_str_zcopy(request->mem, request->id), "http: %s", why.why);
    part_response_header(response, "Cache-Control", SK_STR("no-store"));
    if (service->error_page) service->error_page(response, request, why);
}

/* Browsers say where a form was: https://www.w3.org/TR/fetch-metadata/. Programs say nothing. */
static bool
is_cross_site(const struct part_request *request)
{
    sk_str site = part_request_header(request, "Sec-Fetch-Site");
    return sk_str_eq_nocase(site, SK_STR("cross-site")) ||
           sk_str_eq_nocase(site, SK_STR("same-site"));
}

/* "application/x-www-form-urlencoded; charset=UTF-8" names the type before its parameters. */
static bool
type_fits(const struct part_request *request, const char *want)
{
    sk_str type = { 0 }, rest = part_request_header(request, "Content-Type");
    sk_str_cut(&type, &rest, ';');
    return sk_str_eq_nocase(sk_str_trim(type), sk_str_of(want));
}

static const char form_type[] = "application/x-www-form-urlencoded";

struct verdict {
    unsigned status; /* 0: by the error's kind */
    sk_err err;
};

static struct verdict
body_read(struct part_request *request, const struct part_service *service,
          const struct part_route *route, sk_str body)
{
    bool form = !route->type || strcmp(route->type, form_type) == 0;
    if (!service->cross_site_posts && is_cross_site(request))
        return (struct verdict){ 403, sk_fail(SK_DENIED, "a form of another site") };
    if (!type_fits(request, route->type ? route->type : form_type))
        return (struct verdict){ 415, sk_fail(SK_BAD, "not the media type of this page") };
    if (body.n > route->body)
        return (struct verdict){ 413, sk_fail(SK_FULL, "more than %zu bytes", route->body) };
    request->body = body;
    if (!form) return (struct verdict){ 0, sk_ok() };
    sk_err e = part_form_read(&request->form, request->mem, body);
    return (struct verdict){ e.kind == SK_FULL ? 413 : 400, e };
}

static struct verdict
handle(struct part_response *response, struct part_request *request,
       const struct part_service *service, sk_str method, sk_str body)
{
    const struct part_route *route = NULL;
    sk_str allow = { 0 };
    request->head = sk_str_eq(method, SK_STR("HEAD"));
    bool get = request->head || sk_str_eq(method, SK_STR("GET"));
    request->method = get ? PART_GET : sk_str_eq(method, SK_STR("POST")) ? PART_POST : PART_OTHER;
    sk_err e = part_route_find(&route, &allow, request, service->routes, service->count);
    if (e.kind == SK_MISSING) return (struct verdict){ 404, e };
    if (sk_failed(e)) {
        part_response_header(response, "Allow", allow);
        return (struct verdict){ 405, sk_fail(SK_DENIED, "not by this method") };
    }
    if (!get) {
        struct verdict v = body_read(request, service, route, body);
        if (sk_failed(v.err)) return v;
    }
    return (struct verdict){ 0, route->handle(response, request) };
}

void
part_service_answer(struct part_response *response, struct part_request *request,
                    const struct part_service *service, sk_str method, sk_str body)
{
    struct verdict v = handle(response, request, service, method, body);
    if (sk_failed(v.err)) {
        unsigned status = v.status ? v.status : (unsigned)sk_kind_rows[v.err.kind].http_status;
        part_service_error(response, request, service, status == 507 ? 503 : status, v.err);
    }
    if (!response->status) response->status = 200;
    bool fresh = request->method == PART_GET && response->status == 200 &&
                 part_etag_matches(part_request_header(request, "If-None-Match"), response->etag);
    if (fresh) {
        response->status = 304;
        response->body = (sk_str){ 0 };
    }
}
