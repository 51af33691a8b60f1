/* Fingerprints and the table that keeps them: four places in each cache line, filled in turn. */
#include "seclang/recall.h"

enum { WAYS = 4 };

struct line {
    struct seclang_print print[WAYS];
};

struct seclang_recall {
    struct seclang_printer printer;
    unsigned next; /* the way that is filled next */
    struct line *line;
    uint64_t *set; /* of each place */
    size_t words;
};

void
seclang_recall_forget(struct seclang_recall *recall)
{
    seclang_printer_draw(&recall->printer);
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

const struct seclang_printer *
seclang_recall_printer(const struct seclang_recall *recall)
{
    return &recall->printer;
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
