/* The cache's file as bytes: what was made of rules, by the digest of what it was made of.
 *
 *     head    magic, the maker's digest, the table's digest, how many entries
 *     table   for each entry: key, digest of its body, age, where its body lies
 *     bodies  one behind the other
 *
 * Numbers are as the machine has them: a file of another kind of machine has another maker. The
 * digests find damage, not malice: whoever can write the file can also write digests. That it may
 * be believed rests on who owns it (cache/folder.h); the reader checks every bound all the same. */
#ifndef SECLANG_CACHE_PACK_H
#define SECLANG_CACHE_PACK_H

#include "base/hash.h"

enum {
    SECLANG_PACK_ENTRIES = 65536,
    SECLANG_PACK_BYTES = 64 << 20 /* of a file */
};

struct seclang_pack_entry {
    unsigned char key[SK_SHA256];
    unsigned char sum[SK_SHA256]; /* of the body */
    uint32_t age;                 /* files written since anybody asked for it */
    sk_str body;
};
struct seclang_pack {
    struct seclang_pack_entry *entry;
    size_t count;
};

/* Bodies are borrowed from `bytes`, and not yet compared with their digests. SK_BAD says in what
 * the bytes are no pack of this maker. */
sk_err seclang_pack_read(struct seclang_pack *pack, sk_arena *mem, sk_str bytes,
                         const unsigned char maker[SK_SHA256]) SK_CHECKED;
bool seclang_pack_sound(const struct seclang_pack_entry *entry);
/* Sets the entries' sums. */
void seclang_pack_write(struct sk_buf *out, const struct seclang_pack *pack,
                        const unsigned char maker[SK_SHA256]);

#endif
