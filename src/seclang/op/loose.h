/* A literal of which other bytes may stand between: what t:removeWhitespace and t:removeNulls make
 * of a text may hold it. So those texts need not be made to learn that they do not. */
#ifndef SECLANG_OP_LOOSE_H
#define SECLANG_OP_LOOSE_H

#include "base/str.h"

enum { SECLANG_LOOSE_MOST = 256 /* bytes of a literal; of a longer one nothing is known */ };

/* Whether the text has the literal's bytes in order, without regard to ASCII case, and nothing but
 * blanks, controls and no-break spaces between them. Blanks of the literal do not count; true also
 * where too few bytes are left. Behind the text lie SECLANG_BULK_BEHIND bytes of anything. */
bool seclang_loose_in(sk_str text, sk_str literal);

#endif
