/* Operators (@rx ...). One row each: compiled when rules are loaded, run on one value.
 *
 * Compiled state lives in the rules' arena and is constant; what must be given back (PCRE2 code,
 * Vectorscan databases) is given back by `release`. What changes while running lives in the run. */
#ifndef SECLANG_OP_H
#define SECLANG_OP_H

#include "base/str.h"
#include "seclang/op/filter.h"
#include "seclang/op/grams.h"
#include "seclang/seclang.h"

enum { SECLANG_CAPTURES = 10 };

struct seclang_cache;
struct seclang_scratch; /* of one thread: PCRE2 match data and stacks, Vectorscan scratch */

/* Where an operator's argument stands, for reading files beside the rule file. */
struct seclang_op_place {
    const char *rule_file;     /* pmFromFile paths are relative to its folder */
    unsigned pcre_match_limit; /* SecPcreMatchLimit; 0: our default */
    bool only_check;           /* say whether the argument is right; the state will never be run */
    enum seclang_detector detector;
    struct seclang_cache *cache; /* compiled databases of earlier loads; NULL: none */
};

/* What operators ask beside the value; what they answer goes to the transaction at once. */
struct seclang_outside {
    void *tx;
    /* @geoLookup: true when something is known about the address; GEO is then filled. */
    bool (*locate)(void *tx, sk_str address);
    /* @rbl: whether the list names the address, by what is known of it now; never waits. */
    bool (*listed)(void *tx, sk_str zone, sk_str address);
};

struct seclang_op_run {
    struct seclang_scratch *scratch;
    sk_arena *mem;      /* of the transaction */
    sk_str argument;    /* the argument, expanded, where it has a macro; else as compiled */
    bool want_captures; /* action capture: fill captures (else they may stay empty) */
    sk_str capture[SECLANG_CAPTURES]; /* [0] is the whole match */
    unsigned capture_count;
    bool limit_hit;   /* a match limit ended the search: the answer is not to be trusted */
    bool quiet;       /* nobody will read what matched: it need not be said */
    const char *what; /* "Pattern match": quotes `matched`; NULL: `matched` is the whole sentence */
    sk_str matched;   /* what to show as matched; may be empty */
    const struct seclang_outside *outside; /* NULL: nothing is known (tests) */
};

struct seclang_op {
    const char *name; /* lower case, without @ */
    /* Compiles the argument (no macro in it, else compile is called with has_macro true and keeps
     * only what does not depend on it). *state may stay NULL. SK_BAD says what is wrong with it. */
    sk_err (*compile)(void **state, sk_arena *mem, const struct seclang_op_place *place,
                      sk_str argument, bool has_macro);
    bool (*run)(const void *state, struct seclang_op_run *run, sk_str value);
    void (*release)(void *state); /* may be NULL */
    /* The bytes any match must touch and the shortest match; all-pass when unknown or with a macro.
     * NULL: no filter. Not asked for negated operators. */
    void (*filter)(struct seclang_filter *filter, const void *state, sk_str argument);
    bool pure; /* the answer depends on state and value alone */
};

/* What a run said, as a sentence: Pattern match "..."; empty: nothing. */
sk_str seclang_op_sentence(sk_arena *mem, const char *what, sk_str matched);

/* Grams of which any match holds one, on mem; none when nothing is known. Not asked for negated
 * operators. */
void seclang_op_grams(struct seclang_grams *grams, sk_arena *mem, const struct seclang_op *op,
                      const void *state, sk_str argument);

const struct seclang_op *seclang_op_find(sk_str name); /* NULL when unknown */
const struct seclang_op *seclang_op_rows(size_t *count);

/* A thread's scratch; grows as operators are compiled with larger databases, so it is made after
 * all rules are compiled (databases register themselves while compiling; see op/scratch.c). */
sk_err seclang_scratch_new(struct seclang_scratch **scratch) SK_CHECKED;
void seclang_scratch_free(struct seclang_scratch *scratch);

/* Many operators over one long text (response bodies), asked together: who cannot match need not
 * be asked by himself. Sound: never misses what @rx, @pm or @contains would match. */
struct seclang_bulk;
enum seclang_bulk_kind {
    SECLANG_ASK_PATTERN, /* `pattern` is one of @rx */
    SECLANG_ASK_LITERAL, /* `pattern` is found as it is */
    SECLANG_ASK_LOOSE,   /* the same in a text that blanks or zero bytes were taken out of */
    SECLANG_ASK_PHRASES  /* any of `phrase` */
};
struct seclang_bulk_ask {
    enum seclang_bulk_kind kind;
    bool lower; /* of the text in lower case */
    sk_str pattern;
    const sk_str *phrase;
    size_t phrase_count;
};
struct seclang_bulk_hit {
    bool may;             /* it may match; else it surely does not */
    const sk_str *phrase; /* what @pm would tell of this text; NULL: it has to be asked */
    size_t end;           /* where the phrase ends */
};
enum {
    SECLANG_BULK_PHRASES = 16384, /* at most, together; who has more is a candidate always */
    SECLANG_BULK_BEHIND = 64      /* zero bytes that lie behind a text; see scan.c */
};
/* What the operator asks of a text as it is; false: it is none of those. Texts lie with the
 * argument and the state. */
bool seclang_bulk_ask_of(struct seclang_bulk_ask *ask, const struct seclang_op *op,
                         const void *state, sk_str argument);
sk_err seclang_bulk_new(struct seclang_bulk **bulk, sk_arena *mem, struct seclang_cache *cache,
                        const struct seclang_bulk_ask *asks, size_t count) SK_CHECKED;
void seclang_bulk_free(struct seclang_bulk *bulk);
/* Sets hits[i] for each ask. Behind the text lie SECLANG_BULK_BEHIND zero bytes. */
void seclang_bulk_scan(const struct seclang_bulk *bulk, struct seclang_scratch *scratch,
                       sk_str text, struct seclang_bulk_hit *hits);
/* phrase.c: says what @pm says that has found this phrase. */
void seclang_bulk_tell(struct seclang_op_run *run, sk_str phrase);

#endif
