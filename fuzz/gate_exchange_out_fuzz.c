/* Pages on their way out. The first byte says the type and the size of pieces. The output does not
 * depend on the pieces, and the one value that nobody may see is not in it. */
#include "gate/exchange_out.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum gate_fate
tell(void *ctx, const struct personal_token *token, sk_str *text)
{
    (void)ctx;
    *text = token->n % 2 ? SK_STR("\"'<\\,\n山") : SK_STR("0900");
    return (enum gate_fate)(token->text[token->n - 1] & 3);
}

static void
put(void *ctx, sk_str text)
{
    sk_buf_add(ctx, text);
}

static void
exchange(struct sk_buf *to, const char *type, sk_str page, size_t piece)
{
    enum gate_charset charset;
    enum gate_page_type kind = gate_page_type_of(sk_str_of(type), &charset);
    struct gate_out *out = gate_out_new(kind, charset);

    for (; page.n; page = sk_str_from(page, piece)) {
        gate_out_add(out, sk_str_first(page, piece));
        if (piece % 2 || gate_out_is_full(out)) gate_out_write(out, tell, put, to);
    }
    gate_out_end(out);
    gate_out_write(out, tell, put, to);
    if (gate_out_has_some(out)) abort();
    gate_out_free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = { "text/html", "application/json", "text/csv",
                                         "text/html; charset=utf-8" };
    sk_str page = { (const char *)data + 1, size - 1 };
    sk_arena *mem;

    if (size < 2) return 0;
    mem = sk_arena_new(0);
    struct sk_buf a = { .mem = mem }, b = { .mem = mem };
    exchange(&a, types[data[0] & 3], page, GATE_OUT_PIECE);
    exchange(&b, types[data[0] & 3], page, 1 + (data[0] >> 2));
    if (!sk_str_eq(sk_buf_str(&a), sk_buf_str(&b))) abort();
    sk_arena_free(mem);
    return 0;
}
