#include "ledger/tree.h"

#include <assert.h>

void
ledger_leaf(struct ledger_hash *out, sk_str record)
{
    sk_sha256_two(out->b, SK_STR("\0"), record);
}

void
ledger_node(struct ledger_hash *out, const struct ledger_hash *left,
            const struct ledger_hash *right)
{
    char both[1 + 2 * SK_SHA256] = { 1 };

    memcpy(both + 1, left->b, SK_SHA256);
    memcpy(both + 1 + SK_SHA256, right->b, SK_SHA256);
    sk_sha256(out->b, (sk_str){ both, sizeof both });
}

unsigned
ledger_tree_add(struct ledger_hash up[LEDGER_LEVELS], struct ledger_tree *tree,
                const struct ledger_hash *leaf)
{
    struct ledger_hash hash = *leaf;
    unsigned height = 0, levels = 0;

    up[levels++] = hash;
    for (; tree->size >> height & 1; height++) {
        ledger_node(&hash, &tree->peak[height], &hash);
        if ((height + 1) % LEDGER_TILE_HEIGHT == 0 && levels < LEDGER_LEVELS) up[levels++] = hash;
    }
    tree->peak[height] = hash;
    tree->size++;
    return levels;
}

void
ledger_tree_root(struct ledger_hash *out, const struct ledger_tree *tree)
{
    bool some = false;

    for (unsigned height = 0; height < LEDGER_HEIGHTS; height++) {
        if (!(tree->size >> height & 1)) continue;
        if (some)
            ledger_node(out, &tree->peak[height], out);
        else
            *out = tree->peak[height];
        some = true;
    }
    if (!some) sk_sha256(out->b, (sk_str){ 0 });
}

sk_err
ledger_tree_of(struct ledger_tree *tree, const struct ledger_source *source, uint64_t size)
{
    tree->size = size;
    for (unsigned height = 0; height < LEDGER_HEIGHTS; height++) {
        uint64_t count = size >> height;

        if (count & 1) TRY(source->get(&tree->peak[height], source->ctx, height, count - 1));
    }
    return sk_ok();
}

void
ledger_subtree(struct ledger_hash *out, const struct ledger_hash *hash, unsigned count)
{
    struct ledger_hash row[LEDGER_TILE / 2];

    assert(count && count <= LEDGER_TILE && !(count & (count - 1)));
    if (count == 1) {
        *out = hash[0];
        return;
    }
    for (unsigned i = 0; i < count / 2; i++)
        ledger_node(&row[i], &hash[2 * i], &hash[2 * i + 1]);
    for (count /= 2; count > 1; count /= 2)
        for (unsigned i = 0; i < count / 2; i++)
            ledger_node(&row[i], &row[2 * i], &row[2 * i + 1]);
    *out = row[0];
}

/* ── proofs ── */

