/* Handing records out, so that whoever receives them can check them without us. The writer records
 * each export before it begins.
 *
 * One tenant: records.jsonl (in order, to the record of this export), proofs.jsonl (for each its
 * inclusion in the tree), checkpoint, vkey, kept.jsonl (where older records are past their keeping:
 * the record that says so, with its proof), README.txt. That none is missing follows from the
 * records: `nth` counts them and `prev` names the one before; both are part of what is proven.
 *
 * Everything: the static tree of C2SP with entry bundles, for an auditor. */
#ifndef LEDGER_EXPORT_H
#define LEDGER_EXPORT_H

#include "base/str.h"

struct ledger_exported {
    uint64_t records, first_nth, last, size; /* last: sequence of the export's record */
    bool is_signed;
};

/* `out` is a folder that is made; SK_BAD when it has something in it already. SK_MISSING when the
 * writer does not run: what cannot be recorded is not handed out. SK_BROKEN with what is damaged.
 */
sk_err ledger_export_tenant(struct ledger_exported *exported, const char *state, sk_str tenant,
                            const char *out) SK_CHECKED;
sk_err ledger_export_tiles(struct ledger_exported *exported, const char *state,
                           const char *out) SK_CHECKED;
/* Checks what ledger_export_tenant made, from its files alone; SK_BAD names the record. `vkey`,
 * when not empty, is the key that must have signed; otherwise the one in the folder is taken. */
sk_err ledger_export_check(struct ledger_exported *exported, const char *folder,
                           sk_str vkey) SK_CHECKED;

#endif
