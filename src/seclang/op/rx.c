/* @rx, @rxGlobal: PCRE2 with its JIT compiler, on bytes. A dot takes newlines, $ is the very end.
 *
 * Where PCRE2 runs into its limit, the pattern is asked once more in linear time (linear.h). If
 * that gives no answer either, limit_hit says so, and nothing is claimed. */
#include "seclang/op/linear.h"
#include "seclang/op/pool.h"
#include "seclang/op/rows.h"

#include <time.h>

struct rx {
    const pcre2_code *code; /* NULL: the pattern has macros */
    sk_str pattern;
    const struct seclang_product *product;
    uint32_t limit;
    bool jit;
    bool goes_on; /* has \G: where a search begins matters to it */
};

static bool
goes_on(sk_str pattern)
{
    return sk_str_find(pattern, SK_STR("\\G")) != SIZE_MAX;
}

static sk_err
build(struct seclang_product *product, const void *from)
{
    TRY(seclang_pcre_compile(&product->code, *(const sk_str *)from, SECLANG_RX_OPTIONS));
    product->jit = pcre2_jit_compile(product->code, PCRE2_JIT_COMPLETE) == 0;
    return sk_ok();
}

static void
key_of(unsigned char key[SK_SHA256], sk_str pattern)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(pattern.n + 64);
    struct sk_buf what = { .mem = mem };

    sk_buf_printf(&what, "pattern, options %x\n", (unsigned)SECLANG_RX_OPTIONS);
    sk_buf_add(&what, pattern);
    sk_sha256(key, sk_buf_str(&what));
}

static void
derive(struct seclang_traits *traits, sk_arena *mem, const void *from)
{
    seclang_filter_of_regex(&traits->filter, *(const sk_str *)from);
    seclang_grams_of_regex(&traits->grams, mem, *(const sk_str *)from);
}

static sk_err
only_check(sk_str pattern)
{
    pcre2_code *code;

    TRY(seclang_pcre_compile(&code, pattern, SECLANG_RX_OPTIONS));
    pcre2_code_free(code);
    return sk_ok();
}

SECLANG_OP_COMPILE(rx)
{
    struct rx *rx = SK_NEW(mem, struct rx);
    struct seclang_recipe recipe = {
        .make = build, .derive = derive, .from = &argument, .cache = place->cache
    };

    *state = rx;
    rx->limit = place->pcre_match_limit ? place->pcre_match_limit : SECLANG_PCRE_LIMIT;
    if (has_macro) return sk_ok();
    if (place->only_check) return only_check(argument);
    rx->pattern = sk_str_copy(mem, argument);
    rx->goes_on = goes_on(argument);
    key_of(recipe.key, argument);
    TRY(seclang_pool_take(&rx->product, &recipe));
    rx->code = rx->product->code;
    rx->jit = rx->product->jit;
    return sk_ok();
}

SECLANG_OP_RELEASE(rx)
{
    struct rx *rx = state;

    if (!rx) return;
    seclang_pool_give(rx->product);
    rx->product = NULL;
    rx->code = NULL;
}

SECLANG_OP_FILTER(rx)
{
    const struct rx *rx = state;

    *filter = (struct seclang_filter){ 0 };
    if (rx && rx->product) *filter = seclang_pool_traits(rx->product, derive, &argument)->filter;
}

SECLANG_OP_GRAMS(rx)
{
    const struct rx *rx = state;

    (void)mem;
    *grams = (struct seclang_grams){ 0 };
    if (rx && rx->product) *grams = seclang_pool_traits(rx->product, derive, &argument)->grams;
}

/* ── matching ── */

enum {
    NEAR = 1000, /* bytes on either side of where a match ends */
    SPANS = 64,  /* bytes from which a text is gone through in spans, */
    FIRST = 32,  /* of as many places to begin at; each next one is twice as long, up to SPAN */
    SPAN = 1024,
    BRIEF = 1024,  /* bytes: what is shorter is given as much time as that */
    LONG = 2048,   /* bytes from which LAST counts */
    PATIENCE = 25, /* ns of CPU for a byte, until the pattern is asked in linear time, */
    LAST = 1000    /* and where that cannot tell, until the request is refused: a guess */
};

/* One match of one run: `s` holds what it took. */
struct asked {
    const struct rx *rx;
    const pcre2_code *code;
    struct seclang_scratch *s;
    sk_str value;
};

/* As pcre2_match answers, from `from` on. */
static int
ask_pcre(const struct asked *a, sk_str value, size_t from)
{
    PCRE2_SPTR text = (PCRE2_SPTR)(value.p ? value.p : "");

    pcre2_set_match_limit(a->s->context, a->rx->limit);
    if (a->rx->jit)
        return pcre2_jit_match(a->code, text, value.n, from, 0, a->s->match, a->s->context);
    return pcre2_match(a->code, text, value.n, from, 0, a->s->match, a->s->context);
}

/* A match ends at `end`. What it took PCRE2 finds if it is no longer than NEAR; else the bytes
 * before its end stand for it. */
static int
take_near(const struct asked *a, size_t end)
{
    PCRE2_SIZE *at = pcre2_get_ovector_pointer(a->s->match);
    size_t from = end > NEAR ? end - NEAR : 0;
    int pairs = ask_pcre(a, sk_str_first(a->value, end + NEAR), from);

    if (pairs >= 0) return pairs;
    at[0] = from;
    at[1] = end;
    return 1;
}

