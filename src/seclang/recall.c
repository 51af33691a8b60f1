/* Fingerprints and the table that keeps them: four places in each cache line, filled in turn. */
#include "seclang/recall.h"

#include "base/hash.h"

enum { WAYS = 4, WORD = 7 /* bytes: below 2^61 - 1 */ };

static const uint64_t prime = ((uint64_t)1 << 61) - 1;

struct line {
    struct seclang_print print[WAYS];
};

struct seclang_recall {
    uint64_t point_a, point_b;
    unsigned next; /* the way that is filled next */
    struct line *line;
    uint64_t *set; /* of each place */
    size_t words;
};

/* a * b modulo 2^61 - 1, for a and b below it; the result is too. */
static uint64_t
times(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    uint64_t sum = (uint64_t)(product & prime) + (uint64_t)(product >> 61);

    sum = (sum & prime) + (sum >> 61);
    return sum == prime ? 0 : sum;
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

void
seclang_recall_forget(struct seclang_recall *recall)
{
    recall->point_a = random_point();
    recall->point_b = random_point();
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

static void
take_word(const struct seclang_recall *recall, struct seclang_print *print, uint64_t word)
{
    print->a = times(print->a, recall->point_a) + word;
    print->b = times(print->b, recall->point_b) + word;
    if (print->a >= prime) print->a -= prime;
    if (print->b >= prime) print->b -= prime;
}

/* Its length first, so that no text is the beginning of another. */
static void
take_text(const struct seclang_recall *recall, struct seclang_print *print, sk_str text)
{
    size_t at = 0;
    uint64_t word;

    take_word(recall, print, text.n);
    for (; at + 8 <= text.n; at += WORD) {
        memcpy(&word, text.p + at, 8);
        take_word(recall, print, word & (((uint64_t)1 << (8 * WORD)) - 1));
    }
    for (; at < text.n; at += WORD) {
        word = 0;
        memcpy(&word, text.p + at, text.n - at < WORD ? text.n - at : WORD);
        take_word(recall, print, word);
    }
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
    take_text(recall, &text, name);
    take_word(recall, &text, tag);
    return text;
}

static size_t
line_of(struct seclang_print print)
{
    /* the high bits of a product with an odd number depend on all bits (Knuth) */
    return (size_t)((print.a ^ print.b << 3) * 0x9e3779b97f4a7c15u >> 32) %
           (SECLANG_RECALL_ENTRIES / WAYS);
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
