/* Paths of sekisho.conf. */
#include "sekisho/render.h"

sk_str
render_path(sk_arena *mem, const char *state, sk_str path)
{
    if (sk_str_starts(path, SK_STR("/"))) return sk_str_copy(mem, path);
    return sk_str_printf(mem, "%s/%.*s", state, SK_ARG(path));
}
