/* unicode.mapping, as SecUnicodeMapFile names it: a line begins with a code page's number; behind
 * it, on the same line or the next ones, stand "hhhh:hh" pairs; the next word without a colon ends
 * it. */
#include "seclang/tf/tf.h"

/* Full stops that resolvers take for a dot (RFC 3490, 3.1). */
static const uint16_t full_stops[] = { 0x3002, 0xff61, 0xff0e, 0x002e };

static bool
hex_number(unsigned *value, sk_str s)
{
    if (s.n == 0 || s.n > 4) return false;
    *value = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = sk_lower_byte((unsigned char)s.p[i]);

        if (c >= '0' && c <= '9')
            *value = *value * 16 + c - '0';
        else if (c >= 'a' && c <= 'f')
            *value = *value * 16 + c - 'a' + 10;
        else
            return false;
    }
    return true;
}

static bool
next_word(sk_str *word, sk_str *rest)
{
    size_t n = 0;

    *rest = sk_str_trim(*rest);
    while (n < rest->n && rest->p[n] != ' ' && !(rest->p[n] >= '\t' && rest->p[n] <= '\r'))
        n++;
    *word = sk_str_first(*rest, n);
    *rest = sk_str_from(*rest, n);
    return n > 0;
}

static bool
is_page(sk_str word, unsigned code_page)
{
    int64_t number;

    return sk_str_to_i64(&number, word) && number == (int64_t)code_page;
}

sk_err
seclang_unicode_map_read(struct seclang_unicode_map *map, sk_str text, unsigned code_page)
{
    sk_str word;
    bool found = false;
    size_t pairs = 0;

    memset(map, 0, sizeof(*map));
    for (size_t i = 0; i < sizeof(full_stops) / sizeof(full_stops[0]); i++)
        map->best_fit[full_stops[i]] = '.';
    while (next_word(&word, &text)) {
        size_t colon = sk_str_find_byte(word, ':');
        unsigned from, to;

        if (colon == SIZE_MAX && pairs > 0) break;
        if (colon == SIZE_MAX) found = found || is_page(word, code_page);
        if (colon == SIZE_MAX || !found) continue;
        if (!hex_number(&from, sk_str_first(word, colon)) ||
            !hex_number(&to, sk_str_from(word, colon + 1)) || to > 255)
            return sk_fail(SK_BAD, "unicode map: \"%.*s\" is no pair hhhh:hh", SK_ARG(word));
        map->best_fit[from] = (unsigned char)to;
        pairs++;
    }
    if (!found) return sk_fail(SK_BAD, "unicode map: code page %u is not in it", code_page);
    return sk_ok();
}
