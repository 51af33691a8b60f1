#include "pack.h"

#include "base/file.h"

static bool
cut_message(sk_str *message, sk_str *rest)
{
    int64_t n = 0;
    sk_str length;

    if (!sk_str_cut(&length, rest, '\n') || !sk_str_to_i64(&n, length)) return false;
    if (n <= 0 || (uint64_t)n > rest->n) return false;
    *message = sk_str_first(*rest, (size_t)n);
    *rest = sk_str_from(*rest, (size_t)n);
    return true;
}

sk_err
pack_read(struct pack *pack, sk_arena *mem, const char *path)
{
    sk_str *at = sk_array(mem, PACK_MESSAGES_MOST, sizeof(*at)), rest;

    *pack = (struct pack){ .at = at };
    TRY(sk_file_read(&rest, mem, path, PACK_BYTES_MOST));
    while (rest.n > 0) {
        if (pack->count == PACK_MESSAGES_MOST)
            return sk_fail(SK_FULL, "%s: more than %d messages", path, PACK_MESSAGES_MOST);
        if (!cut_message(&at[pack->count++], &rest)) return sk_fail(SK_BAD, "%s: no pack", path);
    }
    return pack->count > 0 ? sk_ok() : sk_fail(SK_BAD, "%s: empty", path);
}
