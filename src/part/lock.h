/* One instance a state folder: a pid file that is locked as long as its process lives. */
#ifndef SK_PART_LOCK_H
#define SK_PART_LOCK_H

#include "base/err.h"

#include <sys/types.h>

/* Takes the lock and writes our pid. `*fd` stays open until the process ends. SK_BUSY when another
 * process holds it, with its pid in `*holder`. */
sk_err part_lock_take(int *fd, pid_t *holder, const char *path) SK_CHECKED;
/* The pid of the process that holds the lock; SK_MISSING when nobody does. */
sk_err part_lock_holder(pid_t *holder, const char *path) SK_CHECKED;

#endif
