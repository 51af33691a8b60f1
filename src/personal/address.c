#include "personal/text.h"
#include "personal/value.h"

#include "base/utf8.h"

#define POSTAL_SIGN "〒"

enum { POSTAL = 7 };

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Bytes that the code at the start of text takes: 3 digits, a hyphen or none, 4 digits, and no
 * digit behind; 0: there is none. */
static size_t
code_at(char code[POSTAL], sk_str text)
{
    size_t digits = 0, at = 0;
    uint32_t sign;

    while (at < text.n && digits < POSTAL) {
        unsigned n = sk_utf8_decode(&sign, sk_str_from(text, at));
        if (sign >= '0' && sign <= '9')
            code[digits++] = (char)sign;
        else if (digits != 3 || !personal_text_filler(sign) || !is_digit(text.p[at - 1]))
            return 0;
        at += n ? n : 1;
    }
    /* "1500001-2" is no code and a house: a longer number */
    if (digits < POSTAL || (at < text.n && (is_digit(text.p[at]) || text.p[at] == '-'))) return 0;
    return at;
}

/* The code, and where it stands with its sign and the blanks behind: at the front, or where the
 * sign is. False: there is a sign and no code behind it. */
static bool
find_code(char code[POSTAL], size_t *from, size_t *to, sk_str text)
{
    sk_str sign = SK_STR(POSTAL_SIGN);
    size_t at = sk_str_find(text, sign), n;

    *from = *to = 0;
    if (at == SIZE_MAX) {
        n = code_at(code, text);
        *to = n ? sk_str_skip_blanks(text, n) : 0;
        return true;
    }
    size_t first = sk_str_skip_blanks(text, at + sign.n);
    n = code_at(code, sk_str_from(text, first));
    *from = at;
    *to = sk_str_skip_blanks(text, first + n);
    return n != 0;
}

/* Without blanks and hyphens. */
static sk_str
packed(sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    uint32_t code;

    for (text = personal_text_packed(mem, text, false); text.n;) {
        unsigned n = sk_utf8_decode(&code, text);
        /* ー is a hyphen between digits and a long vowel between kana: ２ー３, タワー */
        bool number = out.n && is_digit(out.p[out.n - 1]);
        if (!personal_text_filler(code) || (code == 0x30fc && !number))
            sk_buf_add(&out, sk_str_first(text, n));
        text = sk_str_from(text, n);
    }
    return sk_buf_str(&out);
}

sk_err
personal_read_address(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    struct sk_buf shown = { .mem = mem };
    char code[POSTAL];
    size_t from, to;
    sk_str text, folded;

    TRY(personal_text_shown(&text, mem, typed));
    if (!personal_text_tidy(&text, mem, text, true))
        return personal_does_not_fit(value, PERSONAL_UNFIT_SIGN);
    if (text.n > PERSONAL_VALUE_MAX) return personal_does_not_fit(value, PERSONAL_UNFIT_LONG);
    if (!find_code(code, &from, &to, text))
        return personal_does_not_fit(value, PERSONAL_UNFIT_POSTAL);
    if (to > from) {
        value->digits = sk_str_copy(mem, (sk_str){ code, POSTAL });
        sk_buf_printf(&shown, POSTAL_SIGN "%.3s-%.4s ", code, code + 3);
    }
    sk_buf_add(&shown, sk_str_first(text, from));
    sk_buf_add(&shown, sk_str_from(text, to));
    value->shown = sk_str_trim(sk_buf_str(&shown));
    if (value->shown.n > PERSONAL_VALUE_MAX)
        return personal_does_not_fit(value, PERSONAL_UNFIT_LONG);
    TRY(personal_text_folded(&folded, mem, value->shown));
    value->compared = packed(mem, folded);
    return sk_ok();
}
