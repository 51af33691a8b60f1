/* Tables as CSV (RFC 4180), for spreadsheets: UTF-8 with the mark that makes them see it. A cell
 * that a spreadsheet would run as a formula gets an apostrophe before it. */
#ifndef SK_CONSOLE_CSV_H
#define SK_CONSOLE_CSV_H

#include "part/http.h"

enum { CONSOLE_CSV_ROWS = 5000 };

struct csv {
    struct sk_buf out;
    bool begun; /* the line at hand has a cell */
};

struct csv csv_begin(sk_arena *mem);
void csv_cell(struct csv *csv, sk_str text);
void csv_int(struct csv *csv, int64_t number);
void csv_line_end(struct csv *csv);
/* As the answer, to be saved under `name`. */
void csv_answer(struct part_response *response, struct csv *csv, const char *name);

#endif
