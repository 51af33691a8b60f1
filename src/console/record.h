/* What the ledger says, a page at a time: newest first, read from its files. */
#ifndef SK_CONSOLE_RECORD_H
#define SK_CONSOLE_RECORD_H

#include "ledger/reader.h"

enum {
    CONSOLE_RECORD_ROWS = 50,
    CONSOLE_RECORD_DAYS = 31, /* how far back is looked where nobody says since when */
};

/* On the arena. */
struct record_row {
    uint64_t sequence;
    sk_when at;
    sk_str tenant, site, request, principal, role, action, object, outcome, details;
};

struct record_page {
    struct record_row row[CONSOLE_RECORD_ROWS];
    size_t count;
    uint64_t older; /* `before` of the next page; 0: nothing is left */
};

/* No ledger yet is an empty page. `most` is at most CONSOLE_RECORD_ROWS. */
sk_err record_page_read(struct record_page *page, sk_arena *mem, const char *state,
                        const struct ledger_filter *filter, size_t most) SK_CHECKED;

#endif
