/* Many messages in one file, as inputs.py writes them: of each its length in decimal, a newline,
 * its bytes. Thousands of small files would take longer to open than to measure. */
#ifndef BENCHES_PACK_H
#define BENCHES_PACK_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum { PACK_MESSAGES_MOST = 1 << 16, PACK_BYTES_MOST = 256 << 20 };

struct pack {
    const sk_str *at; /* on the arena */
    size_t count;     /* never 0 */
};

/* SK_BAD: not a pack, or an empty one; SK_FULL: beyond a maximum. */
sk_err pack_read(struct pack *pack, sk_arena *mem, const char *path) SK_CHECKED;

#endif
