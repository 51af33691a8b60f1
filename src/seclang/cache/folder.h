/* The cache's folder: a file a maker, replaced as a whole.
 *
 * What lies in it is run by whoever loads it, a server started as root among them. So the folder
 * and the file must belong to root or to the user of this process, nobody else may write to them,
 * and neither is reached over a symbolic link. */
#ifndef SECLANG_CACHE_FOLDER_H
#define SECLANG_CACHE_FOLDER_H

#include "base/str.h"

enum { SECLANG_FOLDER_OLD = 2 }; /* files of other makers that may stay, the newest */

/* Opens it for the two below; made, for its owner alone, when it is not there. SK_DENIED: it cannot
 * be trusted or entered. Yours: close it. */
sk_err seclang_folder_open(int *folder, const char *path) SK_CHECKED;
/* The whole file on the arena. SK_MISSING: there is none; SK_DENIED: it cannot be trusted or read;
 * SK_FULL: larger than `most`. */
sk_err seclang_folder_read(sk_str *bytes, sk_arena *mem, int folder, const char *name,
                           size_t most) SK_CHECKED;
/* Written aside, synchronised, renamed: a reader sees the old file or the new one. Left-overs of
 * writers that were killed and the oldest files of other makers go. After a failure the old file is
 * there as it was. SK_FULL: no room; SK_DENIED: not ours to write. */
sk_err seclang_folder_write(int folder, const char *name, sk_str bytes) SK_CHECKED;

#endif
