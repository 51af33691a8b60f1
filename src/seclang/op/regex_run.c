/* How many bytes in a row any match surely has, in one or the other case:
 *
 *     <\?(?:php)?\s+    2: <?
 *     x|long            1
 *     colou?r[^a]shop   4: what may be missing ends a run
 *
 * Of alternatives the shortest run counts. */
#include "seclang/op/regex_walk.h"

enum { CASES = 2 /* bytes of a set that is still one letter */, RUN_MOST = 1 << 20 };

struct part {
    bool whole; /* each of its texts is one run, of `head` bytes at least */
    uint32_t head, tail, most;
};

static struct part *
part_of(sk_arena *mem, struct part part)
{
    struct part *made = SK_NEW(mem, struct part);

    *made = part;
    return made;
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

static uint32_t
smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void *
atom(void *ctx, const struct seclang_regex_atom *atom)
{
    bool letter = atom->kind == SECLANG_REGEX_BYTES && sk_bytes_count(&atom->set) <= CASES;

    if (atom->kind == SECLANG_REGEX_NOTHING) return part_of(ctx, (struct part){ .whole = true });
    return part_of(ctx, (struct part){ letter, letter, letter, letter });
}

static void *
join(void *ctx, void *first, void *second)
{
    const struct part *a = first, *b = second;
    uint32_t seam = smaller(a->tail + b->head, RUN_MOST);

    return part_of(ctx, (struct part){ a->whole && b->whole, a->whole ? seam : a->head,
                                       b->whole ? seam : b->tail,
                                       larger(seam, larger(a->most, b->most)) });
}

static void *
either(void *ctx, void *first, void *second)
{
    const struct part *a = first, *b = second;

    return part_of(ctx, (struct part){ a->whole && b->whole, smaller(a->head, b->head),
                                       smaller(a->tail, b->tail), smaller(a->most, b->most) });
}

/* Once is known; what follows is not. */
static void *
repeat(void *ctx, void *a, uint32_t least, uint32_t most)
{
    struct part part = *(const struct part *)a;

    if (least == 0) return part_of(ctx, (struct part){ 0 });
    part.whole = part.whole && most == 1;
    return part_of(ctx, part);
}

static void *
ahead(void *ctx, void *a)
{
    (void)a;
    return part_of(ctx, (struct part){ .whole = true });
}

uint32_t
seclang_regex_run(sk_str pattern)
{
    static const struct seclang_algebra algebra = { atom, join, either, repeat, ahead, NULL };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(64 << 10);
    const struct part *whole = seclang_regex_walk(&algebra, mem, pattern);

    return whole ? whole->most : 0;
}
