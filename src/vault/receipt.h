/* One line of a receipt: who has read somebody's data, when, and for what; from a record as the
 * ledger finds it (docs/protocol/ledger.md, mentions). Pure. */
#ifndef SK_VAULT_RECEIPT_H
#define SK_VAULT_RECEIPT_H

#include "base/json.h"
#include "base/when.h"
#include "personal/personal.h"

enum {
    VAULT_RECEIPT_LINES = 200,   /* of one answer */
    VAULT_RECEIPT_MS = 4000,     /* of looking; what is left is asked for again */
    VAULT_RECEIPT_OF_PERSON = 6, /* a minute */
    VAULT_RECEIPT_OF_TENANT = 120,
    VAULT_RECEIPT_WITHOUT_MAX = 16, /* purposes that are left out */
};

struct vault_receipt_line {
    uint64_t sequence;
    sk_when when;
    const char *what;     /* "read", "found", "exported" */
    sk_str who;           /* a role; "self": the person's own browser; "nobody": not signed in */
    sk_str principal;     /* whose account; for shops that tell it */
    sk_str purpose, show; /* show: empty of what was exported */
    unsigned kinds;       /* bits; 0 of what was exported: all */
};

/* Borrowed from the record. False: it is no showing of this person. */
bool vault_receipt_read(struct vault_receipt_line *line, const sk_json *record,
                        sk_str person) SK_CHECKED;

#endif
