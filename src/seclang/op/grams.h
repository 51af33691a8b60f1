/* Grams: three bytes in a row of which any match of an operator holds at least one.
 *
 * A stricter filter than sets of bytes, and dearer: a text has as many grams as bytes. Case and the
 * like are left out of account by setting a bit of each byte (SECLANG_GRAM_FOLD), in patterns as in
 * texts: what differs only there counts as equal, so that nothing is missed.
 *
 * After R. Cox, "Regular Expression Matching with a Trigram Index" (2012), which asks for several
 * trigrams at once; here one set is kept, that which ordinary texts meet least. */
#ifndef SECLANG_OP_GRAMS_H
#define SECLANG_OP_GRAMS_H

#include "base/str.h"

enum {
    SECLANG_GRAM = 3,
    SECLANG_GRAM_FOLD = 0x20,
    SECLANG_GRAMS_MOST = 4096 /* more of them are no filter */
};

struct seclang_grams {
    uint32_t *gram; /* first byte lowest; each once */
    size_t count;   /* 0: nothing is known, any text may match */
};

static inline uint32_t
seclang_gram(const char *p)
{
    return ((uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
            (uint32_t)(unsigned char)p[2] << 16) |
           SECLANG_GRAM_FOLD * 0x010101u;
}

/* A text that none of them is in cannot match. Plain, for tests: the screen asks for all rules at
 * once. */
bool seclang_grams_in(const struct seclang_grams *grams, sk_str text);
/* grams.c: one gram of each text, the rarest; nothing where a text is too short. Lies in mem. */
void seclang_grams_of_texts(struct seclang_grams *grams, sk_arena *mem, const sk_str *text,
                            size_t count);
/* How often ordinary texts meet one of them: a rough measure. */
double seclang_grams_weight(const struct seclang_grams *grams);
/* Those of both. Nothing where one side is nothing, or there are too many. */
void seclang_grams_unite(struct seclang_grams *to, sk_arena *mem, const struct seclang_grams *a,
                         const struct seclang_grams *b);
/* grams_regex.c: of a PCRE2 pattern as @rx compiles it. */
void seclang_grams_of_regex(struct seclang_grams *grams, sk_arena *mem, sk_str pattern);

#endif
