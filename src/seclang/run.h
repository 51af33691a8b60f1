/* Walking the rules of a phase. */
#ifndef SECLANG_RUN_H
#define SECLANG_RUN_H

#include "seclang/tx.h"

/* Runs a phase's rules over the transaction, unless the engine is off, something was decided before
 * (but phase 5) or an earlier rule allowed it. The transaction's verdict, so far. */
struct seclang_verdict seclang_run_phase(struct seclang_tx *tx, unsigned phase);

#endif
