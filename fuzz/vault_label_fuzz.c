/* Labels: six texts, a line each with \v for its ends. What is made is a PDF whose table of
 * objects says rightly where they are. */
#include "vault/label.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool so)
{
    if (!so) abort();
}

static sk_str
text_next(sk_arena *mem, sk_str *rest)
{
    sk_str line = { 0 };
    char *text;

    (void)sk_str_cut(&line, rest, '\n');
    text = sk_alloc(mem, line.n + 1);
    for (size_t i = 0; i < line.n; i++)
        text[i] = line.p[i] == '\v' ? '\n' : line.p[i];
    return (sk_str){ text, line.n };
}

/* "startxref\nN\n%%EOF\n", and at N the table, whose first object stands where it says. */
static void
pdf_check(sk_str pdf)
{
    const char *last = NULL, *start = memmem(pdf.p, pdf.n, "startxref\n", 10);
    unsigned long at;

    must(sk_str_starts(pdf, SK_STR("%PDF-1.4")));
    for (; start; start = memmem(start + 1, (size_t)(pdf.p + pdf.n - start - 1), "startxref\n", 10))
        last = start;
    must(last != NULL);
    at = strtoul(last + 10, NULL, 10);
    must(at < pdf.n && sk_str_starts(sk_str_from(pdf, at), SK_STR("xref\n")));
    must(memmem(pdf.p + pdf.n - 7, 7, "%%EOF", 5) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str rest = { (const char *)data, size }, pdf;
    struct vault_label label = { 0 };
    unsigned missing;

    label.code = text_next(mem, &rest);
    label.name = text_next(mem, &rest);
    label.address = text_next(mem, &rest);
    label.phone = text_next(mem, &rest);
    label.from = text_next(mem, &rest);
    label.note = text_next(mem, &rest);
    if (!sk_failed(vault_label_make(&pdf, &missing, mem, &label))) pdf_check(pdf);
    return 0;
}
