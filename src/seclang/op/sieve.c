/* A text's window first meets a bit of a filter, then its bucket of entries, then the phrase's
 * first bytes, then the whole phrase. */
#include "seclang/op/sieve.h"
#include "seclang/op/rows.h"

#include <endian.h>

enum {
    WINDOW = 8, /* bytes, which are read at a time, */
    STRIDE = 5, /* of so many of a text */
    BUCKET_BITS = 12,
    BITS_AN_ENTRY = 64,   /* of the filter, where it may be as large */
    FILTER_LEAST = 4,     /* 2^4 words, */
    FILTER_MOST = 14,     /* at most 2^14: 128 KB */
    PHRASE_BITS = 14,     /* of an entry's place: which phrase, */
    OFFSET_BITS = 13,     /* and where in it the window begins */
    SEEN_BITS = 16,       /* windows of all phrases are counted by so many bits of their hash */
    SEEN_MOST = UINT8_MAX /* more often is as often */
};

_Static_assert((int)SECLANG_BULK_PHRASES <= 1 << PHRASE_BITS, "phrases have a number");
_Static_assert((int)SECLANG_PHRASE_BYTES <= 1 << OFFSET_BITS, "windows have a place");
_Static_assert((int)SECLANG_BULK_BEHIND >= WINDOW, "the last bytes are read as others are");
_Static_assert((int)SECLANG_SIEVE_LEAST >= WINDOW + STRIDE - 1, "each stride meets a window");

struct entry {
    uint32_t tag;   /* more of the hash */
    uint32_t place; /* phrase and offset */
};

struct seclang_sieve {
    const struct seclang_phrase *phrase;
    uint64_t *head; /* how each phrase begins */
    uint64_t *filter;
    uint64_t words;   /* of the filter, less one */
    uint32_t *bucket; /* where its entries begin; one more than there are */
    struct entry *entry;
    size_t count; /* entries */
};

/* ── windows ── */

/* Letters lose their case, other bytes a bit: what is equal stays equal. */
static inline uint64_t
folded(const char *p)
{
    uint64_t bytes;

    memcpy(&bytes, p, sizeof(bytes));
    return le64toh(bytes) | 0x2020202020202020;
}

static inline uint64_t
hash_of(uint64_t window)
{
    return window * 0x9e3779b97f4a7c15; /* 2^64 by the golden ratio */
}

static inline uint64_t
filter_word(uint64_t hash)
{
    return hash >> (64 - FILTER_MOST - 6); /* its low bits count */
}

static inline uint64_t
filter_bit(uint64_t hash)
{
    return hash >> (64 - 6);
}

static inline uint32_t
tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 20);
}

static inline uint32_t
bucket_of(uint64_t hash)
{
    return (uint32_t)(hash >> (64 - BUCKET_BITS));
}

/* ── scanning ── */

struct look {
    const struct seclang_sieve *sieve;
    sk_str text;
    struct seclang_bulk_hit *hits;
};

static bool
too_late(const struct seclang_bulk_hit *hit, const struct seclang_phrase *phrase, size_t end)
{
    return hit->may && (!phrase->answers || end > hit->end);
}

/* Whether the phrase's window is at text[at] for the phrase's sake. */
static void
look_at_phrase(const struct look *l, uint32_t place, size_t at)
{
    size_t index = place >> OFFSET_BITS, offset = place & ((1 << OFFSET_BITS) - 1);
    const struct seclang_phrase *phrase = &l->sieve->phrase[index];
    const char *from;
    size_t end;

    if (offset > at) return;
    from = l->text.p + (at - offset);
    if (folded(from) != l->sieve->head[index]) return;
    end = at - offset + phrase->text.n;
    if (end > l->text.n || too_late(&l->hits[phrase->owner], phrase, end)) return;
    if (sk_str_eq_nocase((sk_str){ from, phrase->text.n }, phrase->text))
        seclang_phrase_found(phrase, end, l->hits);
}

