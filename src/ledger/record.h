/* A question of a client, and a record as it lies on disk: one JSON object on one line. The line
 * without its end is the leaf of the Merkle tree, byte for byte. Pure.
 *
 *     {"seq":7,"time":"2026-11-26T07:20:00.123Z","tenant":"tea","nth":3,"prev":5,
 *      "principal":"acc_…","action":"accounts.sign_in","object":"ses_…","outcome":"ok","uid":998,
 *      "details":{…}}
 *
 * `nth` counts the records of its tenant, `prev` is the sequence of the one before (0: none), so
 * that whoever sees one tenant's records alone sees that none is missing between them. `uid` is the
 * system user of the process that told it. Empty names are left out. */
#ifndef LEDGER_RECORD_H
#define LEDGER_RECORD_H

#include "base/when.h"
#include "ledger/ledger.h"

enum {
    LEDGER_TIME = 24,              /* bytes of "2026-11-26T07:20:00.123Z" */
    LEDGER_RECORD_MAX = 32 * 1024, /* below the 65,535 bytes that an entry of a bundle can have */
};

/* What a client asks. */
struct ledger_question {
    sk_str what;                 /* "append", "status", … */
    struct ledger_event event;   /* of an append */
    sk_str name, tenant, reason; /* of the others */
    uint64_t before;             /* a sequence, of those that look for something */
};

/* Borrowed from the line. SK_BAD with what is wrong. */
sk_err ledger_question_read(struct ledger_question *question, sk_str line) SK_CHECKED;
/* Whether all names are as the header of ledger_event asks. */
sk_err ledger_event_check(const struct ledger_event *event) SK_CHECKED;
sk_err ledger_name_check(const char *what, sk_str name, bool needed) SK_CHECKED;

struct ledger_record {
    uint64_t sequence, nth, prev;
    sk_str time; /* LEDGER_TIME bytes; compares as text */
    int64_t uid;
    struct ledger_event event;
    sk_str line; /* the leaf */
};

/* Appends the record with its line end. */
void ledger_record_write(struct sk_buf *out, const struct ledger_record *record);
/* Borrowed from the line, which has no line end. SK_BAD when it is no record. */
sk_err ledger_record_read(struct ledger_record *record, sk_str line) SK_CHECKED;

/* RFC 3339 in UTC with milliseconds, for years 1970 to 9999. */
void ledger_time_write(char out[LEDGER_TIME], sk_when when);
bool ledger_time_read(sk_when *when, sk_str text);

#endif
