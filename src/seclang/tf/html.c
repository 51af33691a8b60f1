/* htmlEntityDecode: &#NNN; &#xHH; and the names quot, amp, lt, gt, nbsp, in any case, with or
 * without the semicolon. One byte each: the low one of larger numbers. */
#include "seclang/tf/rows.h"

static const struct {
    const char *name;
    unsigned char byte;
} names[] = {
    { "quot", '"' }, { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "nbsp", SECLANG_TF_NBSP }
};

static size_t
span(sk_str in, size_t at, bool (*takes)(unsigned char))
{
    size_t n = 0;

    while (at + n < in.n && takes(seclang_tf_at(in, at + n)))
        n++;
    return n;
}

static bool
is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_alnum(unsigned char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Numbers that do not fit saturate, as strtol(3) does. */
static unsigned char
number(sk_str in, size_t at, size_t digits, long base)
{
    long value = 0;

    for (size_t i = 0; i < digits; i++)
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (long)seclang_tf_digit(seclang_tf_at(in, at + i)),
                                   &value))
            return 0xff;
    return (unsigned char)value;
}

/* Behind an entity that ends at `at`. */
static size_t
behind(sk_str in, size_t at)
{
    return at < in.n && in.p[at] == ';' ? at + 1 : at;
}

static size_t
copy(struct seclang_tf_text *text, sk_str in, size_t at, size_t count)
{
    for (; count > 0 && at < in.n; count--)
        text->p[text->n++] = seclang_tf_at(in, at++);
    return at;
}

/* in[at] is the ampersand of "&#". */
static size_t
numeric(struct seclang_tf_text *text, sk_str in, size_t at)
{
    bool hex = at + 2 < in.n && sk_lower_byte(seclang_tf_at(in, at + 2)) == 'x';
    size_t from = at + (hex ? 3 : 2), digits = span(in, from, hex ? seclang_tf_is_hex : is_digit);

    if (digits == 0) return copy(text, in, at, hex ? 3 : 2);
    text->p[text->n++] = number(in, from, digits, hex ? 16 : 10);
    return behind(in, from + digits);
}

static size_t
by_name(struct seclang_tf_text *text, sk_str in, size_t at)
{
    size_t letters = span(in, at + 1, is_alnum);
    sk_str name = sk_str_first(sk_str_from(in, at + 1), letters);

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (sk_str_eq_nocase(name, sk_str_of(names[i].name))) {
            text->p[text->n++] = names[i].byte;
            return behind(in, at + 1 + letters);
        }
    return copy(text, in, at, letters + 1);
}

SECLANG_TF(html_entity_decode)
{
    size_t i = sk_str_find_byte(in, '&');
    struct seclang_tf_text text;

    (void)map;
    if (i == SIZE_MAX) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n) {
        if (in.p[i] != '&')
            text.p[text.n++] = seclang_tf_at(in, i++);
        else if (i + 1 < in.n && in.p[i + 1] == '#')
            i = numeric(&text, in, i);
        else
            i = by_name(&text, in, i);
    }
    return seclang_tf_end(out, &text, in);
}
