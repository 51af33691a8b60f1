/* URL encoding (RFC 3986, HTML forms' plus signs) and IIS's %uHHHH. What is no valid encoding
 * stays. */
#include "seclang/tf/rows.h"

static bool
are_hex(sk_str in, size_t at, size_t count)
{
    if (at > in.n || in.n - at < count) return false;
    for (size_t i = 0; i < count; i++)
        if (!seclang_tf_is_hex(seclang_tf_at(in, at + i))) return false;
    return true;
}

static unsigned
code_at(sk_str in, size_t at)
{
    return (unsigned)seclang_tf_hex_byte(seclang_tf_at(in, at), seclang_tf_at(in, at + 1)) << 8 |
           seclang_tf_hex_byte(seclang_tf_at(in, at + 2), seclang_tf_at(in, at + 3));
}

/* The best fit of the code page where there is one, else the low byte. */
static unsigned char
wide_byte(sk_str in, size_t at, const struct seclang_unicode_map *map)
{
    unsigned code = code_at(in, at);

    if (map && map->best_fit[code]) return map->best_fit[code];
    return seclang_tf_fold_wide((unsigned char)(code & 0xff), seclang_tf_at(in, at),
                                seclang_tf_at(in, at + 1));
}

/* Decodes what begins at in[at], a percent sign; returns where to go on. */
static size_t
percent(struct seclang_tf_text *text, sk_str in, size_t at)
{
    if (are_hex(in, at + 1, 2)) {
        text->p[text->n++] =
            seclang_tf_hex_byte(seclang_tf_at(in, at + 1), seclang_tf_at(in, at + 2));
        return at + 3;
    }
    text->p[text->n++] = '%';
    return at + 1;
}

static size_t
percent_uni(struct seclang_tf_text *text, sk_str in, size_t at,
            const struct seclang_unicode_map *map)
{
    bool wide = at + 1 < in.n && (seclang_tf_at(in, at + 1) | 0x20) == 'u';

    if (!wide || !are_hex(in, at + 2, 4)) return percent(text, in, at);
    text->p[text->n++] = wide_byte(in, at + 2, map);
    return at + 6;
}

static size_t
first_encoded(sk_str in)
{
    size_t i = 0;

    while (i < in.n && in.p[i] != '%' && in.p[i] != '+')
        i++;
    return i;
}

static bool
decode(sk_str *out, sk_arena *mem, sk_str in, bool uni, const struct seclang_unicode_map *map)
{
    size_t i = first_encoded(in);
    struct seclang_tf_text text;

    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n) {
        unsigned char c = seclang_tf_at(in, i);

        if (c == '%')
            i = uni ? percent_uni(&text, in, i, map) : percent(&text, in, i);
        else
            text.p[text.n++] = c == '+' ? ' ' : c, i++;
    }
    return seclang_tf_end(out, &text, in);
}

SECLANG_TF(url_decode)
{
    return decode(out, mem, in, false, map);
}

SECLANG_TF(url_decode_uni)
{
    return decode(out, mem, in, true, map);
}

/* Letters, digits and the asterisk stay; a space becomes a plus sign. */
static bool
stays(unsigned char c)
{
    return c == '*' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

SECLANG_TF(url_encode)
{
    static const char hex[] = "0123456789abcdef";
    struct seclang_tf_text text;
    size_t i = 0;

    (void)map;
    while (i < in.n && stays(seclang_tf_at(in, i)))
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, i + 3 * (in.n - i));
    for (; i < in.n; i++) {
        unsigned char c = seclang_tf_at(in, i);

        if (stays(c) || c == ' ') {
            text.p[text.n++] = c == ' ' ? '+' : c;
            continue;
        }
        text.p[text.n++] = '%';
        text.p[text.n++] = (unsigned char)hex[c >> 4];
        text.p[text.n++] = (unsigned char)hex[c & 15];
    }
    return seclang_tf_end(out, &text, in);
}
