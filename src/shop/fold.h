/* One spelling for texts that people regard as the same, for searching. */
#ifndef SK_SHOP_FOLD_H
#define SK_SHOP_FOLD_H

#include "base/str.h"

/* Full-width ASCII to ASCII, half-width kana (with their sound marks) to full width, katakana to
 * hiragana, upper case to lower (ASCII and Latin-1), any run of blanks to one, none at the ends.
 * Follows the compatibility mappings of Unicode's NFKC for these blocks (UAX #15). */
sk_str shop_fold(sk_arena *mem, sk_str text);

#endif
