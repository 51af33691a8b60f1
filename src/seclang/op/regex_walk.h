/* What can be said of a pattern's parts, joined to what can be said of the whole: an algebra over
 * the syntax of PCRE2 patterns. Filters are one (filter_regex.c), grams another (grams_regex.c). */
#ifndef SECLANG_OP_REGEX_WALK_H
#define SECLANG_OP_REGEX_WALK_H

#include "seclang/op/regex.h"

/* Elements are the algebra's own, made on memory that ctx knows; none is freed by the walk. */
struct seclang_algebra {
    /* One byte of a set, any character, or no text at all (an assertion). */
    void *(*atom)(void *ctx, const struct seclang_regex_atom *atom);
    /* a, then b. */
    void *(*join)(void *ctx, void *a, void *b);
    /* a or b. */
    void *(*either)(void *ctx, void *a, void *b);
    /* a at least `least` times and at most `most` (SECLANG_REGEX_NO_END), one after the other. */
    void *(*repeat)(void *ctx, void *a, uint32_t least, uint32_t most);
    /* a is there, but takes no text: (?=a), (?<=a). */
    void *(*ahead)(void *ctx, void *a);
    /* The pattern may match less than its parts say. May be NULL. */
    void (*narrow)(void *ctx);
};

/* The whole pattern's element; NULL: something in it is not surely understood. */
void *seclang_regex_walk(const struct seclang_algebra *algebra, void *ctx, sk_str pattern);

/* A simpler pattern that matches in every text in which this one does, on mem; `edges`: \b and \B
 * stay in it. False: none. */
bool seclang_regex_widen(sk_str *wide, sk_arena *mem, sk_str pattern, bool edges) SK_CHECKED;

/* regex_local.c: whether a match is one in every text that has the same bytes there, with the same
 * byte, or the same end of the text, on each side. False when unsure. */
bool seclang_regex_is_local(sk_str pattern);

/* regex_run.c: how many bytes in a row any match surely has, in one or the other case; 0 when
 * unsure. */
uint32_t seclang_regex_run(sk_str pattern);

#endif
