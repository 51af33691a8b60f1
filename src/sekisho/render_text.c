/* Pieces that all rendered files need: literals for patterns, paths. */
#include "sekisho/render.h"

void
render_literal(struct sk_buf *out, sk_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '/' || c == '_' || c == '-' || c == '%';

        if (word)
            sk_buf_byte(out, (char)c);
        else
            sk_buf_printf(out, "\\x%02x", c);
    }
}

sk_str
render_path(sk_arena *mem, const char *state, sk_str path)
{
    if (sk_str_starts(path, SK_STR("/"))) return sk_str_copy(mem, path);
    return sk_str_printf(mem, "%s/%.*s", state, SK_ARG(path));
}
