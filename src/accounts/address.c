#include "accounts/address.h"

#include "base/utf8.h"
#include "personal/text.h"

enum { PASTED_MAX = 512, LAST = 4 /* digits of a number that a masked form shows */ };

/* RFC 5322 3.2.3, atext, and the dot. Quoted local parts are not taken: nobody has one. */
static bool
is_local(char c)
{
    if (c >= '0' && c <= '9') return true;
    char low = (char)sk_lower_byte((unsigned char)c);
    return (low >= 'a' && low <= 'z') || (c && strchr(".!#$%&'*+-/=?^_`{|}~", c));
}

static sk_err
local_check(sk_str local)
{
    if (local.n == 0 || local.n > ACCOUNTS_LOCAL_MAX || local.p[0] == '.')
        return sk_fail(SK_BAD, "email.local");
    for (size_t i = 0; i < local.n; i++)
        if (!is_local(local.p[i])) return sk_fail(SK_BAD, "email.local");
    return sk_ok();
}

/* A name with a dot whose last part is no number: "localhost" and "[192.0.2.1]" get no mail. */
static sk_err
domain_read(sk_str *ascii, sk_arena *mem, sk_str domain)
{
    sk_str part = { 0 }, rest;

    if (sk_failed(personal_text_domain(ascii, mem, domain))) return sk_fail(SK_BAD, "email.domain");
    rest = *ascii;
    if (sk_str_find_byte(rest, '.') == SIZE_MAX || sk_str_ends(rest, SK_STR(".")))
        return sk_fail(SK_BAD, "email.domain");
    while (sk_str_cut(&part, &rest, '.'))
        continue;
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] < '0' || part.p[i] > '9') return sk_ok();
    return sk_fail(SK_BAD, "email.domain");
}

sk_err
accounts_email_read(struct accounts_email *email, sk_arena *mem, sk_str text)
{
    sk_str folded, local, domain, ascii;

    if (text.n > PASTED_MAX) return sk_fail(SK_BAD, "email.long");
    if (sk_failed(personal_text_nfkc(&folded, mem, text))) return sk_fail(SK_BAD, "email.sign");
    domain = sk_str_trim(folded);
    if (domain.n == 0) return sk_fail(SK_BAD, "email.empty");
    sk_str_cut(&local, &domain, '@');
    if (!domain.p || sk_str_find_byte(domain, '@') != SIZE_MAX)
        return sk_fail(SK_BAD, "email.sign");
    TRY(local_check(local));
    TRY(domain_read(&ascii, mem, domain));
    if (local.n + 1 + ascii.n > ACCOUNTS_EMAIL_MAX) return sk_fail(SK_BAD, "email.long");
    email->shown = sk_str_printf(mem, "%.*s@%.*s", SK_ARG(local), SK_ARG(ascii));
    email->same = sk_str_lower(mem, email->shown);
    return sk_ok();
}

sk_str
accounts_email_mask(sk_arena *mem, sk_str shown)
{
    size_t at = sk_str_find_byte(shown, '@');

    if (at == SIZE_MAX || at == 0) return SK_STR("***");
    return sk_str_printf(mem, "%.1s***%.*s", shown.p, SK_ARG(sk_str_from(shown, at)));
}

/* Between the digits of a pasted number: brackets, points, blanks, and all that looks like a hyphen
 * (NFKC has made the full-width ones ASCII, and U+30FC stays). */
static bool
is_filler(uint32_t code)
{
    static const uint32_t hyphens[] = { 0x30fc, 0x2212, 0x2500, 0x2501, 0x00ad, 0x30fb };

    if (code < 0x80) return code && strchr(" -().\t", (int)code);
    for (size_t i = 0; i < sizeof hyphens / sizeof *hyphens; i++)
        if (code == hyphens[i]) return true;
    return code >= 0x2010 && code <= 0x2015;
}

/* "+" and digits of what was pasted. */
static sk_err
digits_read(sk_str *digits, sk_arena *mem, sk_str text)
{
    struct sk_buf out = { .mem = mem };
    sk_str folded;
    uint32_t code;

    if (text.n > PASTED_MAX) return sk_fail(SK_BAD, "phone.length");
    if (sk_failed(personal_text_nfkc(&folded, mem, text))) return sk_fail(SK_BAD, "phone.sign");
    for (folded = sk_str_trim(folded); folded.n;) {
        unsigned n = sk_utf8_decode(&code, folded);
        folded = sk_str_from(folded, n ? n : 1);
        bool digit = code >= '0' && code <= '9';
        if (digit || (code == '+' && out.n == 0))
            sk_buf_byte(&out, (char)code);
        else if (!is_filler(code))
            return sk_fail(SK_BAD, "phone.sign");
    }
    *digits = sk_buf_str(&out);
    return digits->n ? sk_ok() : sk_fail(SK_BAD, "phone.empty");
}

