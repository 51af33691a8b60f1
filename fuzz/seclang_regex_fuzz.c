/* A pattern and a value, a null byte between them: the tree's parts lie within their parents, what
 * narrowing leaves matches wherever the pattern does, and a pattern in lines is written out. */
#include "seclang/inspect.h"
#include "seclang/op/regex_tree.h"
#include "seclang/op/scratch.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct seclang_regex_node *node, size_t from, size_t to)
{
    for (; node; node = node->next) {
        if (node->from < from || node->to > to || node->from > node->to) abort();
        check(node->child, node->from, node->to);
        from = node->to;
    }
}

static bool
matches(sk_str pattern, sk_str value)
{
    pcre2_match_data *match = pcre2_match_data_create(1, NULL);
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_code *code = NULL;
    bool yes;

    pcre2_set_match_limit(context, SECLANG_PCRE_LIMIT);
    yes = !sk_failed(seclang_pcre_compile(&code, pattern, SECLANG_RX_OPTIONS)) &&
          pcre2_match(code, (PCRE2_SPTR)value.p, value.n, 0, 0, match, context) >= 0;
    pcre2_code_free(code);
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
    return yes;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str all = { (const char *)data, size }, pattern;
    sk_arena *mem;
    struct sk_buf out;
    size_t zero = sk_str_find_byte(all, '\0');

    if (zero == SIZE_MAX || size > 400) return 0;
    mem = sk_arena_new(0);
    out = (struct sk_buf){ .mem = mem };
    pattern = sk_str_first(all, zero);
    all = sk_str_from(all, zero + 1);
    check(seclang_regex_tree(mem, pattern), 0, pattern.n);
    seclang_pattern_write(&out, pattern, 20, 4);
    if (out.n < pattern.n) abort();
    if (matches(pattern, all) && !matches(seclang_regex_narrow(mem, pattern, all), all)) abort();
    sk_arena_free(mem);
    return 0;
}
