/* What is kept of a match: enough to say later, to whoever asks, what an error log or an audit log
 * says about it. Most matches are never asked about, so nothing is worded before.
 *
 * Texts are as they were, with secrets in them. */
#ifndef SECLANG_RECORD_H
#define SECLANG_RECORD_H

#include "seclang/tx.h"

struct seclang_record {
    const struct seclang_rule *rule; /* the last of its chain; its head has the words */
    struct seclang_seen seen;
    sk_str msg, data;  /* expanded when it matched */
    const sk_str *tag; /* expanded; as many as the head has */
    const char *what;  /* with `words`: what the operator said, see seclang_op_sentence */
    sk_str words;
    bool asked;      /* by an operator; false: SecAction, or the engine itself */
    bool acts;       /* its verdict holds; false: it only warns */
    bool disruptive; /* it decided, or would have when detecting */
    struct seclang_verdict verdict;
    unsigned phase;
};

/* The record of a match, its macros expanded now. */
struct seclang_record seclang_record_of(struct seclang_tx *tx, const struct seclang_rule *rule,
                                        const struct seclang_seen *seen,
                                        const struct seclang_op_run *run);
/* For the host and for audit writers; secrets are still in it. */
struct seclang_match seclang_record_match(const struct seclang_tx *tx,
                                          const struct seclang_record *record);
/* "Warning. Pattern match "..." at ARGS:q. [file "..."] ... [tag "..."]": with secrets, as above.
 * `shown`: the same match as it may be shown, or as seclang_record_match has it. */
sk_str seclang_record_message(const struct seclang_tx *tx, const struct seclang_record *record,
                              const struct seclang_match *shown, sk_str reason);
/* Why it matched, in one sentence. */
sk_str seclang_record_reason(const struct seclang_tx *tx, const struct seclang_record *record);

#endif
