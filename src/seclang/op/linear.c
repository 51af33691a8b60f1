/* Programs of steps, run as states that are made when they are first needed.
 *
 * A state is a set of steps that a match may have come to, before assertions are looked at, and
 * what the byte before was. On the next byte both sides of an assertion are known: the steps that
 * hold are followed to those that take a byte (closure), and of these the ones that take this byte
 * lead to the next state. Bytes that no set of the pattern tells apart are one class.
 *
 * There are only so many states and only so much work: states are forgotten and made again, and a
 * text that asks for ever new ones gets no answer. */
#include "seclang/op/linear.h"

#include <stdlib.h>

enum {
    STATES = 1000,           /* kept at a time, */
    STATE_BYTES = 1 << 20,   /* and so much of them */
    BUCKETS = 2048,          /* of states by hash */
    WORK_PER_BYTE = 100,     /* steps looked at, in the mean, and */
    WORK_LEAST = 1000 * 1000 /* so many in any case */
};

enum side { EDGE, WORD, OTHER }; /* what stands beside a place in the text */

struct state {
    uint32_t hash, count;
    enum side before;
    signed char last; /* does it match at the end of the text? -1: not yet known */
    struct state *bucket;
    const uint32_t *step; /* ascending */
    struct state *next[]; /* by class */
};

struct machine {
    sk_arena *mem, *state_mem;
    char *pattern; /* on mem */
    size_t pattern_n;
    bool made; /* else the pattern was not understood */
    struct seclang_linear_program program;
    unsigned char class_of[256], byte_of[256]; /* byte_of: one of each class */
    unsigned class_count;
    struct state *bucket[BUCKETS];
    unsigned state_count;
    /* of the closure at hand */
    uint32_t *seen, turn; /* by step: the turn in which it was last reached */
    uint32_t *stack, *taking;
    uint32_t taking_count;
    uint64_t *next; /* a bit for each step */
    uint64_t work;
    unsigned long used; /* when, for forgetting the oldest */
};

struct seclang_machines {
    struct machine *at[SECLANG_LINEAR_KEPT];
    unsigned long clock;
};

static struct state matched; /* stands in next[] for: a match ends before this byte */

/* ── classes of bytes ── */