/* The largest power of two below n; n > 1. */
static uint64_t
split(uint64_t n)
{
    return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

/* MTH(D[begin : begin + n]); begin is a multiple of the largest power of two up to n, as in all
 * ranges that the proofs split off. */
static sk_err
range_root(struct ledger_hash *out, const struct ledger_source *source, uint64_t begin, uint64_t n)
{
    struct ledger_hash part;
    bool some = false;
    uint64_t end = begin + n;

    /* whole subtrees from the right end, smallest first */
    while (end > begin) {
        unsigned height = (unsigned)__builtin_ctzll(end - begin);
        TRY(source->get(&part, source->ctx, height, (end >> height) - 1));
        if (some)
            ledger_node(out, &part, out);
        else
            *out = part;
        some = true;
        end -= (uint64_t)1 << height;
    }
    return sk_ok();
}

static sk_err
proof_put(struct ledger_proof *proof, const struct ledger_source *source, uint64_t begin,
          uint64_t n)
{
    assert(proof->count < LEDGER_PROOF_MAX);
    return range_root(&proof->hash[proof->count++], source, begin, n);
}

/* Proofs are found from the root down and told from the leaf up. */
static void
proof_turn(struct ledger_proof *proof)
{
    for (unsigned i = 0; i < proof->count / 2; i++) {
        struct ledger_hash kept = proof->hash[i];
        proof->hash[i] = proof->hash[proof->count - 1 - i];
        proof->hash[proof->count - 1 - i] = kept;
    }
}

sk_err
ledger_inclusion(struct ledger_proof *proof, const struct ledger_source *source, uint64_t index,
                 uint64_t size)
{
    uint64_t begin = 0;

    proof->count = 0;
    if (index >= size)
        return sk_fail(SK_BAD, "leaf %llu is not in the tree", (unsigned long long)index);
    while (size > 1) {
        uint64_t k = split(size);

        if (index < k) {
            TRY(proof_put(proof, source, begin + k, size - k));
            size = k;
        } else {
            TRY(proof_put(proof, source, begin, k));
            begin += k, index -= k, size -= k;
        }
    }
    proof_turn(proof);
    return sk_ok();
}

sk_err
ledger_consistency(struct ledger_proof *proof, const struct ledger_source *source, uint64_t old,
                   uint64_t size)
{
    uint64_t begin = 0;
    bool known = true; /* the old tree's root is known to who checks */

    proof->count = 0;
    if (old == 0 || old > size) return sk_fail(SK_BAD, "the older tree is no part of the newer");
    while (old != size) {
        uint64_t k = split(size);

        if (old <= k) {
            TRY(proof_put(proof, source, begin + k, size - k));
            size = k;
        } else {
            TRY(proof_put(proof, source, begin, k));
            begin += k, old -= k, size -= k;
            known = false;
        }
    }
    if (!known) TRY(proof_put(proof, source, begin, size));
    proof_turn(proof);
    return sk_ok();
}

bool
ledger_inclusion_holds(const struct ledger_proof *proof, uint64_t index, uint64_t size,
                       const struct ledger_hash *leaf, const struct ledger_hash *root)
{
    struct ledger_hash r = *leaf;
    uint64_t fn = index, sn = size - 1;

    if (index >= size) return false;
    for (unsigned i = 0; i < proof->count; i++) {
        if (sn == 0) return false;
        if (fn & 1 || fn == sn) {
            ledger_node(&r, &proof->hash[i], &r);
            while (!(fn & 1) && fn)
                fn >>= 1, sn >>= 1;
        } else {
            ledger_node(&r, &r, &proof->hash[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && ledger_hash_eq(&r, root);
}

/* The steps of 2.1.4.2 for old < size; hash[0] is where both paths begin. */
static bool
both_paths(const struct ledger_hash *hash, unsigned count, uint64_t fn, uint64_t sn,
           const struct ledger_hash *old_root, const struct ledger_hash *root)
{
    struct ledger_hash fr = hash[0], sr = hash[0];

    while (fn & 1)
        fn >>= 1, sn >>= 1;
    for (unsigned i = 1; i < count; i++) {
        if (sn == 0) return false;
        if (fn & 1 || fn == sn) {
            ledger_node(&fr, &hash[i], &fr);
            ledger_node(&sr, &hash[i], &sr);
            while (!(fn & 1) && fn)
                fn >>= 1, sn >>= 1;
        } else {
            ledger_node(&sr, &sr, &hash[i]);
        }
        fn >>= 1, sn >>= 1;
    }
    return sn == 0 && ledger_hash_eq(&fr, old_root) && ledger_hash_eq(&sr, root);
}

bool
ledger_consistency_holds(const struct ledger_proof *proof, uint64_t old, uint64_t size,
                         const struct ledger_hash *old_root, const struct ledger_hash *root)
{
    struct ledger_hash path[LEDGER_PROOF_MAX + 1];
    unsigned count = 0;

    if (old == 0 || old > size) return false;
    if (old == size) return proof->count == 0 && ledger_hash_eq(old_root, root);
    if (!(old & (old - 1))) path[count++] = *old_root; /* a whole subtree is its own first step */
    for (unsigned i = 0; i < proof->count; i++)
        path[count++] = proof->hash[i];
    return count > 0 && both_paths(path, count, old - 1, size - 1, old_root, root);
}
