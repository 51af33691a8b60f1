/* Which gram of a text to look for, and sets of grams. */
#include "seclang/op/grams.h"

#include "base/bytes.h"

#include <stdlib.h>

#define BIT  SK_BYTES_BIT
#define SPAN SK_BYTES_SPAN
#define FREQUENT(w)                                                                                \
    (BIT(w, 'e') | BIT(w, 't') | BIT(w, 'a') | BIT(w, 'o') | BIT(w, 'i') | BIT(w, 'n') |           \
     BIT(w, 's') | BIT(w, 'r'))
#define MIDDLE(w)                                                                                  \
    (BIT(w, 'h') | BIT(w, 'l') | BIT(w, 'd') | BIT(w, 'c') | BIT(w, 'u') | BIT(w, 'm') |           \
     BIT(w, 'p') | BIT(w, 'g'))
#define LETTERS(w) SPAN(w, 'a', 'z')
#define DIGITS(w)  SPAN(w, '0', '9')
#define USUAL(w)   (BIT(w, ' ') | BIT(w, '/') | BIT(w, '.') | BIT(w, '-') | BIT(w, '=') | BIT(w, '%'))
#define HIGH(w)    ((w) >= 2 ? ~(uint64_t)0 : 0)

/* Of a thousand bytes of web texts, case left out of account: a guess. The first row that fits. */
static const struct {
    struct sk_bytes of;
    double weight;
} weights[] = {
    { SK_BYTES(FREQUENT), 60 }, { SK_BYTES(MIDDLE), 25 }, { SK_BYTES(LETTERS), 8 },
    { SK_BYTES(DIGITS), 25 },   { SK_BYTES(USUAL), 20 },  { SK_BYTES(HIGH), 5 },
};

static double
byte_weight(unsigned char c)
{
    for (size_t i = 0; i < sizeof(weights) / sizeof(weights[0]); i++)
        if (sk_bytes_has(&weights[i].of, c)) return weights[i].weight;
    return 2;
}

static double
gram_weight(uint32_t gram)
{
    return byte_weight((unsigned char)gram) * byte_weight((unsigned char)(gram >> 8)) *
           byte_weight((unsigned char)(gram >> 16));
}

double
seclang_grams_weight(const struct seclang_grams *grams)
{
    double weight = 0;

    for (size_t i = 0; i < grams->count; i++)
        weight += gram_weight(grams->gram[i]);
    return weight;
}

static int
by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void
sort_once(struct seclang_grams *grams)
{
    size_t n = 0;

    if (grams->count > 1) qsort(grams->gram, grams->count, sizeof(uint32_t), by_number);
    for (size_t i = 0; i < grams->count; i++)
        if (n == 0 || grams->gram[n - 1] != grams->gram[i]) grams->gram[n++] = grams->gram[i];
    grams->count = n > SECLANG_GRAMS_MOST ? 0 : n;
}

bool
seclang_grams_in(const struct seclang_grams *grams, sk_str text)
{
    if (grams->count == 0) return true;
    for (size_t i = 0; i + SECLANG_GRAM <= text.n; i++) {
        uint32_t gram = seclang_gram(text.p + i);

        if (bsearch(&gram, grams->gram, grams->count, sizeof(gram), by_number)) return true;
    }
    return false;
}

static uint32_t
rarest(sk_str text)
{
    uint32_t best = seclang_gram(text.p);
    double least = gram_weight(best);

    for (size_t i = 1; i + SECLANG_GRAM <= text.n; i++) {
        uint32_t gram = seclang_gram(text.p + i);
        double weight = gram_weight(gram);

        if (weight >= least) continue;
        best = gram;
        least = weight;
    }
    return best;
}

void
seclang_grams_of_texts(struct seclang_grams *grams, sk_arena *mem, const sk_str *text, size_t count)
{
    *grams = (struct seclang_grams){ 0 };
    for (size_t i = 0; i < count; i++)
        if (text[i].n < SECLANG_GRAM) return;
    grams->gram = sk_array(mem, count + 1, sizeof(uint32_t));
    for (size_t i = 0; i < count; i++)
        grams->gram[grams->count++] = rarest(text[i]);
    sort_once(grams);
}

void
seclang_grams_unite(struct seclang_grams *to, sk_arena *mem, const struct seclang_grams *a,
                    const struct seclang_grams *b)
{
    struct seclang_grams all = { 0 };

    if (a->count > 0 && b->count > 0) {
        all.gram = sk_array(mem, a->count + b->count, sizeof(uint32_t));
        memcpy(all.gram, a->gram, a->count * sizeof(uint32_t));
        memcpy(all.gram + a->count, b->gram, b->count * sizeof(uint32_t));
        all.count = a->count + b->count;
        sort_once(&all);
    }
    *to = all;
}
