/* Charsets to UTF-8: the first byte says which, the rest is the text. What comes out is UTF-8,
 * valid input has no replacements, and no ASCII sign of HTML or SQL is swallowed or made by
 * Shift_JIS and EUC-JP, whose second bytes lie elsewhere. */
#include "base/utf8.h"
#include "seclang/decoder.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count(sk_str s, const char *signs)
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] != '\0' && strchr(signs, s.p[i]) != NULL;
    return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct seclang_decoders *decoders;
    enum seclang_charset charset;
    static const char signs[] = "'\"<>();=&%#/*-+ ";
    sk_arena *mem;
    sk_str in, out;
    bool valid;

    if (!decoders && sk_failed(seclang_decoders_new(&decoders, ~0U))) abort();
    if (size < 1) return 0;
    charset = SECLANG_CHARSET_SHIFT_JIS + data[0] % 3;
    mem = sk_arena_new(0);
    in = sk_str_copy(mem, (sk_str){ (const char *)data + 1, size - 1 });
    valid = seclang_decode(&out, mem, decoders, charset, in);
    if (!sk_utf8_valid(out)) abort();
    if (charset != SECLANG_CHARSET_ISO_2022_JP && count(in, signs) != count(out, signs)) abort();
    if (valid && sk_str_find(out, SK_STR("\xef\xbf\xbd")) != SIZE_MAX) abort();
    sk_arena_free(mem);
    return 0;
}
