/* Transformations that look at one byte at a time: replaced, left out, or cut off at the ends. */
#include "seclang/tf/rows.h"

/* ── each byte becomes a byte ── */

static bool
map_bytes(sk_str *out, sk_arena *mem, sk_str in, unsigned char (*to)(unsigned char))
{
    struct seclang_tf_text text;
    size_t i = 0;

    while (i < in.n && to(seclang_tf_at(in, i)) == seclang_tf_at(in, i))
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    for (; i < in.n; i++)
        text.p[text.n++] = to(seclang_tf_at(in, i));
    return seclang_tf_end(out, &text, in);
}

static unsigned char
upper(unsigned char c)
{
    return (unsigned char)(c >= 'a' && c <= 'z' ? c - 32 : c);
}

static unsigned char
space_for_null(unsigned char c)
{
    return c == 0 ? ' ' : c;
}

/* The lowest seven bits and an eighth that makes the number of ones odd or even. What decides is
 * the parity of all eight, as in mod_security 2: 0x80 becomes 0x80, not 0x00. */
static bool
odd_ones(unsigned char c)
{
    return __builtin_parity(c) != 0;
}

static unsigned char
even_parity(unsigned char c)
{
    return (unsigned char)(odd_ones(c) ? c | 0x80 : c & 0x7f);
}

static unsigned char
odd_parity(unsigned char c)
{
    return (unsigned char)(odd_ones(c) ? c & 0x7f : c | 0x80);
}

static unsigned char
zero_parity(unsigned char c)
{
    return (unsigned char)(c & 0x7f);
}

#define MAPPED(name, to)                                                                           \
    SECLANG_TF(name)                                                                               \
    {                                                                                              \
        (void)map;                                                                                 \
        return map_bytes(out, mem, in, to);                                                        \
    }

MAPPED(lowercase, sk_lower_byte)
MAPPED(uppercase, upper)
MAPPED(replace_nulls, space_for_null)
MAPPED(parity_even_7bit, even_parity)
MAPPED(parity_odd_7bit, odd_parity)
MAPPED(parity_zero_7bit, zero_parity)

/* ── some bytes are left out ── */

static bool
drop_bytes(sk_str *out, sk_arena *mem, sk_str in, const struct sk_bytes *drops)
{
    struct seclang_tf_text text;
    size_t i = 0;

    while (i < in.n && !sk_bytes_has(drops, seclang_tf_at(in, i)))
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    for (; i < in.n; i++) {
        /* Without a branch, which would be guessed wrong at each word. */
        text.p[text.n] = seclang_tf_at(in, i);
        text.n += !sk_bytes_has(drops, seclang_tf_at(in, i));
    }
    return seclang_tf_end(out, &text, in);
}

#define NULLS(w) SK_BYTES_BIT(w, 0)
#define BLANKS(w)                                                                                  \
    (SK_BYTES_SPAN(w, '\t', '\r') | SK_BYTES_BIT(w, ' ') | SK_BYTES_BIT(w, SECLANG_TF_NBSP))

/* In UTF-8 the byte of the no-break space also stands inside of other characters, as in many
 * Japanese ones: such texts are only looked at, never shown to the application. */
static bool
is_blank(unsigned char c)
{
    return seclang_tf_is_space(c) || c == SECLANG_TF_NBSP;
}

SECLANG_TF(remove_nulls)
{
    static const struct sk_bytes nulls = SK_BYTES(NULLS);

    (void)map;
    return drop_bytes(out, mem, in, &nulls);
}

SECLANG_TF(remove_whitespace)
{
    static const struct sk_bytes blanks = SK_BYTES(BLANKS);

    (void)map;
    return drop_bytes(out, mem, in, &blanks);
}

SECLANG_TF(compress_whitespace)
{
    struct seclang_tf_text text;
    size_t i = 0;

    (void)map;
    while (i < in.n && !is_blank(seclang_tf_at(in, i)))
        i++;
    if (i == in.n) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n) {
        if (!is_blank(seclang_tf_at(in, i))) {
            text.p[text.n++] = seclang_tf_at(in, i++);
            continue;
        }
        text.p[text.n++] = ' ';
        while (i < in.n && is_blank(seclang_tf_at(in, i)))
            i++;
    }
    return seclang_tf_end(out, &text, in);
}

/* ── ends: a part of the same text, nothing is copied ── */

static sk_str
without_left(sk_str in)
{
    size_t i = 0;

    while (i < in.n && seclang_tf_is_space(seclang_tf_at(in, i)))
        i++;
    return sk_str_from(in, i);
}

static sk_str
without_right(sk_str in)
{
    while (in.n > 0 && seclang_tf_is_space(seclang_tf_at(in, in.n - 1)))
        in.n--;
    return in;
}

static bool
trimmed(sk_str *out, sk_str in, sk_str part)
{
    if (part.n == in.n) return false;
    *out = part;
    return true;
}

SECLANG_TF(trim)
{
    (void)map, (void)mem;
    return trimmed(out, in, without_right(without_left(in)));
}

SECLANG_TF(trim_left)
{
    (void)map, (void)mem;
    return trimmed(out, in, without_left(in));
}

SECLANG_TF(trim_right)
{
    (void)map, (void)mem;
    return trimmed(out, in, without_right(in));
}
