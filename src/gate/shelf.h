/* Persistent collections (initcol) in memory that all workers share.
 *
 *     ┌ bucket ─────────────────────────┐┌ bucket ──
 *     │ slot │ slot │ ... GATE_SHELF_WAYS ││ slot ...
 *     └─────────────────────────────────┘└──────────
 *
 * A slot holds one value; all values of a (collection, key) lie in one bucket, which its digest
 * chooses. Full buckets lose what has expired, then what was touched longest ago. There are no
 * pointers and no chains: a worker that dies while it writes can spoil one slot and nothing else.
 * Client addresses are kept as digests only. Callers hold a lock. */
#ifndef SEKISHO_GATE_SHELF_H
#define SEKISHO_GATE_SHELF_H

#include "base/str.h"

enum {
    GATE_SHELF_WAYS = 32,
    GATE_SHELF_NAME = 64,  /* bytes of a name; longer ones are not kept */
    GATE_SHELF_VALUE = 160 /* bytes of a value; longer ones are not kept */
};

/* Seconds that a value lives when the rules do not say: SecCollectionTimeout's default. */
enum { GATE_SHELF_LIFE = 3600 };

struct gate_shelf; /* lies at the start of its memory */

/* Bytes for one bucket more than none. */
size_t gate_shelf_least(void);
/* `memory` is zeroed or already a shelf of the same size. Borrowed by the shelf. */
struct gate_shelf *gate_shelf_in(void *memory, size_t size);

/* As seclang_store's load and save; `now` in seconds since 1970. Names and values that `each` gets
 * lie on mem. */
void gate_shelf_load(struct gate_shelf *shelf, sk_arena *mem, int64_t now, sk_str collection,
                     sk_str key,
                     void (*each)(void *ctx, sk_str name, sk_str value, int64_t expires),
                     void *ctx);
/* SK_FULL when name or value is too long to be kept. Numbers that would overflow stay. */
sk_err gate_shelf_save(struct gate_shelf *shelf, int64_t now, sk_str collection, sk_str key,
                       sk_str name, sk_str value, bool add, int64_t expires) SK_CHECKED;

#endif
