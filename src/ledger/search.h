/* Whose name stands in records: looked for in a thread of its own beside the writer, which goes on
 * taking records. One search at a time, and each over so many records that it ends soon; who wants
 * more asks again from where it ended. Whoever asks gets no other name to see than the one that was
 * looked for: lists in the details are cut to it. */
#ifndef LEDGER_SEARCH_H
#define LEDGER_SEARCH_H

#include "ledger/record.h"

enum {
    LEDGER_SEARCH_STEP = 100 * 1000, /* records of one search; 0.1 s */
    LEDGER_SEARCH_RECORDS = 40,      /* of one answer */
    LEDGER_SEARCH_BYTES = 20 * 1024, /* an answer is no longer than that and one record more */
};

struct ledger_wanted {
    sk_str tenant, name;
    sk_str action;   /* as of ledger_filter: "vault.*" */
    uint64_t before; /* sequences below this; 0: the newest as well */
    uint64_t newest; /* there is */
};

struct ledger_search;
/* `done_fd` is an eventfd, yours, which tells when an answer can be taken. Yours:
 * ledger_search_free, which waits for a search that is under way. */
sk_err ledger_search_new(struct ledger_search **search, const char *state, int done_fd) SK_CHECKED;
void ledger_search_free(struct ledger_search *search); /* NULL is allowed */
/* Copies what is wanted. SK_BUSY: another one is under way, or its answer was not taken yet. */
sk_err ledger_search_begin(struct ledger_search *search,
                           const struct ledger_wanted *wanted) SK_CHECKED;
/* The answer's line, on `mem`; SK_BUSY: it is not there yet; else why there is none. */
sk_err ledger_search_take(sk_str *answer, sk_arena *mem, struct ledger_search *search) SK_CHECKED;

/* ── pure ── */

/* {"records":[…],"before":N}, newest first; N is 0 where there are no older ones. */
sk_err ledger_search_run(struct sk_buf *out, const char *state,
                         const struct ledger_wanted *wanted) SK_CHECKED;
/* Appends the details (a JSON object that ledger_scan takes) with all lists cut to `name`. */
void ledger_mention_cut(struct sk_buf *out, sk_str details, sk_str name);

#endif
