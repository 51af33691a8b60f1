/* Errors and texts as the library's callers see them. */
#include "seclang/lib/inside.h"

#include "seclang/fault.h"

#include <stdio.h>

static const int codes[SK_KINDS] = {
    [SK_OK] = 0,
    [SK_BAD] = SECLANG_E_BAD,
    [SK_DENIED] = SECLANG_E_DENIED,
    [SK_MISSING] = SECLANG_E_MISSING,
    [SK_BUSY] = SECLANG_E_BROKEN,
    [SK_FULL] = SECLANG_E_LIMIT,
    [SK_BROKEN] = SECLANG_E_BROKEN,
};

int
seclang_lib_fail(seclang_error *error, sk_err e)
{
    struct seclang_fault fault = seclang_fault_of(e.why);

    if (!error) return codes[e.kind];
    *error = (seclang_error){ .code = codes[e.kind], .line = fault.line, .column = fault.column };
    snprintf(error->file, sizeof(error->file), "%.*s", SK_ARG(fault.file));
    snprintf(error->what, sizeof(error->what), "%.*s", SK_ARG(fault.what));
    return error->code;
}

sk_str
seclang_lib_text(const char *p, size_t n)
{
    if (!p) return (sk_str){ 0 };
    return (sk_str){ p, n == SECLANG_ZERO_ENDED ? strlen(p) : n };
}

sk_str
seclang_lib_copy(sk_arena *mem, const char *p, size_t n)
{
    return sk_str_copy(mem, seclang_lib_text(p, n));
}

void
seclang_lib_fill(void *out, const void *from, size_t from_size)
{
    size_t size;

    memcpy(&size, out, sizeof(size));
    if (size < sizeof(size)) return;
    memcpy((char *)out + sizeof(size), (const char *)from + sizeof(size),
           (size < from_size ? size : from_size) - sizeof(size));
}
