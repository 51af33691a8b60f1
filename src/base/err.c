/* The text of an error lives in the thread, so that an error stays two words wide. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#undef sk_fail /* the analyzer's */

const struct sk_kind_row sk_kind_rows[SK_KINDS] = {
    [SK_OK] = { "ok", 200, 0 },         [SK_BAD] = { "bad", 400, 2 },
    [SK_DENIED] = { "denied", 403, 3 }, [SK_MISSING] = { "missing", 404, 4 },
    [SK_BUSY] = { "busy", 503, 5 },     [SK_FULL] = { "full", 507, 6 },
    [SK_BROKEN] = { "broken", 500, 1 },
};

sk_err
sk_fail(enum sk_kind kind, const char *fmt, ...)
{
    static _Thread_local char kept[1024];
    char made[sizeof kept];
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(made, sizeof made, fmt, args);
    va_end(args);
    if (n >= (int)sizeof made) memcpy(made + sizeof made - 4, "...", 4);
    memcpy(kept, made, sizeof kept);
    return (sk_err){ kind, kept };
}
