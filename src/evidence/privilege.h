/* Privileges that are held, set against the requests for them and against the ledger. */
#ifndef EVIDENCE_PRIVILEGE_H
#define EVIDENCE_PRIVILEGE_H

#include "base/when.h"
#include "evidence/people.h"

enum { EVIDENCE_PRIVILEGES_MAX = 1000, EVIDENCE_PRIVILEGE_HOURS = 72 };

struct evidence_privilege {
    sk_str account, name, given_by;
    sk_when made, ends;
    sk_str request; /* which was approved for it; empty: none was */
    int64_t hours;  /* that were asked for */
    sk_str decided_by;
    bool asked, given, over; /* the ledger has the request, the approval, an end of it since */
};

struct evidence_privileges {
    struct evidence_privilege *item;
    size_t count;
    uint64_t approvals; /* on record, of all times */
};

/* Those of that name ("" for all) that have not ended, and what the ledger says of them; reports as
 * a fault what is not approved by somebody else, has no end or a later one than was approved, or is
 * not on record. */
sk_err evidence_privileges_check(struct evidence_privileges *held, struct evidence_report *report,
                                 const struct evidence_instance *instance,
                                 const char *name) SK_CHECKED;

#endif