static __attribute__((noinline)) void
look_closer(const struct look *l, size_t at, uint64_t hash)
{
    const uint32_t *bucket = &l->sieve->bucket[bucket_of(hash)];
    const struct entry *entry = l->sieve->entry;

    for (uint32_t i = bucket[0]; i < bucket[1]; i++)
        if (entry[i].tag == tag_of(hash)) look_at_phrase(l, entry[i].place, at);
}

void
seclang_sieve_scan(const struct seclang_sieve *sieve, sk_str text, struct seclang_bulk_hit *hits)
{
    struct look l = { sieve, text, hits };
    const uint64_t *filter = sieve->filter;
    uint64_t words = sieve->words;

    if (sieve->count == 0) return;
    for (size_t i = 0; i < text.n; i += STRIDE) {
        uint64_t hash = hash_of(folded(text.p + i));

        if (filter[filter_word(hash) & words] >> filter_bit(hash) & 1) look_closer(&l, i, hash);
    }
}

void
seclang_phrase_found(const struct seclang_phrase *phrase, size_t end, struct seclang_bulk_hit *hits)
{
    struct seclang_bulk_hit *hit = &hits[phrase->owner];

    hit->may = true;
    if (!phrase->answers) return;
    if (hit->phrase) {
        if (end > hit->end) return;
        if (end == hit->end && phrase->text.n < hit->phrase->n) return;
        if (end == hit->end && phrase->text.n == hit->phrase->n && &phrase->text > hit->phrase)
            return; /* spelled otherwise: the first of them */
    }
    hit->phrase = &phrase->text;
    hit->end = end;
}

/* ── making ── */

struct making {
    struct seclang_sieve *sieve;
    unsigned char *seen; /* how often windows are in phrases, by their hash */
    char *text;          /* a phrase as it is read in texts: SECLANG_PHRASE_BYTES and WINDOW */
    uint64_t *hash;      /* of its windows, */
    uint64_t *cost;      /* and how often a text may meet them, roughly */
    uint64_t *drafted;   /* entries to be: hashes, */
    uint32_t *place;     /* and places */
};

static bool
is_taken(sk_str text)
{
    return text.n >= SECLANG_SIEVE_LEAST && text.n <= SECLANG_PHRASE_BYTES;
}

/* How many windows there are. */
static size_t
read_windows(struct making *m, sk_str text)
{
    size_t windows = text.n - WINDOW + 1;

    memcpy(m->text, text.p, text.n);
    for (size_t i = 0; i < windows; i++)
        m->hash[i] = hash_of(folded(m->text + i));
    return windows;
}

static unsigned char *
seen_of(const struct making *m, uint64_t hash)
{
    return &m->seen[hash >> (64 - SEEN_BITS)];
}

static void
count_windows(struct making *m, sk_str text)
{
    size_t windows = read_windows(m, text);

    for (size_t i = 0; i < windows; i++) {
        unsigned char *seen = seen_of(m, m->hash[i]);

        if (*seen < SEEN_MOST) (*seen)++;
    }
}

static unsigned
weight_at(const struct making *m, size_t at)
{
    return seclang_filter_byte_weight(sk_lower_byte((unsigned char)m->text[at]));
}

static void
find_costs(struct making *m, size_t windows)
{
    uint64_t weight = 1;

    for (size_t i = 0; i + 1 < WINDOW; i++)
        weight += weight_at(m, i);
    for (size_t i = 0; i < windows; i++) {
        uint64_t seen = *seen_of(m, m->hash[i]);

        weight += weight_at(m, i + WINDOW - 1);
        m->cost[i] = seen * seen * weight * weight;
        weight -= weight_at(m, i);
    }
}

/* Where the windows begin that cost least: `stride` of them in a row. */
static size_t
choose(struct making *m, size_t windows)
{
    uint64_t cost = 0, least;
    size_t best = 0;

    find_costs(m, windows);
    for (size_t i = 0; i < STRIDE; i++)
        cost += m->cost[i];
    least = cost;
    for (size_t i = STRIDE; i < windows; i++) {
        cost += m->cost[i] - m->cost[i - STRIDE];
        if (cost >= least) continue;
        least = cost;
        best = i - STRIDE + 1;
    }
    return best;
}

