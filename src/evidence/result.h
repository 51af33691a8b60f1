/* What probes saw: STATE/evidence/results.jsonl, one line a run, appended and synced. */
#ifndef EVIDENCE_RESULT_H
#define EVIDENCE_RESULT_H

#include "evidence/catalog.h"

struct evidence_result {
    sk_str control, probe;
    unsigned version; /* of the probe */
    sk_when started, ended;
    bool passed;
    sk_str *fact;                     /* what was observed, in words; the failures first */
    size_t fact_count, failure_count; /* the first failure_count facts are the failures */
};

/* One write, then fsync: after a crash a line is there whole, or cut at the end of the file where
 * the reader passes over it. SK_FULL and SK_BROKEN name the file. */
sk_err evidence_result_append(const char *state, const struct evidence_result *result) SK_CHECKED;

struct evidence_results {
    struct evidence_result *newest; /* one per control of the catalogue, same index */
    bool *known;
    size_t broken_lines;
};
/* A missing file is no results. Only the last 4 MB of the file are read. */
sk_err evidence_results_read(struct evidence_results *results, sk_arena *mem,
                             const struct evidence_catalog *catalog, const char *state) SK_CHECKED;

#endif
