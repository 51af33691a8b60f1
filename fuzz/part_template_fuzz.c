/* Templates: any text is a template or an error with a place, never a crash. */
#include "part/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    struct part_template *made;
    sk_err e = part_template_parse(&made, mem, (sk_str){ (const char *)data, size }, "fuzz");
    if (sk_failed(e) && !strstr(e.why, "fuzz:")) __builtin_trap();
    sk_arena_free(mem);
    return 0;
}
