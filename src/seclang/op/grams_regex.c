/* Grams of patterns: what is known of a part of a pattern is either all its texts, as long as they
 * are few, or how its texts may begin and end, and the best grams found so far.
 *
 *     un(?:ion|i).*select      un × {ion, i}  = {union, uni}                        all texts
 *                              {union, uni} . .*  : begins with uni, ends unknown;  grams {uni}
 *                              ... select         : grams {uni} or {sel, ele, lec, ect}: the rarest
 *
 * Texts are folded (SECLANG_GRAM_FOLD) from the start. Assertions are empty texts, which is sound:
 * they take nothing away from between the bytes around them. */
#include "seclang/op/grams.h"
#include "seclang/op/regex_walk.h"

enum {
    TEXTS_MOST = 64, /* of one part */
    TEXT_MOST = 24,  /* bytes of each */
    EDGE = 3,        /* bytes of a beginning or an end */
    CLASS_MOST = 12  /* folded bytes of a class that is still texts */
};

/* Constant once made, so that parts may share it. */
struct texts {
    const sk_str *at;
    unsigned count;
};

struct part {
    bool exact;                /* first are all its texts */
    struct texts first;        /* else how each of its texts begins, */
    struct texts last;         /* and how it ends */
    struct seclang_grams best; /* one of these is in each of its texts */
};

/* ── lists of texts ── */

static const sk_str no_text = { "", 0 };
static const struct texts unknown = { &no_text, 1 }; /* also: the empty text and no other */

struct builder {
    sk_str at[TEXTS_MOST];
    unsigned count;
};

static bool
add(struct builder *to, sk_str text)
{
    for (unsigned i = 0; i < to->count; i++)
        if (sk_str_eq(to->at[i], text)) return true;
    if (to->count == TEXTS_MOST) return false;
    to->at[to->count++] = text;
    return true;
}

static struct texts
build(sk_arena *mem, const struct builder *from)
{
    sk_str *at = sk_alloc(mem, (from->count + 1) * sizeof(sk_str));

    memcpy(at, from->at, from->count * sizeof(sk_str));
    return (struct texts){ at, from->count };
}

static sk_str
joined(sk_arena *mem, sk_str a, sk_str b)
{
    char *text;

    if (a.n == 0) return b;
    if (b.n == 0) return a;
    text = sk_alloc(mem, a.n + b.n);
    memcpy(text, a.p, a.n);
    memcpy(text + a.n, b.p, b.n);
    return (sk_str){ text, a.n + b.n };
}

/* Each of a followed by each of b. False: too many, or too long. */
static bool
cross(struct texts *to, sk_arena *mem, const struct texts *a, const struct texts *b)
{
    struct builder all;

    all.count = 0;
    if (a->count * b->count > TEXTS_MOST) return false;
    for (unsigned i = 0; i < a->count; i++)
        for (unsigned j = 0; j < b->count; j++) {
            if (a->at[i].n + b->at[j].n > TEXT_MOST) return false;
            (void)add(&all, joined(mem, a->at[i], b->at[j]));
        }
    *to = build(mem, &all);
    return true;
}

static struct texts
begin_of(sk_arena *mem, const struct texts *from)
{
    struct builder all;

    all.count = 0;
    for (unsigned i = 0; i < from->count; i++)
        (void)add(&all, sk_str_first(from->at[i], EDGE));
    return build(mem, &all);
}

static struct texts
end_of(sk_arena *mem, const struct texts *from)
{
    struct builder all;

    all.count = 0;
    for (unsigned i = 0; i < from->count; i++) {
        sk_str text = from->at[i];

        (void)add(&all, text.n > EDGE ? sk_str_from(text, text.n - EDGE) : text);
    }
    return build(mem, &all);
}

/* Those of both; false when there are too many. */
static bool
unite(struct texts *to, sk_arena *mem, const struct texts *a, const struct texts *b)
{
    struct builder all;

    all.count = 0;
    for (unsigned i = 0; i < a->count; i++)
        (void)add(&all, a->at[i]);
    for (unsigned i = 0; i < b->count; i++)
        if (!add(&all, b->at[i])) return false;
    *to = build(mem, &all);
    return true;
}

/* ── parts ── */

static void
prefer(struct part *part, const struct seclang_grams *grams)
{
    if (grams->count == 0) return;
    if (part->best.count > 0 && seclang_grams_weight(&part->best) <= seclang_grams_weight(grams))
        return;
    part->best = *grams;
}

