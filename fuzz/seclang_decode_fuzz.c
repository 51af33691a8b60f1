/* URL decoding and UTF-8: three readers that must agree. What urlEncode writes, urlDecode and
 * urlDecodeUni read back; text that base/utf8.h calls valid, validateUtf8Encoding does not match
 * and the other way round. */
#include "base/utf8.h"
#include "seclang/op/op.h"
#include "seclang/tf/tf.h"

#include <stdlib.h>

static sk_str
run(sk_arena *mem, const char *name, sk_str in)
{
    sk_str out = in;

    seclang_tf_find(sk_str_of(name))->run(&out, mem, in, NULL);
    return out;
}

static bool
matches(sk_arena *mem, const char *name, sk_str value)
{
    struct seclang_op_run asked = { .mem = mem };

    return seclang_op_find(sk_str_of(name))->run(NULL, &asked, value);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str in = { (const char *)data, size }, encoded = run(mem, "urlEncode", in);

    if (!sk_str_eq(run(mem, "urlDecode", encoded), in)) abort();
    if (!sk_str_eq(run(mem, "urlDecodeUni", encoded), in)) abort();
    if (matches(mem, "validateUrlEncoding", encoded)) abort();
    if (matches(mem, "validateUtf8Encoding", in) == sk_utf8_valid(in) &&
        (sk_utf8_valid(in) || sk_str_find_byte(in, (char)0xf4) == SIZE_MAX))
        abort();
    if (run(mem, "urlDecode", in).n > in.n || run(mem, "urlDecodeUni", in).n > in.n) abort();
    run(mem, "utf8toUnicode", in);
    run(mem, "urlDecodeUni", run(mem, "utf8toUnicode", in));
    sk_arena_free(mem);
    return 0;
}
