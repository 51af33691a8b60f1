/* "Name <address>" of the configuration: what is taken has an address that stands alone. */
#include "post/mime.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct post_sender s;
    if (sk_failed(post_sender_read(&s, (sk_str){ (const char *)data, size }))) return 0;
    for (size_t i = 0; i < s.address.n; i++)
        if (s.address.p[i] <= ' ' || s.address.p[i] > '~' || s.address.p[i] == '<') abort();
    for (size_t i = 0; i < s.name.n; i++)
        if (s.name.p[i] == '\n' || s.name.p[i] == '\r') abort();
    return 0;
}