static void
prefer_texts(struct part *part, sk_arena *mem, const struct texts *texts)
{
    struct seclang_grams grams;

    seclang_grams_of_texts(&grams, mem, texts->at, texts->count);
    prefer(part, &grams);
}

/* From all texts to their beginnings and ends. */
static void
loosen(struct part *part, sk_arena *mem)
{
    struct texts all;

    if (!part->exact) return;
    all = part->first;
    prefer_texts(part, mem, &all);
    part->first = begin_of(mem, &all);
    part->last = end_of(mem, &all);
    part->exact = false;
}

static struct part *
loose(sk_arena *mem)
{
    struct part *part = SK_NEW(mem, struct part);

    part->first = part->last = unknown;
    return part;
}

static struct part *
empty_text(sk_arena *mem)
{
    struct part *part = SK_NEW(mem, struct part);

    part->exact = true;
    part->first = unknown;
    return part;
}

/* ── the algebra ── */

/* A text for each byte of the set, folded; false when there are too many. */
static bool
texts_of(struct texts *to, sk_arena *mem, const struct sk_bytes *set)
{
    struct builder all;

    all.count = 0;
    for (unsigned c = 0; c < 256; c++) {
        char folded = (char)(c | SECLANG_GRAM_FOLD);

        if (!sk_bytes_has(set, (unsigned char)c)) continue;
        if (all.count > CLASS_MOST || !add(&all, sk_str_copy(mem, (sk_str){ &folded, 1 })))
            return false;
    }
    *to = build(mem, &all);
    return all.count <= CLASS_MOST;
}

static void *
atom(void *ctx, const struct seclang_regex_atom *atom)
{
    struct part *part;

    if (atom->kind == SECLANG_REGEX_NOTHING) return empty_text(ctx);
    if (atom->kind != SECLANG_REGEX_BYTES) return loose(ctx);
    part = SK_NEW(ctx, struct part);
    part->exact = true;
    return texts_of(&part->first, ctx, &atom->set) ? part : loose(ctx);
}

/* What stands across the seam is known where one side's end and the other's beginning are. */
static void *
join_loose(sk_arena *mem, struct part *a, struct part *b)
{
    struct part *all = SK_NEW(mem, struct part);
    const struct texts *end = a->exact ? &a->first : &a->last;
    struct texts seam;
    bool known = cross(&seam, mem, end, &b->first);

    if (known) prefer_texts(all, mem, &seam);
    all->first = begin_of(mem, a->exact && known ? &seam : &a->first);
    if (b->exact)
        all->last = end_of(mem, known ? &seam : &b->first);
    else
        all->last = b->last;
    loosen(a, mem);
    loosen(b, mem);
    prefer(all, &a->best);
    prefer(all, &b->best);
    return all;
}

static void *
join(void *ctx, void *first, void *second)
{
    struct part *a = first, *b = second;
    struct texts both;

    if (!a->exact || !b->exact || !cross(&both, ctx, &a->first, &b->first))
        return join_loose(ctx, a, b);
    a->first = both;
    return a;
}

static void *
either(void *ctx, void *first, void *second)
{
    struct part *a = first, *b = second;

    if (a->exact && b->exact && unite(&a->first, ctx, &a->first, &b->first)) return a;
    loosen(a, ctx);
    loosen(b, ctx);
    if (!unite(&a->first, ctx, &a->first, &b->first)) a->first = unknown;
    if (!unite(&a->last, ctx, &a->last, &b->last)) a->last = unknown;
    seclang_grams_unite(&a->best, ctx, &a->best, &b->best);
    return a;
}

/* Once is known; how often after that is not. */
static void *
repeat(void *ctx, void *part, uint32_t least, uint32_t most)
{
    (void)most;
    if (least == 0) return loose(ctx);
    loosen(part, ctx);
    return part;
}

static void *
ahead(void *ctx, void *part)
{
    (void)part;
    return empty_text(ctx);
}

static const struct seclang_algebra algebra = { atom, join, either, repeat, ahead, NULL };

void
seclang_grams_of_regex(struct seclang_grams *grams, sk_arena *mem, sk_str pattern)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(256 << 10);
    struct part *whole = seclang_regex_walk(&algebra, scratch, pattern);

    *grams = (struct seclang_grams){ 0 };
    if (!whole) return;
    loosen(whole, scratch);
    if (whole->best.count == 0) return;
    grams->gram = sk_array(mem, whole->best.count, sizeof(uint32_t));
    memcpy(grams->gram, whole->best.gram, whole->best.count * sizeof(uint32_t));
    grams->count = whole->best.count;
}
