/* Signatures: Ed25519 (RFC 8032), OpenSSL's. */
#ifndef SK_BASE_SIGN_H
#define SK_BASE_SIGN_H

#include "base/str.h"

enum { SK_SIGN_SEED = 32, SK_SIGN_PUBLIC = 32, SK_SIGNATURE = 64 };

/* The public key that belongs to a private one. SK_BROKEN when the library fails. */
sk_err sk_sign_public(unsigned char out[SK_SIGN_PUBLIC],
                      const unsigned char seed[SK_SIGN_SEED]) SK_CHECKED;
sk_err sk_sign(unsigned char out[SK_SIGNATURE], const unsigned char seed[SK_SIGN_SEED],
               sk_str text) SK_CHECKED;
/* Whether `signature` is the key's over `text`. */
bool sk_sign_check(const unsigned char key[SK_SIGN_PUBLIC],
                   const unsigned char signature[SK_SIGNATURE], sk_str text);

#endif
