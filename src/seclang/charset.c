/* Content-Type's charset parameter, and the names of charsets. */
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

enum seclang_charset
seclang_charset_find(sk_str name)
{
    static const struct {
        const char *name;
        enum seclang_charset charset;
    } rows[] = {
        { "", SECLANG_CHARSET_UTF8 },
        { "utf-8", SECLANG_CHARSET_UTF8 },
        { "utf8", SECLANG_CHARSET_UTF8 },
        { "shift_jis", SECLANG_CHARSET_SHIFT_JIS },
        { "shift-jis", SECLANG_CHARSET_SHIFT_JIS },
        { "sjis", SECLANG_CHARSET_SHIFT_JIS },
        { "x-sjis", SECLANG_CHARSET_SHIFT_JIS },
        { "ms_kanji", SECLANG_CHARSET_SHIFT_JIS },
        { "ms932", SECLANG_CHARSET_SHIFT_JIS },
        { "cp932", SECLANG_CHARSET_SHIFT_JIS },
        { "windows-31j", SECLANG_CHARSET_SHIFT_JIS },
        { "cswindows31j", SECLANG_CHARSET_SHIFT_JIS },
        { "csshiftjis", SECLANG_CHARSET_SHIFT_JIS },
        { "euc-jp", SECLANG_CHARSET_EUC_JP },
        { "eucjp", SECLANG_CHARSET_EUC_JP },
        { "x-euc-jp", SECLANG_CHARSET_EUC_JP },
        { "eucjp-win", SECLANG_CHARSET_EUC_JP },
        { "eucjp-ms", SECLANG_CHARSET_EUC_JP },
        { "cseucpkdfmtjapanese", SECLANG_CHARSET_EUC_JP },
        { "iso-2022-jp", SECLANG_CHARSET_ISO_2022_JP },
        { "csiso2022jp", SECLANG_CHARSET_ISO_2022_JP },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (sk_str_eq_nocase(name, sk_str_of(rows[i].name))) return rows[i].charset;
    return SECLANG_CHARSET_OTHER;
}
