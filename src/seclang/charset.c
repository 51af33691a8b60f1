/* Content-Type's charset parameter. */
#include "seclang/charset.h"

static sk_str
unquoted(sk_str s)
{
    s = sk_str_trim(s);
    if (s.n > 0 && s.p[0] == '"') {
        s = sk_str_from(s, 1);
        return sk_str_first(s, sk_str_find_byte(s, '"'));
    }
    return s;
}

sk_str
seclang_charset_of(sk_str content_type)
{
    sk_str part, rest = content_type;

    if (!sk_str_cut(&part, &rest, ';')) return SK_STR("");
    while (rest.p && sk_str_cut(&part, &rest, ';')) {
        size_t equals = sk_str_find_byte(part, '=');

        if (equals != SIZE_MAX &&
            sk_str_eq_nocase(sk_str_trim(sk_str_first(part, equals)), SK_STR("charset")))
            return unquoted(sk_str_from(part, equals + 1));
    }
    return SK_STR("");
}

bool
seclang_charset_is_utf8(sk_str name)
{
    return name.n == 0 || sk_str_eq_nocase(name, SK_STR("utf-8")) ||
           sk_str_eq_nocase(name, SK_STR("utf8"));
}