static void
take_phrase(struct making *m, size_t index)
{
    struct seclang_sieve *sieve = m->sieve;
    size_t from = choose(m, read_windows(m, sieve->phrase[index].text));

    sieve->head[index] = folded(m->text);
    for (size_t i = from; i < from + STRIDE; i++) {
        m->drafted[sieve->count] = m->hash[i];
        m->place[sieve->count++] = (uint32_t)(index << OFFSET_BITS | i);
    }
}

/* By bucket, counting. */
static void
sort_entries(struct seclang_sieve *sieve, sk_arena *mem, const struct making *m)
{
    uint32_t *next; /* of each bucket; ends up where the next one begins */

    sieve->bucket = sk_array(mem, ((size_t)1 << BUCKET_BITS) + 2, sizeof(uint32_t));
    sieve->entry = sk_array(mem, sieve->count, sizeof(*sieve->entry));
    for (size_t i = 0; i < sieve->count; i++)
        sieve->bucket[bucket_of(m->drafted[i]) + 2]++;
    for (size_t i = 1; i <= (size_t)1 << BUCKET_BITS; i++)
        sieve->bucket[i + 1] += sieve->bucket[i];
    next = sieve->bucket + 1;
    for (size_t i = 0; i < sieve->count; i++)
        sieve->entry[next[bucket_of(m->drafted[i])]++] =
            (struct entry){ tag_of(m->drafted[i]), m->place[i] };
}

static void
fill_filter(struct seclang_sieve *sieve, sk_arena *mem, const struct making *m)
{
    unsigned words = FILTER_LEAST;

    while (words < FILTER_MOST && (size_t)64 << words < BITS_AN_ENTRY * sieve->count)
        words++;
    sieve->words = ((uint64_t)1 << words) - 1;
    sieve->filter = sk_array(mem, (size_t)1 << words, sizeof(uint64_t));
    for (size_t i = 0; i < sieve->count; i++)
        sieve->filter[filter_word(m->drafted[i]) & sieve->words] |= (uint64_t)1
                                                                    << filter_bit(m->drafted[i]);
}

static struct making
making_of(struct seclang_sieve *sieve, sk_arena *mem, size_t phrases)
{
    return (struct making){
        .sieve = sieve,
        .seen = sk_zalloc(mem, (size_t)1 << SEEN_BITS),
        .text = sk_alloc(mem, SECLANG_PHRASE_BYTES + WINDOW),
        .hash = sk_array(mem, SECLANG_PHRASE_BYTES, sizeof(uint64_t)),
        .cost = sk_array(mem, SECLANG_PHRASE_BYTES, sizeof(uint64_t)),
        .drafted = sk_array(mem, STRIDE * phrases + 1, sizeof(uint64_t)),
        .place = sk_array(mem, STRIDE * phrases + 1, sizeof(uint32_t)),
    };
}

struct seclang_sieve *
seclang_sieve_new(sk_arena *mem, const struct seclang_phrase *phrase, size_t count)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(256 << 10);
    struct seclang_sieve *sieve = SK_NEW(mem, struct seclang_sieve);
    struct making m = making_of(sieve, scratch, count);

    sieve->phrase = phrase;
    sieve->head = sk_array(mem, count + 1, sizeof(uint64_t));
    for (size_t i = 0; i < count; i++)
        if (is_taken(phrase[i].text)) count_windows(&m, phrase[i].text);
    for (size_t i = 0; i < count; i++)
        if (is_taken(phrase[i].text)) take_phrase(&m, i);
    if (sieve->count == 0) return sieve;
    sort_entries(sieve, mem, &m);
    fill_filter(sieve, mem, &m);
    return sieve;
}
