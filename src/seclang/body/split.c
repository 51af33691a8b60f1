/* Query strings, urlencoded text and cookies in one piece. Semantics: mod_security 2.9,
 * parse_arguments and parse_cookies_v0. */
#include "seclang/body/body.h"

/* The byte that %XX at the start of s stands for, or -1. */
static int
percent_byte(sk_str s)
{
    if (s.n < 3) return -1;
    int high = sk_hex_value(s.p[1]), low = sk_hex_value(s.p[2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static bool
needs_decoding(sk_str s, bool plus)
{
    return sk_str_find_byte(s, '%') != SIZE_MAX || (plus && sk_str_find_byte(s, '+') != SIZE_MAX);
}

sk_str
seclang_url_decode(sk_arena *mem, sk_str s, bool plus, unsigned *bad_encoding)
{
    if (!needs_decoding(s, plus)) return s;
    char *out = sk_alloc(mem, s.n);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int byte = percent_byte(sk_str_from(s, i));
            if (byte >= 0)
                c = (char)byte, i += 2;
            else if (bad_encoding)
                ++*bad_encoding;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[n++] = c;
    }
    return (sk_str){ out, n };
}

bool
seclang_arguments_split(sk_arena *mem, sk_str text, char separator, unsigned most,
                        unsigned *bad_encoding,
                        void (*argument)(void *ctx, sk_str name, sk_str value), void *ctx)
{
    sk_str pair, rest = text.n ? text : (sk_str){ 0 };

    for (unsigned count = 0; sk_str_cut(&pair, &rest, separator); count++) {
        /* "a&&b" has an argument without a name in its middle; nothing follows the last "&". */
        if (!rest.p && pair.n == 0) break;
        if (count >= most) return false;
        size_t equals = sk_str_find_byte(pair, '=');
        sk_str name = seclang_url_decode(mem, sk_str_first(pair, equals), true, bad_encoding);
        sk_str value = equals == SIZE_MAX ? SK_STR("") : sk_str_from(pair, equals + 1);
        argument(ctx, name, seclang_url_decode(mem, value, true, bad_encoding));
    }
    return true;
}

/* A comma separates only where there is no semicolon and a blank follows the first comma. */
static char
cookie_separator(sk_str header)
{
    if (sk_str_find_byte(header, ';') != SIZE_MAX) return ';';
    sk_str behind = sk_str_from(header, sk_str_find_byte(header, ','));
    return behind.n > 1 && behind.p[1] == ' ' ? ',' : ';';
}

void
seclang_cookies_split(sk_str header, void (*cookie)(void *ctx, sk_str name, sk_str value),
                      void *ctx)
{
    sk_str pair, rest = header;
    char separator = cookie_separator(header);

    while (sk_str_cut(&pair, &rest, separator)) {
        /* Blanks before a name go; those at its end, and all of the value's, stay. */
        while (pair.n && sk_is_blank(pair.p[0]))
            pair = sk_str_from(pair, 1);
        size_t equals = sk_str_find_byte(pair, '=');
        sk_str name = sk_str_first(pair, equals);
        sk_str value = equals == SIZE_MAX ? SK_STR("") : sk_str_from(pair, equals + 1);
        if (name.n) cookie(ctx, name, value);
    }
}
