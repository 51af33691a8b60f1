/* The sieve: two meshes, a coarse one for long phrases and a fine one for shorter ones, each a pass
 * over the text. A text's window first meets a bit of a filter, then its bucket of entries, then
 * the phrase's first bytes, then the whole phrase. */
#include "seclang/op/sieve.h"
#include "seclang/op/rows.h"

#include <endian.h>

enum {
    HEAD = 8,              /* bytes that are read at a time */
    BUCKET_BITS = 12,      /* of a mesh */
    BITS_AN_ENTRY = 64,    /* of the filter, where it may be as large */
    FILTER_LEAST = 4,      /* 2^4 words, */
    FILTER_MOST = 14,      /* at most 2^14: 128 KB */
    PHRASE_BITS = 14,      /* of an entry's place: which phrase, */
    OFFSET_BITS = 13,      /* and where in it the window begins */
    SEEN_BITS = 16,        /* windows of all phrases are counted by so many bits of their hash */
    SEEN_MOST = UINT8_MAX, /* more often is as often */
    SIZES = 2
};

_Static_assert((int)SECLANG_BULK_PHRASES <= 1 << PHRASE_BITS, "phrases have a number");
_Static_assert((int)SECLANG_PHRASE_BYTES <= 1 << OFFSET_BITS, "windows have a place");
_Static_assert((int)SECLANG_BULK_BEHIND >= HEAD, "the last bytes are read as others are");

/* The coarse one first: a phrase falls into the first that it is long enough for. */
static const struct size {
    unsigned window, stride; /* bytes */
} sizes[SIZES] = { { 8, 8 }, { 5, 5 } };

struct entry {
    uint32_t tag;   /* more of the hash */
    uint32_t place; /* phrase and offset */
};

struct mesh {
    uint64_t *filter;
    uint64_t words;   /* of the filter, less one */
    uint32_t *bucket; /* where its entries begin; one more than there are */
    struct entry *entry;
    size_t count; /* entries */
};

