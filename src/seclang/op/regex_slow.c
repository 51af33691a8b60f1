/* Finding patterns that can be made slow: texts are made from the pattern's tree and given to
 * PCRE2, which counts its own steps (automatic callouts).
 *
 *     ^(?:a+)+$       before ""   pump "a"   behind "!"
 *
 * For each endless repeat: a text that leads to it, then what it repeats, many times, then a byte
 * that makes the rest fail. Steps of twice the length against steps of the length give the power
 * with which they grow. */
#include "seclang/op/regex_tree.h"
#include "seclang/op/scratch.h"

enum {
    LOOPS_MOST = 64,      /* endless repeats looked at, of one pattern */
    PUMPS_MOST = 12,      /* texts tried for one of them */
    WORD_MOST = 200,      /* bytes of a text that a part takes */
    STEPS_MOST = 1000000, /* counted for one text: some ten milliseconds */
    BYTES_A_STEP = 16,    /* passed over at once, for what a step costs; a guess */
    EXPONENTIAL = 64      /* repeats of the pump by which what is exponential has shown it */
};

/* ── texts that a part of the pattern takes ── */

/* A byte of the set that is easy on the eye. */
static char
byte_of(const struct seclang_regex_atom *atom)
{
    static const char liked[] = "a1x /.,=-_:;'\"<(&%#AZ0";

    if (atom->kind == SECLANG_REGEX_ANY) return 'a';
    for (size_t i = 0; i + 1 < sizeof(liked); i++)
        if (sk_bytes_has(&atom->set, (unsigned char)liked[i])) return liked[i];
    for (unsigned c = 0; c < 256; c++)
        if (sk_bytes_has(&atom->set, (unsigned char)c)) return (char)c;
    return 'a';
}

/* Which alternative of each either node: `choice` counts through them. */
static void
write_word(struct sk_buf *out, const struct seclang_regex_node *node, unsigned choice)
{
    const struct seclang_regex_node *child = node->child;
    unsigned count = 0;

    if (out->n > WORD_MOST) return;
    switch (node->part) {
    case SECLANG_REGEX_LEAF:
        if (node->atom.kind != SECLANG_REGEX_NOTHING) sk_buf_byte(out, byte_of(&node->atom));
        return;
    case SECLANG_REGEX_REPEAT:
        /* what may be left out is, but for the first choices: (a*)* pumps a */
        for (unsigned i = 0;
             i < (node->times.least ? node->times.least : choice % 2 == 0) && i < 64; i++)
            write_word(out, child, choice / 2);
        return;
    case SECLANG_REGEX_EITHER:
        for (const struct seclang_regex_node *c = child; c; c = c->next)
            count++;
        if (count == 0) return;
        for (unsigned i = choice % count; i > 0; i--)
            child = child->next;
        write_word(out, child, choice / count);
        return;
    case SECLANG_REGEX_GROUP:
        if (!node->asks) write_word(out, child, choice);
        return;
    case SECLANG_REGEX_SEQUENCE:
        for (; child; child = child->next)
            write_word(out, child, choice);
        return;
    }
}

/* What leads to `to`, which lies in `node`: false when it does not. */
static bool
write_way(struct sk_buf *out, const struct seclang_regex_node *node,
          const struct seclang_regex_node *to)
{
    if (node == to) return true;
    if (to->from < node->from || to->to > node->to) return false;
    for (const struct seclang_regex_node *c = node->child; c; c = c->next) {
        if (write_way(out, c, to)) return true;
        if (node->part == SECLANG_REGEX_SEQUENCE && !(to->from >= c->from && to->to <= c->to))
            write_word(out, c, 1);
    }
    return false;
}

/* ── counting ── */

struct count {
    uint64_t steps, bytes;
    size_t at;
};

/* A step may pass over many bytes at once: they count a little, or "a+b", which goes to the end of
 * the text from each of its places, would look fast. */
static uint64_t
work_of(const struct count *c)
{
    return c->steps + c->bytes / BYTES_A_STEP;
}

static int
count_step(pcre2_callout_block *block, void *data)
{
    struct count *c = data;
    size_t at = block->current_position;

    c->steps++;
    c->bytes += at > c->at ? at - c->at : c->at - at;
    c->at = at;
    return work_of(c) > STEPS_MOST ? PCRE2_ERROR_CALLOUT : 0;
}

struct probe {
    sk_arena *mem;
    pcre2_code *code;
    pcre2_match_context *context;
    pcre2_match_data *data;
    struct sk_buf text;
};

static bool
probe_open(struct probe *p, sk_arena *mem, sk_str pattern)
{
    *p = (struct probe){ .mem = mem, .text = { .mem = mem } };
    if (sk_failed(seclang_pcre_compile(&p->code, pattern, SECLANG_RX_OPTIONS | PCRE2_AUTO_CALLOUT)))
        return false;
    p->context = pcre2_match_context_create(NULL);
    p->data = pcre2_match_data_create(1, NULL);
    return p->context && p->data;
}

static void
probe_close(struct probe *p)
{
    pcre2_code_free(p->code);
    pcre2_match_context_free(p->context);
    pcre2_match_data_free(p->data);
}

