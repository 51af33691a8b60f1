/* Counting what is found, place by place. */
#ifndef SK_SWEEP_TALLY_H
#define SK_SWEEP_TALLY_H

#include "sweep/judge.h"

/* One place that is being looked at: a column, a file. */
struct sweep_tally {
    struct sweep *sweep;
    sk_arena *work; /* reset after each text */
    unsigned hints;
    struct sweep_found here;
};

void sweep_tally_begin(struct sweep_tally *tally, struct sweep *sweep, const char *where,
                       const char *place, unsigned hints);
/* A value, or a part of a text no longer than SWEEP_TEXT_MAX. */
void sweep_tally_text(struct sweep_tally *tally, sk_str text);
/* Tells the sweep what was found, if anything was. */
void sweep_tally_end(struct sweep_tally *tally);

/* Remembers that a place could not be read. */
void sweep_trouble(struct sweep *sweep, const char *place, const char *why);

/* Each kind of place, in a file of its own. `where` is what was asked for. */
sk_err sweep_path(struct sweep *sweep, const char *where) SK_CHECKED;
sk_err sweep_sqlite(struct sweep *sweep, const char *where, const char *path) SK_CHECKED;
sk_err sweep_postgresql(struct sweep *sweep, const char *where) SK_CHECKED;
sk_err sweep_mysql(struct sweep *sweep, const char *where) SK_CHECKED;

#endif
