/* Texts in the making. */
#include "seclang/tf/rows.h"

struct seclang_tf_text
seclang_tf_begin(sk_arena *mem, sk_str in, size_t kept, size_t most)
{
    struct seclang_tf_text text = { .p = sk_alloc(mem, most > 0 ? most : 1), .n = kept };

    if (kept > 0) memcpy(text.p, in.p, kept);
    return text;
}

bool
seclang_tf_end(sk_str *out, const struct seclang_tf_text *text, sk_str in)
{
    if (text->n == in.n && (in.n == 0 || memcmp(text->p, in.p, in.n) == 0)) return false;
    *out = (sk_str){ (const char *)text->p, text->n };
    return true;
}
