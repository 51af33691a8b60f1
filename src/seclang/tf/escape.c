/* Escapes that begin with a backslash: JavaScript's, CSS's (CSS 2, 4.1.3), ANSI C's. */
#include "seclang/tf/rows.h"

/* Each takes what stands behind the backslash at in[at - 1]; returns where to go on. */
typedef size_t escape_step(struct seclang_tf_text *text, sk_str in, size_t at);

static bool
unescape(sk_str *out, sk_arena *mem, sk_str in, escape_step *step)
{
    size_t i = sk_str_find_byte(in, '\\');
    struct seclang_tf_text text;

    if (i == SIZE_MAX) return false;
    text = seclang_tf_begin(mem, in, i, in.n);
    while (i < in.n) {
        if (seclang_tf_at(in, i) == '\\')
            i = step(&text, in, i + 1);
        else
            text.p[text.n++] = seclang_tf_at(in, i++);
    }
    return seclang_tf_end(out, &text, in);
}

/* Letters that name a control character in both C and JavaScript. Others stand for themselves. */
static unsigned char
named(unsigned char letter)
{
    static const unsigned char names[256] = {
        ['a'] = '\a', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n',
        ['r'] = '\r', ['t'] = '\t', ['v'] = '\v'
    };

    return names[letter] ? names[letter] : letter;
}

static bool
are_hex(sk_str in, size_t at, size_t count)
{
    if (in.n - at < count) return false;
    for (size_t i = 0; i < count; i++)
        if (!seclang_tf_is_hex(seclang_tf_at(in, at + i))) return false;
    return true;
}

static unsigned char
hex_at(sk_str in, size_t at)
{
    return seclang_tf_hex_byte(seclang_tf_at(in, at), seclang_tf_at(in, at + 1));
}

/* ── JavaScript: \uHHHH (the low byte), \xHH, \OOO up to \377, \n ..., \C is C ── */

static size_t
js_step(struct seclang_tf_text *text, sk_str in, size_t at)
{
    unsigned char c, *to = &text->p[text->n++];
    size_t digits;

    if (at == in.n) { /* a lonely backslash at the end stays */
        *to = '\\';
        return at;
    }
    c = seclang_tf_at(in, at);
    if (c == 'u' && are_hex(in, at + 1, 4)) {
        *to = seclang_tf_fold_wide(hex_at(in, at + 3), seclang_tf_at(in, at + 1),
                                   seclang_tf_at(in, at + 2));
        return at + 5;
    }
    if (c == 'x' && are_hex(in, at + 1, 2)) {
        *to = hex_at(in, at + 1);
        return at + 3;
    }
    digits = seclang_tf_octal_span(in, at);
    if (digits == 3 && c > '3') digits = 2;
    *to = digits ? (unsigned char)seclang_tf_octal(in, at, digits) : named(c);
    return at + (digits ? digits : 1);
}

SECLANG_TF(js_decode)
{
    (void)map;
    return unescape(out, mem, in, js_step);
}

/* ── ANSI C: \xHH, \OOO, \n ..., \C is C ── */

static size_t
c_step(struct seclang_tf_text *text, sk_str in, size_t at)
{
    unsigned char c, *to = &text->p[text->n++];
    size_t digits;

    if (at == in.n) {
        *to = '\\';
        return at;
    }
    c = seclang_tf_at(in, at);
    if ((c == 'x' || c == 'X') && are_hex(in, at + 1, 2)) {
        *to = hex_at(in, at + 1);
        return at + 3;
    }
    digits = seclang_tf_octal_span(in, at);
    *to = digits ? (unsigned char)seclang_tf_octal(in, at, digits) : named(c); /* \777 wraps */
    return at + (digits ? digits : 1);
}

SECLANG_TF(escape_seq_decode)
{
    (void)map;
    return unescape(out, mem, in, c_step);
}

/* ── CSS: one to six hex digits and one blank behind them; newline vanishes; \C is C ── */

static unsigned char
css_code(sk_str in, size_t at, size_t digits)
{
    size_t last = at + digits;
    unsigned char low;

    if (digits == 1) return seclang_tf_digit(seclang_tf_at(in, at));
    low = hex_at(in, last - 2);
    if (digits < 4) return low;
    for (size_t i = at; i < last - 4; i++) /* U+1FF01 is no full-width character */
        if (seclang_tf_at(in, i) != '0') return low;
    return seclang_tf_fold_wide(low, seclang_tf_at(in, last - 4), seclang_tf_at(in, last - 3));
}

static size_t
css_step(struct seclang_tf_text *text, sk_str in, size_t at)
{
    size_t digits = 0;

    if (at == in.n) return at; /* continuation to nothing */
    while (digits < 6 && at + digits < in.n && seclang_tf_is_hex(seclang_tf_at(in, at + digits)))
        digits++;
    if (digits == 0) {
        if (seclang_tf_at(in, at) != '\n') text->p[text->n++] = seclang_tf_at(in, at);
        return at + 1;
    }
    text->p[text->n++] = css_code(in, at, digits);
    at += digits;
    return at < in.n && seclang_tf_is_space(seclang_tf_at(in, at)) ? at + 1 : at;
}

SECLANG_TF(css_decode)
{
    (void)map;
    return unescape(out, mem, in, css_step);
}
