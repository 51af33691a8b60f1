/* Filters of patterns:
 *
 *     sequence      lengths add up; of all sets the rarest stay
 *     alternative   the shorter length; unions of a set of each side
 *     quantifier    nothing where it may be zero; else length times the least number
 *     (?=...)       its sets, for the value must have them; no length
 *     (?!...), (?(...)...), \1, (?R)   nothing
 *
 * Bytes are counted anywhere in the value, so sets stay sound wherever a match lies. */
#include "seclang/op/regex_walk.h"
#include "seclang/op/rows.h"

enum { LEAST_MOST = 1 << 20 };

/* ── arithmetic ── */

static uint32_t
times(uint32_t a, uint32_t b)
{
    uint64_t product = (uint64_t)a * b;

    return product > LEAST_MOST ? LEAST_MOST : (uint32_t)product;
}

static void
add_part(struct seclang_filter *to, const struct seclang_filter *part)
{
    uint32_t sum = to->least + part->least;

    to->least = sum > LEAST_MOST ? LEAST_MOST : sum;
    for (unsigned i = 0; i < part->sets; i++)
        seclang_filter_offer(to, &part->set[i]);
}

/* The lightest union of `set` with one of the other side's. */
static void
offer_union(struct seclang_filter *to, const struct sk_bytes *set,
            const struct seclang_filter *other)
{
    struct sk_bytes best = { { 0 } };
    unsigned least = UINT32_MAX;

    for (unsigned i = 0; i < other->sets; i++) {
        struct sk_bytes both = *set;
        unsigned weight;

        sk_bytes_unite(&both, &other->set[i]);
        weight = seclang_filter_weight(&both);
        if (weight >= least) continue;
        least = weight;
        best = both;
    }
    if (other->sets > 0) seclang_filter_offer(to, &best);
}

static void
either(struct seclang_filter *a, const struct seclang_filter *b)
{
    struct seclang_filter both = { .least = a->least < b->least ? a->least : b->least };

    for (unsigned i = 0; i < a->sets; i++)
        offer_union(&both, &a->set[i], b);
    for (unsigned i = 0; i < b->sets; i++)
        offer_union(&both, &b->set[i], a);
    *a = both;
}

/* ── the algebra ── */

static void *
atom(void *ctx, const struct seclang_regex_atom *atom)
{
    struct seclang_filter *part = SK_NEW(ctx, struct seclang_filter);

    part->least = atom->kind == SECLANG_REGEX_BYTES || atom->kind == SECLANG_REGEX_ANY;
    if (sk_bytes_count(&atom->set) > 0) seclang_filter_offer(part, &atom->set);
    return part;
}

static void *
join(void *ctx, void *a, void *b)
{
    (void)ctx;
    add_part(a, b);
    return a;
}

static void *
alternative(void *ctx, void *a, void *b)
{
    (void)ctx;
    either(a, b);
    return a;
}

static void *
repeat(void *ctx, void *a, uint32_t least, uint32_t most)
{
    struct seclang_filter *part = a;

    (void)ctx, (void)most;
    part->least = times(part->least, least);
    if (least == 0) part->sets = 0;
    return part;
}

static void *
ahead(void *ctx, void *a)
{
    struct seclang_filter *part = a;

    (void)ctx;
    part->least = 0;
    return part;
}

static const struct seclang_algebra algebra = { atom, join, alternative, repeat, ahead, NULL };

void
seclang_filter_of_regex(struct seclang_filter *filter, sk_str pattern)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64 << 10);
    const struct seclang_filter *whole = seclang_regex_walk(&algebra, mem, pattern);

    *filter = whole ? *whole : (struct seclang_filter){ 0 };
}
