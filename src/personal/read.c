#include "personal/text.h"
#include "personal/token.h"
#include "personal/value.h"

#include "base/utf8.h"

static const struct {
    personal_reader *read;
    size_t max; /* bytes as typed */
} readers[PERSONAL_KINDS] = {
    [PERSONAL_NAME] = { personal_read_name, PERSONAL_VALUE_MAX },
    [PERSONAL_READING] = { personal_read_reading, PERSONAL_VALUE_MAX },
    [PERSONAL_PHONE] = { personal_read_phone, 256 },
    [PERSONAL_EMAIL] = { personal_read_email, 1024 },
    [PERSONAL_ADDRESS] = { personal_read_address, PERSONAL_VALUE_MAX },
    [PERSONAL_BIRTHDAY] = { personal_read_birthday, 128 },
    [PERSONAL_BANK] = { personal_read_bank, 1024 },
    [PERSONAL_NOTE] = { personal_read_note, PERSONAL_VALUE_MAX },
};

static sk_err
check(struct personal_value *value, sk_str typed)
{
    struct personal_token token;

    if (typed.n > readers[value->kind].max)
        return personal_does_not_fit(value, PERSONAL_UNFIT_LONG);
    if (!sk_utf8_valid(typed)) return personal_does_not_fit(value, PERSONAL_UNFIT_SIGN);
    if (sk_str_trim(typed).n == 0) return personal_does_not_fit(value, PERSONAL_UNFIT_EMPTY);
    if (personal_token_is(&token, typed)) return personal_does_not_fit(value, PERSONAL_UNFIT_TOKEN);
    return sk_ok();
}

sk_err
personal_read(struct personal_value *value, sk_arena *mem, enum personal_kind kind, sk_str typed)
{
    *value = (struct personal_value){ .kind = kind };
    if (kind <= PERSONAL_NONE || kind >= PERSONAL_KINDS) return sk_fail(SK_BROKEN, "no such kind");
    TRY(check(value, typed));
    TRY(readers[kind].read(value, mem, typed));
    if (value->shown.n == 0) return personal_does_not_fit(value, PERSONAL_UNFIT_EMPTY);
    /* one sign may have become eighteen */
    if (value->shown.n > PERSONAL_VALUE_MAX || value->compared.n > PERSONAL_VALUE_MAX)
        return personal_does_not_fit(value, PERSONAL_UNFIT_LONG);
    return sk_ok();
}

/* Names, readings, notes: what is shown is there, what is compared is made of it. */
static sk_err
compared_of(struct personal_value *value, sk_arena *mem, bool kana)
{
    sk_str folded;

    if (value->shown.n > PERSONAL_VALUE_MAX)
        return personal_does_not_fit(value, PERSONAL_UNFIT_LONG);
    TRY(personal_text_folded(&folded, mem, value->shown));
    value->compared = personal_text_packed(mem, folded, kana);
    return sk_ok();
}

sk_err
personal_read_name(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    sk_str shown;

    TRY(personal_text_shown(&shown, mem, typed));
    if (!personal_text_tidy(&value->shown, mem, shown, false))
        return personal_does_not_fit(value, PERSONAL_UNFIT_SIGN);
    return compared_of(value, mem, false);
}

/* Kana, ー, ・ and ゠ between parts of a foreign name, the signs for a repeated kana. */
static bool
is_kana(uint32_t code)
{
    return (code >= 0x3041 && code <= 0x3096) || (code >= 0x309d && code <= 0x309e) ||
           (code >= 0x30a0 && code <= 0x30fe) || code == ' ';
}

sk_err
personal_read_reading(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    sk_str shown, rest;
    uint32_t code;

    TRY(personal_text_nfkc(&shown, mem, typed));
    if (!personal_text_tidy(&value->shown, mem, shown, false))
        return personal_does_not_fit(value, PERSONAL_UNFIT_SIGN);
    for (rest = value->shown; rest.n;) {
        rest = sk_str_from(rest, sk_utf8_decode(&code, rest));
        if (!is_kana(code)) return personal_does_not_fit(value, PERSONAL_UNFIT_KANA);
    }
    return compared_of(value, mem, true);
}

sk_err
personal_read_note(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    if (!personal_text_tidy(&value->shown, mem, typed, true))
        return personal_does_not_fit(value, PERSONAL_UNFIT_SIGN);
    return compared_of(value, mem, false);
}
