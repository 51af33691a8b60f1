/* What forms say about the bytes of their text. */
#ifndef SECLANG_CHARSET_H
#define SECLANG_CHARSET_H

#include "base/str.h"

/* Those of Japanese forms; all others are OTHER and are looked at byte by byte. */
enum seclang_charset {
    SECLANG_CHARSET_UTF8,
    SECLANG_CHARSET_SHIFT_JIS, /* as Windows has it: code page 932 */
    SECLANG_CHARSET_EUC_JP,
    SECLANG_CHARSET_ISO_2022_JP,
    SECLANG_CHARSET_OTHER
};
static inline unsigned
seclang_charset_bit(enum seclang_charset charset)
{
    return 1U << charset;
}

/* The charset parameter of a Content-Type, without quotes; empty: it has none. Borrowed. */
sk_str seclang_charset_of(sk_str content_type);
/* By the names that browsers and mail programs use, without regard to case. The empty name is
 * UTF-8, since that is what forms and JSON are sent in. */
enum seclang_charset seclang_charset_find(sk_str name);

#endif
