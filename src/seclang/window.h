/* Bodies of any size, judged window by window in bounded memory.
 *
 *     body ──parser──▶ values │ window 1: tx itself │ window 2: a continuation │ window 3 ...
 *                                     phase 2               phase 2                phase 2
 *                                        └── TX, matches, verdict ──▶ carried on ──▶
 *
 * A window is a batch of whole values; a value longer than a window comes in overlapping pieces
 * (body.h). The first window is judged by the transaction itself, with all its rules. Each later
 * one by a continuation: a transaction of its own, on memory of its own, with the same head and the
 * state of the one before (TX, collections, what ctl has changed); what it has found goes back to
 * the transaction, and its memory is given back. So scores add up over a body however an attack is
 * spread, and a body costs what its windows cost.
 *
 * Which rules a continuation runs, and on which values, see window_plan.c. */
#ifndef SECLANG_WINDOW_H
#define SECLANG_WINDOW_H

#include "seclang/tx.h"

enum {
    SECLANG_WINDOW = 65536,         /* bytes of texts (names and values) that fill a window */
    SECLANG_WINDOW_ANSWER = 262144, /* bytes of an answer that fill a window, but for the first */
    SECLANG_WINDOW_OVERLAP = 8192, /* bytes of a cut value, or of a raw body, that are seen twice */
    SECLANG_WINDOW_SLICE = 4096, /* bytes of a body between two looks at whether a window is full */
    SECLANG_WINDOW_RECORDS = 524288, /* bytes that windows leave to the transaction before
                                         matches that do not decide go unlisted */
    SECLANG_WINDOW_KEPT = 1048576    /* such bytes (TX, matches) that are too many: refused */
};

struct seclang_window {
    unsigned phase;          /* 2 or 4 */
    size_t most;             /* bytes that fill it; SIZE_MAX: it is full at the end only */
    unsigned most_values;    /* arguments that fill it */
    size_t bytes;            /* of texts in it */
    unsigned values;         /* arguments in it */
    bool begun;              /* the first window is judged */
    struct seclang_tx *next; /* the continuation that is being filled; NULL: none yet */
    sk_str *restart;         /* by TX slot: what it was before the phase; see window_plan.c */
    bool *was_set;
    unsigned char *done; /* by rule index: rules that later windows need not run again */
    unsigned earlier[SECLANG_VAR_COUNT]; /* values in the windows before: what &ARGS adds */
    size_t earlier_size;                 /* the same for ARGS_COMBINED_SIZE */
    char *tail;                          /* SECLANG_WINDOW_OVERLAP bytes: raw text seen before */
    size_t tail_n;
    size_t kept_before; /* bytes of the transaction's arena when the first window was judged */
};

/* A window of `phase` for tx; on its arena. */
struct seclang_window *seclang_window_new(struct seclang_tx *tx, unsigned phase);
/* The transaction that takes in what comes now: tx itself, or a continuation. */
struct seclang_tx *seclang_window_tx(struct seclang_tx *tx, struct seclang_window *window);
/* A text has been put into the window. */
void seclang_window_count(struct seclang_window *window, sk_str name, sk_str text);
bool seclang_window_full(const struct seclang_tx *tx, const struct seclang_window *window);
/* Judges what is in it. The transaction's verdict, so far. */
struct seclang_verdict seclang_window_judge(struct seclang_tx *tx, struct seclang_window *window);
/* Gives back what is not tx's arena memory; NULL is allowed. */
void seclang_window_free(struct seclang_window *window);

/* ── window_plan.c: what rules mean in later windows; of a worker, since it depends on rules alone
 * ── */

enum seclang_window_run {
    SECLANG_WINDOW_ONCE,  /* looks at nothing that another window changes: not run again */
    SECLANG_WINDOW_STATE, /* looks at TX and the like, or steers: run in every window */
    SECLANG_WINDOW_BODY   /* looks at the body */
};

struct seclang_window_plan {
    unsigned char *run;    /* by rule index of a chain's head: enum seclang_window_run */
    unsigned char *summed; /* by TX slot: 1 when only STATE rules of phase 2 write it, 2: of phase
                              4. They make it anew in every window, from what it was before */
};

struct seclang_window_plan *seclang_window_plan_new(sk_arena *mem,
                                                    const struct seclang_rules *rules);
/* What a variable depends on in `phase`: ONCE: it is the same in every window. */
enum seclang_window_run seclang_window_var(enum seclang_var var, unsigned phase);

/* Bytes that later windows have left to the transaction. */
static inline size_t
seclang_window_kept(const struct seclang_tx *tx, const struct seclang_window *window)
{
    return sk_arena_used(tx->mem) - window->kept_before;
}
/* Whether a rule looks in later windows only at what is new in them. */
static inline bool
seclang_window_fresh(const struct seclang_window_plan *plan, const struct seclang_rule *rule)
{
    return rule->head == rule && !rule->chain && plan->run[rule->index] == SECLANG_WINDOW_BODY;
}

/* ── window_state.c: what goes from window to window ── */

/* A transaction that goes on where tx is, on mem: the same head, the same state, no body. */
struct seclang_tx *seclang_continue(struct seclang_tx *tx, const struct seclang_window *window,
                                    sk_arena *mem);
/* What `next` has found and changed becomes tx's. */
void seclang_continue_end(struct seclang_tx *tx, const struct seclang_window *window,
                          struct seclang_tx *next);

#endif
