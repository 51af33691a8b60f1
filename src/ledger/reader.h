/* Reading the ledger's files, beside the writer or without one: for pages and the command line.
 * Nothing here writes or asks the writer. */
#ifndef LEDGER_READER_H
#define LEDGER_READER_H

#include "ledger/record.h"

#include <stdatomic.h>

/* Of a reading that takes long: how far it is, and its end before the end; from another thread. */
struct ledger_progress {
    atomic_ullong bytes; /* of the lines that were looked at */
    atomic_bool stop;    /* set by whoever wants it to end, and by itself at `most` */
    uint64_t most;       /* bytes; 0: all. For who would rather have the newest than wait */
};

/* What is wanted; empty and 0 is anything. Names are compared as they are, but an action may end
 * with '*' ("accounts.*"). */
struct ledger_filter {
    sk_str tenant, site, request, principal, role, action, object, outcome;
    sk_str mentions; /* a name that is the whole of some text in the record, its object's, too */
    sk_when since, until; /* from since on; until is excluded */
    uint64_t from;        /* smallest sequence */
    uint64_t before;      /* sequences below this */
    bool newest_first;
    struct ledger_progress *progress; /* NULL: nobody looks */
};

/* Called for each record that passes; false ends the reading. Borrowed until it returns. */
typedef bool (*ledger_visit)(void *ctx, const struct ledger_record *record);

/* Reads what is there now. Records that are being written are passed over, and so are lines that
 * cannot be read: ledger_verify tells about those. SK_MISSING: there is no ledger below `state`;
 * SK_DENIED, SK_BROKEN: it cannot be read. */
sk_err ledger_read(const char *state, const struct ledger_filter *filter, ledger_visit visit,
                   void *ctx) SK_CHECKED;

/* How many bytes it would look at, about. */
uint64_t ledger_read_bytes(const char *state, const struct ledger_filter *filter);

bool ledger_filter_takes(const struct ledger_filter *filter, const struct ledger_record *record);

/* Waits up to `patience` ms until there are records from `from` on; false: there are none. */
bool ledger_wait(const char *state, uint64_t from, int patience);

#endif
