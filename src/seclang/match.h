/* What follows when a rule has matched a value. */
#ifndef SECLANG_MATCH_H
#define SECLANG_MATCH_H

#include "seclang/tx.h"

/* The rule matched `seen`: captures, MATCHED_VAR, actions; and where it ends its chain, the log and
 * what its head demands. `run` is the operator's; NULL for SecAction. */
void seclang_match_take(struct seclang_tx *tx, const struct seclang_rule *rule,
                        const struct seclang_seen *seen, const struct seclang_op_run *run);
/* Of that only captures and MATCHED_VAR: what a chain leaves behind that went no further. */
void seclang_match_trace(struct seclang_tx *tx, const struct seclang_rule *rule,
                         const struct seclang_seen *seen, const struct seclang_op_run *run);
/* The engine itself refuses (limits): recorded and logged as rule 0, answered with `status` where
 * the engine is on. `why` is a sentence. */
void seclang_match_refuse(struct seclang_tx *tx, int status, const char *why);

struct seclang_record;
/* Adds the record of a match that was judged elsewhere; its texts lie on tx->mem. */
void seclang_match_keep(struct seclang_tx *tx, const struct seclang_record *record);

#endif
