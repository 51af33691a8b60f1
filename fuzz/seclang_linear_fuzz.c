/* The linear matcher: a pattern, a zero byte, a subject. It never contradicts PCRE2, which may give
 * up; a pattern that cannot be compiled must only come to an end. */
#include "seclang/op/linear.h"

#include <stdlib.h>

enum { MATCH_LIMIT = 10000 };

/* As pcre2_match; PCRE2_ERROR_MATCHLIMIT also where it is no pattern. */
static int
pcre(struct seclang_scratch *scratch, sk_str pattern, sk_str subject)
{
    pcre2_code *code;
    int rc;

    if (sk_failed(seclang_pcre_compile(&code, pattern, SECLANG_RX_OPTIONS)))
        return PCRE2_ERROR_MATCHLIMIT;
    pcre2_set_match_limit(scratch->context, MATCH_LIMIT);
    pcre2_set_depth_limit(scratch->context, MATCH_LIMIT);
    rc =
        pcre2_match(code, (PCRE2_SPTR)subject.p, subject.n, 0, 0, scratch->match, scratch->context);
    pcre2_code_free(code);
    return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str all = { (const char *)data, size }, pattern, subject;
    enum seclang_linear_answer answer;
    struct seclang_scratch *scratch;
    size_t zero = sk_str_find_byte(all, 0), end;
    int rc;

    if (zero == SIZE_MAX || sk_failed(seclang_scratch_new(&scratch))) return 0;
    pattern = sk_str_first(all, zero);
    subject = sk_str_from(all, zero + 1);
    answer = seclang_linear_ask(&end, scratch, pattern, subject);
    rc = pcre(scratch, pattern, subject);
    if (answer == SECLANG_LINEAR_YES && (rc == PCRE2_ERROR_NOMATCH || end > subject.n)) abort();
    if (answer == SECLANG_LINEAR_NO && rc >= 0) abort();
    seclang_scratch_free(scratch);
    return 0;
}
