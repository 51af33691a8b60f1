#include "sekisho/recorded.h"

static void
write_header(void *ctx, const char *key, const sk_json *value)
{
    sk_str text = sk_json_as_str(value);

    if (text.p) sk_buf_printf(ctx, "%s: %.*s\n", key, SK_ARG(text));
}

void
recorded_request(struct sk_buf *out, const sk_json *event)
{
    sk_buf_printf(out, "%.*s %.*s %.*s\n", SK_ARG(sk_json_get_str(event, "method")),
                  SK_ARG(sk_json_get_str(event, "uri")),
                  SK_ARG(sk_json_get_str(event, "protocol")));
    sk_json_each(sk_json_get(event, "request_headers"), write_header, out);
    sk_buf_byte(out, '\n');
}
