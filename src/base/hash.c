#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static _Noreturn void
die(const char *what)
{
    fprintf(stderr, "sekisho: %s failed\n", what);
    abort();
}

/* Looking a digest up by its name costs OpenSSL more than digesting a short text: once is enough
 * ("Performance", crypto(7)). They live as long as the process. */
static struct {
    EVP_MD *sha256, *sha1, *md5;
    pthread_key_t context; /* a thread's EVP_MD_CTX */
    bool has_context;
} fetched;

static void
free_context(void *context)
{
    EVP_MD_CTX_free(context);
}

static void
fetch_all(void)
{
    fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    fetched.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    fetched.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    fetched.has_context = pthread_key_create(&fetched.context, free_context) == 0;
}

/* Threads that end later must not call into a library that is gone. */
__attribute__((destructor)) static void
forget_context(void)
{
    if (fetched.has_context) pthread_key_delete(fetched.context);
}

/* This thread's own, which is used again and again; NULL: there is none. */
static EVP_MD_CTX *
context_of_thread(void)
{
    EVP_MD_CTX *context;

    if (!fetched.has_context) return NULL;
    context = pthread_getspecific(fetched.context);
    if (context) return context;
    context = EVP_MD_CTX_new();
    if (context && pthread_setspecific(fetched.context, context) != 0) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    return context;
}

static void
digest(unsigned char *out, EVP_MD *const *kind, sk_str in)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, fetch_all);
    EVP_MD_CTX *context = context_of_thread();
    const char *text = in.n ? in.p : "";
    bool done;
    if (context)
        done = *kind && EVP_DigestInit_ex(context, *kind, NULL) == 1 &&
               EVP_DigestUpdate(context, text, in.n) == 1 &&
               EVP_DigestFinal_ex(context, out, NULL) == 1;
    else
        done = *kind && EVP_Digest(text, in.n, out, NULL, *kind, NULL) == 1;
    if (!done) die("a digest");
}

void
sk_sha256(unsigned char out[SK_SHA256], sk_str in)
{
    digest(out, &fetched.sha256, in);
}

void
sk_sha1(unsigned char out[SK_SHA1], sk_str in)
{
    digest(out, &fetched.sha1, in);
}

void
sk_md5(unsigned char out[SK_MD5], sk_str in)
{
    digest(out, &fetched.md5, in);
}

void
sk_hmac_sha256(unsigned char out[SK_SHA256], sk_str key, sk_str in)
{
    if (!HMAC(EVP_sha256(), key.n ? key.p : "", (int)key.n,
              (const unsigned char *)(in.n ? in.p : ""), in.n, out, NULL))
        die("HMAC");
}

void
sk_random(void *out, size_t n)
{
    for (char *p = out; n;) {
        ssize_t got = getrandom(p, n, 0);
        if (got <= 0) die("the random generator");
        p += got;
        n -= (size_t)got;
    }
}

sk_str
sk_hex(sk_arena *mem, sk_str bytes)
{
    static const char digit[] = "0123456789abcdef";
    char *out = sk_alloc(mem, bytes.n * 2 + 1);
    for (size_t i = 0; i < bytes.n; i++) {
        out[2 * i] = digit[(unsigned char)bytes.p[i] >> 4];
        out[2 * i + 1] = digit[bytes.p[i] & 15];
    }
    out[bytes.n * 2] = 0;
    return (sk_str){ out, bytes.n * 2 };
}

bool
sk_unhex(sk_arena *mem, sk_str *bytes, sk_str hex)
{
    if (hex.n % 2) return false;
    char *out = sk_alloc(mem, hex.n / 2 + 1);
    for (size_t i = 0; i < hex.n; i += 2) {
        int high = sk_hex_value(hex.p[i]), low = sk_hex_value(hex.p[i + 1]);
        if (high < 0 || low < 0) return false;
        out[i / 2] = (char)(high << 4 | low);
    }
    *bytes = (sk_str){ out, hex.n / 2 };
    return true;
}

sk_str
sk_base64(sk_arena *mem, sk_str bytes)
{
    char *out = sk_alloc(mem, (bytes.n + 2) / 3 * 4 + 1);
    int n = EVP_EncodeBlock((unsigned char *)out, (const unsigned char *)(bytes.n ? bytes.p : ""),
                            (int)bytes.n);
    return (sk_str){ out, (size_t)n };
}

bool
sk_unbase64(sk_arena *mem, sk_str *bytes, sk_str text)
{
    if (text.n % 4) return false;
    char *out = sk_alloc(mem, text.n / 4 * 3 + 1);
    int n = EVP_DecodeBlock((unsigned char *)out, (const unsigned char *)(text.n ? text.p : ""),
                            (int)text.n);
    if (n < 0) return false;
    while (text.n && text.p[text.n - 1] == '=')
        text.n--, n--;
    *bytes = (sk_str){ out, (size_t)n };
    return true;
}

sk_str
sk_base64url(sk_arena *mem, sk_str bytes)
{
    sk_str padded = sk_base64(mem, bytes);
    char *out = sk_str_zcopy(mem, padded);
    size_t n = padded.n;

    for (; n && out[n - 1] == '='; n--)
        out[n - 1] = 0;
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(out[i] == '+' ? '-' : out[i] == '/' ? '_' : out[i]);
    return (sk_str){ out, n };
}

bool
sk_unbase64url(sk_arena *mem, sk_str *bytes, sk_str text)
{
    size_t padded = (text.n + 3) / 4 * 4;
    char *plain = sk_alloc(mem, padded + 1);
    sk_str made;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter =
            sk_lower_byte((unsigned char)c) >= 'a' && sk_lower_byte((unsigned char)c) <= 'z';
        if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') return false;
        plain[i] = (char)(c == '-' ? '+' : c == '_' ? '/' : c);
    }
    memset(plain + text.n, '=', padded - text.n);
    if (!sk_unbase64(mem, &made, (sk_str){ plain, padded })) return false;
    if (!sk_str_eq(sk_base64url(mem, made), text)) return false;
    *bytes = made;
    return true;
}

static uint64_t
rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

static inline void
sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

static uint64_t hash_key[2];

/* Before main, so that threads find it made. */
__attribute__((constructor)) static void
make_key(void)
{
    sk_random(hash_key, sizeof hash_key);
}

static uint64_t
word_at(sk_str s, size_t at, bool nocase)
{
    size_t left = s.n - at;
    uint64_t word = 0;

    if (left > 0) memcpy(&word, s.p + at, left < 8 ? left : 8);
    return nocase ? sk_lower_word(word) : word;
}

static uint64_t
siphash(sk_str s, bool nocase)
{
    uint64_t v[4] = { hash_key[0] ^ 0x736f6d6570736575u, hash_key[1] ^ 0x646f72616e646f6du,
                      hash_key[0] ^ 0x6c7967656e657261u, hash_key[1] ^ 0x7465646279746573u };
    size_t at = 0;
    uint64_t word;

    for (; at + 8 <= s.n; at += 8) {
        word = word_at(s, at, nocase);
        v[3] ^= word, sip_round(v), v[0] ^= word;
    }
    word = word_at(s, at, nocase) | (uint64_t)s.n << 56;
    v[3] ^= word, sip_round(v), v[0] ^= word, v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

uint64_t
sk_hash(sk_str s)
{
    return siphash(s, false);
}

uint64_t
sk_hash_nocase(sk_str s)
{
    return siphash(s, true);
}
