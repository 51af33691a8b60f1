/* Transformations: the first byte says which, or a chain of two; the rest is the text. Whatever
 * comes in, the table's promises hold: a text without needed bytes stays, a changed text differs.
 * Also libinjection gets what comes out, for it stops the process where it finds a fault of its
 * own. */
#include "seclang/op/op.h"
#include "seclang/tf/tf.h"

#include <stdlib.h>

static sk_str
transform(sk_arena *mem, const struct seclang_tf *tf, sk_str in)
{
    struct sk_bytes present = sk_bytes_of(in);
    sk_str out = { 0 };

    if (!tf->run(&out, mem, in, NULL)) {
        if (out.p || out.n) abort(); /* untouched where nothing changes */
        return in;
    }
    if (sk_str_eq(out, in)) abort();
    if (!tf->always && !sk_bytes_meet(&present, &tf->needs)) abort();
    return out;
}

static void
ask(sk_arena *mem, const char *name, sk_str value)
{
    struct seclang_op_run run = { .mem = mem };

    struct seclang_op_place place = { .detector = SECLANG_BOTH };
    const struct seclang_op *op = seclang_op_find(sk_str_of(name));
    void *state;

    if (sk_failed(op->compile(&state, mem, &place, (sk_str){ 0 }, false))) abort();
    op->run(state, &run, value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t count;
    const struct seclang_tf *rows = seclang_tf_rows(&count);
    sk_arena *mem;
    sk_str text;

    if (size < 2) return 0;
    mem = sk_arena_new(0);
    text = (sk_str){ (const char *)data + 2, size - 2 };
    text = transform(mem, &rows[data[0] % count], text);
    text = transform(mem, &rows[data[1] % count], text);
    ask(mem, "detectSQLi", text);
    ask(mem, "detectXSS", text);
    sk_arena_free(mem);
    return 0;
}
