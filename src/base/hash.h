/* Digests, encodings, randomness. Cryptography is OpenSSL's; no other file of this room asks it. */
#ifndef SK_BASE_HASH_H
#define SK_BASE_HASH_H

#include "base/str.h"

enum { SK_SHA256 = 32, SK_SHA1 = 20, SK_MD5 = 16 };

void sk_sha256(unsigned char out[SK_SHA256], sk_str in);
/* Of `first` and `second`, one behind the other. */
void sk_sha256_two(unsigned char out[SK_SHA256], sk_str first, sk_str second);
/* SHA-1 and MD5 for rule languages and formats that name them, never for security. */
void sk_sha1(unsigned char out[SK_SHA1], sk_str in);
void sk_md5(unsigned char out[SK_MD5], sk_str in);
void sk_hmac_sha256(unsigned char out[SK_SHA256], sk_str key, sk_str in);
/* From the system's generator; ends the process where there is none. */
void sk_random(void *out, size_t n);

sk_str sk_hex(sk_arena *mem, sk_str bytes); /* lower case */
bool sk_unhex(sk_arena *mem, sk_str *bytes, sk_str hex);
sk_str sk_base64(sk_arena *mem, sk_str bytes);    /* RFC 4648, padded */
sk_str sk_base64url(sk_arena *mem, sk_str bytes); /* section 5 of it, unpadded */
/* Strict: padding as written, no stray bits in the last character: bytes have one spelling. */
bool sk_unbase64(sk_arena *mem, sk_str *bytes, sk_str text);
bool sk_unbase64url(sk_arena *mem, sk_str *bytes, sk_str text);

/* A hash for tables. Keyed with a random key of the process, so that nobody outside can choose
 * colliding names (SipHash-1-3, Aumasson and Bernstein 2012). Differs from run to run. */
uint64_t sk_hash(sk_str s);
uint64_t sk_hash_nocase(sk_str s);

#endif
