/* Rows as psql (COPY ... TO STDOUT, text format) and the client of MySQL and MariaDB (--batch)
 * print them: fields with tabs between, a row a line, \t \n \r \\ and \N escaped. */
#ifndef SK_SWEEP_ROWS_H
#define SK_SWEEP_ROWS_H

#include "base/str.h"

enum { SWEEP_FIELD_MAX = 64 * 1024 }; /* bytes; a longer field comes in parts */

struct sweep_rows {
    void (*field)(void *ctx, unsigned column, sk_str text); /* not for NULL */
    void (*end)(void *ctx);                                 /* of a row; may be NULL */
    void *ctx;
    unsigned column;
    size_t n;
    bool escaped, null;
    char text[SWEEP_FIELD_MAX];
};

void sweep_rows_feed(struct sweep_rows *rows, sk_str bytes);

#endif
