#include "personal/text.h"

#include "base/utf8.h"

bool
personal_text_filler(uint32_t code)
{
    static const uint32_t hyphens[] = { 0x30fc, 0x2212, 0x2500, 0x2501, 0x00ad, 0x30fb, 0x00a0 };

    if (code < 0x80) return code && strchr(" -().\t", (int)code);
    for (size_t i = 0; i < sizeof hyphens / sizeof *hyphens; i++)
        if (code == hyphens[i]) return true;
    return code >= 0x2010 && code <= 0x2015;
}

static bool
is_space(uint32_t code)
{
    return code == ' ' || code == '\t' || code == 0xa0 || code == 0x3000 ||
           (code >= 0x2000 && code <= 0x200b);
}

/* Controls, and those that make text appear in another order than it has. */
static bool
is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029 || code == 0xfeff;
}

static void
trim_end(struct sk_buf *out, const char *signs)
{
    while (out->n && strchr(signs, out->p[out->n - 1]))
        out->n--;
}

static bool
ends_in_blank(const struct sk_buf *out)
{
    return out->n == 0 || out->p[out->n - 1] == ' ' || out->p[out->n - 1] == '\n';
}

/* "\r\n" and "\r" are a line feed; so is what a form sends. */
static bool
is_line(uint32_t code, sk_str rest)
{
    return code == '\n' || (code == '\r' && !sk_str_starts(rest, SK_STR("\n")));
}

bool
personal_text_tidy(sk_str *tidy, sk_arena *mem, sk_str text, bool lines)
{
    struct sk_buf out = { .mem = mem };
    uint32_t code;

    text = sk_str_trim(text);
    for (unsigned n; text.n;) {
        sk_str sign = sk_str_first(text, n = sk_utf8_decode(&code, text));
        if (n == 0) return false;
        text = sk_str_from(text, n);
        if (lines && code == '\r' && !is_line(code, text)) continue;
        if (lines && is_line(code, text)) {
            trim_end(&out, " ");
            sk_buf_byte(&out, '\n');
        } else if (is_space(code)) {
            if (!ends_in_blank(&out)) sk_buf_byte(&out, ' ');
        } else if (is_control(code)) {
            return false;
        } else {
            sk_buf_add(&out, sign);
        }
    }
    trim_end(&out, " \n");
    *tidy = sk_buf_str(&out);
    return true;
}

sk_str
personal_text_packed(sk_arena *mem, sk_str text, bool kana)
{
    struct sk_buf out = { .mem = mem };
    uint32_t code;
    char bytes[4] = { 0 };

    while (text.n) {
        unsigned n = sk_utf8_decode(&code, text);
        text = sk_str_from(text, n ? n : 1);
        if (n == 0 || is_space(code) || code == '\n') continue;
        if (kana) code = personal_katakana(code);
        sk_buf_add(&out, (sk_str){ bytes, sk_utf8_encode(bytes, code) });
    }
    return sk_buf_str(&out);
}
