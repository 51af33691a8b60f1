/* Details of records: what is read names people of these kinds, out of the text itself. */
#include "vault/scope.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(void *ctx, sk_str person, unsigned kinds)
{
    const sk_str *text = ctx;

    if (!kinds || kinds >> PERSONAL_KINDS || kinds & 1) abort();
    if (person.p < text->p || person.p + person.n > text->p + text->n) abort();
    if (sk_str_find_byte(person, '"') != SIZE_MAX) abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_str text = { (const char *)data, size };
    struct vault_seen seen;

    if (sk_failed(vault_seen_read(&seen, text))) return 0;
    if (seen.shown >= VAULT_SHOWN) abort();
    if (sk_failed(vault_seen_each(&seen, check, &text))) return 0;
    return 0;
}
