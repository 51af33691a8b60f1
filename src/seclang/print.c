/* What is taken in is the text, the name, and last how long both are and the tag: no two different
 * values are one row of blocks. */
#include "seclang/print.h"

#include "base/hash.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are cut out of larger ones");

/* Up to eight bytes at p, the others zero. */
static uint64_t
few(const char *p, size_t n)
{
    uint32_t low, high;

    if (n >= 4) {
        memcpy(&low, p, 4);
        memcpy(&high, p + n - 4, 4);
        return low | (uint64_t)high << (8 * (n - 4));
    }
    if (n == 0) return 0;
    /* first, middle, last: the same byte more than once where there are fewer than three */
    return (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << (8 * (n / 2)) |
           (uint64_t)(unsigned char)p[n - 1] << (8 * (n - 1));
}

/* ── with carry: two points modulo 2^61 - 1 ── */

enum { WORD = 7 /* bytes: below 2^61 - 1 */, BLOCK = 4 /* words at once */ };
_Static_assert(BLOCK + 1 == SECLANG_PRINT_POWERS, "powers from none to a block's");

static const uint64_t prime = ((uint64_t)1 << 61) - 1;

typedef unsigned __int128 wide;

/* x modulo 2^61 - 1, for x below 2^124. */
static uint64_t
reduce(wide x)
{
    uint64_t high = (uint64_t)(x >> 61);
    uint64_t sum = ((uint64_t)x & prime) + (high & prime) + (high >> 61);

    sum = (sum & prime) + (sum >> 61);
    return sum >= prime ? sum - prime : sum;
}

static uint64_t
random_point(void)
{
    uint64_t point;

    do {
        sk_random((unsigned char *)&point, sizeof(point));
        point &= prime;
    } while (point < 2 || point == prime);
    return point;
}

static void
draw_powers(uint64_t *power)
{
    power[0] = 1;
    power[1] = random_point();
    for (unsigned i = 2; i <= BLOCK; i++)
        power[i] = reduce((wide)power[i - 1] * power[1]);
}

/* Horner's rule for up to BLOCK words at a time: what taking them in one by one comes to, with one
 * reduction. */
static inline uint64_t
sum_of(uint64_t sum, const uint64_t *power, const uint64_t *word, unsigned count)
{
    wide all = (wide)sum * power[count];

    for (unsigned i = 0; i < count; i++)
        all += (wide)word[i] * power[count - 1 - i];
    return reduce(all);
}

static inline void
take_words(const struct seclang_printer *printer, struct seclang_print *print, const uint64_t *word,
           unsigned count)
{
    print->a = sum_of(print->a, printer->a, word, count);
    print->b = sum_of(print->b, printer->b, word, count);
}

/* The word at `at`, up to the text's end. */
static uint64_t
word_at(sk_str text, size_t at)
{
    size_t left = text.n - at;
    uint64_t word;

    if (left <= WORD) return few(text.p + at, left);
    memcpy(&word, text.p + at, sizeof(word));
    return word & (((uint64_t)1 << (8 * WORD)) - 1);
}

static void
take_text(const struct seclang_printer *printer, struct seclang_print *print, sk_str text)
{
    uint64_t word[BLOCK];
    unsigned count = 0;

    for (size_t at = 0; at < text.n; at += WORD) {
        if (count == BLOCK) {
            take_words(printer, print, word, BLOCK);
            count = 0;
        }
        word[count++] = word_at(text, at);
    }
    take_words(printer, print, word, count);
}

/* ── without carry: GF(2^128) ── */

#ifdef __x86_64__
#define CARRYLESS __attribute__((target("pclmul,sse2")))

static inline CARRYLESS __m128i
as_vector(uint64_t low, uint64_t high)
{
    return _mm_set_epi64x((long long)high, (long long)low);
}

/* The product of two polynomials of 64 bits each is one of 127; four of them make up 255, of which
 * the upper half goes down by x^128 = x^7 + x^2 + x + 1 (NIST SP 800-38D, 6.3, in plain order). */
static inline CARRYLESS __m128i
times(__m128i x, __m128i y)
{
    const __m128i fold = _mm_set_epi64x(0, 0x87);
    __m128i low = _mm_clmulepi64_si128(x, y, 0x00), high = _mm_clmulepi64_si128(x, y, 0x11);
    __m128i middle =
        _mm_xor_si128(_mm_clmulepi64_si128(x, y, 0x01), _mm_clmulepi64_si128(x, y, 0x10));
    __m128i down;

    low = _mm_xor_si128(low, _mm_slli_si128(middle, 8));
    high = _mm_xor_si128(high, _mm_srli_si128(middle, 8));
    down = _mm_clmulepi64_si128(high, fold, 0x01); /* of the upper 64 bits: a little comes over */
    low = _mm_xor_si128(low, _mm_slli_si128(down, 8));
    high = _mm_xor_si128(high, _mm_srli_si128(down, 8));
    return _mm_xor_si128(low, _mm_clmulepi64_si128(high, fold, 0x00));
}

static inline CARRYLESS __m128i
take_block(__m128i sum, __m128i block, __m128i point)
{
    return times(_mm_xor_si128(sum, block), point);
}

static CARRYLESS __m128i
take_blocks(__m128i sum, sk_str text, __m128i point)
{
    size_t at = 0, left;

    for (; text.n - at >= 16; at += 16)
        sum = take_block(sum, _mm_loadu_si128((const __m128i *)(const void *)(text.p + at)), point);
    left = text.n - at;
    if (left > 8) {
        uint64_t low;

        memcpy(&low, text.p + at, sizeof(low));
        return take_block(sum, as_vector(low, few(text.p + at + 8, left - 8)), point);
    }
    return left ? take_block(sum, as_vector(few(text.p + at, left), 0), point) : sum;
}

static CARRYLESS struct seclang_print
print_of(__m128i sum)
{
    struct seclang_print print;

    _mm_storeu_si128((__m128i *)(void *)&print, sum);
    return print;
}

static CARRYLESS struct seclang_print
carryless_text(const struct seclang_printer *printer, sk_str text)
{
    __m128i point = as_vector(printer->point[0], printer->point[1]);

    return print_of(take_blocks(_mm_setzero_si128(), text, point));
}

static CARRYLESS struct seclang_print
carryless_end(const struct seclang_printer *printer, struct seclang_print begun, sk_str text,
              sk_str name, uint64_t tag)
{
    __m128i point = as_vector(printer->point[0], printer->point[1]);
    __m128i sum = take_blocks(as_vector(begun.a, begun.b), name, point);

    return print_of(take_block(sum, as_vector(text.n ^ (uint64_t)name.n << 32, tag), point));
}

static bool
can_do_without_carry(void)
{
    return __builtin_cpu_supports("pclmul");
}
#endif

/* ── either ── */

void
seclang_printer_draw_plain(struct seclang_printer *printer)
{
    draw_powers(printer->a);
    draw_powers(printer->b);
    printer->carryless = false;
}

void
seclang_printer_draw(struct seclang_printer *printer)
{
    seclang_printer_draw_plain(printer);
    sk_random((unsigned char *)printer->point, sizeof(printer->point));
#ifdef __x86_64__
    printer->carryless = can_do_without_carry();
#endif
}

struct seclang_print
seclang_print_text(const struct seclang_printer *printer, sk_str text)
{
    struct seclang_print print = { 1, 1 };

#ifdef __x86_64__
    if (printer->carryless) return carryless_text(printer, text);
#endif
    take_text(printer, &print, text);
    return print;
}

struct seclang_print
seclang_print_end(const struct seclang_printer *printer, struct seclang_print begun, sk_str text,
                  sk_str name, uint64_t tag)
{
    /* lengths apart, since a word has 61 bits */
    uint64_t last[] = { text.n & prime, name.n & prime, tag & prime };

#ifdef __x86_64__
    if (printer->carryless) return carryless_end(printer, begun, text, name, tag);
#endif
    take_text(printer, &begun, name);
    take_words(printer, &begun, last, 3);
    return begun;
}
