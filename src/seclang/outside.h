/* What operators ask beside the value, for one transaction. */
#ifndef SECLANG_OUTSIDE_H
#define SECLANG_OUTSIDE_H

#include "seclang/tx.h"

/* The transaction's own; made at the first call. */
const struct seclang_outside *seclang_outside(struct seclang_tx *tx);

#endif
