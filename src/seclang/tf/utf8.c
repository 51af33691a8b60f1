/* utf8toUnicode: multi-byte characters become %uHHHH (at least four digits, lower case).
 *
 * As in mod_security 2: overlong forms and surrogates are written out too, followed by their first
 * byte as it is, so that rules can see both; the first byte of a broken character vanishes; so do
 * zero bytes. */
#include "seclang/tf/rows.h"

static bool
follows(sk_str in, size_t at, size_t count)
{
    if (in.n - at < count) return false;
    for (size_t i = 0; i < count; i++)
        if ((seclang_tf_at(in, at + i) & 0xc0) != 0x80) return false;
    return true;
}

/* The length that the first byte promises; 0: it cannot be one. */
static size_t
promised(unsigned char c)
{
    if ((c & 0xe0) == 0xc0) return 2;
    if ((c & 0xf0) == 0xe0) return 3;
    return (c & 0xf8) == 0xf0 ? 4 : 0;
}

static unsigned
code_of(sk_str in, size_t at, size_t length)
{
    static const unsigned char mask[] = { 0, 0, 0x1f, 0x0f, 0x07 };
    unsigned code = seclang_tf_at(in, at) & mask[length];

    for (size_t i = 1; i < length; i++)
        code = code << 6 | (seclang_tf_at(in, at + i) & 0x3f);
    return code;
}

static void
put_code(struct seclang_tf_text *text, unsigned code)
{
    static const char hex[] = "0123456789abcdef";
    unsigned digits = 4;

    while (digits < 6 && code >> (4 * digits))
        digits++;
    text->p[text->n++] = '%';
    text->p[text->n++] = 'u';
    while (digits-- > 0)
        text->p[text->n++] = (unsigned char)hex[code >> (4 * digits) & 15];
}

/* Not as RFC 3629 allows it. */
static bool
is_odd(unsigned code, size_t length)
{
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };

    return code < least[length] || (code >= 0xd800 && code <= 0xdfff);
}

/* A surrogate in four bytes is odd twice: once for what it is, once for being overlong. */
static void
put_odd(struct seclang_tf_text *text, unsigned char first, unsigned code, size_t length)
{
    if (!is_odd(code, length)) return;
    text->p[text->n++] = first;
    if (length == 4 && code >= 0xd800 && code <= 0xdfff) text->p[text->n++] = first;
}

static bool
is_plain(unsigned char c)
{
    return c > 0 && c < 0x80;
}

static size_t
step(struct seclang_tf_text *text, sk_str in, size_t at)
{
    unsigned char c = seclang_tf_at(in, at);
    size_t length = promised(c);
    unsigned code;

    if (length == 0) {
        if (c != 0) text->p[text->n++] = c;
        return at + 1;
    }
    if (c >= 0xf5) text->p[text->n++] = c; /* beyond U+10FFFF */
    if (!follows(in, at + 1, length - 1)) return at + 1;
    code = code_of(in, at, length);
    put_code(text, code);
    put_odd(text, c, code, length);
    return at + length;
}

SECLANG_TF(utf8_to_unicode)
{
    struct seclang_tf_text text;
    size_t i = 0;

    (void)map;
    while (i < in.n && is_plain(seclang_tf_at(in, i)))
        i++;
    if (i == in.n) return false;
    /* The widest: two bytes that become "%u0000" and one more. */
    text = seclang_tf_begin(mem, in, i, i + 4 * (in.n - i) + 8);
    while (i < in.n)
        i = step(&text, in, i);
    return seclang_tf_end(out, &text, in);
}
