/* The languages that pages are in. */
#ifndef SK_SHOP_LANG_H
#define SK_SHOP_LANG_H

#include "base/str.h"

enum shop_lang { SHOP_JA, SHOP_EN, SHOP_LANGS };

extern const char *const shop_lang_names[SHOP_LANGS]; /* "ja", "en" */

/* False (lang untouched) when `name` is none of ours. */
bool shop_lang_find(enum shop_lang *lang, sk_str name);
/* The best of ours for an Accept-Language header (RFC 9110 section 12.5.4). Japanese when there is
 * no header or Japanese is as welcome as English; English to readers of neither. */
enum shop_lang shop_lang_accept(sk_str header);

#endif
