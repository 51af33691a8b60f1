/* One character of a page, a JSON text or an address, in whichever way it is written there. */
#ifndef SK_PERSONAL_UNIT_H
#define SK_PERSONAL_UNIT_H

#include "base/str.h"

enum {
    PERSONAL_UNIT_MAX = 9, /* bytes: "%E3%83%B2", "&commat;" */
    /* instead of a character: */
    PERSONAL_UNIT_BROKEN = 0x110000, /* no UTF-8; one byte is passed over */
    PERSONAL_UNIT_MORE,              /* the text ends within one, or before it */
};

/* The character at `at` and its length in *n: UTF-8, a reference of HTML (&#64; &#x40; &commat;),
 * an escape of JSON (\u0040, \/), a percent-encoded one (%40, %E3%83%B2). The full-width form of
 * an ASCII sign is that sign, the ideographic space a space. What only looks like an escape is the
 * sign that it starts with. Never looks further than PERSONAL_UNIT_MAX bytes. */
uint32_t personal_unit(size_t *n, sk_str text, size_t at);

/* The character before `at`; 0 at the start of the text. Of references of HTML only the ";" is
 * seen. Of an escape that ends there, its character: a line feed for "\n". */
uint32_t personal_unit_before(size_t *n, sk_str text, size_t at);

#endif
