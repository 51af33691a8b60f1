/* Personal data and card numbers that lie where they should not: in an application's databases, in
 * its logs and uploads. Reads only; what is found is counted, and shown as a mask at most. */
#ifndef SK_SWEEP_SWEEP_H
#define SK_SWEEP_SWEEP_H

#include "base/when.h"
#include "personal/personal.h"

/* What is found: the kinds of personal data, and card numbers. */
enum {
    SWEEP_CARD = PERSONAL_KINDS,
    SWEEP_KINDS,

    SWEEP_FOUND_MAX = 10000,   /* places; what is found in others is counted under the last */
    SWEEP_TROUBLES_MAX = 1000, /* places that could not be read */
    SWEEP_SAMPLE_MAX = 128,    /* bytes */
};

/* One column, or one file. */
struct sweep_found {
    const char *where; /* as it was asked for: a path, postgresql://... */
    const char *place; /* "table.column", or the file's path */
    uint64_t count[SWEEP_KINDS];
    char sample[SWEEP_KINDS][SWEEP_SAMPLE_MAX]; /* masked */
    uint64_t tokens; /* values that are only stood for: as they should be */
};

/* What could not be read, and why. */
struct sweep_trouble {
    const char *place, *why;
};

struct sweep {
    sk_arena *mem;
    sk_when since; /* files that were changed before are left out; 0: none */
    void (*progress)(void *ctx, const struct sweep *sweep, const char *place); /* or NULL */
    void *ctx;

    struct sweep_found *found; /* SWEEP_FOUND_MAX of them, on the arena */
    size_t founds;
    struct sweep_trouble *trouble;
    size_t troubles;
    uint64_t bytes, values, files; /* that were looked at */
    uint64_t binaries, older;      /* files that were not: no text; before `since` */
};

/* Everything above `found` is the caller's to set. */
void sweep_begin(struct sweep *sweep);

/* Looks at one of
 *     PATH                          a folder with all below it, a file: text of UTF-8, Shift_JIS
 *                                   or EUC-JP, the same in gzip, an SQLite database
 *     postgresql://...              a database, asked by psql
 *     mysql:NAME[?defaults=FILE]    a database of MySQL or MariaDB, asked by their client, with
 *                                   its options (user, password, socket) from FILE
 * What is below and cannot be read is a trouble and does not end it. Fails when the place itself
 * cannot be read. */
sk_err sweep_place(struct sweep *sweep, const char *place) SK_CHECKED;

/* "card" and the names of personal kinds. */
const char *sweep_kind_name(int kind);

#endif
