/* The seccomp half of sandbox.h. */
#ifndef SK_PART_SANDBOX_CALLS_H
#define SK_PART_SANDBOX_CALLS_H

#include "part/card.h"

/* Allows the groups of system calls that the card's `may` asks for; all others fail with EPERM,
 * which libraries survive where a signal would end the service. no_new_privs must be set. */
sk_err part_sandbox_calls(const struct part_card *card) SK_CHECKED;

#endif
