/* @rx, @rxGlobal: PCRE2 with its JIT compiler, on bytes. A dot takes newlines, $ is the very end.
 *
 * A match that runs into its limit has no answer: limit_hit says so, and nothing is claimed. */
#include "seclang/op/rows.h"
#include "seclang/op/scratch.h"

struct rx {
    pcre2_code *code; /* NULL: the pattern has macros */
    uint32_t limit;
    bool jit;
};

SECLANG_OP_COMPILE(rx)
{
    struct rx *rx = SK_NEW(mem, struct rx);

    *state = rx;
    rx->limit = place->pcre_match_limit ? place->pcre_match_limit : SECLANG_PCRE_LIMIT;
    if (has_macro) return sk_ok();
    TRY(seclang_pcre_compile(&rx->code, argument, SECLANG_RX_OPTIONS));
    if (place->only_check) return sk_ok();
    rx->jit = pcre2_jit_compile(rx->code, PCRE2_JIT_COMPLETE) == 0;
    return sk_ok();
}

SECLANG_OP_RELEASE(rx)
{
    struct rx *rx = state;

    if (!rx) return;
    pcre2_code_free(rx->code);
    rx->code = NULL;
}

SECLANG_OP_FILTER(rx)
{
    const struct rx *rx = state;

    *filter = (struct seclang_filter){ 0 };
    if (rx && rx->code) seclang_filter_of_regex(filter, argument);
}

/* What the pattern took from `from` on: the number of pairs that are set, 0 for no match. */
static unsigned
match(const struct rx *rx, struct seclang_op_run *run, sk_str value, size_t from)
{
    struct seclang_scratch *s = run->scratch;
    const pcre2_code *code = rx->code ? rx->code : seclang_scratch_pattern(s, run->argument);
    PCRE2_SPTR text = (PCRE2_SPTR)(value.p ? value.p : "");
    int pairs;

    if (!code) {
        run->limit_hit = true; /* macros have made an invalid pattern of it */
        return 0;
    }
    pcre2_set_match_limit(s->context, rx->limit);
    if (rx->jit)
        pairs = pcre2_jit_match(code, text, value.n, from, 0, s->match, s->context);
    else
        pairs = pcre2_match(code, text, value.n, from, 0, s->match, s->context);
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
