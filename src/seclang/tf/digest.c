/* Other spellings of a whole text: base 64, hexadecimal, digests, its length. */
#include "base/hash.h"
#include "seclang/tf/rows.h"

/* ── base 64 (RFC 4648, RFC 2045) ── */

/* 0..63, or -1. */
static int
sextet(unsigned char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

struct bits {
    unsigned value, count;
};

static void
put_sextet(struct seclang_tf_text *text, struct bits *bits, int six)
{
    bits->value = (bits->value << 6 | (unsigned)six) & 0xffff;
    bits->count += 6;
    if (bits->count < 8) return;
    bits->count -= 8;
    text->p[text->n++] = (unsigned char)(bits->value >> bits->count);
}

/* Up to the first byte that is not of the alphabet. */
SECLANG_TF(base64_decode)
{
    struct seclang_tf_text text = seclang_tf_begin(mem, in, 0, in.n);
    struct bits bits = { 0 };

    (void)map;
    for (size_t i = 0; i < in.n && sextet(seclang_tf_at(in, i)) >= 0; i++)
        put_sextet(&text, &bits, sextet(seclang_tf_at(in, i)));
    return seclang_tf_end(out, &text, in);
}

/* Four signs give three bytes. Most values stop being base 64 after a few. */
bool
seclang_tf_base64_reaches(sk_str in, size_t least)
{
    size_t wanted = least + (least + 2) / 3, n = 0;

    if (in.n < wanted) return false;
    while (n < wanted && sextet(seclang_tf_at(in, n)) >= 0)
        n++;
    return n == wanted;
}

/* Passes over what is not of the alphabet. Nothing at all when a single padding sign stands where
 * one digit of a group has been read; ends at a zero byte. */
SECLANG_TF(base64_decode_ext)
{
    struct seclang_tf_text text = seclang_tf_begin(mem, in, 0, in.n);
    struct bits bits = { 0 };
    size_t digits = 0;

    (void)map;
    for (size_t i = 0; i < in.n && in.p[i] != 0; i++) {
        int six = sextet(seclang_tf_at(in, i));
        bool double_pad = i + 1 < in.n && in.p[i + 1] == '=';

        if (in.p[i] == '=' && !double_pad && digits % 4 == 1) {
            text.n = 0;
            break;
        }
        if (six < 0) continue;
        put_sextet(&text, &bits, six);
        digits++;
    }
    return seclang_tf_end(out, &text, in);
}

SECLANG_TF(base64_encode)
{
    (void)map;
    if (in.n == 0) return false;
    *out = sk_base64(mem, in);
    return true;
}

/* ── hexadecimal ── */

/* Two bytes at a time, whatever they are; a last single one is lost. */
SECLANG_TF(hex_decode)
{
    struct seclang_tf_text text = seclang_tf_begin(mem, in, 0, in.n);

    (void)map;
    for (size_t i = 0; i + 1 < in.n; i += 2)
        text.p[text.n++] = seclang_tf_hex_byte(seclang_tf_at(in, i), seclang_tf_at(in, i + 1));
    return seclang_tf_end(out, &text, in);
}

SECLANG_TF(hex_encode)
{
    (void)map;
    if (in.n == 0) return false;
    *out = sk_hex(mem, in);
    return true;
}

static bool
hex_pair(sk_str in, size_t at)
{
    return at + 1 < in.n && seclang_tf_is_hex(seclang_tf_at(in, at)) &&
           seclang_tf_is_hex(seclang_tf_at(in, at + 1));
}

/* MySQL's 0xHHHH... becomes its bytes; the byte behind it is taken as it is. The text ends at a
 * zero byte, written or decoded. */
SECLANG_TF(sql_hex_decode)
{
    struct seclang_tf_text text = seclang_tf_begin(mem, in, 0, in.n);
    const unsigned char *zero;
    size_t i = 0;

    (void)map;
    while (i < in.n && in.p[i] != 0) {
        if (in.p[i] == '0' && i + 1 < in.n && sk_lower_byte(seclang_tf_at(in, i + 1)) == 'x' &&
            hex_pair(in, i + 2))
            for (i += 2; hex_pair(in, i); i += 2)
                text.p[text.n++] =
                    seclang_tf_hex_byte(seclang_tf_at(in, i), seclang_tf_at(in, i + 1));
        if (i < in.n) text.p[text.n++] = seclang_tf_at(in, i++);
    }
    zero = text.n > 0 ? memchr(text.p, 0, text.n) : NULL;
    if (zero) text.n = (size_t)(zero - text.p);
    return seclang_tf_end(out, &text, in);
}

/* ── digests (their bytes, not hexadecimal) and length ── */

SECLANG_TF(md5)
{
    struct seclang_tf_text text = seclang_tf_begin(mem, in, 0, SK_MD5);

    (void)map;
    sk_md5(text.p, in);
    text.n = SK_MD5;
    return seclang_tf_end(out, &text, in);
}

SECLANG_TF(sha1)
{
    struct seclang_tf_text text = seclang_tf_begin(mem, in, 0, SK_SHA1);

    (void)map;
    sk_sha1(text.p, in);
    text.n = SK_SHA1;
    return seclang_tf_end(out, &text, in);
}

SECLANG_TF(length)
{
    sk_str digits = sk_str_printf(mem, "%zu", in.n);

    (void)map;
    if (sk_str_eq(digits, in)) return false;
    *out = digits;
    return true;
}

SECLANG_TF(none)
{
    (void)out, (void)mem, (void)in, (void)map;
    return false;
}
