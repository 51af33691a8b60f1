/* The functions behind the table of transformations, and what they share. Each is the
 * transformation of the same name in mod_security 2.9 (Reference Manual v2.x, "Transformation
 * functions"); the signature is that of seclang_tf.run. */
#ifndef SECLANG_TF_ROWS_H
#define SECLANG_TF_ROWS_H

#include "seclang/tf/tf.h"

#define SECLANG_TF(name)                                                                           \
    bool seclang_tf_##name(sk_str *out, sk_arena *mem, sk_str in,                                  \
                           const struct seclang_unicode_map *map)

SECLANG_TF(base64_decode);
bool seclang_tf_base64_reaches(sk_str in, size_t least);
SECLANG_TF(base64_decode_ext);
SECLANG_TF(base64_encode);
SECLANG_TF(cmd_line);
SECLANG_TF(compress_whitespace);
SECLANG_TF(css_decode);
SECLANG_TF(escape_seq_decode);
SECLANG_TF(hex_decode);
SECLANG_TF(hex_encode);
SECLANG_TF(html_entity_decode);
SECLANG_TF(js_decode);
SECLANG_TF(length);
SECLANG_TF(lowercase);
SECLANG_TF(md5);
SECLANG_TF(none);
SECLANG_TF(normalise_path);
SECLANG_TF(normalise_path_win);
SECLANG_TF(parity_even_7bit);
SECLANG_TF(parity_odd_7bit);
SECLANG_TF(parity_zero_7bit);
SECLANG_TF(remove_comments);
SECLANG_TF(remove_comments_char);
SECLANG_TF(remove_nulls);
SECLANG_TF(remove_whitespace);
SECLANG_TF(replace_comments);
SECLANG_TF(replace_nulls);
SECLANG_TF(sha1);
SECLANG_TF(sql_hex_decode);
SECLANG_TF(trim);
SECLANG_TF(trim_left);
SECLANG_TF(trim_right);
SECLANG_TF(uppercase);
SECLANG_TF(url_decode);
SECLANG_TF(url_decode_uni);
SECLANG_TF(url_encode);
SECLANG_TF(utf8_to_unicode);

/* A text in the making: begun with what stays as it is, grown to at most what was asked for. */
struct seclang_tf_text {
    unsigned char *p;
    size_t n;
};

/* Room for `most` bytes, of which the first `kept` are copied from `in`. */
struct seclang_tf_text seclang_tf_begin(sk_arena *mem, sk_str in, size_t kept, size_t most);
/* False, and *out untouched, when the text came out as it was. */
bool seclang_tf_end(sk_str *out, const struct seclang_tf_text *text, sk_str in);

static inline unsigned char
seclang_tf_at(sk_str s, size_t i)
{
    return (unsigned char)s.p[i];
}

/* ISO 8859-1's no-break space, which mod_security 2 counts as white space in some places. */
enum { SECLANG_TF_NBSP = 0xa0 };

static inline bool
seclang_tf_is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool
seclang_tf_is_hex(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool
seclang_tf_is_octal(unsigned char c)
{
    return c >= '0' && c <= '7';
}

/* One digit; for bytes that are none, the value that mod_security 2's arithmetic gives. */
static inline unsigned char
seclang_tf_digit(unsigned char c)
{
    return (unsigned char)(c >= 'A' ? (c & 0xdf) - 'A' + 10 : c - '0');
}

static inline unsigned char
seclang_tf_hex_byte(unsigned char high, unsigned char low)
{
    return (unsigned char)(seclang_tf_digit(high) * 16 + seclang_tf_digit(low));
}

/* %uHHHH, \uHHHH and CSS's escapes keep the low byte; full-width ASCII (U+FF01..FF5E) becomes plain
 * ASCII. `high` are the two digits before the last two. */
static inline unsigned char
seclang_tf_fold_wide(unsigned char low, unsigned char high1, unsigned char high2)
{
    bool wide = (high1 == 'f' || high1 == 'F') && (high2 == 'f' || high2 == 'F');

    return (unsigned char)(wide && low > 0 && low < 0x5f ? low + 0x20 : low);
}

/* Octal digits from `at` on, at most three: how many. */
static inline size_t
seclang_tf_octal_span(sk_str in, size_t at)
{
    size_t n = 0;

    while (n < 3 && at + n < in.n && seclang_tf_is_octal(seclang_tf_at(in, at + n)))
        n++;
    return n;
}

static inline unsigned
seclang_tf_octal(sk_str in, size_t at, size_t digits)
{
    unsigned value = 0;

    for (size_t i = 0; i < digits; i++)
        value = value * 8 + seclang_tf_digit(seclang_tf_at(in, at + i));
    return value;
}

#endif
