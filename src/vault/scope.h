/* Who has been seen: folds the ledger's `vault.read` records of a time into the tables of a breach
 * report. Exact: each person stands in one row of a table, the one of all kinds that were shown of
 * him in that time. Reads the ledger's files alone; asks no part.
 *
 * Details of such a record, as the keeper writes them before it opens anything:
 *
 *     {"purpose":"orders","show":"plain","route":"/admin","values":3,
 *      "seen":{"name+phone":["per_…"],"address":["per_…"]}} */
#ifndef SK_VAULT_SCOPE_H
#define SK_VAULT_SCOPE_H

#include "base/str.h"
#include "base/when.h"
#include "personal/personal.h"

enum {
    VAULT_SCOPE_PEOPLE_MAX = 100 * 1000 * 1000, /* 64 bytes each */
    VAULT_SCOPE_TENANTS_MAX = 200 * 1000,
    VAULT_PERSON = 24, /* bytes of "per_…" */
};

/* How values were shown; each has a table of its own. */
enum vault_shown { VAULT_PLAIN, VAULT_MASKED, VAULT_RENDERED, VAULT_SELF, VAULT_SHOWN };
/* "plain", "masked", "render", "self": as records have it. */
extern const char *const vault_shown_names[VAULT_SHOWN];

struct ledger_progress; /* of ledger/reader.h */

/* What is asked for; empty and 0 is anything. */
struct vault_scope_ask {
    sk_when since, until; /* until is excluded */
    sk_str tenant, principal, purpose;
    sk_str route;                     /* of the gate's areas, "/admin" */
    sk_str ticket;                    /* the id of the request that it was for */
    uint64_t people_most;             /* more are SK_FULL; 0: VAULT_SCOPE_PEOPLE_MAX */
    struct ledger_progress *progress; /* NULL: nobody looks */
};

/* A row of a table: the people of whom just these kinds were shown. */
struct vault_scope_row {
    enum vault_shown shown;
    unsigned kinds; /* bits of personal_kind_bit */
    uint64_t people;
    uint64_t showings; /* how often in all */
    struct vault_scope_row *next;
};

struct vault_scope_tenant {
    sk_str name;
    uint64_t people, records; /* distinct; ledger records */
    uint64_t plain;           /* people of whom something was shown plain */
    struct vault_scope_row *rows;
};

/* One of the people, for notices. */
struct vault_scope_person {
    char id[VAULT_PERSON + 1];
    sk_str tenant;
    unsigned kinds[VAULT_SHOWN];
    uint64_t first, last; /* sequences of the first and last record that names him */
};

struct vault_scope_sum {
    uint64_t people, records, values;
    uint64_t first, last; /* sequences; 0 and 0 when there is none */
    uint64_t unreadable;  /* records of this action whose details are not as above: then the tables
                             are not exact, and whoever shows them says so */
    size_t tenants;
};

struct vault_scope;
/* SK_MISSING: there is no ledger below `state`; SK_FULL: more people or tenants than the maxima.
 * Yours: vault_scope_free. */
sk_err vault_scope_read(struct vault_scope **scope, const char *state,
                        const struct vault_scope_ask *ask) SK_CHECKED;
void vault_scope_free(struct vault_scope *scope);   /* NULL is allowed */
void vault_scope_close(struct vault_scope **scope); /* for DEFER */

struct vault_scope_sum vault_scope_sum(const struct vault_scope *scope);
/* In order of their names; its rows plain first, most people first. Borrowed; NULL behind the last.
 */
const struct vault_scope_tenant *vault_scope_tenant(const struct vault_scope *scope, size_t i);
/* Calls back for each person, in no order that tells anything. */
void vault_scope_people(const struct vault_scope *scope,
                        void (*visit)(void *ctx, const struct vault_scope_person *person),
                        void *ctx);

/* How many bytes of the ledger it would read, about. */
uint64_t vault_scope_bytes(const char *state, const struct vault_scope_ask *ask);

/* ── as text (scope_write.c) ── */

/* "name+phone"; of none "-". */
void vault_kinds_write(struct sk_buf *out, unsigned kinds);
/* The tables, for programs: one object and a line's end. */
void vault_scope_json(struct sk_buf *out, const struct vault_scope *scope);
/* The list for notices, tabs between: tenant, person, kinds by each way of showing, first, last. */
void vault_scope_list_head(struct sk_buf *out);
void vault_scope_list_line(struct sk_buf *out, const struct vault_scope_person *person);

/* ── pure; for the fold, tests and the fuzzer ── */

struct vault_seen {
    sk_str purpose, route;
    enum vault_shown shown;
    uint64_t values;
    sk_str seen; /* the object's text */
};
/* Borrowed from the text. SK_BAD: not of the form above. */
sk_err vault_seen_read(struct vault_seen *seen, sk_str details) SK_CHECKED;
/* "name+phone". False: it names what is no kind. */
bool vault_kinds_read(unsigned *kinds, sk_str names) SK_CHECKED;
/* Calls back for each person of seen->seen with the kinds; SK_BAD: not of the form above. */
sk_err vault_seen_each(const struct vault_seen *seen,
                       void (*visit)(void *ctx, sk_str person, unsigned kinds),
                       void *ctx) SK_CHECKED;

#endif
