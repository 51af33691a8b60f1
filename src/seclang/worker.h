/* What one thread keeps between transactions, for one set of rules. */
#ifndef SECLANG_WORKER_H
#define SECLANG_WORKER_H

#include "seclang/decoder.h"
#include "seclang/recall.h"
#include "seclang/rule.h"

enum { SECLANG_EXCLUDES_NAMES = 1, SECLANG_EXCLUDES_REGEX = 2 };

struct seclang_asks;
struct seclang_member;

enum { SECLANG_TAKEN = 512 }; /* remembered answers */

/* Whether a selector's pattern takes a TX name that no rule writes out; by the name's keyed hash.
 */
struct seclang_taken {
    const struct seclang_selector *selector; /* NULL: free */
    uint64_t hash;
    size_t length;
    bool takes;
};

struct seclang_worker {
    sk_arena *mem;
    const struct seclang_rules *rules;
    struct seclang_scratch *scratch;
    struct seclang_decoders *decoders;  /* of form charsets; NULL: none */
    struct seclang_op_run run;          /* of the operator that runs now */
    int capture_slot[SECLANG_CAPTURES]; /* of TX.0 ... TX.9; -1: no rule names it */
    int *slot;                          /* TX slots by hash of the name; -1: free */
    size_t slot_mask;
    bool reads_request_body; /* some rule looks at REQUEST_BODY or FULL_REQUEST */
    bool reads_any_body;     /* and may do so whatever the body's processor was when it came */
    bool reads_response_body;
    bool times; /* somebody may want to know how long phases took: rules, or the audit log */
    struct seclang_recall *recall;
    struct seclang_forms *forms;
    struct seclang_taken *taken;
    struct seclang_asks *served;       /* by phase: questions that twins answer for (twin.h) */
    struct seclang_asks *served_alike; /* and further ones, where both twins are the same */
    struct seclang_member *tx_start;   /* by slot: TX as a transaction begins */
    unsigned char *excludes;    /* by rule index: which kinds of exclusion it has, see above */
    unsigned char *second_look; /* by rule index: SECLANG_LOOK_... */
    sk_arena *look_mem;         /* of one second look at a time */
    struct seclang_window_plan *window; /* window.h */
};

/* The slot of a TX name, whose sk_hash_nocase is `hash`; -1: it has none. */
int seclang_worker_slot(const struct seclang_worker *worker, sk_str name, uint64_t hash);

#endif