static bool
is_word(unsigned char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Parts every class into those in the set and the others. */
static void
part_classes(struct machine *m, const struct sk_bytes *set)
{
    int renamed[256][2];
    unsigned count = 0;

    memset(renamed, -1, sizeof(renamed));
    for (unsigned c = 0; c < 256; c++) {
        int *to = &renamed[m->class_of[c]][sk_bytes_has(set, (unsigned char)c)];

        if (*to < 0) *to = (int)count++;
        m->class_of[c] = (unsigned char)*to;
        m->byte_of[*to] = (unsigned char)c;
    }
    m->class_count = count;
}

static void
make_classes(struct machine *m)
{
    struct sk_bytes words = { { 0 } };

    for (unsigned c = 0; c < 256; c++)
        if (is_word((unsigned char)c)) sk_bytes_put(&words, (unsigned char)c);
    part_classes(m, &words);
    for (uint32_t i = 0; i < m->program.set_count && m->class_count < 256; i++)
        part_classes(m, &m->program.set[i]);
}

/* ── closures ── */

static bool
holds(uint32_t letter, enum side before, enum side after)
{
    switch (letter) {
    case '^':
    case 'A':
        return before == EDGE;
    case '$':
    case 'z':
        return after == EDGE;
    case 'b':
        return (before == WORD) != (after == WORD);
    default: /* B */
        return (before == WORD) == (after == WORD);
    }
}

/* Nothing is reached yet. */
static void
next_turn(struct machine *m)
{
    if (++m->turn > 0) return;
    memset(m->seen, 0, m->program.count * sizeof(*m->seen));
    m->turn = 1;
}

static void
reach(struct machine *m, uint32_t *depth, uint32_t step)
{
    if (m->seen[step] == m->turn) return;
    m->seen[step] = m->turn;
    m->stack[(*depth)++] = step;
}

/* Follows what takes no byte; true when a match is among it. */
static bool
close(struct machine *m, const struct state *state, enum side after)
{
    uint32_t depth = 0;
    bool match = false;

    next_turn(m);
    m->taking_count = 0;
    reach(m, &depth, m->program.start); /* a match may begin everywhere */
    for (uint32_t i = 0; i < state->count; i++)
        reach(m, &depth, state->step[i]);
    while (depth > 0) {
        uint32_t at = m->stack[--depth];
        const struct seclang_linear_step *step = &m->program.step[at];

        m->work++;
        if (step->kind == SECLANG_STEP_BYTE) {
            m->taking[m->taking_count++] = at;
        } else if (step->kind == SECLANG_STEP_EITHER) {
            reach(m, &depth, step->to);
            reach(m, &depth, step->arg);
        } else if (step->kind == SECLANG_STEP_MATCH) {
            match = true;
        } else if (holds(step->arg, state->before, after)) {
            reach(m, &depth, step->to);
        }
    }
    return match;
}

/* ── states ── */

static void
forget_states(struct machine *m)
{
    sk_arena_reset(m->state_mem);
    memset(m->bucket, 0, sizeof(m->bucket));
    m->state_count = 0;
}

static struct state *
state_new(struct machine *m, const uint32_t *step, uint32_t count, enum side before, uint32_t hash)
{
    struct state *s = sk_zalloc(m->state_mem, sizeof(*s) + m->class_count * sizeof(struct state *));
    uint32_t *copy = sk_alloc(m->state_mem, (count + 1) * sizeof(*copy));

    if (count > 0) memcpy(copy, step, count * sizeof(*copy));
    *s = (struct state){ .hash = hash, .count = count, .before = before, .last = -1, .step = copy };
    s->bucket = m->bucket[hash % BUCKETS];
    m->bucket[hash % BUCKETS] = s;
    m->state_count++;
    return s;
}

static struct state *
state_of(struct machine *m, const uint32_t *step, uint32_t count, enum side before)
{
    uint32_t hash = 2166136261u ^ (uint32_t)before;

    for (uint32_t i = 0; i < count; i++)
        hash = (hash ^ step[i]) * 16777619u;
    hash ^= hash >> 15;
    for (struct state *s = m->bucket[hash % BUCKETS]; s; s = s->bucket)
        if (s->hash == hash && s->count == count && s->before == before &&
            (count == 0 || memcmp(s->step, step, count * sizeof(*step)) == 0))
            return s;
    return state_new(m, step, count, before, hash);
}

/* The steps behind those that take the byte, ascending, in place of the stack. */
static uint32_t
steps_behind(struct machine *m, unsigned char byte)
{
    uint32_t words = m->program.count / 64 + 1, count = 0;

    for (uint32_t i = 0; i < m->taking_count; i++) {
        const struct seclang_linear_step *step = &m->program.step[m->taking[i]];

        if (sk_bytes_has(&m->program.set[step->arg], byte))
            m->next[step->to / 64] |= (uint64_t)1 << (step->to % 64);
    }
    for (uint32_t w = 0; w < words; w++) {
        for (uint64_t bits = m->next[w]; bits; bits &= bits - 1)
            m->stack[count++] = w * 64 + (uint32_t)__builtin_ctzll(bits);
        m->next[w] = 0;
    }
    m->work += m->taking_count + words / 4;
    return count;
}

/* Also remembers it. Old states may be gone afterwards: the one that is asked is then not told. */
static struct state *
step_on(struct machine *m, struct state *state, unsigned class)
{
    unsigned char byte = m->byte_of[class];
    enum side side = is_word(byte) ? WORD : OTHER;
    struct state *next = &matched;
    uint32_t count;

    if (!close(m, state, side)) {
        count = steps_behind(m, byte);
        if (m->state_count >= STATES || sk_arena_used(m->state_mem) > STATE_BYTES) {
            forget_states(m);
            state = NULL;
        }
        next = state_of(m, m->stack, count, side);
    }
    if (state) state->next[class] = next;
    return next;
}

static bool
ends_here(struct machine *m, struct state *state)
{
    if (state->last < 0) state->last = close(m, state, EDGE);
    return state->last > 0;
}

static enum seclang_linear_answer
run(size_t *end, struct machine *m, sk_str text)
{
    uint64_t most = WORK_LEAST + WORK_PER_BYTE * (uint64_t)text.n;
    struct state *state = state_of(m, NULL, 0, EDGE);
    bool yes = false;

    m->work = 0;
    for (*end = 0; *end < text.n; ++*end) {
        unsigned class = m->class_of[(unsigned char)text.p[*end]];
        struct state *next = state->next[class];

        if (!next) next = step_on(m, state, class);
        yes = next == &matched;
        if (yes) break;
        if (m->work > most) return SECLANG_LINEAR_MAYBE;
        state = next;
    }
    if (!yes && !ends_here(m, state)) return SECLANG_LINEAR_NO;
    return m->program.exact ? SECLANG_LINEAR_YES : SECLANG_LINEAR_MAYBE;
}

/* ── machines ── */

static void
machine_free(struct machine *m)
{
    if (!m) return;
    sk_arena_free(m->state_mem);
    sk_arena_free(m->mem);
}

static struct machine *
machine_new(sk_str pattern)
{
    sk_arena *mem = sk_arena_new(64 << 10);
    struct machine *m = SK_NEW(mem, struct machine);
    uint32_t count;

    m->mem = mem;
    m->pattern = sk_str_zcopy(mem, pattern);
    m->pattern_n = pattern.n;
    m->made = seclang_linear_parse(&m->program, mem, pattern);
    if (!m->made) return m;
    make_classes(m);
    count = m->program.count;
    m->seen = sk_array(mem, count, sizeof(*m->seen));
    m->stack = sk_array(mem, count, sizeof(*m->stack));
    m->taking = sk_array(mem, count, sizeof(*m->taking));
    m->next = sk_array(mem, count / 64 + 1, sizeof(*m->next));
    m->state_mem = sk_arena_new(64 << 10);
    return m;
}

static struct machine *
find(const struct seclang_machines *all, sk_str pattern)
{
    for (unsigned i = 0; all && i < SECLANG_LINEAR_KEPT; i++) {
        struct machine *m = all->at[i];

        if (m && m->pattern_n == pattern.n && !memcmp(m->pattern, pattern.p, pattern.n)) return m;
    }
    return NULL;
}

static struct machine *
find_or_make(struct seclang_machines *all, sk_str pattern)
{
    struct machine *m = find(all, pattern);
    unsigned oldest = 0;

    if (m) return m;
    for (unsigned i = 0; i < SECLANG_LINEAR_KEPT && all->at[oldest]; i++)
        if (!all->at[i] || all->at[i]->used < all->at[oldest]->used) oldest = i;
    machine_free(all->at[oldest]);
    return all->at[oldest] = machine_new(pattern);
}

enum seclang_linear_answer
seclang_linear_ask(size_t *end, struct seclang_scratch *scratch, sk_str pattern, sk_str text)
{
    struct machine *m;

    if (!scratch->machines) scratch->machines = calloc(1, sizeof(*scratch->machines));
    if (!scratch->machines || pattern.n == 0) return SECLANG_LINEAR_MAYBE;
    m = find_or_make(scratch->machines, pattern);
    m->used = ++scratch->machines->clock;
    return m->made ? run(end, m, text) : SECLANG_LINEAR_MAYBE;
}

bool
seclang_linear_knows(const struct seclang_scratch *scratch, sk_str pattern)
{
    return pattern.n > 0 && find(scratch->machines, pattern) != NULL;
}

void
seclang_linear_forget(struct seclang_scratch *scratch)
{
    for (unsigned i = 0; scratch->machines && i < SECLANG_LINEAR_KEPT; i++)
        machine_free(scratch->machines->at[i]);
    free(scratch->machines);
    scratch->machines = NULL;
}
