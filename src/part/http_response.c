#include "base/hash.h"
#include "part/http.h"
#include "part/log.h"

#include <stdlib.h>

void
part_response_header(struct part_response *response, const char *name, sk_str value)
{
    bool clean = true;
    for (size_t i = 0; i < value.n; i++)
        clean = clean && (unsigned char)value.p[i] >= 0x20 && value.p[i] != 0x7f;
    if (!clean || response->count == PART_HTTP_HEADERS_MAX) {
        part_log(PART_ERROR, "http: header %s cannot be sent", name);
        abort();
    }
    response->header[response->count++] = (struct part_header){ name, value };
}

void
part_response_etag(struct part_response *response, sk_arena *mem)
{
    unsigned char digest[SK_SHA256];
    sk_sha256(digest, response->body);
    response->etag =
        sk_str_printf(mem, "\"%.*s\"", SK_ARG(sk_hex(mem, (sk_str){ (const char *)digest, 12 })));
}

void
part_response_see(struct part_response *response, sk_str path)
{
    response->status = 303;
    part_response_header(response, "Location", path);
}

/* The opaque part: without the mark of a weak tag. */
static sk_str
opaque(sk_str etag)
{
    etag = sk_str_trim(etag);
    return sk_str_starts(etag, SK_STR("W/")) ? sk_str_from(etag, 2) : etag;
}

bool
part_etag_matches(sk_str list, sk_str etag)
{
    sk_str tag;
    if (!etag.n) return false;
    if (sk_str_eq(sk_str_trim(list), SK_STR("*"))) return true;
    while (sk_str_cut(&tag, &list, ','))
        if (sk_str_eq(opaque(tag), opaque(etag))) return true;
    return false;
}
