/* Fingerprints and the table that keeps them: four places in each cache line, filled in turn. */
#include "seclang/recall.h"

#include "base/hash.h"

enum { WAYS = 4, WORD = 7 /* bytes: below 2^61 - 1 */, BLOCK = 4 /* words at once */ };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "words are cut out of larger ones");

static const uint64_t prime = ((uint64_t)1 << 61) - 1;

struct line {
    struct seclang_print print[WAYS];
};

struct seclang_recall {
    uint64_t a[BLOCK + 1], b[BLOCK + 1]; /* powers of the two points */
    unsigned next;                       /* the way that is filled next */
    struct line *line;
    uint64_t *set; /* of each place */
    size_t words;
};

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
draw(uint64_t *power)
{
    power[0] = 1;
    power[1] = random_point();
    for (unsigned i = 2; i <= BLOCK; i++)
        power[i] = reduce((wide)power[i - 1] * power[1]);
}

void
seclang_recall_forget(struct seclang_recall *recall)
{
    draw(recall->a);
    draw(recall->b);
}

struct seclang_recall *
seclang_recall_new(sk_arena *mem, size_t words)
{
    struct seclang_recall *recall = SK_NEW(mem, struct seclang_recall);

    seclang_recall_forget(recall);
    recall->words = words;
    recall->set = sk_array(mem, SECLANG_RECALL_ENTRIES * words + 1, sizeof(uint64_t));
    recall->line = sk_array(mem, SECLANG_RECALL_ENTRIES / WAYS, sizeof(struct line));
    return recall;
}

/* Horner's rule for up to BLOCK words at a time: what taking them in one by one comes to, with one
 * reduction. */
static inline __attribute__((always_inline)) uint64_t
sum_of(uint64_t sum, const uint64_t *power, const uint64_t *word, unsigned count)
{
    wide all = (wide)sum * power[count];

    for (unsigned i = 0; i < count; i++)
        all += (wide)word[i] * power[count - 1 - i];
    return reduce(all);
}

static inline __attribute__((always_inline)) void
take_words(const struct seclang_recall *recall, struct seclang_print *print, const uint64_t *word,
           unsigned count)
{
    print->a = sum_of(print->a, recall->a, word, count);
    print->b = sum_of(print->b, recall->b, word, count);
}

/* The word at `at`, up to the text's end. */
static uint64_t
word_at(sk_str text, size_t at)
{
    size_t left = text.n - at;
    uint64_t word = 0;

    if (left > WORD) {
        memcpy(&word, text.p + at, sizeof(word));
        return word & (((uint64_t)1 << (8 * WORD)) - 1);
    }
    if (text.n >= sizeof(word)) { /* the last eight bytes, without those that were taken */
        memcpy(&word, text.p + text.n - sizeof(word), sizeof(word));
        return word >> (8 * (sizeof(word) - left));
    }
    for (size_t i = left; i > 0; i--)
        word = word << 8 | (unsigned char)text.p[at + i - 1];
    return word;
}

/* Its length first, so that no text is the beginning of another. */
static void
take_text(const struct seclang_recall *recall, struct seclang_print *print, sk_str text)
{
    uint64_t word[BLOCK] = { text.n };
    unsigned count = 1;

    for (size_t at = 0; at < text.n; at += WORD) {
        if (count == BLOCK) {
            take_words(recall, print, word, BLOCK);
            count = 0;
        }
        word[count++] = word_at(text, at);
    }
    take_words(recall, print, word, count);
}

struct seclang_print
seclang_recall_text(const struct seclang_recall *recall, sk_str text)
{
    struct seclang_print print = { 1, 1 };

    take_text(recall, &print, text);
    return print;
}

/* What is taken in is the text, the name, the tag: no two of these are one row of words. */
struct seclang_print
seclang_recall_print(const struct seclang_recall *recall, uint64_t tag, sk_str name,
                     struct seclang_print text)
{
    if (name.n) take_text(recall, &text, name);
    take_words(recall, &text, &tag, 1);
    return text;
}

static size_t
line_of(struct seclang_print print)
{
    /* the high bits of a product with an odd number depend on all bits (Knuth) */
    return (size_t)((print.a ^ print.b << 3) * 0x9e3779b97f4a7c15u >> 32) %
           (SECLANG_RECALL_ENTRIES / WAYS);
}

void
seclang_recall_expect(const struct seclang_recall *recall, struct seclang_print print)
{
    size_t at = line_of(print);

    __builtin_prefetch(&recall->line[at]);
    __builtin_prefetch(recall->set + at * WAYS * recall->words);
}

const uint64_t *
seclang_recall_find(const struct seclang_recall *recall, struct seclang_print print)
{
    size_t at = line_of(print);
    const struct line *line = &recall->line[at];

    for (unsigned i = 0; i < WAYS; i++)
        if (line->print[i].a == print.a && line->print[i].b == print.b)
            return recall->set + (at * WAYS + i) * recall->words;
    return NULL;
}

void
seclang_recall_learn(struct seclang_recall *recall, struct seclang_print print, const uint64_t *set)
{
    size_t at = line_of(print), way = recall->next++ % WAYS;

    recall->line[at].print[way] = print;
    memcpy(recall->set + (at * WAYS + way) * recall->words, set, recall->words * sizeof(uint64_t));
}