static uint64_t
steps_of(struct probe *p, const struct seclang_regex_slow *s, unsigned times)
{
    struct count count = { 0 };

    p->text.n = 0;
    sk_buf_add(&p->text, s->before);
    for (unsigned i = 0; i < times; i++)
        sk_buf_add(&p->text, s->pump);
    sk_buf_add(&p->text, s->behind);
    pcre2_set_callout(p->context, count_step, &count);
    (void)pcre2_match(p->code, (PCRE2_SPTR)p->text.p, p->text.n, 0, 0, p->data, p->context);
    return work_of(&count);
}

/* ── judging one text ── */

/* The power with which steps grow when the length is doubled: growth of 2.8 to 5.6 is 2 ... */
static unsigned
power_of(uint64_t steps, uint64_t last)
{
    unsigned power = 0;

    for (uint64_t growth = steps * 10 / (last ? last : 1); growth >= 14; growth /= 2)
        power++;
    return power;
}

/* Each repeat more makes it half as slow again, from beginning to end. */
static bool
is_exponential(struct probe *p, const struct seclang_regex_slow *s)
{
    uint64_t last = steps_of(p, s, 3);

    for (unsigned times = 4; times <= EXPONENTIAL; times++) {
        uint64_t steps = steps_of(p, s, times);

        if (steps > STEPS_MOST) return times > 6;
        if (steps * 10 < last * 13) return false;
        last = steps;
    }
    return false;
}

/* At lengths that double, until counting ends. */
static void
judge(struct seclang_regex_slow *best, struct probe *p, struct seclang_regex_slow s)
{
    uint64_t last = 0;

    for (s.times = 4; s.times * s.pump.n <= SECLANG_SLOW_BYTES; s.times *= 2) {
        s.steps = steps_of(p, &s, s.times);
        s.capped = s.steps > STEPS_MOST;
        if (s.capped) break;
        s.power = power_of(s.steps, last ? last : s.steps);
        last = s.steps;
    }
    if (!s.capped) return;
    if (s.times <= EXPONENTIAL && is_exponential(p, &s)) s.power = SECLANG_SLOW_EXPONENTIAL;
    if (s.power < 2) return;
    s.found = true;
    if (!best->found || s.power > best->power || (s.power == best->power && s.times < best->times))
        *best = s;
}

struct search {
    struct probe probe;
    const struct seclang_regex_node *root;
    struct seclang_regex_slow *best;
    sk_str pattern;
    unsigned loops;
};

enum { ENDINGS = 3 };

/* A byte that the rest hardly takes; the same with a whole match behind it, since the matcher gives
 * up at once on texts that lack a byte which every match must have; nothing. */
static void
make_endings(sk_str ending[ENDINGS], struct search *s)
{
    struct sk_buf out = { .mem = s->probe.mem };

    sk_buf_byte(&out, '\x01');
    write_word(&out, s->root, 1);
    ending[0] = sk_buf_str(&out);
    ending[1] = SK_STR("\x01");
    ending[2] = SK_STR("");
}

static void
try_loop(struct search *s, const struct seclang_regex_node *loop)
{
    sk_arena *mem = s->probe.mem;
    struct sk_buf before = { .mem = mem };
    sk_str tried[PUMPS_MOST], ending[ENDINGS];
    unsigned count = 0;

    if (!write_way(&before, s->root, loop)) return;
    make_endings(ending, s);
    for (unsigned choice = 0; choice < PUMPS_MOST; choice++) {
        struct sk_buf pump = { .mem = mem };
        bool known = false;

        write_word(&pump, loop->child, choice);
        for (unsigned i = 0; i < count; i++)
            known = known || sk_str_eq(tried[i], sk_buf_str(&pump));
        if (pump.n == 0 || known) continue;
        tried[count++] = sk_buf_str(&pump);
        for (size_t e = 0; e < ENDINGS; e++) {
            if (s->best->power == SECLANG_SLOW_EXPONENTIAL) return;
            judge(s->best, &s->probe,
                  (struct seclang_regex_slow){
                      .part =
                          sk_str_first(sk_str_from(s->pattern, loop->from), loop->to - loop->from),
                      .before = sk_buf_str(&before),
                      .pump = sk_buf_str(&pump),
                      .behind = ending[e] });
        }
    }
}

static void
try_all(struct search *s, const struct seclang_regex_node *node)
{
    for (; node; node = node->next) {
        if (node->part == SECLANG_REGEX_REPEAT && node->times.most > SECLANG_SLOW_BYTES / 128 &&
            !node->times.possessive && s->loops < LOOPS_MOST) {
            s->loops++;
            try_loop(s, node);
        }
        try_all(s, node->child);
    }
}

void
seclang_regex_slow(struct seclang_regex_slow *slow, sk_arena *mem, sk_str pattern)
{
    DEFER(sk_arena_close) sk_arena *scratch = sk_arena_new(1 << 16);
    struct search s = { .best = slow, .pattern = pattern };

    *slow = (struct seclang_regex_slow){ 0 };
    s.root = seclang_regex_tree(scratch, pattern);
    if (s.root && probe_open(&s.probe, scratch, pattern)) try_all(&s, s.root);
    probe_close(&s.probe);
    slow->before = sk_str_copy(mem, slow->before);
    slow->pump = sk_str_copy(mem, slow->pump);
    slow->behind = sk_str_copy(mem, slow->behind);
}
