#include "personal/text.h"
#include "personal/value.h"

#include "base/utf8.h"

/* "3=+819012345678" is a whole value, "3^090" a beginning; the number is the kind's. */
static sk_str
word(sk_arena *mem, enum personal_kind kind, char sign, sk_str text)
{
    return sk_str_printf(mem, "%d%c%.*s", kind, sign, SK_ARG(text));
}

/* Shortest beginning that is a word: the + of a foreign number does not count. */
static size_t
shortest(sk_str digits)
{
    return PERSONAL_PREFIX_MIN + sk_str_starts(digits, SK_STR("+"));
}

void
personal_words(struct personal_words *words, sk_arena *mem, const struct personal_value *value)
{
    *words = (struct personal_words){ .exact = word(mem, value->kind, '=', value->compared) };
    for (size_t n = shortest(value->digits);
         n <= value->digits.n && words->prefixes < PERSONAL_PREFIXES_MAX; n++)
        words->prefix[words->prefixes++] =
            word(mem, value->kind, '^', sk_str_first(value->digits, n));
}

/* The digits of a beginning: as of a number, and behind 〒 where there is one. */
static bool
beginning_of(sk_str *digits, sk_arena *mem, enum personal_kind kind, sk_str typed)
{
    sk_str groups, sign = SK_STR("〒");

    typed = sk_str_trim(typed);
    if (kind == PERSONAL_ADDRESS && sk_str_starts(typed, sign)) typed = sk_str_from(typed, sign.n);
    if (typed.n > PERSONAL_VALUE_MAX || !personal_phone_digits(digits, &groups, mem, typed))
        return false;
    if (kind == PERSONAL_PHONE) *digits = personal_phone_national(mem, *digits);
    bool foreign = sk_str_starts(*digits, SK_STR("+"));
    size_t longest = kind == PERSONAL_PHONE ? PERSONAL_PREFIXES_MAX : 7;
    return digits->n >= shortest(*digits) && digits->n <= longest &&
           !(foreign && kind != PERSONAL_PHONE);
}

sk_err
personal_word_asked(sk_str *asked, enum personal_unfit *why, sk_arena *mem, enum personal_kind kind,
                    sk_str typed, bool beginning)
{
    struct personal_value value = { 0 };
    sk_str digits;

    if (!beginning) {
        sk_err e = personal_read(&value, mem, kind, typed);
        *why = value.unfit;
        TRY(e);
        *asked = word(mem, kind, '=', value.compared);
        return sk_ok();
    }
    *why = PERSONAL_FITS;
    if ((kind != PERSONAL_PHONE && kind != PERSONAL_ADDRESS) ||
        !beginning_of(&digits, mem, kind, typed)) {
        *why = PERSONAL_UNFIT_PREFIX;
        return (sk_err){ SK_BAD, personal_unfit_rows[*why].en };
    }
    *asked = word(mem, kind, '^', digits);
    return sk_ok();
}
