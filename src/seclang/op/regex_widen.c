/* Patterns that Vectorscan is not to be asked, widened to ones that it may be: they match at least
 * in every text in which the pattern does.
 *
 *     Table '[^']+' doesn't exist      Table '.+' doesn't exist
 *     <\?(?!xml)                       <\?
 *     shell</html>\n$                  shell</html>\n
 *
 * Assertions go, but for edges of words where they are wanted; large classes become any byte, what
 * is not known any text. */
#include "seclang/op/regex_walk.h"
#include "seclang/op/rows.h"

enum {
    LARGE = 128,          /* bytes of a class from which it is any byte: see runs_to_a_byte */
    LENGTH_MOST = 1 << 13 /* bytes of what is written; Vectorscan takes 16,000 */
};

struct widening {
    sk_arena *mem;
    bool edges;
};

/* A part is a pattern, as text on the arena; with alternatives it is a group. */
static sk_str *
part_of(sk_arena *mem, sk_str text)
{
    sk_str *part = SK_NEW(mem, sk_str);

    *part = text;
    return part;
}

static sk_str
class_of(sk_arena *mem, const struct sk_bytes *set)
{
    struct sk_buf out = { .mem = mem };

    sk_buf_byte(&out, '['); /* one byte is a class, too: Vectorscan sees no difference */
    for (unsigned c = 0; c < 256; c++)
        if (sk_bytes_has(set, (unsigned char)c)) sk_buf_printf(&out, "\\x%02x", c);
    sk_buf_byte(&out, ']');
    return sk_buf_str(&out);
}

static void *
nothing(const struct widening *w, int letter)
{
    if (w->edges && letter == 'b') return part_of(w->mem, SK_STR("\\b"));
    if (w->edges && letter == 'B') return part_of(w->mem, SK_STR("\\B"));
    return part_of(w->mem, SK_STR(""));
}

static void *
atom(void *ctx, const struct seclang_regex_atom *atom)
{
    const struct widening *w = ctx;
    unsigned count = sk_bytes_count(&atom->set);

    if (atom->kind == SECLANG_REGEX_NOTHING) return nothing(w, atom->code);
    if (atom->kind == SECLANG_REGEX_UNKNOWN) return part_of(w->mem, SK_STR(".*"));
    if (atom->kind == SECLANG_REGEX_ANY)
        return part_of(w->mem, atom->code == '.' ? SK_STR(".") : SK_STR(".+"));
    if (count == 0 || count >= LARGE) return part_of(w->mem, SK_STR("."));
    return part_of(w->mem, class_of(w->mem, &atom->set));
}

/* Too long a part is any text. */
static void *
bounded(sk_arena *mem, sk_str text)
{
    return part_of(mem, text.n > LENGTH_MOST ? SK_STR(".*") : text);
}

static void *
join(void *ctx, void *a, void *b)
{
    sk_arena *mem = ((const struct widening *)ctx)->mem;
    const sk_str *first = a, *second = b;

    if (first->n == 0) return b;
    if (second->n == 0) return a;
    return bounded(mem, sk_str_printf(mem, "%.*s%.*s", SK_ARG(*first), SK_ARG(*second)));
}

static void *
either(void *ctx, void *a, void *b)
{
    sk_arena *mem = ((const struct widening *)ctx)->mem;
    const sk_str *first = a, *second = b;

    return bounded(mem, sk_str_printf(mem, "(?:%.*s|%.*s)", SK_ARG(*first), SK_ARG(*second)));
}

static void *
repeat(void *ctx, void *a, uint32_t least, uint32_t most)
{
    sk_arena *mem = ((const struct widening *)ctx)->mem;
    const sk_str *part = a;

    if (part->n == 0) return a;
    if (most == SECLANG_REGEX_NO_END)
        return bounded(mem, sk_str_printf(mem, "(?:%.*s){%u,}", SK_ARG(*part), least));
    return bounded(mem, sk_str_printf(mem, "(?:%.*s){%u,%u}", SK_ARG(*part), least, most));
}

static void *
ahead(void *ctx, void *a)
{
    (void)a;
    return part_of(((const struct widening *)ctx)->mem, SK_STR(""));
}

static const struct seclang_algebra algebra = { atom, join, either, repeat, ahead, NULL };

bool
seclang_regex_widen(sk_str *wide, sk_arena *mem, sk_str pattern, bool edges)
{
    struct widening widening = { mem, edges };
    const sk_str *whole = seclang_regex_walk(&algebra, &widening, pattern);

    *wide = whole ? *whole : (sk_str){ 0 };
    return whole != NULL;
}
