/* What a match may show outside of the engine. Inside, values stay as they were: a rule that runs
 * later may still make them secret. */
#ifndef SECLANG_HIDE_H
#define SECLANG_HIDE_H

#include "seclang/tx.h"

/* Replaces value, data and message of the match where they are secret, or hold secrets. */
void seclang_hide_match(const struct seclang_tx *tx, struct seclang_match *match);
/* The same of data and message only; `secret`: nothing of the variable's value may be shown. */
void seclang_hide_words(const struct seclang_tx *tx, struct seclang_match *match, bool secret);

#endif
