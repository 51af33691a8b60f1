/* Which part of a pattern matched: alternatives are left out, half of them at a time, as long as
 * the rest still matches at the same place. PCRE2 itself is asked each time, so what is shown is a
 * pattern that matches, not a guess. */
#include "seclang/op/regex_tree.h"
#include "seclang/op/scratch.h"

#include <assert.h>

enum { TRIALS = 300 };

struct span {
    size_t from, to;
};

static bool
match(struct span *span, sk_str pattern, sk_str value)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    pcre2_code *code = NULL;
    bool yes = false;

    if (context && data && !sk_failed(seclang_pcre_compile(&code, pattern, SECLANG_RX_OPTIONS))) {
        pcre2_set_match_limit(context, SECLANG_PCRE_LIMIT);
        yes = pcre2_match(code, (PCRE2_SPTR)(value.p ? value.p : ""), value.n, 0, 0, data,
                          context) >= 0;
        if (yes)
            *span = (struct span){ pcre2_get_ovector_pointer(data)[0],
                                   pcre2_get_ovector_pointer(data)[1] };
    }
    pcre2_code_free(code);
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    return yes;
}

struct narrowing {
    sk_arena *mem;
    sk_str pattern, value;
    struct span wanted;
    unsigned trials;
    unsigned passed; /* either nodes that cannot be made smaller */
};

/* The either node that is next in the order of the text; *left counts those to pass over. */
static const struct seclang_regex_node *
find(const struct seclang_regex_node *node, unsigned *left)
{
    for (; node; node = node->next) {
        const struct seclang_regex_node *found;

        if (node->part == SECLANG_REGEX_EITHER && (*left)-- == 0) return node;
        found = find(node->child, left);
        if (found) return found;
    }
    return NULL;
}

static const struct seclang_regex_node *
child_at(const struct seclang_regex_node *node, size_t index)
{
    for (node = node->child; index > 0; index--) {
        assert(node); /* an index below the count of children */
        node = node->next;
    }
    assert(node);
    return node;
}

/* Keeps alternatives [first, first + count) of `either` if the rest still matches. */
static bool
keep(struct narrowing *n, const struct seclang_regex_node *either, size_t first, size_t count)
{
    const struct seclang_regex_node *a = child_at(either, first),
                                    *z = child_at(either, first + count - 1);
    sk_str less =
        sk_str_printf(n->mem, "%.*s%.*s%.*s", SK_ARG(sk_str_first(n->pattern, either->from)),
                      (int)(z->to - a->from), n->pattern.p + a->from,
                      SK_ARG(sk_str_from(n->pattern, either->to)));
    struct span span;

    n->trials++;
    if (!match(&span, less, n->value) || span.from != n->wanted.from || span.to != n->wanted.to)
        return false;
    n->pattern = less;
    return true;
}

static void
halve(struct narrowing *n, const struct seclang_regex_node *either)
{
    size_t count = 0;

    for (const struct seclang_regex_node *c = either->child; c; c = c->next)
        count++;
    if (keep(n, either, 0, count / 2)) return;
    if (!keep(n, either, count / 2, count - count / 2)) n->passed++;
}

sk_str
seclang_regex_narrow(sk_arena *mem, sk_str pattern, sk_str value)
{
    struct narrowing n = { .mem = mem, .pattern = pattern, .value = value };

    if (!match(&n.wanted, pattern, value)) return pattern;
    while (n.trials < TRIALS) {
        const struct seclang_regex_node *root = seclang_regex_tree(mem, n.pattern), *either;
        unsigned left = n.passed;

        either = find(root, &left);
        if (!either) break;
        halve(&n, either);
    }
    return n.pattern;
}
