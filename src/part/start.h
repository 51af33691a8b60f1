/* How a part's process begins: it dies with its parent, drops to the card's user, shuts itself in.
 * Call part_start() first of all in the new process, before threads, secrets or input. */
#ifndef SK_PART_START_H
#define SK_PART_START_H

#include "part/card.h"

/* After success: the user, groups and capabilities are the card's, core dumps and ptrace are off,
 * Landlock and seccomp hold for this process and all that follow. Fails (and the process must
 * end) when a right could not be given up; only a kernel without Landlock is passed over, with
 * `*remark` saying so (static text; NULL when all holds). */
sk_err part_start(const char **remark, const struct part_card *card,
                  const struct part_place *place) SK_CHECKED;

#endif
