#include "personal/text.h"
#include "personal/value.h"

enum {
    EMAIL_MAX = 254, /* RFC 5321, 4.5.3.1: a path of 256 with its brackets */
    LOCAL_MAX = 64,
};

/* RFC 5322 3.2.3, atext, and the dot. Dots in a row and before the @ are taken, since Japanese
 * carriers gave out such addresses; quoted local parts are not. */
static bool
is_local(sk_str local)
{
    if (local.n == 0 || local.n > LOCAL_MAX || local.p[0] == '.') return false;
    for (size_t i = 0; i < local.n; i++) {
        unsigned char c = sk_lower_byte((unsigned char)local.p[i]);
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c && strchr(".!#$%&'*+-/=?^_`{|}~", c))))
            return false;
    }
    return true;
}

/* With a dot, and the last part is no number: "localhost" and 192.0.2.1 get no mail. */
static bool
is_domain(sk_str ascii)
{
    sk_str part = { 0 }, rest = ascii;

    if (sk_str_find_byte(ascii, '.') == SIZE_MAX || sk_str_ends(ascii, SK_STR("."))) return false;
    while (sk_str_cut(&part, &rest, '.'))
        continue;
    for (size_t i = 0; i < part.n; i++)
        if (part.p[i] < '0' || part.p[i] > '9') return true;
    return false;
}

sk_err
personal_read_email(struct personal_value *value, sk_arena *mem, sk_str typed)
{
    sk_str text, local, domain, ascii;

    TRY(personal_text_nfkc(&text, mem, typed));
    domain = sk_str_trim(text);
    sk_str_cut(&local, &domain, '@');
    if (!domain.p || sk_str_find_byte(domain, '@') != SIZE_MAX)
        return personal_does_not_fit(value, PERSONAL_UNFIT_EMAIL_SIGN);
    if (!is_local(local)) return personal_does_not_fit(value, PERSONAL_UNFIT_EMAIL_LOCAL);
    sk_err e = personal_text_domain(&ascii, mem, domain);
    if (sk_failed(e) && e.kind != SK_BAD) return e;
    if (sk_failed(e) || !is_domain(ascii))
        return personal_does_not_fit(value, PERSONAL_UNFIT_EMAIL_DOMAIN);
    if (local.n + 1 + ascii.n > EMAIL_MAX) return personal_does_not_fit(value, PERSONAL_UNFIT_LONG);
    value->shown = sk_str_printf(mem, "%.*s@%.*s", SK_ARG(local), SK_ARG(ascii));
    value->compared = sk_str_lower(mem, value->shown);
    return sk_ok();
}
