/* Reading whole files, closing what was opened, removing folders. */
#ifndef SK_BASE_FILE_H
#define SK_BASE_FILE_H

#include "base/str.h"

/* The whole file, zero-terminated behind its end, on the arena. SK_MISSING, SK_DENIED, SK_FULL
 * (larger than `most` bytes) or SK_BROKEN with the path and the system's reason. */
sk_err sk_file_read(sk_str *text, sk_arena *mem, const char *path, size_t most) SK_CHECKED;

/* Whether something is there. Not by access(2), which asks for the real user without capabilities:
 * a part that may read below folders of the superuser's alone would be told that nothing is. */
bool sk_file_exists(const char *path);

/* Removes a folder with all that is in it, or a file; symbolic links are removed, not followed.
 * False: something is left, with the reason in errno. What is not there: false, ENOENT. */
bool sk_file_remove_tree(const char *path);

/* For DEFER(sk_fd_close) int fd = ...; a negative one is nobody's. */
void sk_fd_close(const int *fd);

#endif
