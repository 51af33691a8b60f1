/* Bodies of kind MULTIPART: see body_fuzz.h. */
#include "body_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_body("MULTIPART", data, size);
}
