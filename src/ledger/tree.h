/* The Merkle tree over the records: hashing, the growing tree, proofs and their checks. Pure.
 * RFC 9162, section 2.1: https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1
 *
 *            root of 7               height 2 | of a tree of 7 leaves the subtrees of 4, 2 and 1
 *           /        \                        | leaves are whole: its peaks
 *         4           .              height 1
 *       /   \       /   \
 *      2     2     2     6           height 0: leaves 0 ... 6 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H

#include "base/hash.h"

enum {
    LEDGER_HEIGHTS = 64,
    LEDGER_TILE_HEIGHT = 8,
    LEDGER_TILE = 256, /* hashes of a full tile */
    LEDGER_LEVELS = LEDGER_HEIGHTS / LEDGER_TILE_HEIGHT,
    LEDGER_PROOF_MAX = LEDGER_HEIGHTS + 1,
};

struct ledger_hash {
    unsigned char b[SK_SHA256];
};

static inline bool
ledger_hash_eq(const struct ledger_hash *a, const struct ledger_hash *b)
{
    return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* HASH(0x00 || record) */
void ledger_leaf(struct ledger_hash *out, sk_str record);
/* HASH(0x01 || left || right) */
void ledger_node(struct ledger_hash *out, const struct ledger_hash *left,
                 const struct ledger_hash *right);

/* A tree that grows at its right: its whole subtrees, largest first. Zero-initialised: empty. */
struct ledger_tree {
    uint64_t size;
    struct ledger_hash peak[LEDGER_HEIGHTS]; /* by height; there where size has the bit */
};

/* Adds a leaf. What it completes goes into up: up[0] the leaf, up[l] the subtree of 256^l leaves
 * that ends with it, which are the new hashes of the tiles at level l. Returns how many. */
unsigned ledger_tree_add(struct ledger_hash up[LEDGER_LEVELS], struct ledger_tree *tree,
                         const struct ledger_hash *leaf);
void ledger_tree_root(struct ledger_hash *out, const struct ledger_tree *tree);

/* Where proofs take hashes from: the root of the whole subtree of 2^height leaves that begins at
 * leaf index * 2^height. */
struct ledger_source {
    sk_err (*get)(struct ledger_hash *out, void *ctx, unsigned height, uint64_t index);
    void *ctx;
};

/* The tree as it was with its first `size` leaves. */
sk_err ledger_tree_of(struct ledger_tree *tree, const struct ledger_source *source,
                      uint64_t size) SK_CHECKED;
/* The root of a whole subtree of a tile: of `count` hashes, a power of two up to LEDGER_TILE. */
void ledger_subtree(struct ledger_hash *out, const struct ledger_hash *hash, unsigned count);

struct ledger_proof {
    unsigned count;
    struct ledger_hash hash[LEDGER_PROOF_MAX];
};

/* That leaf `index` is in the tree of `size` leaves; index < size. 2.1.3.1 */
sk_err ledger_inclusion(struct ledger_proof *proof, const struct ledger_source *source,
                        uint64_t index, uint64_t size) SK_CHECKED;
/* 2.1.3.2 */
bool ledger_inclusion_holds(const struct ledger_proof *proof, uint64_t index, uint64_t size,
                            const struct ledger_hash *leaf, const struct ledger_hash *root);
/* That the tree of `size` leaves begins with the one of `old` leaves; 0 < old <= size. 2.1.4.1 */
sk_err ledger_consistency(struct ledger_proof *proof, const struct ledger_source *source,
                          uint64_t old, uint64_t size) SK_CHECKED;
/* 2.1.4.2 */
bool ledger_consistency_holds(const struct ledger_proof *proof, uint64_t old, uint64_t size,
                              const struct ledger_hash *old_root, const struct ledger_hash *root);

#endif
