/* A program that is started without a shell, and what it prints. */
#ifndef SK_SWEEP_PROGRAM_H
#define SK_SWEEP_PROGRAM_H

#include "base/str.h"

/* Of its environment, beside ours. */
struct sweep_setting {
    const char *name, *value; /* the last has no name */
};

/* Gives what argv[0], looked for in PATH, prints to `take`, piece by piece; its complaints go where
 * ours go. SK_MISSING where there is
 * no such program, SK_BROKEN where it failed. */
sk_err sweep_program(const char *const *argv, const struct sweep_setting *set,
                     void (*take)(void *ctx, sk_str bytes), void *ctx) SK_CHECKED;

#endif
