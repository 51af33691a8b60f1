/* SQL in values: whatever the bytes, the detector ends, reads nothing beyond them, says the same
 * twice, gives a reason, and finds nothing that its own filter would have kept from it. */
#include "seclang/detect/detect.h"

#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char reason[SECLANG_REASON] = "", again[SECLANG_REASON] = "";
    sk_str value = { (const char *)data, size };
    struct sk_bytes present = sk_bytes_of(value);
    struct seclang_filter filter;
    bool found = seclang_detect_sql(reason, value);

    if (found != seclang_detect_sql(again, value) || strcmp(reason, again) != 0) abort();
    if (found != (reason[0] != 0)) abort();
    seclang_detect_sql_filter(&filter);
    if (found && !seclang_filter_passes(&filter, size, &present)) abort();
    return 0;
}
