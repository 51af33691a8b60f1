/* Forms and request targets: whatever is taken is clean text, and a path has no dot segment. */
#include "part/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
target_check(sk_arena *mem, sk_str text)
{
    struct part_request *request = SK_NEW(mem, struct part_request);
    request->mem = mem;
    if (sk_failed(part_request_target(request, text))) return;
    if (!sk_str_starts(request->path, SK_STR("/")) || !part_text_clean(request->path, false) ||
        sk_str_find(request->path, SK_STR("/../")) != SIZE_MAX)
        __builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    struct part_form *form = SK_NEW(mem, struct part_form);
    sk_str text = { (const char *)data, size };
    if (!sk_failed(part_form_read(form, mem, text)))
        for (size_t i = 0; i < form->count; i++)
            if (!part_text_clean(form->field[i].value, true)) __builtin_trap();
    target_check(mem, text);
    sk_arena_free(mem);
    return 0;
}
