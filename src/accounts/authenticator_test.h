/* For tests: an authenticator in software, whose answers can be changed. */
#ifndef SK_ACCOUNTS_AUTHENTICATOR_TEST_H
#define SK_ACCOUNTS_AUTHENTICATOR_TEST_H

#include "accounts/passkey.h"

#include "base/hash.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { PRESENT = 0x01, VERIFIED = 0x04, SYNCABLE = 0x08, HAS_KEY = 0x40 };

struct authenticator {
    sk_arena *mem;
    int cose;
    EVP_PKEY *key;
    uint32_t count;
    unsigned flags;
    const char *rp;
    sk_str client; /* clientDataJSON that the browser made */
};

static inline EVP_PKEY *
key_new(int cose)
{
    if (cose == -7) return EVP_EC_gen("P-256");
    return cose == -8 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") : EVP_RSA_gen(2048);
}

static inline struct authenticator
authenticator_new(sk_arena *mem, int cose)
{
    struct authenticator a = {
        .mem = mem,
        .cose = cose,
        .key = key_new(cose),
        .count = 1,
        .flags = PRESENT | VERIFIED | SYNCABLE | HAS_KEY,
    };
    assert_non_null(a.key);
    return a;
}

static inline void
put_hex(struct sk_buf *out, const char *hex)
{
    sk_str bytes;
    assert_true(sk_unhex(out->mem, &bytes, sk_str_of(hex)));
    sk_buf_add(out, bytes);
}

static inline void
put_point(struct sk_buf *out, EVP_PKEY *key)
{
    unsigned char point[65];
    size_t n;
    assert_int_equal(
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point, &n), 1);
    /* {1: 2, 3: -7, -1: 1, -2: x, -3: y} */
    put_hex(out, "a5010203262001215820");
    sk_buf_add(out, (sk_str){ (char *)point + 1, 32 });
    put_hex(out, "225820");
    sk_buf_add(out, (sk_str){ (char *)point + 33, 32 });
}

static inline void
put_edwards(struct sk_buf *out, EVP_PKEY *key)
{
    unsigned char raw[32];
    size_t n = sizeof raw;
    assert_int_equal(EVP_PKEY_get_raw_public_key(key, raw, &n), 1);
    put_hex(out, "a4010103272006215820");
    sk_buf_add(out, (sk_str){ (char *)raw, n });
}

static inline void
put_rsa(struct sk_buf *out, EVP_PKEY *key)
{
    BIGNUM *n = NULL;
    unsigned char bytes[256];
    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n), 1);
    assert_int_equal(BN_bn2binpad(n, bytes, sizeof bytes), 256);
    BN_free(n);
    put_hex(out, "a401030339010020590100");
    sk_buf_add(out, (sk_str){ (char *)bytes, sizeof bytes });
    put_hex(out, "2143010001");
}

static inline sk_str
data_of(const struct authenticator *a)
{
    struct sk_buf out = { .mem = a->mem };
    unsigned char digest[SK_SHA256];
    sk_sha256(digest, sk_str_of(a->rp));
    sk_buf_add(&out, (sk_str){ (char *)digest, sizeof digest });
    sk_buf_byte(&out, (char)a->flags);
    for (int i = 24; i >= 0; i -= 8)
        sk_buf_byte(&out, (char)(a->count >> i));
    if (!(a->flags & HAS_KEY)) return sk_buf_str(&out);
    put_hex(&out, "00000000000000000000000000000000" /* no maker */ "0010"
                  "000102030405060708090a0b0c0d0e0f");
    if (a->cose == -7) put_point(&out, a->key);
    if (a->cose == -8) put_edwards(&out, a->key);
    if (a->cose == -257) put_rsa(&out, a->key);
    return sk_buf_str(&out);
}

static inline sk_str
signature_of(const struct authenticator *a, sk_str data)
{
    struct sk_buf text = { .mem = a->mem };
    unsigned char digest[SK_SHA256], *out = sk_alloc(a->mem, 512);
    size_t n = 512;
    sk_sha256(digest, a->client);
    sk_buf_add(&text, data);
    sk_buf_add(&text, (sk_str){ (char *)digest, sizeof digest });
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    const EVP_MD *md = a->cose == -8 ? NULL : EVP_sha256();
    assert_int_equal(EVP_DigestSignInit(c, NULL, md, NULL, a->key), 1);
    assert_int_equal(EVP_DigestSign(c, out, &n, (unsigned char *)text.p, text.n), 1);
    EVP_MD_CTX_free(c);
    return (sk_str){ (char *)out, n };
}

static inline void
put_bytes(struct sk_buf *out, sk_str bytes)
{
    sk_buf_byte(out, 0x59);
    sk_buf_byte(out, (char)(bytes.n >> 8));
    sk_buf_byte(out, (char)bytes.n);
    sk_buf_add(out, bytes);
}

/* {"fmt": "none", "attStmt": {}, "authData": ...} */
static inline sk_str
attestation_of(const struct authenticator *a)
{
    struct sk_buf out = { .mem = a->mem };
    sk_buf_add(&out, SK_STR("\xa3\x63"
                            "fmt\x64none\x67"
                            "attStmt\xa0\x68"
                            "authData"));
    sk_str data = data_of(a);
    if (data.n < 256) { /* the shortest head */
        sk_buf_byte(&out, 0x58);
        sk_buf_byte(&out, (char)data.n);
        sk_buf_add(&out, data);
    } else
        put_bytes(&out, data);
    return sk_buf_str(&out);
}

/* Signed by the new key itself: {"alg": -7, "sig": ...} */
static inline sk_str
packed_of(const struct authenticator *a, bool broken)
{
    struct sk_buf out = { .mem = a->mem };
    sk_str data = data_of(a), signature = signature_of(a, data);
    if (broken) ((char *)signature.p)[signature.n - 1] ^= 1;
    sk_buf_add(&out, SK_STR("\xa3\x63"
                            "fmt\x66packed\x67"
                            "attStmt\xa2\x63"
                            "alg\x26\x63"
                            "sig"));
    sk_buf_byte(&out, 0x58);
    sk_buf_byte(&out, (char)signature.n);
    sk_buf_add(&out, signature);
    sk_buf_add(&out, SK_STR("\x68"
                            "authData"));
    sk_buf_byte(&out, 0x58);
    sk_buf_byte(&out, (char)data.n);
    sk_buf_add(&out, data);
    return sk_buf_str(&out);
}

#endif
