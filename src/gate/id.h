/* Request ids: 26 characters, time-ordered, safe in URLs and file names.
 *
 * 48 bits of milliseconds since 1970 and 80 random bits in Crockford's base 32, most significant
 * first, as in the ULID specification (github.com/ulid/spec). Ids of one millisecond are not
 * ordered among themselves. */
#ifndef SEKISHO_GATE_ID_H
#define SEKISHO_GATE_ID_H

#include "base/str.h"
#include "base/when.h"

enum { GATE_ID = 26, GATE_ID_RANDOM = 10 };

/* Writes GATE_ID characters, no zero behind them. A time before 1970 counts as 1970. */
void gate_id_make(char id[GATE_ID], sk_when when, const unsigned char random[GATE_ID_RANDOM]);

#endif
