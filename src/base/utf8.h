/* UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef SK_BASE_UTF8_H
#define SK_BASE_UTF8_H

#include "base/str.h"

/* Decodes the character at the start of s into *code and returns its length in bytes (1..4), or
 * 0 when s is empty or does not start with a whole, valid character. */
unsigned sk_utf8_decode(uint32_t *code, sk_str s);
/* Writes 1..4 bytes to out and returns how many; 0 when code is no character. */
unsigned sk_utf8_encode(char out[4], uint32_t code);
bool sk_utf8_valid(sk_str s);
/* Characters in s; an invalid byte counts as one. */
size_t sk_utf8_count(sk_str s);
/* s itself when valid, else a copy with U+FFFD for each invalid byte. */
sk_str sk_utf8_mend(sk_arena *mem, sk_str s);

#endif
