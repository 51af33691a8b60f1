/* Where each promise stands: the scoreboard. */
#ifndef EVIDENCE_STATUS_H
#define EVIDENCE_STATUS_H

#include "evidence/result.h"

enum evidence_standing {
    EVIDENCE_OPEN, /* no probe yet, or never run */
    EVIDENCE_PROVEN,
    EVIDENCE_FAILING,
    EVIDENCE_STALE,    /* the last success is older than twice the interval: not proven */
    EVIDENCE_TESTED,   /* a case of the suites proves it of this version; nothing asks the system */
    EVIDENCE_ATTESTED, /* a named role attests, and the attestation has not expired */
    EVIDENCE_STANDINGS
};
extern const char *const evidence_standing_words[EVIDENCE_STANDINGS];

struct evidence_attestation {
    sk_str control, role, sha256;
    sk_when date, expires;
};

struct evidence_board {
    const struct evidence_catalog *catalog;
    const struct evidence_results *results;
    enum evidence_standing *standing;                /* by the catalogue's index */
    const struct evidence_attestation **attestation; /* NULL: none that holds */
    unsigned count[EVIDENCE_STANDINGS];
};

/* Whether it is time to run: never run, failed last time, or older than its interval. */
bool evidence_due(const struct evidence_control *control, const struct evidence_result *newest,
                  bool known, sk_when now);

/* Reads STATE/evidence/attestations.json too (missing: none; SK_BAD with the entry's number when it
 * is not as it should be). `now` decides what is stale or expired. */
sk_err evidence_board_make(struct evidence_board *board, sk_arena *mem,
                           const struct evidence_catalog *catalog,
                           const struct evidence_results *results, const char *state,
                           sk_when now) SK_CHECKED;
void evidence_board_print(struct sk_buf *out, const struct evidence_board *board);
void evidence_board_json(struct sk_buf *out, const struct evidence_board *board);
/* "5 proven, 0 failing, 0 stale, 4 tested, 0 attested, 71 open" */
sk_str evidence_board_counts(sk_arena *mem, const struct evidence_board *board);

#endif
