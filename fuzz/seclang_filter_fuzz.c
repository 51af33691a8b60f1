/* Filters: a pattern, a zero byte, a subject. Where PCRE2 matches, sets and grams let it pass;
 * where a pattern cannot be compiled, the filter may say anything but must come to an end. */
#include "seclang/op/filter.h"
#include "seclang/op/grams.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

enum { MATCH_LIMIT = 10000 };

static bool
matches(sk_str pattern, sk_str subject)
{
    int error, rc;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.p, pattern.n,
                                     PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY, &error, &at, NULL);
    pcre2_match_context *context;
    pcre2_match_data *match;

    if (!code) return false;
    context = pcre2_match_context_create(NULL);
    match = pcre2_match_data_create(1, NULL);
    if (!context || !match) abort();
    pcre2_set_match_limit(context, MATCH_LIMIT);
    pcre2_set_depth_limit(context, MATCH_LIMIT);
    rc = pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, match, context);
    pcre2_match_data_free(match);
    pcre2_match_context_free(context);
    pcre2_code_free(code);
    return rc >= 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str all = { (const char *)data, size }, pattern, subject;
    struct seclang_filter filter;
    struct seclang_grams grams;
    struct sk_bytes present;
    sk_arena *mem;
    size_t zero = sk_str_find_byte(all, 0);

    if (zero == SIZE_MAX) return 0;
    pattern = sk_str_first(all, zero);
    subject = sk_str_from(all, zero + 1);
    present = sk_bytes_of(subject);
    mem = sk_arena_new(0);
    seclang_filter_of_regex(&filter, pattern);
    seclang_grams_of_regex(&grams, mem, pattern);
    if ((!seclang_filter_passes(&filter, subject.n, &present) ||
         !seclang_grams_in(&grams, subject)) &&
        matches(pattern, subject))
        abort();
    sk_arena_free(mem);
    return 0;
}