/* The plan of Japan's numbers: what a number starts with (the national 0 included), how many digits
 * it has and what can be sent there; the first row that fits counts. Ministry of Internal Affairs
 * and Communications, "Numbers of telecommunications": 060 is for mobiles as 070 to 090 are. */
static const struct {
    const char *start;
    size_t digits; /* 0: any */
    unsigned can;  /* 0: refused, for the tolls */
} plan[] = {
    { "0120", 0, 0 }, /* the called pays */
    { "0800", 0, 0 },
    { "0570", 0, 0 }, /* the caller pays extra */
    { "0990", 0, 0 },
    { "0180", 0, 0 }, /* recorded voices */
    { "0170", 0, 0 },
    { "0160", 0, 0 },
    { "020", 0, 0 }, /* machines */
    { "00", 0, 0 },  /* other carriers */
    { "060", 11, ACCOUNTS_PHONE_SMS | ACCOUNTS_PHONE_VOICE },
    { "070", 11, ACCOUNTS_PHONE_SMS | ACCOUNTS_PHONE_VOICE },
    { "080", 11, ACCOUNTS_PHONE_SMS | ACCOUNTS_PHONE_VOICE },
    { "090", 11, ACCOUNTS_PHONE_SMS | ACCOUNTS_PHONE_VOICE },
    { "050", 11, ACCOUNTS_PHONE_VOICE }, /* Internet telephones: most get no SMS */
    { "0", 10, ACCOUNTS_PHONE_VOICE },
};

static sk_err
japan_read(struct accounts_phone *phone, sk_arena *mem, sk_str national)
{
    for (size_t i = 0; i < sizeof plan / sizeof *plan; i++) {
        if (!sk_str_starts(national, sk_str_of(plan[i].start))) continue;
        if (!plan[i].can) return sk_fail(SK_BAD, "phone.toll");
        if (national.n != plan[i].digits) return sk_fail(SK_BAD, "phone.length");
        phone->can = plan[i].can;
        phone->foreign = false;
        phone->e164 = sk_str_printf(mem, "+81%.*s", SK_ARG(sk_str_from(national, 1)));
        return sk_ok();
    }
    /* 110, 119, 171: three digits without a 0 */
    return sk_fail(SK_BAD, national.n == 3 ? "phone.toll" : "phone.plan");
}

/* E.164: a country code does not start with 0, and the shortest numbers in use have 7 digits. */
static sk_err
foreign_read(struct accounts_phone *phone, sk_arena *mem, sk_str digits)
{
    if (digits.n < 7 || digits.n > ACCOUNTS_PHONE_MAX) return sk_fail(SK_BAD, "phone.length");
    if (digits.p[0] == '0') return sk_fail(SK_BAD, "phone.plan");
    phone->can = ACCOUNTS_PHONE_SMS | ACCOUNTS_PHONE_VOICE;
    phone->foreign = true;
    phone->e164 = sk_str_printf(mem, "+%.*s", SK_ARG(digits));
    return sk_ok();
}

sk_err
accounts_phone_read(struct accounts_phone *phone, sk_arena *mem, sk_str text)
{
    sk_str digits;

    TRY(digits_read(&digits, mem, text));
    if (digits.p[0] != '+') return japan_read(phone, mem, digits);
    digits = sk_str_from(digits, 1);
    if (!sk_str_starts(digits, SK_STR("81"))) return foreign_read(phone, mem, digits);
    digits = sk_str_from(digits, 2); /* "+81 (0)90-..." is often written */
    if (!sk_str_starts(digits, SK_STR("0"))) digits = sk_str_printf(mem, "0%.*s", SK_ARG(digits));
    return japan_read(phone, mem, digits);
}

sk_str
accounts_phone_mask(sk_arena *mem, sk_str e164)
{
    if (e164.n < 8) return SK_STR("****");
    sk_str last = sk_str_from(e164, e164.n - LAST);
    if (!sk_str_starts(e164, SK_STR("+81")))
        return sk_str_printf(mem, "%.3s ****%.*s", e164.p, SK_ARG(last));
    /* mobiles have 10 digits behind +81; area codes 1 to 4, of which no more than the first is
     * shown */
    int head = e164.n == 3 + 10 ? 2 : 1;
    return sk_str_printf(mem, "0%.*s-****-%.*s", head, e164.p + 3, SK_ARG(last));
}
