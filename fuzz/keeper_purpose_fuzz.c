/* The keeper's purposes: what is read is within its bounds, and judged without faults. */
#include "keeper/purpose.h"

#include <stdlib.h>

static void
purpose_check(const struct keeper_purpose *p, sk_str text)
{
    struct ticket ticket = { .id = text, .site = text, .route = text };

    if (p->name.n == 0 || (p->kinds == 0) != (p->show == KEEPER_SHOW_ERASE) || p->ticket == 0 ||
        p->sites.count == 0)
        abort();
    for (int scope = KEEPER_SCOPE_PRINCIPAL; scope < KEEPER_SCOPES; scope++)
        for (int window = 0; window < KEEPER_WINDOWS; window++)
            if (p->most[scope][window] == 0 || p->most[scope][window] > KEEPER_LIMIT_MAX) abort();
    ticket.site = p->sites.item[0];
    if (keeper_purpose_allows(p, &ticket, text) == KEEPER_OK &&
        !sk_str_starts(text, ticket.site)) /* who has no tenant is for their site's */
        abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = { (const char *)data, size };
    struct keeper_purposes purposes;

    if (sk_failed(keeper_purposes_read(&purposes, mem, text))) return 0;
    for (size_t i = 0; i < purposes.count; i++)
        purpose_check(&purposes.purpose[i], text);
    return 0;
}
