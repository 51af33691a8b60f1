/* The comparisons, each in its file; main.c calls them by name. What they find goes to stdout, one
 * line each, fields separated by tabs:
 *
 *     compared  WHAT  COUNT
 *     known     ID    COUNT     explained by that row of a known_*.c; docs/differences.md has why
 *     new       ...             a difference that nothing explains, made as small as may be */
#ifndef DIFFERENTIAL_H
#define DIFFERENTIAL_H

#include "base/str.h"

/* Which of the endless many cases: those of `count` seeds. */
struct span {
    uint64_t seed;
    unsigned count;
};

sk_err tf_compare(struct span span) SK_CHECKED;
sk_err op_compare(struct span span) SK_CHECKED;
/* Requests of a pack (benches/pack.h) through the rules of a file: as they are, or mutated. */
sk_err request_compare(struct span span, const char *rules, const char *pack) SK_CHECKED;
sk_err mutant_compare(struct span span, const char *rules, const char *pack) SK_CHECKED;

/* An example behind "t:", "@" or "request": both answer as it says, and the row `id` explains it.
 */
sk_err tf_example(sk_arena *mem, const char *id, sk_str line) SK_CHECKED;
sk_err op_example(sk_arena *mem, const char *id, sk_str line) SK_CHECKED;
/* The rules that examples of requests are asked with; once, before the first of them. */
sk_err request_examples_open(const char *rules) SK_CHECKED;
sk_err request_example(sk_arena *mem, const char *id, sk_str line) SK_CHECKED;

#endif
