/* One request through a site's rules, in this process: for `rules test`. */
#ifndef SEKISHO_JUDGE_H
#define SEKISHO_JUDGE_H

#include "seclang/seclang.h"

enum { JUDGE_REQUEST_MAX = 16 * 1024 * 1024 };

struct judge {
    struct seclang_rules *rules;
    struct seclang_worker *worker;
    bool watch; /* note how rules match, for seclang_tx_sightings */
};

struct judge_result {
    struct seclang_verdict verdict;
    const struct seclang_match *match;
    size_t match_count;
    sk_str inbound, outbound; /* scores; empty: none */
};

/* Loads rules from text that stands in `name`. judge_close gives back. */
sk_err judge_open(struct judge *judge, sk_str rules, const char *name) SK_CHECKED;
sk_err judge_open_source(struct judge *judge, const struct seclang_source *source) SK_CHECKED;
void judge_close(struct judge *judge);

/* `raw` is a request as on the wire, or with plain line ends; a missing Content-Length is added by
 * the length of what follows the head, a line end at its end left out. `response` may be empty; it
 * is looked at when the request passes. Phase 5 is run. Results lie on `mem`, and `tx`, to be freed
 * with seclang_tx_free after them. */
sk_err judge_request(struct judge_result *result, struct seclang_tx **tx, sk_arena *mem,
                     const struct judge *judge, sk_str raw, sk_str response) SK_CHECKED;

#endif
