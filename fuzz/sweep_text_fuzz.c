/* What an application's tables and files hold. The first byte says as what it is read: rows of a
 * database's client, a file's bytes, or a column's value by the second byte's hints. */
#include "base/utf8.h"
#include "sweep/charset.h"
#include "sweep/judge.h"
#include "sweep/rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
hit(void *ctx, int kind, sk_str sample)
{
    (void)ctx;
    if (kind <= PERSONAL_NONE || kind >= SWEEP_KINDS || !sk_utf8_valid(sample)) __builtin_trap();
}

static void
field(void *ctx, unsigned column, sk_str text)
{
    size_t *all = ctx;

    (void)column;
    if (text.n == 0 || text.n > SWEEP_FIELD_MAX) __builtin_trap();
    *all += text.n;
}

static void
rows_try(sk_arena *mem, sk_str text)
{
    struct sweep_rows *rows = SK_NEW(mem, struct sweep_rows);
    size_t all = 0;

    rows->field = field;
    rows->ctx = &all;
    sweep_rows_feed(rows, text);
    if (all > text.n) __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem;
    uint64_t tokens = 0;

    if (size < 2) return 0;
    sk_str text = { (const char *)data + 2, size - 2 };
    mem = sk_arena_new(0);
    if (data[0] % 4 == 0) rows_try(mem, text);
    if (data[0] % 4 == 1) text = sweep_charset_read(mem, sweep_charset_of(text), text);
    if (data[0] % 4) sweep_judge(&tokens, mem, data[1] * 2u, text, hit, NULL);
    sk_arena_free(mem);
    return 0;
}
