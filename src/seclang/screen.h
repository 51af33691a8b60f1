/* The screen: before the rules of a phase are walked, every value is held once against all rules
 * that look at it, and what no value can touch is not asked at all.
 *
 *     rule-major, as written:   rule ─▶ its targets ─▶ their values ─▶ form ─▶ filter ─▶ operator
 *     value-major, the screen:  value ─▶ its forms ─▶ filters of all rules at once ─▶ operators
 *                                                        │
 *                     "hot" steps of the phase ◀─────────┴─ hits: by value, which rules match it
 *
 * Only what depends on nothing but a value's text is asked here ("questions": first rules of chains
 * with a pure operator and a constant argument, on variables that do not change within a phase). A
 * question's answer here is the operator's own; walking the rules then asks again, but only rules
 * with a hit, and of those only values with a hit. All other rules are walked as ever.
 *
 * Filters of all questions are asked together: for each byte value there is a row with one bit for
 * each question and each of its sets (op/filter.h). The rows of the bytes that occur in a text are
 * united; a question whose bits are all there may match. That costs as many vector operations as
 * there are distinct bytes, however many rules there are. Of those that are left, most look for one
 * of a set of grams (op/grams.h): one pass over the text's grams says which find one.
 *
 * Two kinds of rules besides are walked only where there is something for them: "sleepers"
 * (link/sleep.c) cannot match before one of some TX variables changes; rules of phase 4 that look
 * at nothing but the response's body cannot where there is none. */
#ifndef SECLANG_SCREEN_H
#define SECLANG_SCREEN_H

#include "seclang/tx.h"

enum {
    SECLANG_SCREEN_WORDS = 8,                        /* of 64 questions each */
    SECLANG_SCREEN_MOST = SECLANG_SCREEN_WORDS * 64, /* questions of a phase; others are walked */
    SECLANG_SCREEN_LENGTHS = 64,                     /* a longer least length counts as this */
    SECLANG_SCREEN_TFS = 64,                         /* transformations told apart */
    SECLANG_GRAM_BITS = 15                           /* of a gram's hash */
};

/* One bit a question. */
struct seclang_asks {
    uint64_t w[SECLANG_SCREEN_WORDS];
};

/* Which questions look at a value in one form. */
struct seclang_screen_node {
    unsigned form;
    uint64_t tfs;   /* the transformations of its chain; see seclang_screen.tf */
    bool cuts;      /* utf8toUnicode is among them */
    unsigned least; /* bytes that a text must have for any of these to match; 0: not known */
    struct seclang_asks asks;
};
/* Questions that look at the members of this name only, or at all others. */
struct seclang_screen_name {
    sk_str name; /* lower case */
    struct seclang_asks more, less;
};
/* The values of one variable. ARGS stands for its halves, too. */
struct seclang_lane {
    enum seclang_var var;
    enum seclang_var get, post; /* lists with the same values; SECLANG_VAR_COUNT: none */
    struct seclang_asks asks, get_asks, post_asks;
    struct seclang_screen_name *name;
    size_t name_count;
    const struct seclang_screen_node *node; /* in the order of forms: parents first */
    size_t node_count;
    uint64_t tfs; /* all that its nodes use */
};

/* A row of the filter: the four sets of 64 questions side by side, so that they fill a vector. */
typedef uint64_t seclang_row __attribute__((vector_size(32), aligned(16))); /* as the arena */

struct seclang_screen {
    size_t words, count; /* of questions */
    const struct seclang_rule *ask[SECLANG_SCREEN_MOST];
    unsigned step[SECLANG_SCREEN_MOST]; /* where the question's rule stands in the phase */
    const uint64_t *walked;             /* a bit a step: what is to be walked in any case */
    size_t step_words;
    const unsigned *sleeper; /* by slot, from the first: where its steps begin in sleeper_step */
    const unsigned *sleeper_step; /* who waits for that slot to change */
    const uint64_t *of_body;      /* a bit a step: looks at a RESPONSE_BODY that is not empty */
    const struct seclang_lane *lane;
    size_t lane_count;
    const struct seclang_tf *tf[SECLANG_SCREEN_TFS];
    size_t tf_count;
    const seclang_row *open;         /* by word: sets that a question does not have */
    const seclang_row *row;          /* [byte * words + word] */
    struct seclang_asks gramless;    /* whose matches need no gram that is known */
    const uint64_t *gram;            /* a bit a hash: some question looks for such a gram */
    const uint16_t *gram_row;        /* by hash: which row */
    const uint64_t *gram_asks;       /* rows of `words`: who looks for it */
    const struct seclang_asks *fits; /* by length: whose least length it has */
};

static inline uint32_t
seclang_gram_hash(uint32_t gram)
{
    return gram * 0x9e3779b1u >> (32 - SECLANG_GRAM_BITS); /* Knuth's multiplicative hashing */
}

/* Screens all values of the phase that begins; afterwards tx->hot says which steps to walk. */
void seclang_screen_run(struct seclang_tx *tx, const struct seclang_screen *screen);

/* A TX slot has changed: its sleepers in the phase that runs are walked. */
void seclang_screen_wake(struct seclang_tx *tx, size_t slot);

/* What was found in an earlier phase holds no more. */
void seclang_screen_forget(struct seclang_tx *tx);

static inline bool
seclang_hit(const struct seclang_value *value, int question)
{
    return value->hits && ((value->hits[question >> 6] >> (question & 63)) & 1);
}

#endif
