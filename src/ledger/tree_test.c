/* Trees, proofs and checks against the definition of RFC 9162 written out naively. */
#include "base/pick_test.h"
#include "ledger/tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST = 700 };

static struct ledger_hash leaf[MOST];

/* MTH of 2.1.1, word for word. */
static void
mth(struct ledger_hash *out, unsigned begin, unsigned n)
{
    struct ledger_hash left, right;
    unsigned k = 1;

    if (n == 0) {
        sk_sha256(out->b, (sk_str){ 0 });
        return;
    }
    if (n == 1) {
        *out = leaf[begin];
        return;
    }
    while (2 * k < n)
        k *= 2;
    mth(&left, begin, k);
    mth(&right, begin + k, n - k);
    ledger_node(out, &left, &right);
}

static sk_err
from_leaves(struct ledger_hash *out, void *ctx, unsigned height, uint64_t index)
{
    (void)ctx;
    mth(out, (unsigned)(index << height), 1u << height);
    return sk_ok();
}

static const struct ledger_source source = { from_leaves, NULL };

static int
leaves_make(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MOST; i++) {
        char text[32];
        int n = snprintf(text, sizeof text, "記録 %u", i);
        ledger_leaf(&leaf[i], (sk_str){ text, (size_t)n });
    }
    return 0;
}

static void
hash_is(const struct ledger_hash *hash, const char *hex)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    assert_string_equal(sk_hex(mem, (sk_str){ (const char *)hash->b, sizeof hash->b }).p, hex);
}

static void
tree__hashes_as_the_published_examples(void **state)
{
    struct ledger_tree tree = { 0 };
    struct ledger_hash hash, up[LEDGER_LEVELS];

    (void)state;
    ledger_tree_root(&hash, &tree);
    hash_is(&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    ledger_leaf(&hash, (sk_str){ 0 });
    hash_is(&hash, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    ledger_tree_add(up, &tree, &hash);
    ledger_leaf(&hash, SK_STR("\0"));
    ledger_tree_add(up, &tree, &hash);
    ledger_tree_root(&hash, &tree);
    hash_is(&hash, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
}

static void
tree__has_the_root_of_the_definition_at_every_size(void **state)
{
    struct ledger_tree tree = { 0 }, made;
    struct ledger_hash root, expected, up[LEDGER_LEVELS];

    (void)state;
    for (unsigned n = 0; n < MOST; n++) {
        ledger_tree_root(&root, &tree);
        mth(&expected, 0, n);
        assert_true(ledger_hash_eq(&root, &expected));
        assert_false(sk_failed(ledger_tree_of(&made, &source, n)));
        ledger_tree_root(&root, &made);
        assert_true(ledger_hash_eq(&root, &expected));
        assert_int_equal(ledger_tree_add(up, &tree, &leaf[n]), (n + 1) % LEDGER_TILE ? 1 : 2);
        if ((n + 1) % LEDGER_TILE) continue;
        mth(&expected, n + 1 - LEDGER_TILE, LEDGER_TILE);
        assert_true(ledger_hash_eq(&up[1], &expected));
        ledger_subtree(&root, &leaf[n + 1 - LEDGER_TILE], LEDGER_TILE);
        assert_true(ledger_hash_eq(&root, &expected));
    }
}

static void
inclusion__is_proven_for_every_leaf_and_for_no_other(void **state)
{
    struct ledger_proof proof;
    struct ledger_hash root;

    (void)state;
    for (unsigned size = 1; size < 70; size++) {
        mth(&root, 0, size);
        for (unsigned i = 0; i < size; i++) {
            assert_false(sk_failed(ledger_inclusion(&proof, &source, i, size)));
            assert_true(ledger_inclusion_holds(&proof, i, size, &leaf[i], &root));
            assert_false(ledger_inclusion_holds(&proof, i, size, &leaf[i + 1], &root));
            assert_false(ledger_inclusion_holds(&proof, size, size, &leaf[i], &root));
            if (size > 1)
                assert_false(ledger_inclusion_holds(&proof, i ^ 1, size, &leaf[i], &root));
            proof.count++;
            assert_false(ledger_inclusion_holds(&proof, i, size, &leaf[i], &root));
        }
        assert_int_equal(ledger_inclusion(&proof, &source, size, size).kind, SK_BAD);
    }
}

static void
consistency__is_proven_between_all_sizes(void **state)
{
    struct ledger_proof proof;
    struct ledger_hash root, old_root, other;

    (void)state;
    mth(&other, 3, 5);
    for (unsigned size = 1; size < 70; size++) {
        mth(&root, 0, size);
        for (unsigned old = 1; old <= size; old++) {
            mth(&old_root, 0, old);
            assert_false(sk_failed(ledger_consistency(&proof, &source, old, size)));
            assert_true(ledger_consistency_holds(&proof, old, size, &old_root, &root));
            assert_false(ledger_consistency_holds(&proof, old, size, &other, &root));
            assert_false(ledger_consistency_holds(&proof, old, size, &old_root, &other));
            if (proof.count) {
                proof.hash[pick(proof.count)].b[pick(32)] ^= 1;
                assert_false(ledger_consistency_holds(&proof, old, size, &old_root, &root));
            }
        }
        assert_int_equal(ledger_consistency(&proof, &source, 0, size).kind, SK_BAD);
        assert_int_equal(ledger_consistency(&proof, &source, size + 1, size).kind, SK_BAD);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree__hashes_as_the_published_examples),
        cmocka_unit_test(tree__has_the_root_of_the_definition_at_every_size),
        cmocka_unit_test(inclusion__is_proven_for_every_leaf_and_for_no_other),
        cmocka_unit_test(consistency__is_proven_between_all_sizes),
    };
    return cmocka_run_group_tests(tests, leaves_make, NULL);
}
