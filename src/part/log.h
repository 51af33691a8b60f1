/* What the program did: one JSON line a time, `error`, `info` or `debug`, to one file descriptor.
 * Never personal data or secrets: only names of ours, numbers and request ids. */
#ifndef SK_PART_LOG_H
#define SK_PART_LOG_H

#include "base/err.h"

enum part_level { PART_ERROR, PART_INFO, PART_DEBUG };

enum { PART_LOG_LINE_MAX = 2048 };

/* Lines go to `fd` (borrowed; 2 until set) under the name `part` (static text), down to `most`. */
void part_log_open(int fd, const char *part, enum part_level most);
/* One write(2) a line, so that processes may share the file. Longer lines are cut. */
void part_log(enum part_level level, const char *fmt, ...) SK_PRINTF(2, 3);
/* The same with the id of the request that it happened in. */
void part_log_id(enum part_level level, const char *id, const char *fmt, ...) SK_PRINTF(3, 4);

#endif
