/* Patterns as programs of steps: the syntax tree is built by the walk over the pattern, then steps
 * are laid from the end of the pattern to its beginning, since each says where to go on. */
#include "seclang/op/linear.h"

enum kind { EMPTY, BYTES, ASSERTION, BOTH, EITHER, REPEAT };

struct node {
    enum kind kind;
    struct sk_bytes set;
    int letter;
    uint32_t least, most;
    const struct node *a, *b;
};

struct tree {
    sk_arena *mem;
    bool exact;
};

enum { SETS = 4096 /* places in the table of distinct sets; half of them are used at most */ };

struct layout {
    struct seclang_linear_program *program;
    uint32_t *place; /* of sets by hash: index + 1 */
    bool full;
};

/* ── the tree ── */

static struct node *
node_of(struct tree *t, enum kind kind)
{
    struct node *node = SK_NEW(t->mem, struct node);

    node->kind = kind;
    return node;
}

static void *
bytes(struct tree *t, const struct sk_bytes *set)
{
    struct node *node = node_of(t, BYTES);

    node->set = *set;
    return node;
}

static void *
any_bytes(struct tree *t, uint32_t least, uint32_t most)
{
    static const struct sk_bytes all = { { UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX } };
    struct node *node = node_of(t, REPEAT);

    node->a = bytes(t, &all);
    node->least = least;
    node->most = most;
    return node;
}

static void *
assertion(struct tree *t, int letter)
{
    struct node *node = node_of(t, letter > 0 ? ASSERTION : EMPTY);

    node->letter = letter;
    if (letter < 0) t->exact = false;
    return node;
}

static void *
atom(void *ctx, const struct seclang_regex_atom *atom)
{
    struct tree *t = ctx;

    if (atom->kind == SECLANG_REGEX_BYTES) return bytes(t, &atom->set);
    if (atom->kind == SECLANG_REGEX_NOTHING) return assertion(t, atom->code);
    if (atom->kind == SECLANG_REGEX_ANY && atom->code == '.') return any_bytes(t, 1, 1);
    t->exact = false;
    return any_bytes(t, atom->kind == SECLANG_REGEX_ANY, SECLANG_REGEX_NO_END);
}

static void *
two(void *ctx, enum kind kind, void *a, void *b)
{
    struct node *node = node_of(ctx, kind);

    node->a = a;
    node->b = b;
    return node;
}

static void *
join(void *ctx, void *a, void *b)
{
    const struct node *first = a;

    return first->kind == EMPTY ? b : two(ctx, BOTH, a, b);
}

static void *
either(void *ctx, void *a, void *b)
{
    return two(ctx, EITHER, a, b);
}

static void *
repeat(void *ctx, void *a, uint32_t least, uint32_t most)
{
    struct node *node = two(ctx, REPEAT, a, NULL);

    node->least = least;
    node->most = most;
    return node;
}

static void *
ahead(void *ctx, void *a)
{
    (void)a;
    return assertion(ctx, -1);
}

static void
narrow(void *ctx)
{
    struct tree *t = ctx;

    t->exact = false;
}

/* ── the steps ── */

static uint32_t
index_of_set(struct layout *l, const struct sk_bytes *set)
{
    struct seclang_linear_program *p = l->program;
    uint64_t hash =
        (set->w[0] ^ set->w[1] * 3 ^ set->w[2] * 5 ^ set->w[3] * 7) * UINT64_C(0x9E3779B97F4A7C15);

    for (uint32_t at = (uint32_t)(hash >> 40) % SETS;; at = (at + 1) % SETS) {
        if (l->place[at] == 0) {
            if (p->set_count == SETS / 2) {
                l->full = true;
                return 0;
            }
            p->set[p->set_count++] = *set;
            l->place[at] = p->set_count;
        }
        if (memcmp(&p->set[l->place[at] - 1], set, sizeof(*set)) == 0) return l->place[at] - 1;
    }
}

static uint32_t
lay(struct layout *l, enum seclang_step_kind kind, uint32_t to, uint32_t arg)
{
    struct seclang_linear_program *p = l->program;

    if (p->count == SECLANG_LINEAR_STEPS) {
        l->full = true;
        return 0;
    }
    p->step[p->count] = (struct seclang_linear_step){ kind, to, arg };
    return p->count++;
}

static uint32_t lay_node(struct layout *l, const struct node *node, uint32_t next);

/* Alternatives lean to the left, as they are read. */
static uint32_t
lay_either(struct layout *l, const struct node *node, uint32_t next)
{
    uint32_t at = lay_node(l, node->b, next);

    for (node = node->a; node->kind == EITHER; node = node->a)
        at = lay(l, SECLANG_STEP_EITHER, lay_node(l, node->b, next), at);
    return lay(l, SECLANG_STEP_EITHER, lay_node(l, node, next), at);
}

/* a{2,}: a a loop;  a{2,4}: a a (a (a)?)? */
static uint32_t
lay_repeat(struct layout *l, const struct node *node, uint32_t next)
{
    uint32_t at = next;

    if (node->most == SECLANG_REGEX_NO_END) {
        at = lay(l, SECLANG_STEP_EITHER, next, next);
        if (!l->full) l->program->step[at].to = lay_node(l, node->a, at);
    } else {
        for (uint32_t i = node->least; i < node->most && !l->full; i++)
            at = lay(l, SECLANG_STEP_EITHER, lay_node(l, node->a, at), next);
    }
    for (uint32_t i = 0; i < node->least && !l->full; i++)
        at = lay_node(l, node->a, at);
    return at;
}

/* As deep as groups lie in groups, which the walk bounds: sequences lean to the left and are gone
 * through in the loop. */
static uint32_t
lay_node(struct layout *l, const struct node *node, uint32_t next)
{
    for (; node->kind == BOTH && !l->full; node = node->a)
        next = lay_node(l, node->b, next);
    if (l->full || node->kind == EMPTY) return next;
    if (node->kind == BYTES) return lay(l, SECLANG_STEP_BYTE, next, index_of_set(l, &node->set));
    if (node->kind == ASSERTION) return lay(l, SECLANG_STEP_ASSERT, next, (uint32_t)node->letter);
    if (node->kind == EITHER) return lay_either(l, node, next);
    return lay_repeat(l, node, next);
}

static void *
copy_of(sk_arena *mem, const void *from, size_t n)
{
    return memcpy(sk_alloc(mem, n), from, n);
}

bool
seclang_linear_parse(struct seclang_linear_program *program, sk_arena *mem, sk_str pattern)
{
    static const struct seclang_algebra algebra = { atom, join, either, repeat, ahead, narrow };
    DEFER(sk_arena_close) sk_arena *aside = sk_arena_new(64 << 10);
    struct tree tree = { .mem = aside, .exact = true };
    const struct node *whole = seclang_regex_walk(&algebra, &tree, pattern);
    struct layout l = { .program = program };

    if (!whole) return false;
    *program = (struct seclang_linear_program){ .exact = tree.exact };
    program->step = sk_array(aside, SECLANG_LINEAR_STEPS, sizeof(*program->step));
    program->set = sk_array(aside, SETS / 2, sizeof(*program->set));
    l.place = sk_array(aside, SETS, sizeof(*l.place));
    program->start = lay_node(&l, whole, lay(&l, SECLANG_STEP_MATCH, 0, 0));
    program->step = copy_of(mem, program->step, program->count * sizeof(*program->step));
    program->set = copy_of(mem, program->set, program->set_count * sizeof(*program->set));
    return !l.full;
}
