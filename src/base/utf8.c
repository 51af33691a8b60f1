#include "base/utf8.h"

#include <string.h>

/* Length by first byte, and the smallest code that may need so many (RFC 3629, section 4). */
static unsigned
length_of(unsigned char first, uint32_t *least, uint32_t *bits)
{
    if (first < 0x80) return *least = 0, *bits = first, 1;
    if (first >= 0xc2 && first < 0xe0) return *least = 0x80, *bits = first & 0x1fu, 2;
    if (first >= 0xe0 && first < 0xf0) return *least = 0x800, *bits = first & 0x0fu, 3;
    if (first >= 0xf0 && first < 0xf5) return *least = 0x10000, *bits = first & 0x07u, 4;
    return 0;
}

static bool
is_character(uint32_t code)
{
    return code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
}

unsigned
sk_utf8_decode(uint32_t *code, sk_str s)
{
    uint32_t least = 0, bits = 0;
    unsigned n = s.n ? length_of((unsigned char)s.p[0], &least, &bits) : 0;
    if (n == 0 || n > s.n) return 0;
    for (unsigned i = 1; i < n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if ((c & 0xc0) != 0x80) return 0;
        bits = bits << 6 | (c & 0x3fu);
    }
    if (bits < least || !is_character(bits)) return 0;
    *code = bits;
    return n;
}

unsigned
sk_utf8_encode(char out[4], uint32_t code)
{
    if (!is_character(code)) return 0;
    if (code < 0x80) return out[0] = (char)code, 1;
    unsigned n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char head[5] = { 0, 0, 0xc0, 0xe0, 0xf0 };
    for (unsigned i = n - 1; i > 0; i--, code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(head[n] | code);
    return n;
}

/* Whether the eight bytes at p are ASCII. */
static bool
eight_plain(const char *p)
{
    uint64_t bytes;
    memcpy(&bytes, p, sizeof bytes);
    return !(bytes & 0x8080808080808080u);
}

/* Three bytes of which any first and any continuation will do: kana, kanji, full-width signs. After
 * E0 and ED not all do. */
static bool
is_plain_three(const unsigned char *p)
{
    return (p[0] & 0xf0) == 0xe0 && p[0] != 0xe0 && p[0] != 0xed && (p[1] & 0xc0) == 0x80 &&
           (p[2] & 0xc0) == 0x80;
}

bool
sk_utf8_valid(sk_str s)
{
    uint32_t code;
    for (size_t i = 0; i < s.n;) {
        size_t left = s.n - i;
        if (left >= 8 && eight_plain(s.p + i)) {
            i += 8;
        } else if (left >= 3 && is_plain_three((const unsigned char *)s.p + i)) {
            i += 3;
        } else if ((unsigned char)s.p[i] < 0x80) {
            i++;
        } else {
            unsigned n = sk_utf8_decode(&code, sk_str_from(s, i));
            if (n == 0) return false;
            i += n;
        }
    }
    return true;
}

size_t
sk_utf8_count(sk_str s)
{
    uint32_t code;
    size_t count = 0;
    for (; s.n; count++) {
        unsigned n = sk_utf8_decode(&code, s);
        s = sk_str_from(s, n ? n : 1);
    }
    return count;
}

sk_str
sk_utf8_mend(sk_arena *mem, sk_str s)
{
    if (sk_utf8_valid(s)) return s;
    struct sk_buf out = { .mem = mem };
    uint32_t code;
    while (s.n) {
        unsigned n = sk_utf8_decode(&code, s);
        sk_buf_add(&out, n ? sk_str_first(s, n) : SK_STR("\xef\xbf\xbd"));
        s = sk_str_from(s, n ? n : 1);
    }
    return sk_buf_str(&out);
}