struct seclang_sieve {
    const struct seclang_phrase *phrase;
    uint64_t *head; /* how each phrase begins */
    struct mesh mesh[SIZES];
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
hash_of(uint64_t bytes, unsigned window)
{
    uint64_t some = window < HEAD ? bytes << 8 * (HEAD - window) : bytes;

    return some * 0x9e3779b97f4a7c15; /* 2^64 by the golden ratio */
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
look_closer(const struct look *l, const struct mesh *mesh, size_t at, uint64_t hash)
{
    const uint32_t *bucket = &mesh->bucket[bucket_of(hash)];

    for (uint32_t i = bucket[0]; i < bucket[1]; i++)
        if (mesh->entry[i].tag == tag_of(hash)) look_at_phrase(l, mesh->entry[i].place, at);
}

static inline __attribute__((always_inline)) void
scan_mesh(const struct look *l, const struct mesh *mesh, struct size size)
{
    const uint64_t *filter = mesh->filter;
    uint64_t words = mesh->words;

    if (mesh->count == 0) return;
    for (size_t i = 0; i < l->text.n; i += size.stride) {
        uint64_t hash = hash_of(folded(l->text.p + i), size.window);

        if (filter[filter_word(hash) & words] >> filter_bit(hash) & 1)
            look_closer(l, mesh, i, hash);
    }
}

void
seclang_sieve_scan(const struct seclang_sieve *sieve, sk_str text, struct seclang_bulk_hit *hits)
{
    struct look l = { sieve, text, hits };

    scan_mesh(&l, &sieve->mesh[0], sizes[0]); /* one by one, for loops of constant steps */
    scan_mesh(&l, &sieve->mesh[1], sizes[1]);
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
    const struct seclang_phrase *phrase;
    size_t count;
    struct size size;
    unsigned char *seen; /* how often windows are in phrases, by their hash */
    char *text;          /* a phrase as it is read in texts: SECLANG_PHRASE_BYTES and HEAD */
    uint64_t *hash;      /* of its windows, */
    uint64_t *cost;      /* and how often a text may meet them, roughly */
};

static size_t
least_of(struct size size)
{
    return size.window + size.stride - 1;
}

static bool
falls_into(sk_str text, unsigned mesh)
{
    for (unsigned i = 0; i < mesh; i++)
        if (text.n >= least_of(sizes[i])) return false;
    return text.n >= least_of(sizes[mesh]) && text.n <= SECLANG_PHRASE_BYTES;
}

/* How many windows there are. */
static size_t
read_windows(struct making *m, sk_str text)
{
    size_t windows = text.n - m->size.window + 1;

    memcpy(m->text, text.p, text.n);
    memset(m->text + text.n, 0, HEAD);
    for (size_t i = 0; i < windows; i++)
        m->hash[i] = hash_of(folded(m->text + i), m->size.window);
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

    for (size_t i = 0; i + 1 < m->size.window; i++)
        weight += weight_at(m, i);
    for (size_t i = 0; i < windows; i++) {
        uint64_t seen = *seen_of(m, m->hash[i]);

        weight += weight_at(m, i + m->size.window - 1);
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
    for (size_t i = 0; i < m->size.stride; i++)
        cost += m->cost[i];
    least = cost;
    for (size_t i = m->size.stride; i < windows; i++) {
        cost += m->cost[i] - m->cost[i - m->size.stride];
        if (cost >= least) continue;
        least = cost;
        best = i - m->size.stride + 1;
    }
    return best;
}

struct draft {
    uint64_t *hash;
    uint32_t *place;
    size_t count;
};

static void
take_phrase(struct draft *draft, struct making *m, size_t index)
{
    size_t from = choose(m, read_windows(m, m->phrase[index].text));

    for (size_t i = from; i < from + m->size.stride; i++) {
        draft->hash[draft->count] = m->hash[i];
        draft->place[draft->count++] = (uint32_t)(index << OFFSET_BITS | i);
    }
}

/* By bucket, counting. */
static void
sort_entries(struct mesh *mesh, sk_arena *mem, const struct draft *draft)
{
    uint32_t *next = mesh->bucket + 1; /* ends up one further: where the next bucket begins */

    mesh->entry = sk_array(mem, draft->count, sizeof(*mesh->entry));
    for (size_t i = 0; i < draft->count; i++)
        mesh->bucket[bucket_of(draft->hash[i]) + 2]++;
    for (size_t i = 1; i <= (size_t)1 << BUCKET_BITS; i++)
        mesh->bucket[i + 1] += mesh->bucket[i];
    for (size_t i = 0; i < draft->count; i++)
        mesh->entry[next[bucket_of(draft->hash[i])]++] =
            (struct entry){ tag_of(draft->hash[i]), draft->place[i] };
}

static void
fill_filter(struct mesh *mesh, sk_arena *mem, const struct draft *draft)
{
    unsigned words = FILTER_LEAST;

    while (words < FILTER_MOST && (size_t)64 << words < BITS_AN_ENTRY * draft->count)
        words++;
    mesh->words = ((uint64_t)1 << words) - 1;
    mesh->filter = sk_zalloc(mem, sizeof(uint64_t) << words);
    for (size_t i = 0; i < draft->count; i++)
        mesh->filter[filter_word(draft->hash[i]) & mesh->words] |= (uint64_t)1
                                                                   << filter_bit(draft->hash[i]);
}

static void
make_mesh(struct mesh *mesh, sk_arena *mem, struct making *m, unsigned index)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(0);
    size_t most = m->count * sizes[index].stride;
    struct draft draft = { sk_array(scratch, most + 1, sizeof(uint64_t)),
                           sk_array(scratch, most + 1, sizeof(uint32_t)), 0 };

    m->size = sizes[index];
    m->seen = sk_zalloc(scratch, (size_t)1 << SEEN_BITS);
    for (size_t i = 0; i < m->count; i++)
        if (falls_into(m->phrase[i].text, index)) count_windows(m, m->phrase[i].text);
    for (size_t i = 0; i < m->count; i++)
        if (falls_into(m->phrase[i].text, index)) take_phrase(&draft, m, i);
    mesh->count = draft.count;
    if (draft.count == 0) return;
    mesh->bucket = sk_zalloc(mem, (((size_t)1 << BUCKET_BITS) + 2) * sizeof(uint32_t));
    sort_entries(mesh, mem, &draft);
    fill_filter(mesh, mem, &draft);
}

/* What is shorter than HEAD is in no mesh: its head is not asked for. */
static uint64_t
head_of(sk_str text)
{
    return text.n < HEAD ? 0 : folded(text.p);
}

struct seclang_sieve *
seclang_sieve_new(sk_arena *mem, const struct seclang_phrase *phrase, size_t count)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(256 << 10);
    struct making m = { .phrase = phrase, .count = count };
    struct seclang_sieve *sieve = SK_NEW(mem, struct seclang_sieve);

    m.text = sk_alloc(scratch, SECLANG_PHRASE_BYTES + HEAD);
    m.hash = sk_array(scratch, SECLANG_PHRASE_BYTES, sizeof(uint64_t));
    m.cost = sk_array(scratch, SECLANG_PHRASE_BYTES, sizeof(uint64_t));
    sieve->phrase = phrase;
    sieve->head = sk_array(mem, count + 1, sizeof(uint64_t));
    for (size_t i = 0; i < count; i++)
        sieve->head[i] = head_of(phrase[i].text);
    for (unsigned i = 0; i < SIZES; i++)
        make_mesh(&sieve->mesh[i], mem, &m, i);
    return sieve;
}
