#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
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

static pthread_once_t once = PTHREAD_ONCE_INIT;

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

static bool
digest_in(EVP_MD_CTX *context, unsigned char *out, const EVP_MD *kind, sk_str in, sk_str more)
{
    return kind && EVP_DigestInit_ex(context, kind, NULL) == 1 &&
           EVP_DigestUpdate(context, in.n ? in.p : "", in.n) == 1 &&
           (more.n == 0 || EVP_DigestUpdate(context, more.p, more.n) == 1) &&
           EVP_DigestFinal_ex(context, out, NULL) == 1;
}

static void
digest(unsigned char *out, EVP_MD *const *kind, sk_str in, sk_str more)
{
    pthread_once(&once, fetch_all);
    EVP_MD_CTX *kept = context_of_thread(), *context = kept ? kept : EVP_MD_CTX_new();
    if (!context || !digest_in(context, out, *kind, in, more)) die("a digest");
    if (!kept) EVP_MD_CTX_free(context);
}

void
sk_sha256(unsigned char out[SK_SHA256], sk_str in)
{
    digest(out, &fetched.sha256, in, (sk_str){ 0 });
}

void
sk_sha256_two(unsigned char out[SK_SHA256], sk_str first, sk_str second)
{
    digest(out, &fetched.sha256, first, second);
}

void
sk_sha1(unsigned char out[SK_SHA1], sk_str in)
{
    digest(out, &fetched.sha1, in, (sk_str){ 0 });
}

void
sk_md5(unsigned char out[SK_MD5], sk_str in)
{
    digest(out, &fetched.md5, in, (sk_str){ 0 });
}

/* One half of HMAC: SHA-256 of the padded key and what follows it. */
static void
half_hmac(unsigned char out[SK_SHA256], const unsigned char key[64], unsigned char pad, sk_str in)
{
    EVP_MD_CTX *context = context_of_thread();
    unsigned char block[64];
    bool done;

    for (unsigned i = 0; i < sizeof block; i++)
        block[i] = key[i] ^ pad;
    done = context && EVP_DigestInit_ex(context, fetched.sha256, NULL) == 1 &&
           EVP_DigestUpdate(context, block, sizeof block) == 1 &&
           EVP_DigestUpdate(context, in.n ? in.p : "", in.n) == 1 &&
           EVP_DigestFinal_ex(context, out, NULL) == 1;
    OPENSSL_cleanse(block, sizeof block);
    if (!done) die("HMAC");
}

/* RFC 2104. Not OpenSSL's HMAC(), which looks both algorithms up by name at each call: that costs
 * more than the work itself, and the gate signs every request that it passes on. */
void
sk_hmac_sha256(unsigned char out[SK_SHA256], sk_str key, sk_str in)
{
    unsigned char block[64] = { 0 }, inner[SK_SHA256];

    if (key.n > sizeof block)
        sk_sha256(block, key);
    else if (key.n > 0)
        memcpy(block, key.p, key.n);
    pthread_once(&once, fetch_all);
    half_hmac(inner, block, 0x36, in);
    half_hmac(out, block, 0x5c, (sk_str){ (const char *)inner, sizeof inner });
    OPENSSL_cleanse(block, sizeof block);
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

sk_str
sk_base64url(sk_arena *mem, sk_str bytes)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *out = sk_alloc(mem, bytes.n / 3 * 4 + 5);
    size_t n = 0;
    uint32_t bits = 0;
    unsigned have = 0;

    for (size_t i = 0; i < bytes.n; i++) {
        bits = (bits << 8 | (unsigned char)bytes.p[i]) & 0xffffff;
        for (have += 8; have >= 6; have -= 6)
            out[n++] = digit[bits >> (have - 6) & 63];
    }
    if (have > 0) out[n++] = digit[bits << (6 - have) & 63];
    out[n] = '\0';
    return (sk_str){ out, n };
}

/* -1: none of the alphabet, which ends with the two characters of `last`. */
static int
base64_value(char c, const char last[2])
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == last[0]) return 62;
    return c == last[1] ? 63 : -1;
}

static bool
base64_read(sk_arena *mem, sk_str *bytes, sk_str text, const char last[2])
{
    char *out = sk_alloc(mem, text.n / 4 * 3 + 4);
    size_t n = 0;
    uint32_t bits = 0;
    unsigned have = 0;

    if (text.n % 4 == 1) return false;
    for (size_t i = 0; i < text.n; i++) {
        int value = base64_value(text.p[i], last);

        if (value < 0) return false;
        bits = (bits << 6 | (uint32_t)value) & 0xffffff;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out[n++] = (char)(bits >> have & 255);
    }
    if (bits & ((1u << have) - 1)) return false;
    *bytes = (sk_str){ out, n };
    return true;
}

bool
sk_unbase64(sk_arena *mem, sk_str *bytes, sk_str text)
{
    if (text.n % 4) return false;
    for (unsigned i = 0; i < 2 && text.n && text.p[text.n - 1] == '='; i++)
        text.n--;
    return base64_read(mem, bytes, text, "+/");
}

bool
sk_unbase64url(sk_arena *mem, sk_str *bytes, sk_str text)
{
    return base64_read(mem, bytes, text, "-_");
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
