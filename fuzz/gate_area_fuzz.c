/* Paths: never read beyond their end, and a plain one below the area is always covered. */
#include "gate/area.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str path = { (const char *)data, size };
    sk_str below = sk_str_printf(mem, "/wp-admin/%.*s", SK_ARG(path));

    if (memchr(data, 0, size) == NULL && !gate_area_covers(mem, SK_STR("/wp-admin"), below))
        __builtin_trap();
    (void)gate_area_covers(mem, SK_STR("/wp-admin"), path);
    (void)gate_area_is_plain(path);
    sk_arena_free(mem);
    return 0;
}
