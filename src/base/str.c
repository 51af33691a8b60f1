/* Text and bytes. Case is ASCII's: languages are the business of base/utf8.h. */
#include "base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static bool
same_nocase(const char *a, const char *b, size_t n)
{
    size_t i = 0;
    uint64_t x, y;

    for (; n - i >= sizeof(x); i += sizeof(x)) {
        memcpy(&x, a + i, sizeof(x));
        memcpy(&y, b + i, sizeof(y));
        if (x != y && sk_lower_word(x) != sk_lower_word(y)) return false;
    }
    for (; i < n; i++)
        if (sk_lower_byte((unsigned char)a[i]) != sk_lower_byte((unsigned char)b[i])) return false;
    return true;
}

bool
sk_str_eq_nocase(sk_str a, sk_str b)
{
    return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

bool
sk_str_starts(sk_str s, sk_str prefix)
{
    return s.n >= prefix.n && sk_str_eq(sk_str_first(s, prefix.n), prefix);
}

bool
sk_str_starts_nocase(sk_str s, sk_str prefix)
{
    return s.n >= prefix.n && same_nocase(s.p, prefix.p, prefix.n);
}

bool
sk_str_ends(sk_str s, sk_str suffix)
{
    return s.n >= suffix.n && sk_str_eq(sk_str_from(s, s.n - suffix.n), suffix);
}

/* memmem prepares a table for each search, which short texts do not repay. */
static size_t
find_in_short(sk_str s, sk_str needle)
{
    for (size_t i = 0, last = s.n - needle.n; i <= last; i++) {
        const char *first = memchr(s.p + i, needle.p[0], last - i + 1);
        if (!first) return SIZE_MAX;
        i = (size_t)(first - s.p);
        if (!memcmp(first, needle.p, needle.n)) return i;
    }
    return SIZE_MAX;
}

size_t
sk_str_find(sk_str s, sk_str needle)
{
    enum { SHORT = 256 };
    if (needle.n == 0) return 0;
    if (needle.n > s.n) return SIZE_MAX;
    if (s.n <= SHORT) return find_in_short(s, needle);
    const char *at = memmem(s.p, s.n, needle.p, needle.n);
    return at ? (size_t)(at - s.p) : SIZE_MAX;
}

size_t
sk_str_find_nocase(sk_str s, sk_str needle)
{
    if (needle.n == 0) return 0;
    for (size_t i = 0; i + needle.n <= s.n; i++)
        if (same_nocase(s.p + i, needle.p, needle.n)) return i;
    return SIZE_MAX;
}

size_t
sk_str_find_byte(sk_str s, char byte)
{
    const char *at = s.n ? memchr(s.p, byte, s.n) : NULL;
    return at ? (size_t)(at - s.p) : SIZE_MAX;
}

sk_str
sk_str_trim(sk_str s)
{
    while (s.n && sk_is_blank(s.p[0]))
        s = sk_str_from(s, 1);
    while (s.n && sk_is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool
sk_str_cut(sk_str *part, sk_str *rest, char separator)
{
    if (!rest->p) return false;
    size_t at = sk_str_find_byte(*rest, separator);
    *part = sk_str_first(*rest, at);
    *rest = at != SIZE_MAX ? sk_str_from(*rest, at + 1) : (sk_str){ 0 };
    return true;
}

bool
sk_str_to_i64(int64_t *value, sk_str s)
{
    char text[24], *end;
    if (s.n == 0 || s.n >= sizeof text || sk_is_blank(s.p[0])) return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || end != text + s.n) return false;
    *value = n;
    return true;
}

char *
sk_str_zcopy(sk_arena *mem, sk_str s)
{
    char *copy = sk_alloc(mem, s.n + 1);
    if (s.n) memcpy(copy, s.p, s.n);
    copy[s.n] = 0;
    return copy;
}

sk_str
sk_str_of_i64(sk_arena *mem, int64_t number)
{
    static const char small[] = "0123456789"; /* flags and short counts: nearly all there are */
    char text[24], *end = text + sizeof text, *p = end;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

    if (number >= 0 && number < 10) return (sk_str){ small + number, 1 };
    for (; left > 0; left /= 10)
        *--p = (char)('0' + left % 10);
    if (number < 0) *--p = '-';
    return sk_str_copy(mem, (sk_str){ p, (size_t)(end - p) });
}

sk_str
sk_str_copy(sk_arena *mem, sk_str s)
{
    return (sk_str){ sk_str_zcopy(mem, s), s.n };
}

sk_str
sk_str_lower(sk_arena *mem, sk_str s)
{
    char *copy = sk_str_zcopy(mem, s);
    for (size_t i = 0; i < s.n; i++)
        copy[i] = (char)sk_lower_byte((unsigned char)copy[i]);
    return (sk_str){ copy, s.n };
}

static void SK_PRINTF(2, 0) buf_vprintf(struct sk_buf *buf, const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    if (n > 0) {
        vsnprintf(sk_buf_room(buf, (size_t)n + 1), (size_t)n + 1, fmt, again);
        buf->n += (size_t)n;
    }
    va_end(again);
}

sk_str
sk_str_printf(sk_arena *mem, const char *fmt, ...)
{
    struct sk_buf buf = { .mem = mem };
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&buf, fmt, args);
    va_end(args);
    return buf.p ? sk_buf_str(&buf) : sk_str_copy(mem, (sk_str){ 0 });
}

bool
sk_str_eq_secret(sk_str a, sk_str b)
{
    unsigned char differ = a.n != b.n;
    for (size_t i = 0; i < a.n && i < b.n; i++)
        differ |= (unsigned char)(a.p[i] ^ b.p[i]);
    return differ == 0;
}

char *
sk_buf_room(struct sk_buf *buf, size_t n)
{
    if (n > buf->size - buf->n) {
        size_t size = buf->size ? buf->size * 2 : 128;
        while (size - buf->n < n)
            size *= 2;
        buf->p = sk_grow(buf->mem, buf->p, buf->size, size);
        buf->size = size;
    }
    return buf->p + buf->n;
}

void
sk_buf_add(struct sk_buf *buf, sk_str s)
{
    if (!s.n) return;
    memcpy(sk_buf_room(buf, s.n), s.p, s.n);
    buf->n += s.n;
}

void
sk_buf_byte(struct sk_buf *buf, char c)
{
    *sk_buf_room(buf, 1) = c;
    buf->n++;
}

void
sk_buf_printf(struct sk_buf *buf, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    buf_vprintf(buf, fmt, args);
    va_end(args);
}
