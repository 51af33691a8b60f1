/* Checks everything that is on disk against everything else: records, order, tenants' chains,
 * tiles, root, signature. Finds what was changed, lacks, was moved or put in, and names it. */
#ifndef LEDGER_VERIFY_H
#define LEDGER_VERIFY_H

#include "base/str.h"

struct ledger_verdict {
    uint64_t records, pruned, unsigned_records; /* newer than the checkpoint */
    uint64_t tiles, bytes;
    uint64_t signed_size;
    uint64_t damages; /* how many were told */
    char origin[256];
};

struct ledger_watcher {
    void (*damage)(void *ctx, const char *text);              /* file and record, one line */
    void (*progress)(void *ctx, uint64_t done, uint64_t all); /* bytes; may be NULL */
    void *ctx;
};

/* Success says that all could be looked at; `damages` is 0 only when all is well. `folder` is
 * STATE/ledger. SK_MISSING: there is no ledger. */
sk_err ledger_verify(struct ledger_verdict *verdict, const char *folder,
                     const struct ledger_watcher *watcher) SK_CHECKED;

#endif
