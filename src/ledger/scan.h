/* A strict look at one JSON object, without building a tree: where its members stand. What passes
 * here base/json.h reads as well (RFC 8259), and more is asked: names without escapes and only once
 * in their object, numbers that any reader can hold. Pure; nothing is copied. */
#ifndef LEDGER_SCAN_H
#define LEDGER_SCAN_H

#include "base/str.h"

enum { LEDGER_SCAN_DEPTH = 8, LEDGER_SCAN_MEMBERS = 64 /* of one object */ };

enum ledger_value { LEDGER_STRING, LEDGER_NUMBER, LEDGER_OBJECT, LEDGER_OTHER };

struct ledger_member {
    sk_str name;
    sk_str text; /* a string's without its quotes; escapes stand as they were written */
    enum ledger_value kind;
    bool plain; /* a string without escapes */
};

/* The members of the object that is the whole of `text` (white space around it allowed). SK_BAD
 * with the place in bytes. `member` has room for LEDGER_SCAN_MEMBERS. */
sk_err ledger_scan(struct ledger_member *member, size_t *count, sk_str text) SK_CHECKED;

#endif
