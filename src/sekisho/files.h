/* Writing files so that a reader sees the old or the new one, never half. */
#ifndef SEKISHO_FILES_H
#define SEKISHO_FILES_H

#include "base/str.h"
#include "part/drop.h"

/* Writes `path`.new, syncs, renames. SK_FULL (disk full, quota), SK_DENIED or SK_BROKEN with the
 * path and the cure. */
sk_err files_write(const char *path, sk_str text, int mode) SK_CHECKED;
/* Makes the folder, and those above it, if missing; sets mode, and owner if `owner` (only as the
 * superuser; NULL leaves it). */
sk_err files_folder(const char *path, int mode, const struct part_user *owner) SK_CHECKED;
/* Gives a file to a user; with owner NULL does nothing. */
sk_err files_give(const char *path, const struct part_user *owner) SK_CHECKED;
/* Makes an empty file if there is none. */
sk_err files_touch(const char *path, int mode, const struct part_user *owner) SK_CHECKED;
/* Copies the *.conf files of one folder into another; a missing one is empty. */
sk_err files_rules_copy(sk_arena *mem, const char *from, const char *to) SK_CHECKED;

#endif
