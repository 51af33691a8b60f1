/* Noting how rules match, for seclang_tx_sightings. */
#ifndef SECLANG_WATCH_H
#define SECLANG_WATCH_H

#include "seclang/tx.h"

/* Around what follows from a match: `run` is the operator's, NULL for SecAction. */
void seclang_watch_begin(struct seclang_tx *tx, const struct seclang_rule *rule,
                         const struct seclang_seen *seen, const struct seclang_op_run *run);
void seclang_watch_end(struct seclang_tx *tx);

#endif
