/* Heads of any bytes: all that is taken lies within them, and reading ends. */
#include "gate/rawhead.h"

#include <stdlib.h>

static void
within(sk_str part, sk_str whole)
{
    if (part.n == 0) return;
    if (part.p < whole.p || part.p + part.n > whole.p + whole.n) abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str whole = { (const char *)data, size }, rest = whole, name, value;
    struct gate_rawline line;
    size_t headers = 0;

    if (!gate_rawhead_line(&line, &rest)) return 0;
    within(line.line, whole);
    within(line.method, line.line);
    within(line.target, line.line);
    within(line.protocol, line.line);
    while (gate_rawhead_header(&name, &value, &rest)) {
        within(name, whole);
        within(value, whole);
        if (++headers > size) abort();
    }
    return 0;
}
