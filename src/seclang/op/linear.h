/* Whether a pattern matches, in time linear in the text: a second opinion for where PCRE2, which
 * goes back and tries again, gives up or takes too long.
 *
 *     pattern ── syntax tree ── steps ── states, made as the text asks for them
 *               linear_parse.c          linear.c
 *
 * All steps that a match may have come to are followed at once (Thompson 1968), and what a set of
 * steps does on a byte is remembered as a state. No extents, no groups: only yes or no, and where
 * the first match ends. */
#ifndef SECLANG_OP_LINEAR_H
#define SECLANG_OP_LINEAR_H

#include "seclang/op/regex_walk.h"
#include "seclang/op/scratch.h"

enum {
    SECLANG_LINEAR_STEPS = 20000, /* of one program; a longer one is not made */
    SECLANG_LINEAR_KEPT = 8       /* patterns that a thread remembers with their states */
};

enum seclang_linear_answer {
    SECLANG_LINEAR_NO,   /* it does not match */
    SECLANG_LINEAR_YES,  /* it does */
    SECLANG_LINEAR_MAYBE /* not known: a back reference, a lookaround, too large, too much work */
};

/* `pattern` as @rx compiles it. `end` of YES: behind the match that ends first. What is worked out
 * is kept in the thread's scratch. */
enum seclang_linear_answer seclang_linear_ask(size_t *end, struct seclang_scratch *scratch,
                                              sk_str pattern, sk_str text);
/* Whether the thread has worked on this pattern before. */
bool seclang_linear_knows(const struct seclang_scratch *scratch, sk_str pattern);
void seclang_linear_forget(struct seclang_scratch *scratch);

/* ── inside: a pattern as steps ── */

enum seclang_step_kind {
    SECLANG_STEP_BYTE,   /* takes a byte of set[arg], goes on at `to` */
    SECLANG_STEP_EITHER, /* goes on at `to` and at `arg` */
    SECLANG_STEP_ASSERT, /* goes on at `to` where the assertion `arg` (a letter) holds */
    SECLANG_STEP_MATCH
};

struct seclang_linear_step {
    enum seclang_step_kind kind;
    uint32_t to, arg;
};

struct seclang_linear_program {
    struct seclang_linear_step *step;
    uint32_t count, start;
    struct sk_bytes *set;
    uint32_t set_count;
    bool exact; /* else it takes more texts than the pattern */
};

/* False: not understood, or longer than SECLANG_LINEAR_STEPS. */
bool seclang_linear_parse(struct seclang_linear_program *program, sk_arena *mem, sk_str pattern);

#endif
