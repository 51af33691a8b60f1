#include "base/bytes.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

void
sk_bytes_put_range(struct sk_bytes *set, unsigned char from, unsigned char to)
{
    for (unsigned c = from; c <= to; c++)
        sk_bytes_put(set, (unsigned char)c);
}

void
sk_bytes_unite(struct sk_bytes *set, const struct sk_bytes *with)
{
    for (int i = 0; i < 4; i++)
        set->w[i] |= with->w[i];
}

void
sk_bytes_invert(struct sk_bytes *set)
{
    for (int i = 0; i < 4; i++)
        set->w[i] = ~set->w[i];
}

unsigned
sk_bytes_count(const struct sk_bytes *set)
{
    unsigned n = 0;
    for (int i = 0; i < 4; i++)
        n += (unsigned)__builtin_popcountll(set->w[i]);
    return n;
}

/* Of a long text: one independent store a byte, where a bit would have to wait for the last one. */
static struct sk_bytes
bytes_of_many(sk_str s)
{
    struct sk_bytes set = { { 0 } };
    unsigned char seen[256] = { 0 };

    for (size_t i = 0; i < s.n; i++)
        seen[(unsigned char)s.p[i]] = 1;
    for (unsigned c = 0; c < 256; c++)
        set.w[c >> 6] |= (uint64_t)seen[c] << (c & 63);
    return set;
}

#ifdef __x86_64__
/* Bit (c >> 4) & 7 of row c & 15, of the first 16 rows or, from 128 on, of the others. */
struct rows {
    unsigned char at[32];
};

static void
put_rows(struct rows *rows, sk_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];

        rows->at[(c & 15) + (c & 128 ? 16 : 0)] |= (unsigned char)(1 << (c >> 4 & 7));
    }
}

/* Whether all 32 bytes at p are there already: a shuffle looks up each byte's row, another its bit
 * (Mula's way of classifying bytes). */
static inline __attribute__((target("avx2"))) bool
rows_have(const struct rows *rows, const char *p)
{
    const __m256i low = _mm256_set1_epi8(15);
    const __m256i bits = _mm256_set1_epi64x((long long)0x8040201008040201);
    __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)p);
    __m256i first =
        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)rows->at));
    __m256i second = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)(rows->at + 16)));
    __m256i at = _mm256_and_si256(bytes, low);
    __m256i row =
        _mm256_blendv_epi8(_mm256_shuffle_epi8(first, at), _mm256_shuffle_epi8(second, at), bytes);
    __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), low));

    return _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(row, bit), bit)) == -1;
}

/* A text soon has shown all bytes that it has: most of it only needs to be looked at. */
static __attribute__((target("avx2"))) struct sk_bytes
bytes_of_many_wide(sk_str s)
{
    enum { STEP = 32 };
    struct sk_bytes set = { { 0 } };
    struct rows rows = { { 0 } };
    size_t i = 0;

    for (; s.n - i >= STEP; i += STEP)
        if (!rows_have(&rows, s.p + i)) put_rows(&rows, (sk_str){ s.p + i, STEP });
    put_rows(&rows, sk_str_from(s, i));
    for (unsigned c = 0; c < 256; c++)
        if (rows.at[(c & 15) + (c & 128 ? 16 : 0)] >> (c >> 4 & 7) & 1)
            sk_bytes_put(&set, (unsigned char)c);
    return set;
}
#endif

/* A bit that is put has to wait for the one before it where both lie in one word: four sets, in
 * turn, wait for one in four. */
static struct sk_bytes
bytes_of_some(sk_str s)
{
    enum { SETS = 4 };
    struct sk_bytes set[SETS] = { { { 0 } } };
    size_t i = 0;

    for (; s.n - i >= SETS; i += SETS)
        for (unsigned k = 0; k < SETS; k++)
            sk_bytes_put(&set[k], (unsigned char)s.p[i + k]);
    for (; i < s.n; i++)
        sk_bytes_put(&set[0], (unsigned char)s.p[i]);
    for (unsigned k = 1; k < SETS; k++)
        sk_bytes_unite(&set[0], &set[k]);
    return set[0];
}

struct sk_bytes
sk_bytes_of(sk_str s)
{
    enum { SOME = 12, MANY = 1024 };
    struct sk_bytes set = { { 0 } };

#ifdef __x86_64__
    if (s.n >= MANY && __builtin_cpu_supports("avx2")) return bytes_of_many_wide(s);
#endif
    if (s.n >= MANY) return bytes_of_many(s);
    if (s.n >= SOME) return bytes_of_some(s);
    for (size_t i = 0; i < s.n; i++)
        sk_bytes_put(&set, (unsigned char)s.p[i]);
    return set;
}
