/* What Content-Type says about the bytes of a text. */
#ifndef SECLANG_CHARSET_H
#define SECLANG_CHARSET_H

#include "base/str.h"

/* The charset parameter of a Content-Type, without quotes; empty: it has none. Borrowed. */
sk_str seclang_charset_of(sk_str content_type);
/* UTF-8 by any of its names; also the empty name, since UTF-8 is what forms and JSON are sent in.
 */
bool seclang_charset_is_utf8(sk_str name);

#endif
