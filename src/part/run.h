/* Running another program to its end and reading what it says. */
#ifndef SK_PART_RUN_H
#define SK_PART_RUN_H

#include "base/str.h"

enum { PART_RUN_OUTPUT_MAX = 64 * 1024, PART_RUN_ARGS_MAX = 32 };

/* Starts argv[0] (an absolute path; the list ends with NULL) with an empty input and a plain
 * environment, waits for its end, and gives its exit code (128 + signal when killed) and what it
 * wrote to either output, cut at PART_RUN_OUTPUT_MAX. SK_MISSING when there is no such program. */
sk_err part_run(int *code, sk_str *output, sk_arena *mem, const char *const *argv) SK_CHECKED;

#endif
