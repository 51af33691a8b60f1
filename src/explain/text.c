#include "base/utf8.h"
#include "explain/explain.h"

static bool
is_shown(uint32_t code)
{
    return code >= 0x20 && !(code >= 0x7f && code < 0xa0) && !(code >= 0x200b && code <= 0x200f) &&
           !(code >= 0x2028 && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069);
}

void
explain_text(struct sk_buf *out, sk_str s, size_t most)
{
    size_t end = out->n + most;

    while (s.n) {
        uint32_t code = 0;
        unsigned n = sk_utf8_decode(&code, s);
        bool shown = n && is_shown(code);

        if (out->n >= end) {
            sk_buf_add(out, SK_STR("..."));
            return;
        }
        if (shown) sk_buf_add(out, sk_str_first(s, n));
        for (unsigned i = 0; !shown && i < (n ? n : 1); i++)
            sk_buf_printf(out, "\\x%02x", (unsigned char)s.p[i]);
        s = sk_str_from(s, n ? n : 1);
    }
}

void
explain_literal(struct sk_buf *out, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '/' || c == '_' || c == '-' || c == '%';

        if (word)
            sk_buf_byte(out, (char)c);
        else
            sk_buf_printf(out, "\\x%02x", c);
    }
}
