#include "part/http.h"

/* One segment of a pattern against one of a path: "{id}.svg" takes "12.svg". */
static bool
segment_fits(struct part_param *param, sk_str pattern, sk_str segment)
{
    size_t close = sk_str_find_byte(pattern, '}');
    *param = (struct part_param){ 0 };
    if (pattern.n == 0 || pattern.p[0] != '{') return sk_str_eq(pattern, segment);
    sk_str ending = sk_str_from(pattern, close + 1);
    if (segment.n <= ending.n || !sk_str_ends(segment, ending)) return false;
    param->name = (sk_str){ pattern.p + 1, close - 1 };
    param->value = sk_str_first(segment, segment.n - ending.n);
    return true;
}

static bool
route_fits(struct part_param params[PART_HTTP_PARAMS_MAX], const char *pattern, sk_str path)
{
    sk_str want, have, wants = sk_str_of(pattern), haves = path;
    size_t count = 0;
    while (sk_str_cut(&want, &wants, '/')) {
        struct part_param param;
        if (!sk_str_cut(&have, &haves, '/') || !segment_fits(&param, want, have)) return false;
        if (param.name.n && count < PART_HTTP_PARAMS_MAX) params[count++] = param;
    }
    return haves.p == NULL;
}

sk_err
part_route_find(const struct part_route **route, sk_str *allow, struct part_request *request,
                const struct part_route *routes, size_t count)
{
    static const sk_str names[] = {
        { "", 0 }, { "GET, HEAD", 9 }, { "POST", 4 }, { "GET, HEAD, POST", 15 }
    };
    unsigned methods = 0;
    for (size_t i = 0; i < count; i++) {
        struct part_param params[PART_HTTP_PARAMS_MAX] = { 0 };
        if (!route_fits(params, routes[i].pattern, request->path)) continue;
        methods |= routes[i].method;
        if (routes[i].method != request->method) continue;
        memcpy(request->param, params, sizeof params);
        *route = &routes[i];
        return sk_ok();
    }
    *allow = names[methods & 3];
    return methods ? sk_fail(SK_DENIED, "not by this method") : sk_fail(SK_MISSING, "no such page");
}
