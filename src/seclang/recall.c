/* Fingerprints and the table that keeps them: four places in each cache line, filled in turn. */
#include "seclang/recall.h"

#include <sys/mman.h>

enum { WAYS = 4 };

struct line {
    struct seclang_print print[WAYS];
};

struct seclang_recall {
    struct seclang_printer printer;
    unsigned next; /* the way that is filled next */
    void *memory;  /* NULL: there is none, nothing is remembered */
    size_t size;
    struct line *line;
    uint64_t *set; /* of each place */
    size_t words;
};

void
seclang_recall_forget(struct seclang_recall *recall)
{
    seclang_printer_draw(&recall->printer);
}

/* Pages of its own, which begin cleared and take no memory until they are written: a thread has one
 * of these for each set of rules, and asks many of them seldom. Lines begin where cache lines do.
 */
static void
take_memory(struct seclang_recall *recall)
{
    size_t lines = SECLANG_RECALL_ENTRIES / WAYS * sizeof(struct line);

    recall->size = lines + SECLANG_RECALL_ENTRIES * recall->words * sizeof(uint64_t);
    recall->memory =
        mmap(NULL, recall->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (recall->memory == MAP_FAILED) recall->memory = NULL;
    if (!recall->memory) return;
    recall->line = recall->memory;
    recall->set = (uint64_t *)(void *)((char *)recall->memory + lines);
}

struct seclang_recall *
seclang_recall_new(sk_arena *mem, size_t words)
{
    struct seclang_recall *recall = SK_NEW(mem, struct seclang_recall);

    seclang_recall_forget(recall);
    recall->words = words;
    take_memory(recall);
    return recall;
}

void
seclang_recall_free(struct seclang_recall *recall)
{
    if (recall && recall->memory) munmap(recall->memory, recall->size);
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

    if (!recall->memory) return;
    __builtin_prefetch(&recall->line[at]);
    __builtin_prefetch(recall->set + at * WAYS * recall->words);
}

const uint64_t *
seclang_recall_find(const struct seclang_recall *recall, struct seclang_print print)
{
    size_t at = line_of(print);
    const struct line *line;

    if (!recall->memory) return NULL;
    line = &recall->line[at];
    for (unsigned i = 0; i < WAYS; i++)
        if (line->print[i].a == print.a && line->print[i].b == print.b)
            return recall->set + (at * WAYS + i) * recall->words;
    return NULL;
}

void
seclang_recall_learn(struct seclang_recall *recall, struct seclang_print print, const uint64_t *set)
{
    size_t at = line_of(print), way = recall->next++ % WAYS;

    if (!recall->memory) return;
    recall->line[at].print[way] = print;
    memcpy(recall->set + (at * WAYS + way) * recall->words, set, recall->words * sizeof(uint64_t));
}
