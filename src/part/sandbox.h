/* Shutting a process in: Landlock (files, TCP ports) and seccomp (system calls) by its card.
 * Landlock: kernel Documentation/userspace-api/landlock.rst, from ABI 1 (Linux 5.13). */
#ifndef SK_PART_SANDBOX_H
#define SK_PART_SANDBOX_H

#include "part/card.h"

#include <stddef.h>

/* Landlock's ABI version of this kernel; 0 when it has none or it is switched off. */
int part_sandbox_landlock(void);

/* For good, for this process and all that follow. Sets no_new_privs first. `*remark` as in
 * part_start(). SK_BROKEN when a wall that this kernel has could not be put up. */
sk_err part_sandbox_enter(const char **remark, const struct part_card *card,
                          const struct part_place *place) SK_CHECKED;

/* The absolute path of a card's path in `out`; false when it does not fit. */
bool part_card_path(char *out, size_t size, const char *path, const struct part_place *place);

#endif
