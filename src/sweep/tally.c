#include "sweep/tally.h"

static void
hit(void *ctx, int kind, sk_str sample)
{
    struct sweep_tally *tally = ctx;
    char *to = tally->here.sample[kind];

    if (tally->here.count[kind]++ == 0 && sample.n < SWEEP_SAMPLE_MAX)
        memcpy(to, sample.p, sample.n);
}

void
sweep_tally_begin(struct sweep_tally *tally, struct sweep *sweep, const char *where,
                  const char *place, unsigned hints)
{
    *tally = (struct sweep_tally){ .sweep = sweep, .work = sk_arena_new(0), .hints = hints };
    tally->here.where = where;
    tally->here.place = place;
}

void
sweep_tally_text(struct sweep_tally *tally, sk_str text)
{
    struct sweep *sweep = tally->sweep;

    if (text.n == 0) return;
    sweep->values++;
    sweep->bytes += text.n;
    sweep_judge(&tally->here.tokens, tally->work, tally->hints, text, hit, tally);
    sk_arena_reset(tally->work);
    if (sweep->progress) sweep->progress(sweep->ctx, sweep, tally->here.place);
}

/* Beyond the last place that has a row of its own. */
static void
add(struct sweep_found *to, const struct sweep_found *from)
{
    to->place = "...";
    to->tokens += from->tokens;
    for (int kind = 0; kind < SWEEP_KINDS; kind++)
        to->count[kind] += from->count[kind];
}

void
sweep_tally_end(struct sweep_tally *tally)
{
    struct sweep *sweep = tally->sweep;
    bool any = tally->here.tokens > 0;

    for (int kind = 0; kind < SWEEP_KINDS; kind++)
        any |= tally->here.count[kind] > 0;
    if (any && sweep->founds < SWEEP_FOUND_MAX)
        sweep->found[sweep->founds++] = tally->here;
    else if (any)
        add(&sweep->found[SWEEP_FOUND_MAX - 1], &tally->here);
    sk_arena_free(tally->work);
}

void
sweep_trouble(struct sweep *sweep, const char *place, const char *why)
{
    if (sweep->troubles == SWEEP_TROUBLES_MAX) return;
    sweep->trouble[sweep->troubles++] =
        (struct sweep_trouble){ sk_str_zcopy(sweep->mem, sk_str_of(place)),
                                sk_str_zcopy(sweep->mem, sk_str_of(why)) };
}
