/* What text of rules may not hold while it is fuzzed: an absolute path would reach this machine's
 * files. */
#ifndef SK_FUZZ_NAMES_FILES_H
#define SK_FUZZ_NAMES_FILES_H

#include "base/str.h"

static inline bool
names_files(sk_str text)
{
    static const char *const words[] = { "include", "mapfile", "fromfile", "pmf", "matchf" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sk_str_find_nocase(text, sk_str_of(words[i])) != SIZE_MAX) return true;
    return false;
}

#endif
