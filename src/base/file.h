/* Reading whole files, and closing what was opened. */
#ifndef SK_BASE_FILE_H
#define SK_BASE_FILE_H

#include "base/str.h"

/* The whole file, zero-terminated behind its end, on the arena. SK_MISSING, SK_DENIED, SK_FULL
 * (larger than `most` bytes) or SK_BROKEN with the path and the system's reason. */
sk_err sk_file_read(sk_str *text, sk_arena *mem, const char *path, size_t most) SK_CHECKED;

/* For DEFER(sk_fd_close) int fd = ...; a negative one is nobody's. */
void sk_fd_close(const int *fd);

#endif
