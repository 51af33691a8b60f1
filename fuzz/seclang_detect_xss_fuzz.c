/* Script in values. */
#include "detect_fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str value = { (const char *)data, size };

    return detect_fuzz(seclang_detect_xss, seclang_detect_xss_filter, value);
}
