/* Operators that compare with a plain text. Case counts. */
#include "seclang/op/rows.h"

static bool
found(struct seclang_op_run *run, bool yes)
{
    if (yes) seclang_op_say(run, "String match", run->argument);
    return yes;
}

SECLANG_OP_RUN(contains)
{
    (void)state;
    return found(run, sk_str_find(value, run->argument) != SIZE_MAX);
}

static bool
is_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

static bool
is_word_at(sk_str value, size_t at, size_t length)
{
    return (at == 0 || !is_word(value.p[at - 1])) &&
           (at + length == value.n || !is_word(value.p[at + length]));
}

SECLANG_OP_RUN(contains_word)
{
    sk_str word = run->argument;

    (void)state;
    if (word.n == 0) return found(run, true);
    for (size_t from = 0; from < value.n; from++) {
        size_t at = sk_str_find(sk_str_from(value, from), word);

        if (at == SIZE_MAX) return false;
        from += at;
        if (is_word_at(value, from, word.n)) return found(run, true);
    }
    return false;
}

SECLANG_OP_RUN(within)
{
    (void)state;
    if (sk_str_find(run->argument, value) == SIZE_MAX) return false;
    seclang_op_say(run, "String match within", value.n ? run->argument : (sk_str){ 0 });
    return true;
}

SECLANG_OP_RUN(begins_with)
{
    (void)state;
    return found(run, sk_str_starts(value, run->argument));
}

SECLANG_OP_RUN(ends_with)
{
    (void)state;
    return found(run, sk_str_ends(value, run->argument));
}

SECLANG_OP_RUN(streq)
{
    (void)state;
    return found(run, sk_str_eq(value, run->argument));
}

SECLANG_OP_FILTER(literal)
{
    (void)state;
    *filter = (struct seclang_filter){ 0 };
    if (sk_str_find(argument, SK_STR("%{")) != SIZE_MAX) return; /* perhaps a macro */
    *filter = (struct seclang_filter){ .least = (uint32_t)(argument.n & 0x7fffffff) };
    seclang_filter_offer_text(filter, argument, false);
}

/* The argument may stand anywhere in the value: folded, it still does. */
SECLANG_OP_GRAMS(literal)
{
    (void)state;
    *grams = (struct seclang_grams){ 0 };
    if (sk_str_find(argument, SK_STR("%{")) == SIZE_MAX)
        seclang_grams_of_texts(grams, mem, &argument, 1);
}

/* ── strmatch: contains, with bytes in hexadecimal between bars ── */

SECLANG_OP_COMPILE(strmatch)
{
    sk_str *text = SK_NEW(mem, sk_str);

    (void)place, (void)has_macro; /* mod_security 2 expands none here */
    *state = text;
    if (sk_str_trim(argument).n == 0) return sk_fail(SK_BAD, "@strMatch needs a text");
    if (!seclang_op_unescape(text, mem, argument))
        return sk_fail(SK_BAD, "@strMatch knows the escapes \\\\ \\: \\; \\\" and |41 42|");
    return sk_ok();
}

SECLANG_OP_RUN(strmatch)
{
    const sk_str *text = state;

    if (sk_str_find(value, *text) == SIZE_MAX) return false;
    seclang_op_say(run, "Pattern match", run->argument);
    return true;
}

SECLANG_OP_FILTER(strmatch)
{
    const sk_str *text = state;

    (void)argument;
    seclang_op_literal_filter(filter, NULL, *text);
}

SECLANG_OP_GRAMS(strmatch)
{
    (void)argument;
    seclang_grams_of_texts(grams, mem, state, 1);
}
