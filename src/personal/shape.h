/* The shapes of tokens in numbers: what makes them and what finds them must agree. */
#ifndef SK_PERSONAL_SHAPE_H
#define SK_PERSONAL_SHAPE_H

#include "personal/token.h"

#include "base/utf8.h"

enum {
    PERSONAL_DIGITS = 16,      /* of base 32, five random bits each */
    PERSONAL_KANA_LEAD = 2,    /* ヲヲ */
    PERSONAL_KANA_DIGITS = 12, /* behind it, five random bits each */
    PERSONAL_KANA_WO = 0x30f2, /* ヲ */
    PERSONAL_YEAR_FIRST = 1000,
    PERSONAL_YEAR_LAST = 1867,
    PERSONAL_YEAR_LEFT_OUT = 1582,
};

#define PERSONAL_DOMAIN "@sekisho.invalid"

extern const char personal_base32[];
extern const uint16_t personal_kana32[32];
/* The letter behind "sk"; 0: tokens of the kind have another shape. */
extern const char personal_letters[PERSONAL_KINDS];

#endif
