/* Whether a pattern's matches depend on nothing but their own bytes and one on each side: no
 * lookaround, no reference, nothing atomic, whose choice the text behind may decide. Then what
 * matches in one text matches in every text that has the same bytes there. */
#include "seclang/op/regex_walk.h"

struct locality {
    bool local;
};

static void *
atom(void *ctx, const struct seclang_regex_atom *atom)
{
    struct locality *l = ctx;

    if (atom->kind == SECLANG_REGEX_UNKNOWN) l->local = false;
    if (atom->kind == SECLANG_REGEX_ANY && atom->code != '.') l->local = false;
    if (atom->kind == SECLANG_REGEX_NOTHING && atom->code < 0) l->local = false;
    return ctx;
}

static void *
two(void *ctx, void *a, void *b)
{
    (void)a, (void)b;
    return ctx;
}

static void *
repeat(void *ctx, void *a, uint32_t least, uint32_t most)
{
    (void)a, (void)least, (void)most;
    return ctx;
}

static void *
ahead(void *ctx, void *a)
{
    struct locality *l = ctx;

    (void)a;
    l->local = false;
    return ctx;
}

static void
narrow(void *ctx)
{
    struct locality *l = ctx;

    l->local = false;
}

bool
seclang_regex_is_local(sk_str pattern)
{
    static const struct seclang_algebra algebra = { atom, two, two, repeat, ahead, narrow };
    struct locality l = { .local = true };

    if (sk_str_find(pattern, SK_STR("\\K")) != SIZE_MAX) return false; /* moves what is reported */
    return seclang_regex_walk(&algebra, &l, pattern) && l.local;
}
