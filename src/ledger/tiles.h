/* Tiles on disk: https://c2sp.org/tlog-tiles. A file below the ledger's folder holds up to 256
 * hashes: `tile/LEVEL/N`, or `tile/LEVEL/N.p/WIDTH` where it is not full. */
#ifndef LEDGER_TILES_H
#define LEDGER_TILES_H

#include "ledger/tree.h"

enum { LEDGER_TILE_PATH = 64 };

/* `width` LEDGER_TILE: a full one. Bundles hold the entries themselves, `tile/entries/N`. */
void ledger_tile_path(char out[LEDGER_TILE_PATH], unsigned level, uint64_t n, unsigned width);
void ledger_bundle_path(char out[LEDGER_TILE_PATH], uint64_t n, unsigned width);
/* How many hashes the tile has in a tree of `size` leaves: 0 to LEDGER_TILE. */
unsigned ledger_tile_width(unsigned level, uint64_t n, uint64_t size);

/* Reads the full tile or else the widest partial one. SK_MISSING: there is none; SK_BROKEN with
 * the path: it has not the length that its name tells, or cannot be read. `dir` is the ledger's
 * folder. */
sk_err ledger_tile_read(struct ledger_hash hash[LEDGER_TILE], unsigned *count, int dir,
                        unsigned level, uint64_t n) SK_CHECKED;

/* Hashes of subtrees from tiles; the newest tile of each level is kept. */
struct ledger_tiles {
    int dir;
    struct {
        uint64_t n;
        unsigned count; /* 0: nothing is kept */
        struct ledger_hash hash[LEDGER_TILE];
    } kept[LEDGER_LEVELS];
};

/* To be a struct ledger_source's `get`, with a struct ledger_tiles as `ctx`. SK_MISSING names the
 * tile that lacks. */
sk_err ledger_tiles_get(struct ledger_hash *out, void *tiles, unsigned height, uint64_t index);

/* Writes a whole file: aside first, then by a rename, so that no reader sees half of it. Makes
 * folders that lack. `sync`: only returns when it is on disk. SK_FULL or SK_BROKEN with the path.
 */
sk_err ledger_file_put(int dir, const char *path, sk_str bytes, bool sync) SK_CHECKED;

#endif
