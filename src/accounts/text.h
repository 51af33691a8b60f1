/* One spelling of what people type: Unicode's compatibility composition (NFKC, UAX #15) and the
 * names of domains (UTS #46). Both are ICU's, which is here already by libxml2; no other file
 * includes it. */
#ifndef SK_ACCOUNTS_TEXT_H
#define SK_ACCOUNTS_TEXT_H

#include "base/str.h"

enum { ACCOUNTS_TEXT_MAX = 4096 }; /* bytes of a text that is brought into one spelling */

/* NFKC of a UTF-8 text: full-width letters become ASCII, half-width kana full-width, a letter and
 * its mark one character. SK_BAD when it is not UTF-8, SK_FULL above ACCOUNTS_TEXT_MAX bytes. What
 * lay in between is wiped, since passwords come this way, too. */
sk_err accounts_text_nfkc(sk_str *one, sk_arena *mem, sk_str text) SK_CHECKED;

/* A domain's name in lower-case ASCII ("日本語.jp" is "xn--wgv71a119e.jp"). SK_BAD when it is none.
 */
sk_err accounts_text_domain(sk_str *ascii, sk_arena *mem, sk_str domain) SK_CHECKED;

#endif
