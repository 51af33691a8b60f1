/* What a browser says of itself, and where it wants to go: both end in pages and headers. */
#include "accounts/agent.h"
#include "accounts/page.h"

#include <stdlib.h>

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = { (const char *)data, size };
    sk_str family = accounts_agent_family(mem, text), to = accounts_to_read(text);
    if (family.n > 64) abort();
    for (size_t i = 0; i < family.n; i++)
        if (family.p[i] < ' ' || family.p[i] > '~') abort();
    if (to.n && (to.p[0] != '/' || sk_str_starts(to, SK_STR("//")))) abort();
    for (size_t i = 0; i < to.n; i++)
        if ((unsigned char)to.p[i] < ' ' || to.p[i] == '\\') abort();
    return 0;
}
