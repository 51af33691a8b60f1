#include "keeper/cipher.h"

#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdlib.h>

enum { USE_MAX = 2048 };

static struct {
    EVP_CIPHER *gcm;
    pthread_key_t context;
} fetched;

static void
context_free(void *context)
{
    EVP_CIPHER_CTX_free(context); /* wipes the key's schedule */
}

static void
fetch(void)
{
    fetched.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    if (!fetched.gcm || pthread_key_create(&fetched.context, context_free) != 0) abort();
}

static EVP_CIPHER_CTX *
context_of_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    EVP_CIPHER_CTX *context;

    pthread_once(&once, fetch);
    context = pthread_getspecific(fetched.context);
    if (context) return context;
    context = EVP_CIPHER_CTX_new();
    if (!context || pthread_setspecific(fetched.context, context) != 0) abort();
    return context;
}

void
keeper_key_wipe(struct keeper_key *key)
{
    OPENSSL_cleanse(key, sizeof *key);
}

void
keeper_key_new(struct keeper_key *key)
{
    sk_random(key->byte, sizeof key->byte);
}

static const unsigned char *
bytes(sk_str s)
{
    return (const unsigned char *)(s.n ? s.p : "");
}

sk_err
keeper_cipher_seal(unsigned char *out, const struct keeper_key *key, sk_str bound, sk_str text)
{
    EVP_CIPHER_CTX *c = context_of_thread();
    unsigned char *to = out + KEEPER_NONCE;
    int n, last;

    sk_random(out, KEEPER_NONCE);
    if (EVP_EncryptInit_ex2(c, fetched.gcm, key->byte, out, NULL) != 1 ||
        EVP_EncryptUpdate(c, NULL, &n, bytes(bound), (int)bound.n) != 1 ||
        EVP_EncryptUpdate(c, to, &n, bytes(text), (int)text.n) != 1 ||
        EVP_EncryptFinal_ex(c, to + n, &last) != 1 ||
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, KEEPER_TAG, to + text.n) != 1) {
        OPENSSL_cleanse(out, text.n + KEEPER_CIPHER_MORE);
        return sk_fail(SK_BROKEN, "AES-256-GCM fails");
    }
    return sk_ok();
}

sk_err
keeper_cipher_open(unsigned char *out, const struct keeper_key *key, sk_str bound, sk_str sealed)
{
    EVP_CIPHER_CTX *c = context_of_thread();
    const unsigned char *from = bytes(sealed);
    unsigned char tag[KEEPER_TAG];
    int n, last;

    if (sealed.n < KEEPER_CIPHER_MORE) return sk_fail(SK_DENIED, "it is cut");
    size_t text = sealed.n - KEEPER_CIPHER_MORE;
    memcpy(tag, from + sealed.n - KEEPER_TAG, KEEPER_TAG);
    if (EVP_DecryptInit_ex2(c, fetched.gcm, key->byte, from, NULL) != 1 ||
        EVP_DecryptUpdate(c, NULL, &n, bytes(bound), (int)bound.n) != 1 ||
        EVP_DecryptUpdate(c, out, &n, from + KEEPER_NONCE, (int)text) != 1 ||
        EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, KEEPER_TAG, tag) != 1 ||
        EVP_DecryptFinal_ex(c, out + n, &last) != 1) {
        OPENSSL_cleanse(out, text);
        return sk_fail(SK_DENIED, "it does not open with this key");
    }
    return sk_ok();
}

sk_err
keeper_key_wrap(struct keeper_wrapped *out, const struct keeper_key *by, sk_str bound,
                const struct keeper_key *key)
{
    return keeper_cipher_seal(out->byte, by, bound,
                              (sk_str){ (const char *)key->byte, sizeof key->byte });
}

sk_err
keeper_key_unwrap(struct keeper_key *key, const struct keeper_key *by, sk_str bound,
                  const struct keeper_wrapped *wrapped)
{
    return keeper_cipher_open(key->byte, by, bound,
                              (sk_str){ (const char *)wrapped->byte, sizeof wrapped->byte });
}

void
keeper_subkey(struct keeper_key *out, const struct keeper_key *key, const char *use, sk_str with)
{
    char text[USE_MAX];
    size_t n = strlen(use);

    if (n + 1 + with.n + 1 > sizeof text) abort(); /* names and words of ours, bounded */
    memcpy(text, use, n + 1);
    if (with.n) memcpy(text + n + 1, with.p, with.n);
    text[n + 1 + with.n] = 1;
    sk_hmac_sha256(out->byte, (sk_str){ (const char *)key->byte, sizeof key->byte },
                   (sk_str){ text, n + 1 + with.n + 1 });
    OPENSSL_cleanse(text, sizeof text);
}
