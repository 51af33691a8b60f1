/* What is asked of long texts all at once: lines of phrases, then a zero byte, then a text. The
 * first line is also looked for with blanks in it, the second also as a pattern. Who is told that
 * he cannot match does not; what @pm is told is what looking at each place finds. */
#include "seclang/op/op.h"
#include "seclang/op/scratch.h"
#include "seclang/tf/rows.h"

#include <stdlib.h>

enum { PHRASES = 40, ASKS = 3, MATCH_LIMIT = 10000, REPEATS = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
matches(sk_str pattern, sk_str subject)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    pcre2_code *code = NULL;
    bool yes = false;

    if (!context || !match) abort();
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_depth_limit(context, MATCH_LIMIT);
    if (!sk_failed(seclang_pcre_compile(&code, pattern, SECLANG_RX_OPTIONS)))
        yes = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, match, context) >= 0;
    pcre2_code_free(code);
    pcre2_match_data_free(match);
    pcre2_match_context_free(context);
    return yes;
}

/* The phrase that ends first, of several the longest, of those the first. */
static const sk_str *
find_plainly(const sk_str *phrase, size_t count, sk_str text)
{
    const sk_str *found = NULL;

    for (size_t end = 1; end <= text.n && !found; end++)
        for (size_t i = 0; i < count; i++)
            if (phrase[i].n <= end &&
                sk_str_eq_nocase((sk_str){ text.p + end - phrase[i].n, phrase[i].n }, phrase[i]) &&
                (!found || phrase[i].n > found->n))
                found = &phrase[i];
    return found;
}

static bool
is_loosely_in(sk_arena *mem, sk_str text, sk_str literal)
{
    (void)seclang_tf_remove_whitespace(&text, mem, text, NULL);
    (void)seclang_tf_lowercase(&text, mem, text, NULL);
    return sk_str_find(text, literal) != SIZE_MAX;
}

/* Vectorscan's compiler takes twice as long for each repetition of a repetition. */
static bool
repeats_little(sk_str pattern)
{
    unsigned repeats = 0;

    for (size_t i = 0; i < pattern.n; i++)
        repeats += strchr("*+?{", pattern.p[i]) != NULL;
    return repeats <= REPEATS;
}

static size_t
read_phrases(sk_str phrase[PHRASES], sk_str lines)
{
    size_t count = 0;
    sk_str line;

    while (count < PHRASES && sk_str_cut(&line, &lines, '\n'))
        if (line.n > 0) phrase[count++] = line;
    return count;
}

static void
check(sk_arena *mem, const sk_str *phrase, size_t count, sk_str text)
{
    struct seclang_bulk_ask asks[ASKS] = {
        { .kind = SECLANG_ASK_PHRASES, .phrase = phrase, .phrase_count = count },
        { .kind = SECLANG_ASK_LOOSE, .pattern = phrase[0] },
        { .kind = SECLANG_ASK_PATTERN, .pattern = phrase[count > 1] },
    };
    size_t asked = repeats_little(asks[2].pattern) ? ASKS : ASKS - 1;
    struct seclang_bulk_hit hits[ASKS];
    struct seclang_scratch *scratch;
    struct seclang_bulk *bulk;
    const sk_str *found = find_plainly(phrase, count, text);

    if (sk_failed(seclang_bulk_new(&bulk, mem, NULL, asks, asked)) ||
        sk_failed(seclang_scratch_new(&scratch)))
        abort();
    seclang_bulk_scan(bulk, scratch, text, hits);
    if (hits[0].may != (found != NULL) && !(hits[0].may && !hits[0].phrase)) abort();
    if (hits[0].phrase && (!found || !sk_str_eq(*hits[0].phrase, *found))) abort();
    if (!hits[1].may && is_loosely_in(mem, text, phrase[0])) abort();
    if (asked == ASKS && !hits[2].may && matches(asks[2].pattern, text)) abort();
    seclang_scratch_free(scratch);
    seclang_bulk_free(bulk);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str all = { (const char *)data, size }, phrase[PHRASES];
    size_t zero = sk_str_find_byte(all, 0), count;
    sk_arena *mem;
    char *text;

    if (zero == SIZE_MAX) return 0;
    count = read_phrases(phrase, sk_str_first(all, zero));
    if (count == 0) return 0;
    all = sk_str_from(all, zero + 1);
    mem = sk_arena_new(0);
    text = sk_zalloc(mem, all.n + SECLANG_BULK_BEHIND);
    if (all.n > 0) memcpy(text, all.p, all.n);
    check(mem, phrase, count, (sk_str){ text, all.n });
    sk_arena_free(mem);
    return 0;
}
