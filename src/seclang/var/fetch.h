/* How variables get their values. One row each: a list that is filled as things arrive needs no
 * function; others are built when first asked for, or each time where their value changes. */
#ifndef SECLANG_VAR_FETCH_H
#define SECLANG_VAR_FETCH_H

#include "seclang/tx.h"

struct seclang_run;

enum seclang_fetch_when {
    SECLANG_FETCH_FILLED, /* the list is filled as things arrive */
    SECLANG_FETCH_ONCE,   /* `build` fills the list when first asked */
    SECLANG_FETCH_PHASE,  /* `build` fills it anew for each phase: it may change until then */
    SECLANG_FETCH_ALWAYS  /* `build` fills it anew each time */
};

struct seclang_fetch_row {
    enum seclang_var var;
    enum seclang_fetch_when when;
    /* Fills the emptied list. `rule` is the one that asks (for RULE); may be NULL. */
    void (*build)(struct seclang_tx *tx, struct seclang_list *list,
                  const struct seclang_rule *rule);
};

/* The values of a variable, as they are now. Borrowed until the next call for the same variable. */
const struct seclang_list *seclang_fetch(struct seclang_tx *tx, enum seclang_var var,
                                         const struct seclang_rule *rule);
/* Its list was filled along with another's: it need not be built. */
void seclang_fetch_built(struct seclang_tx *tx, enum seclang_var var);
/* A phase begins: what may have changed since the last one is built anew. */
void seclang_fetch_phase(struct seclang_tx *tx);

/* The tables of the files beside this one; each ends with var SECLANG_VAR_COUNT. */
extern const struct seclang_fetch_row seclang_fetch_request[];
extern const struct seclang_fetch_row seclang_fetch_body[];
extern const struct seclang_fetch_row seclang_fetch_response[];
extern const struct seclang_fetch_row seclang_fetch_time[];
extern const struct seclang_fetch_row seclang_fetch_engine[];
extern const struct seclang_fetch_row seclang_fetch_member[];

/* For the functions of rows. */
void seclang_fetch_text(struct seclang_tx *tx, struct seclang_list *list, sk_str text);
void seclang_fetch_int(struct seclang_tx *tx, struct seclang_list *list, int64_t number);

#endif
