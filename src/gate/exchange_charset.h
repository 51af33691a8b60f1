/* Japanese charsets of forms and lists: to UTF-8, which the vault keeps, and back. Of one thread:
 * the C library's converters are opened when they are first needed, and kept. */
#ifndef SEKISHO_GATE_EXCHANGE_CHARSET_H
#define SEKISHO_GATE_EXCHANGE_CHARSET_H

#include "base/str.h"

enum gate_charset {
    GATE_CHARSET_UTF8,
    GATE_CHARSET_SHIFT_JIS, /* as Windows has it: code page 932 */
    GATE_CHARSET_EUC_JP,    /* with Windows' additions */
    GATE_CHARSET_OTHER      /* its ASCII is ASCII; nothing is known of the rest */
};

/* By the names that browsers and sekisho.conf use, without regard to case; the empty name is OTHER.
 */
enum gate_charset gate_charset_of(sk_str name);
/* *to is `from` as UTF-8, or the other way round: `from` itself where nothing changes, else on mem.
 * False: not all of it can be converted. */
bool gate_charset_decode(sk_str *to, sk_arena *mem, enum gate_charset charset, sk_str from);
bool gate_charset_encode(sk_str *to, sk_arena *mem, enum gate_charset charset, sk_str from);

#endif
