#include "base/sign.h"

#include <openssl/evp.h>

static void
key_free(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void
context_free(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static sk_err
broken(void)
{
    return sk_fail(SK_BROKEN, "Ed25519 failed");
}

static EVP_PKEY *
private_key(const unsigned char seed[SK_SIGN_SEED])
{
    return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SK_SIGN_SEED);
}

sk_err
sk_sign_public(unsigned char out[SK_SIGN_PUBLIC], const unsigned char seed[SK_SIGN_SEED])
{
    DEFER(key_free) EVP_PKEY *key = private_key(seed);
    size_t n = SK_SIGN_PUBLIC;

    if (!key || EVP_PKEY_get_raw_public_key(key, out, &n) != 1 || n != SK_SIGN_PUBLIC)
        return broken();
    return sk_ok();
}

sk_err
sk_sign(unsigned char out[SK_SIGNATURE], const unsigned char seed[SK_SIGN_SEED], sk_str text)
{
    DEFER(key_free) EVP_PKEY *key = private_key(seed);
    DEFER(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();
    size_t n = SK_SIGNATURE;

    if (!key || !context || EVP_DigestSignInit(context, NULL, NULL, NULL, key) != 1 ||
        EVP_DigestSign(context, out, &n, (const unsigned char *)(text.n ? text.p : ""), text.n) !=
            1 ||
        n != SK_SIGNATURE)
        return broken();
    return sk_ok();
}

bool
sk_sign_check(const unsigned char key[SK_SIGN_PUBLIC], const unsigned char signature[SK_SIGNATURE],
              sk_str text)
{
    DEFER(key_free)
    EVP_PKEY *made = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, key, SK_SIGN_PUBLIC);
    DEFER(context_free) EVP_MD_CTX *context = EVP_MD_CTX_new();

    return made && context && EVP_DigestVerifyInit(context, NULL, NULL, NULL, made) == 1 &&
           EVP_DigestVerify(context, signature, SK_SIGNATURE,
                            (const unsigned char *)(text.n ? text.p : ""), text.n) == 1;
}
