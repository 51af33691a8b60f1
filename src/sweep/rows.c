#include "sweep/rows.h"

static void
field(struct sweep_rows *rows)
{
    if (rows->n && !rows->null)
        rows->field(rows->ctx, rows->column, (sk_str){ rows->text, rows->n });
    rows->n = 0;
    rows->null = false;
}

static void
put(struct sweep_rows *rows, char c)
{
    if (rows->n == sizeof rows->text) field(rows);
    rows->text[rows->n++] = c;
}

/* The byte that an escape stands for. */
static char
unescaped(char c)
{
    static const char from[] = "ntrbfv0", to[] = "\n\t\r\b\f\v";
    const char *at = c ? strchr(from, c) : NULL;

    return at ? to[at - from] : c;
}

static void
byte(struct sweep_rows *rows, char c)
{
    if (rows->escaped) {
        rows->escaped = false;
        rows->null = c == 'N' && rows->n == 0;
        put(rows, unescaped(c));
    } else if (c == '\\') {
        rows->escaped = true;
    } else if (c == '\t') {
        field(rows);
        rows->column++;
    } else if (c == '\n') {
        field(rows);
        rows->column = 0;
        if (rows->end) rows->end(rows->ctx);
    } else {
        rows->null = false;
        put(rows, c);
    }
}

void
sweep_rows_feed(struct sweep_rows *rows, sk_str bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        byte(rows, bytes.p[i]);
}
