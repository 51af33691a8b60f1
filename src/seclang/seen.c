/* Names of values, and escapes of mod_security 2's log. */
#include "seclang/seen.h"

static const char hex[] = "0123456789abcdef";

static void
add_hex(struct sk_buf *out, unsigned char c)
{
    char text[4] = { '\\', 'x', hex[c >> 4], hex[c & 15] };

    sk_buf_add(out, (sk_str){ text, sizeof(text) });
}

static void
add_escape(struct sk_buf *out, char letter)
{
    sk_buf_byte(out, '\\');
    sk_buf_byte(out, letter);
}

static bool
is_plain(char c, bool quotes)
{
    return c >= ' ' && c < 0x7f && c != '\\' && (c != '"' || !quotes);
}

/* Without an early end, so that it is done with vectors. */
bool
seclang_log_plain(sk_str s)
{
    unsigned odd = 0;

    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        odd |= (unsigned)(c < ' ') | (unsigned)(c >= 0x7f) | (unsigned)(c == '\\');
    }
    return odd == 0;
}

void
seclang_log_escape(struct sk_buf *out, sk_str s, bool quotes)
{
    static const char names[256] = {
        ['\b'] = 'b', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't', ['\v'] = 'v', ['\\'] = '\\'
    };

    if (!quotes && seclang_log_plain(s)) {
        sk_buf_add(out, s);
        return;
    }
    for (size_t i = 0; i < s.n; i++) {
        size_t from = i;
        unsigned char c;

        while (i < s.n && is_plain(s.p[i], quotes))
            i++;
        sk_buf_add(out, (sk_str){ s.p + from, i - from });
        if (i == s.n) return;
        c = (unsigned char)s.p[i];
        if (names[c])
            add_escape(out, names[c]);
        else if (c == '"')
            add_escape(out, '"');
        else
            add_hex(out, c);
    }
}

void
seclang_log_escape_hex(struct sk_buf *out, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        if (c <= 0x1f || c >= 0x7f || c == '"' || c == '\\')
            add_hex(out, c);
        else
            sk_buf_byte(out, (char)c);
    }
}

sk_str
seclang_seen_name(sk_arena *mem, const struct seclang_seen *seen, enum seclang_name_style style)
{
    struct sk_buf out = { .mem = mem };

    if (seen->shown.n > 0) return seen->shown;
    if (seen->var == SECLANG_VAR_COUNT) return (sk_str){ 0 };
    if (seen->count && style == SECLANG_NAME_PLAIN) sk_buf_byte(&out, '&');
    sk_buf_add(&out, sk_str_of(seclang_var_rows[seen->var].name));
    if (seclang_var_rows[seen->var].kind == SECLANG_SCALAR) return sk_buf_str(&out);
    if (seen->count && seen->name.n == 0) return sk_buf_str(&out); /* of the whole collection */
    sk_buf_byte(&out, ':');
    if (style == SECLANG_NAME_ESCAPED)
        seclang_log_escape(&out, seen->name, false);
    else
        sk_buf_add(&out, seen->name);
    return sk_buf_str(&out);
}
