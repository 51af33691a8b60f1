/* Text of files as UTF-8. */
#ifndef SK_SWEEP_CHARSET_H
#define SK_SWEEP_CHARSET_H

#include "base/str.h"

enum sweep_charset { SWEEP_BINARY, SWEEP_UTF8, SWEEP_SHIFT_JIS, SWEEP_EUC_JP };

/* Of the first bytes of a file; what is none of the three is taken for UTF-8, since ASCII in it can
 * be read all the same. BINARY: there is a zero byte. */
enum sweep_charset sweep_charset_of(sk_str first);

/* The text as UTF-8; signs that cannot be read become U+FFFD. */
sk_str sweep_charset_read(sk_arena *mem, enum sweep_charset charset, sk_str text);

#endif
