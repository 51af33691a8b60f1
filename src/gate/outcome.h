/* How an application says that a sign-in has failed: by a status, or by where it leads. */
#ifndef SEKISHO_GATE_OUTCOME_H
#define SEKISHO_GATE_OUTCOME_H

#include "base/str.h"

enum { GATE_OUTCOMES = 8 };

struct gate_outcome {
    int status;      /* 0: by the place */
    sk_str location; /* beginning of the path and query that Location leads to */
};

/* "status:401", "location:/login?error". False: neither. */
bool gate_outcome_read(struct gate_outcome *outcome, sk_str text);
/* `location` is the header's value, whole or relative; p NULL: there is none. */
bool gate_outcome_is(const struct gate_outcome *outcome, int status, sk_str location);

#endif
