#include "console/csv.h"

#include <inttypes.h>

struct csv
csv_begin(sk_arena *mem)
{
    struct csv csv = { .out = { .mem = mem } };
    sk_buf_add(&csv.out, SK_STR("\xef\xbb\xbf"));
    return csv;
}

void
csv_cell(struct csv *csv, sk_str text)
{
    if (csv->begun) sk_buf_byte(&csv->out, ',');
    csv->begun = true;
    sk_buf_byte(&csv->out, '"');
    if (text.n && strchr("=+-@\t\r", text.p[0])) sk_buf_byte(&csv->out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"') sk_buf_byte(&csv->out, '"');
        sk_buf_byte(&csv->out, text.p[i]);
    }
    sk_buf_byte(&csv->out, '"');
}

void
csv_int(struct csv *csv, int64_t number)
{
    if (csv->begun) sk_buf_byte(&csv->out, ',');
    csv->begun = true;
    sk_buf_printf(&csv->out, "%" PRId64, number);
}

void
csv_line_end(struct csv *csv)
{
    sk_buf_add(&csv->out, SK_STR("\r\n"));
    csv->begun = false;
}

void
csv_answer(struct part_response *response, struct csv *csv, const char *name)
{
    response->type = SK_STR("text/csv; charset=utf-8");
    response->body = sk_buf_str(&csv->out);
    part_response_header(response, "Content-Disposition",
                         sk_str_printf(csv->out.mem, "attachment; filename=\"%s\"", name));
}
