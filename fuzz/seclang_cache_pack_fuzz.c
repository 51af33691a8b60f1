/* The cache's file: hostile bytes never lead outside of them. The table's digest is set right, as
 * whoever can write the file would do; what the bodies hold is believed only because of who owns
 * the file (src/seclang/cache/folder.h), so nothing is asked of Vectorscan here. */
#include "seclang/cache/pack.h"

#include <stdlib.h>

enum { MAGIC = 16, HEAD = MAGIC + 2 * SK_SHA256, ROW = 2 * SK_SHA256 + 3 * 8 };

static void
mend(char *bytes, size_t size)
{
    uint64_t count;
    size_t rows = (size - HEAD - sizeof(count)) / ROW;

    memcpy(bytes, "sekisho rules 1\n", MAGIC);
    memset(bytes + MAGIC, 0, SK_SHA256);
    memcpy(&count, bytes + HEAD, sizeof(count));
    if (count > rows) count = rows;
    memcpy(bytes + HEAD, &count, sizeof(count));
    sk_sha256((unsigned char *)bytes + MAGIC + SK_SHA256,
              (sk_str){ bytes + HEAD, sizeof(count) + count * ROW });
}

static void
go_through(sk_arena *mem, sk_str bytes)
{
    static const unsigned char maker[SK_SHA256];
    struct seclang_pack pack;
    struct sk_buf out = { .mem = mem };

    if (sk_failed(seclang_pack_read(&pack, mem, bytes, maker))) return;
    for (size_t i = 0; i < pack.count; i++) {
        sk_str body = pack.entry[i].body;

        if (body.n && (body.p < bytes.p || body.p + body.n > bytes.p + bytes.n)) abort();
        (void)seclang_pack_sound(&pack.entry[i]);
        if (pack.entry[i].body.n > 1 << 16) return; /* bodies may overlap: not to be written */
    }
    seclang_pack_write(&out, &pack, maker);
    if (sk_failed(seclang_pack_read(&pack, mem, sk_buf_str(&out), maker))) abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    sk_arena *mem = sk_arena_new(0);
    char *bytes =
        malloc(size ? size : 1); /* of exactly this size, so that any step over it shows */

    if (!bytes) abort();
    if (size) memcpy(bytes, data, size);
    go_through(mem, (sk_str){ bytes, size });
    if (size >= HEAD + 8) {
        mend(bytes, size);
        go_through(mem, (sk_str){ bytes, size });
    }
    free(bytes);
    sk_arena_free(mem);
    return 0;
}
