/* AES-256-GCM (NIST SP 800-38D) with random nonces of 96 bits, and subkeys (HKDF's expansion, RFC
 * 5869, of keys that are random already). Ciphers are looked up once; a context a thread. */
#ifndef SK_KEEPER_CIPHER_H
#define SK_KEEPER_CIPHER_H

#include "base/str.h"

enum {
    KEEPER_KEY = 32,
    KEEPER_NONCE = 12,
    KEEPER_TAG = 16,
    KEEPER_CIPHER_MORE = KEEPER_NONCE + KEEPER_TAG,
    KEEPER_WRAPPED = KEEPER_KEY + KEEPER_CIPHER_MORE,
};

/* After so many random nonces a key must rest: 2^32 is the most that SP 800-38D, 8.3 allows. We
 * take a new one at half of it. */
#define KEEPER_USES_MAX ((uint64_t)1 << 31)

struct keeper_key {
    unsigned char byte[KEEPER_KEY];
};
struct keeper_wrapped {
    unsigned char byte[KEEPER_WRAPPED];
};

void keeper_key_wipe(struct keeper_key *key); /* for DEFER too */
void keeper_key_new(struct keeper_key *key);  /* random */

/* nonce | ciphertext | tag: text.n + KEEPER_CIPHER_MORE bytes at `out`. */
sk_err keeper_cipher_seal(unsigned char *out, const struct keeper_key *key, sk_str bound,
                          sk_str text) SK_CHECKED;
/* sealed.n - KEEPER_CIPHER_MORE bytes at `out`; SK_DENIED (and `out` wiped): changed, cut, of
 * another key or bound to something else. */
sk_err keeper_cipher_open(unsigned char *out, const struct keeper_key *key, sk_str bound,
                          sk_str sealed) SK_CHECKED;

sk_err keeper_key_wrap(struct keeper_wrapped *out, const struct keeper_key *by, sk_str bound,
                       const struct keeper_key *key) SK_CHECKED;
sk_err keeper_key_unwrap(struct keeper_key *key, const struct keeper_key *by, sk_str bound,
                         const struct keeper_wrapped *wrapped) SK_CHECKED;

/* HMAC-SHA-256 of a name of ours and of `with`: a key for one use. */
void keeper_subkey(struct keeper_key *out, const struct keeper_key *key, const char *use,
                   sk_str with);

#endif
