/* What people copy from a paper, an app or a message: digits and letters in one spelling. */
#ifndef SK_ACCOUNTS_DIGITS_H
#define SK_ACCOUNTS_DIGITS_H

#include "base/str.h"

enum { ACCOUNTS_TYPED_MAX = 128 }; /* bytes of what is looked at */

/* The digits of a typed code: full-width ones made ASCII, blanks and hyphens left out. Empty when
 * there is anything else in it. */
sk_str accounts_digits_read(sk_arena *mem, sk_str typed);

/* Crockford's base 32 in capitals: full-width made ASCII, blanks and hyphens left out, I and L read
 * as 1, O as 0. Empty when there is anything else in it. */
sk_str accounts_base32_read(sk_arena *mem, sk_str typed);

/* `count` random digits, each as likely as the others. */
sk_str accounts_digits_new(sk_arena *mem, size_t count);
/* `count` random characters of Crockford's base 32, five bits each. */
sk_str accounts_base32_new(sk_arena *mem, size_t count);

#endif
