/* A detector on any bytes: it ends, reads nothing beyond them, says the same twice, gives a reason
 * where it finds something and nowhere else, and its own filter keeps nothing from it. */
#ifndef SK_FUZZ_DETECT_FUZZ_H
#define SK_FUZZ_DETECT_FUZZ_H

#include "seclang/detect/detect.h"

#include <stdlib.h>

static inline int
detect_fuzz(bool (*detect)(char reason[SECLANG_REASON], sk_str value),
            void (*filter_of)(struct seclang_filter *filter), sk_str value)
{
    char reason[SECLANG_REASON] = "", again[SECLANG_REASON] = "";
    struct sk_bytes present = sk_bytes_of(value);
    struct seclang_filter filter;
    bool found = detect(reason, value);

    if (found != detect(again, value) || strcmp(reason, again) != 0) abort();
    if (found != (reason[0] != 0)) abort();
    filter_of(&filter);
    if (found && !seclang_filter_passes(&filter, value.n, &present)) abort();
    return 0;
}

#endif