/* PCRE2 has given up. */
static int
ask_linear(const struct asked *a, sk_str pattern)
{
    size_t end;
    enum seclang_linear_answer answer = seclang_linear_ask(&end, a->s, pattern, a->value);

    if (answer == SECLANG_LINEAR_YES) return take_near(a, end);
    return answer == SECLANG_LINEAR_NO ? PCRE2_ERROR_NOMATCH : PCRE2_ERROR_MATCHLIMIT;
}

static uint64_t
clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* CPU time, whose clock is a call of the kernel: begun only where time on the wall has run out. */
struct patience {
    uint64_t wall, cpu; /* ns when they began; cpu 0: not yet */
    uint64_t most;      /* ns on the wall until CPU time counts */
};

static uint64_t
spent(struct patience *p)
{
    if (p->cpu > 0) return clock_ns(CLOCK_THREAD_CPUTIME_ID) - p->cpu;
    if (clock_ns(CLOCK_MONOTONIC) - p->wall > p->most) p->cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);
    return 0;
}

/* From each of n places to the end of the text and back again is n times n, and no limit of PCRE2's
 * counts it. So the clock is asked after each span; a pattern that was slow once is remembered by
 * the thread. What comes out depends on the clock only where the linear matcher cannot tell. */
static int
ask_in_spans(const struct asked *a, sk_str pattern)
{
    bool asked = seclang_linear_knows(a->s, pattern);
    int pairs = asked ? ask_linear(a, pattern) : PCRE2_ERROR_MATCHLIMIT;
    uint64_t n = a->value.n > BRIEF ? a->value.n : BRIEF;
    struct patience patience = { clock_ns(CLOCK_MONOTONIC), 0, PATIENCE * n };

    if (pairs != PCRE2_ERROR_MATCHLIMIT) return pairs;
    for (size_t from = 0, span = FIRST; from <= a->value.n;
         from += span, span = span < SPAN ? 2 * span : SPAN) {
        uint64_t ns = from > 0 ? spent(&patience) : 0;

        if (ns > PATIENCE * n && !asked) {
            asked = true;
            pairs = ask_linear(a, pattern);
            if (pairs != PCRE2_ERROR_MATCHLIMIT) return pairs;
        }
        if (n >= LONG && ns > LAST * n) return PCRE2_ERROR_MATCHLIMIT;
        pcre2_set_offset_limit(a->s->context, from + span - 1);
        pairs = ask_pcre(a, a->value, from);
        pcre2_set_offset_limit(a->s->context, PCRE2_UNSET);
        if (pairs != PCRE2_ERROR_NOMATCH) return pairs;
    }
    return PCRE2_ERROR_NOMATCH;
}

static int
ask(const struct asked *a, sk_str pattern, size_t from)
{
    /* Of \G each span would be the beginning. */
    if (from > 0 || a->value.n < SPANS || (a->rx->code ? a->rx->goes_on : goes_on(pattern)))
        return ask_pcre(a, a->value, from);
    return ask_in_spans(a, pattern);
}

/* What the pattern took from `from` on: the number of pairs that are set, 0 for no match. */
static unsigned
match(const struct rx *rx, struct seclang_op_run *run, sk_str value, size_t from)
{
    struct asked a = { rx, rx->code, run->scratch, value };
    sk_str pattern = rx->code ? rx->pattern : run->argument;
    int pairs;

    if (!a.code) a.code = seclang_scratch_pattern(run->scratch, run->argument);
    if (!a.code) {
        run->limit_hit = true; /* macros have made an invalid pattern of it */
        return 0;
    }
    pairs = ask(&a, pattern, from);
    if (pairs < PCRE2_ERROR_NOMATCH && from == 0) pairs = ask_linear(&a, pattern);
    if (pairs == PCRE2_ERROR_NOMATCH) return 0;
    if (pairs < 0) {
        run->limit_hit = true;
        return 0;
    }
    return pairs == 0 ? SECLANG_CAPTURES : (unsigned)pairs;
}

/* Group i; empty where it took no part, or where \K and a lookbehind turn it round. */
static sk_str
group(const struct seclang_scratch *s, sk_str value, unsigned i)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->match);

    if (at[2 * i] == PCRE2_UNSET || at[2 * i] > at[2 * i + 1]) return (sk_str){ value.p, 0 };
    return (sk_str){ value.p ? value.p + at[2 * i] : NULL, at[2 * i + 1] - at[2 * i] };
}

SECLANG_OP_RUN(rx)
{
    const struct rx *rx = state;
    unsigned pairs = match(rx, run, value, 0);

    if (pairs == 0) return false;
    if (run->want_captures) {
        for (unsigned i = 0; i < pairs; i++)
            run->capture[i] = group(run->scratch, value, i);
        run->capture_count = pairs;
    }
    seclang_op_say(run, "Pattern match", run->argument);
    return true;
}

/* All matches; of each group the last one is captured, as libmodsecurity 3 does. */
SECLANG_OP_RUN(rx_global)
{
    const struct rx *rx = state;
    size_t from = 0;
    unsigned pairs;
    bool yes = false;

    while (from <= value.n && (pairs = match(rx, run, value, from)) > 0) {
        const PCRE2_SIZE *at = pcre2_get_ovector_pointer(run->scratch->match);
        size_t end = at[1] > from ? at[1] : from + 1;

        yes = true;
        if (!run->want_captures) break;
        for (unsigned i = run->capture_count; i < pairs; i++)
            run->capture[i] = (sk_str){ value.p, 0 };
        for (unsigned i = 0; i < pairs; i++)
            if (at[2 * i] != PCRE2_UNSET) run->capture[i] = group(run->scratch, value, i);
        if (pairs > run->capture_count) run->capture_count = pairs;
        from = end;
    }
    if (yes) seclang_op_say(run, "Pattern match", run->argument);
    return yes;
}
