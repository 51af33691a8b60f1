#include "base/hash.h"
#include "base/when.h"
#include "part/http.h"

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

sk_str
part_id_new(sk_arena *mem)
{
    unsigned char bytes[16];
    char *id = sk_alloc(mem, 27);
    uint64_t now = (uint64_t)sk_now();
    sk_random(bytes, sizeof bytes);
    for (int i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(now >> (8 * (5 - i)));
    /* 128 bits as 26 digits of 5: the first digit has the 3 that are left over. */
    for (int i = 0; i < 26; i++) {
        unsigned digit = 0;
        for (int bit = i * 5 - 2; bit < i * 5 + 3; bit++) {
            digit <<= 1;
            if (bit >= 0) digit |= (unsigned)(bytes[bit / 8] >> (7 - bit % 8)) & 1u;
        }
        id[i] = crockford[digit];
    }
    id[26] = 0;
    return (sk_str){ id, 26 };
}

bool
part_id_valid(sk_str id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];
        bool fits = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    c == '-' || c == '_';
        if (!fits) return false;
    }
    return id.n > 0 && id.n <= PART_HTTP_ID_MAX;
}

/* Segments that another program might read otherwise than we do are refused, not mended. */
static sk_err
path_check(sk_str path)
{
    sk_str segment, rest = path;
    if (!sk_str_starts(path, SK_STR("/"))) return sk_fail(SK_BAD, "the path does not begin with /");
    if (!part_text_clean(path, false)) return sk_fail(SK_BAD, "the path is not clean text");
    rest = sk_str_from(rest, 1);
    while (sk_str_cut(&segment, &rest, '/')) {
        bool dots = sk_str_eq(segment, SK_STR(".")) || sk_str_eq(segment, SK_STR(".."));
        if (dots || (segment.n == 0 && rest.p) || sk_str_find_byte(segment, '\\') != SIZE_MAX)
            return sk_fail(SK_BAD, "the path has an empty or dot segment");
    }
    return sk_ok();
}

sk_err
part_request_target(struct part_request *request, sk_str target)
{
    size_t mark = sk_str_find_byte(target, '?');
    sk_str raw = sk_str_first(target, mark);
    request->target = target;
    if (target.n > PART_HTTP_PATH_MAX) return sk_fail(SK_FULL, "the address is too long");
    /* %2F would make a segment of what was none. */
    if (sk_str_find_nocase(raw, SK_STR("%2f")) != SIZE_MAX)
        return sk_fail(SK_BAD, "the path has an encoded slash");
    TRY(part_percent_decode(&request->path, request->mem, raw, false));
    TRY(path_check(request->path));
    return part_form_read(&request->query, request->mem,
                          mark != SIZE_MAX ? sk_str_from(target, mark + 1) : (sk_str){ 0 });
}

sk_str
part_request_param(const struct part_request *request, const char *name)
{
    for (size_t i = 0; i < PART_HTTP_PARAMS_MAX; i++)
        if (sk_str_eq(request->param[i].name, sk_str_of(name))) return request->param[i].value;
    return (sk_str){ 0 };
}

sk_str
part_request_header(const struct part_request *request, const char *name)
{
    return request->header ? request->header(request, name) : (sk_str){ 0 };
}

sk_str
part_request_cookie(const struct part_request *request, const char *name)
{
    sk_str found = { 0 }, pair, rest = part_request_header(request, "Cookie");
    while (sk_str_cut(&pair, &rest, ';')) {
        pair = sk_str_trim(pair);
        size_t sign = sk_str_find_byte(pair, '=');
        if (sign == SIZE_MAX || !sk_str_eq(sk_str_first(pair, sign), sk_str_of(name))) continue;
        if (found.p) return (sk_str){ 0 };
        found = sk_str_from(pair, sign + 1);
    }
    return found;
}
