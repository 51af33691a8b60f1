/* The start's second half: from the newest segment before which the tiles are whole the records are
 * read again, what a crash left is mended, and all is compared with the newest checkpoint. */
#ifndef LEDGER_REPLAY_H
#define LEDGER_REPLAY_H

#include "ledger/store.h"

/* What the start did, for its record. */
struct ledger_mended {
    uint64_t cut, tiles; /* bytes of an unfinished line; tiles that were made again */
};

/* The store knows its key and its segments. Afterwards its tree, heads and sequence are those of
 * the newest record, and its newest segment is open. SK_BROKEN names what no crash explains. */
sk_err ledger_replay(struct ledger_store *store, sk_arena *mem,
                     const struct ledger_checkpoint *signed_,
                     struct ledger_mended *mended) SK_CHECKED;

/* ── for both halves ── */

bool ledger_is_there(const struct ledger_store *store, const char *path);
/* A descriptor, or -1 with errno. */
int ledger_segment_open(const struct ledger_store *store, size_t i, int flags);
/* The first record of a segment; SK_MISSING: it has none. The line lies on `mem`. */
sk_err ledger_first_record(struct ledger_record *record, sk_arena *mem,
                           const struct ledger_store *store, size_t i) SK_CHECKED;

#endif
