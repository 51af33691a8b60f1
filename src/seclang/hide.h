/* What a match may show: values that sanitise actions or their names make secret are hidden before
 * anything is written. */
#ifndef SECLANG_HIDE_H
#define SECLANG_HIDE_H

#include "seclang/tx.h"

/* The value of this variable may be in no log. */
bool seclang_hides(const struct seclang_tx *tx, const struct seclang_seen *seen);
/* Replaces value and data of the match where they are secret. */
void seclang_hide_match(const struct seclang_tx *tx, struct seclang_match *match,
                        const struct seclang_seen *seen);

#endif
