/* How Vectorscan is asked.
 *
 * Version 5.4.9, as Debian 12 has it, loses matches on x86: few literals together (its "Teddy"
 * matcher), in the last bytes of a text, depending on what lies behind it. Of random pairs of words
 * one in three was not found one time in a hundred. With 32 bytes of anything behind the text
 * nothing is lost; the text is therefore copied and gets twice as much, unless it has it. */
#include "seclang/op/scratch.h"

#include <limits.h>
#include <stdlib.h>

enum { BEHIND = SECLANG_BULK_BEHIND }; /* a whole vector of AVX-512 */

/* The thread's buffer, with room for n bytes; NULL without memory. */
static char *
room(struct seclang_scratch *scratch, size_t n)
{
    char *larger;

    if (n <= scratch->text_size) return scratch->text;
    n += n / 2;
    larger = realloc(scratch->text, n);
    if (!larger) return NULL;
    scratch->text = larger;
    scratch->text_size = n;
    return larger;
}

bool
seclang_scan_in_place(const hs_database_t *db, struct seclang_scratch *scratch, sk_str text,
                      match_event_handler on_match, void *ctx)
{
    hs_scratch_t *hs = seclang_scratch_hs(scratch);

    if (!hs || text.n > UINT_MAX - BEHIND) return false;
    return hs_scan(db, text.p, (unsigned)(text.n + BEHIND), 0, hs, on_match, ctx) == HS_SUCCESS;
}

bool
seclang_scan(const hs_database_t *db, struct seclang_scratch *scratch, sk_str text,
             match_event_handler on_match, void *ctx)
{
    char *copy = text.n <= UINT_MAX - BEHIND ? room(scratch, text.n + BEHIND) : NULL;

    if (!copy) return false;
    if (text.n > 0) memcpy(copy, text.p, text.n);
    memset(copy + text.n, 0, BEHIND);
    return seclang_scan_in_place(db, scratch, (sk_str){ copy, text.n }, on_match, ctx);
}
