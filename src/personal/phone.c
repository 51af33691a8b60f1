#include "personal/text.h"
#include "personal/value.h"

#include "base/utf8.h"

enum { E164_MAX = 15, E164_MIN = 7 };

bool
personal_phone_digits(sk_str *digits, sk_str *groups, sk_arena *mem, sk_str typed)
{
    struct sk_buf all = { .mem = mem }, parts = { .mem = mem };
    bool between = false;
    uint32_t code;
    sk_str text;

    if (sk_failed(personal_text_nfkc(&text, mem, typed))) return false;
    for (text = sk_str_trim(text); text.n;) {
        text = sk_str_from(text, sk_utf8_decode(&code, text));
        if ((code >= '0' && code <= '9') || (code == '+' && all.n == 0)) {
            if (between && parts.n) sk_buf_byte(&parts, '-');
            sk_buf_byte(&all, (char)code);
            sk_buf_byte(&parts, (char)code);
        } else if (!personal_text_filler(code)) {
            return false;
        }
        between = personal_text_filler(code);
    }
    *digits = sk_buf_str(&all);
    *groups = sk_buf_str(&parts);
    return true;
}

sk_str
personal_phone_national(sk_arena *mem, sk_str digits)
{
    if (!sk_str_starts(digits, SK_STR("+81"))) return digits;
    digits = sk_str_from(digits, 3); /* "+81 (0)90-..." is often written */
    if (sk_str_starts(digits, SK_STR("0"))) return digits;
    return sk_str_printf(mem, "0%.*s", SK_ARG(digits));
}

/* The numbering plan of Japan (Ministry of Internal Affairs and Communications): what a national
 * number begins with, how many digits it has, how it is written. The first row that fits counts.
 * Area codes other than Tokyo's and Osaka's have two to five digits, and only a table of thousands
 * of rows tells which: there the hyphens stay that were typed. */
static const struct {
    const char *start;
    size_t digits; /* 0: no such number of a person */
    unsigned char group[3];
} plan[] = {
    { "00", 0, { 0 } },          { "020", 0, { 0 } },         { "010", 0, { 0 } },
    { "0500", 0, { 0 } },        { "0600", 0, { 0 } },        { "0700", 0, { 0 } },
    { "0900", 0, { 0 } },        { "0120", 10, { 4, 3, 3 } }, { "0570", 10, { 4, 3, 3 } },
    { "0990", 10, { 4, 3, 3 } }, { "0800", 11, { 4, 3, 4 } }, { "050", 11, { 3, 4, 4 } },
    { "060", 11, { 3, 4, 4 } },  { "070", 11, { 3, 4, 4 } },  { "080", 11, { 3, 4, 4 } },
    { "090", 11, { 3, 4, 4 } },  { "03", 10, { 2, 4, 4 } },   { "06", 10, { 2, 4, 4 } },
    { "0", 10, { 0 } },
};

/* Three groups, the first an area code, the last a subscriber's four digits. */
static bool
is_grouped(sk_str groups)
{
    sk_str area, exchange, rest = groups;

    sk_str_cut(&area, &rest, '-');
    return sk_str_cut(&exchange, &rest, '-') && area.n >= 3 && area.n <= 5 && exchange.n >= 1 &&
           exchange.n <= 3 && rest.n == 4 && sk_str_find_byte(rest, '-') == SIZE_MAX;
}

static sk_str
hyphened(sk_arena *mem, sk_str national, const unsigned char group[3])
{
    size_t second = group[0], third = (size_t)group[0] + group[1];

    return sk_str_printf(mem, "%.*s-%.*s-%.*s", group[0], national.p, group[1], national.p + second,
                         group[2], national.p + third);
}

static sk_err
read_national(struct personal_value *value, sk_arena *mem, sk_str national, sk_str groups)
{
    size_t row = 0, rows = sizeof plan / sizeof *plan;

    while (row < rows && !sk_str_starts(national, sk_str_of(plan[row].start)))
        row++;
    if (row == rows || plan[row].digits == 0)
        return personal_does_not_fit(value, PERSONAL_UNFIT_PHONE_PLAN);
    if (national.n != plan[row].digits)
        return personal_does_not_fit(value, PERSONAL_UNFIT_PHONE_LENGTH);
    value->digits = national;
    value->compared = sk_str_printf(mem, "+81%.*s", SK_ARG(sk_str_from(national, 1)));
    if (plan[row].group[0])
        value->shown = hyphened(mem, national, plan[row].group);
    else
        value->shown = is_grouped(groups) ? groups : national;
    return sk_ok();
}

sk_err
personal_read_phone(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    sk_str digits, groups;

    if (!personal_phone_digits(&digits, &groups, mem, typed))
        return personal_does_not_fit(value, PERSONAL_UNFIT_PHONE_SIGN);
    sk_str national = personal_phone_national(mem, digits);
    if (!sk_str_starts(national, SK_STR("+"))) return read_national(value, mem, national, groups);
    if (digits.n < E164_MIN + 1 || digits.n > E164_MAX + 1)
        return personal_does_not_fit(value, PERSONAL_UNFIT_PHONE_LENGTH);
    if (digits.p[1] == '0') return personal_does_not_fit(value, PERSONAL_UNFIT_PHONE_PLAN);
    value->shown = value->compared = value->digits = digits;
    return sk_ok();
}
