#include "keeper/cipher.h"
#include "keeper/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const sk_str text = { "東京都千代田区", 21 }, bound = { "tea|per|7", 9 };

static void
cipher__opens_what_it_sealed(void **state)
{
    unsigned char sealed[64], opened[64];
    struct keeper_key key;

    (void)state;
    keeper_key_new(&key);
    assert_false(sk_failed(keeper_cipher_seal(sealed, &key, bound, text)));
    assert_false(sk_failed(keeper_cipher_open(
        opened, &key, bound, (sk_str){ (char *)sealed, text.n + KEEPER_CIPHER_MORE })));
    assert_memory_equal(opened, text.p, text.n);
}

/* Any bit of it, another place, another key: nothing comes out. */
static void
cipher__opens_nothing_that_was_changed_or_moved(void **state)
{
    unsigned char sealed[64], opened[64];
    static const unsigned char zeros[64];
    struct keeper_key key, other;
    size_t n = text.n + KEEPER_CIPHER_MORE;
    const sk_str whole = { (char *)sealed, n };

    (void)state;
    keeper_key_new(&key);
    keeper_key_new(&other);
    assert_false(sk_failed(keeper_cipher_seal(sealed, &key, bound, text)));
    for (size_t bit = 0; bit < n * 8; bit++) {
        sealed[bit / 8] ^= (unsigned char)(1 << bit % 8);
        memset(opened, 1, sizeof opened);
        assert_int_equal(keeper_cipher_open(opened, &key, bound, whole).kind, SK_DENIED);
        assert_memory_equal(opened, zeros, text.n); /* wiped */
        sealed[bit / 8] ^= (unsigned char)(1 << bit % 8);
    }
    assert_true(sk_failed(keeper_cipher_open(opened, &key, SK_STR("tea|per|8"), whole)));
    assert_true(sk_failed(keeper_cipher_open(opened, &other, bound, whole)));
    for (size_t cut = 0; cut < n; cut++)
        assert_true(sk_failed(keeper_cipher_open(opened, &key, bound, sk_str_first(whole, cut))));
}

static void
cipher__seals_the_same_text_differently_each_time(void **state)
{
    unsigned char one[64], two[64];
    struct keeper_key key;

    (void)state;
    keeper_key_new(&key);
    assert_false(sk_failed(keeper_cipher_seal(one, &key, bound, text)));
    assert_false(sk_failed(keeper_cipher_seal(two, &key, bound, text)));
    assert_memory_not_equal(one, two, KEEPER_NONCE);
    assert_memory_not_equal(one + KEEPER_NONCE, two + KEEPER_NONCE, text.n);
}

/* McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16: as others compute it. */
static void
cipher__is_aes_256_gcm(void **state)
{
    static const unsigned char sealed[] = {
        0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce, 0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88, /* nonce */
        0x52, 0x2d, 0xc1, 0xf0, 0x99, 0x56, 0x7d, 0x07, 0xf4, 0x7f, 0x37, 0xa3, 0x2a,
        0x84, 0x42, 0x7d, 0x64, 0x3a, 0x8c, 0xdc, 0xbf, 0xe5, 0xc0, 0xc9, 0x75, 0x98,
        0xa2, 0xbd, 0x25, 0x55, 0xd1, 0xaa, 0x8c, 0xb0, 0x8e, 0x48, 0x59, 0x0d, 0xbb,
        0x3d, 0xa7, 0xb0, 0x8b, 0x10, 0x56, 0x82, 0x88, 0x38, 0xc5, 0xf6, 0x1e, 0x63,
        0x93, 0xba, 0x7a, 0x0a, 0xbc, 0xc9, 0xf6, 0x62, 0x76, 0xfc, 0x6e, 0xce, 0x0f,
        0x4e, 0x17, 0x68, 0xcd, 0xdf, 0x88, 0x53, 0xbb, 0x2d, 0x55, 0x1b
    };
    static const unsigned char first[] = { 0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5 };
    static const char aad[] = "\xfe\xed\xfa\xce\xde\xad\xbe\xef\xfe\xed\xfa\xce\xde\xad\xbe\xef"
                              "\xab\xad\xda\xd2";
    struct keeper_key key = { { 0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c, 0x6d, 0x6a, 0x8f,
                                0x94, 0x67, 0x30, 0x83, 0x08, 0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65,
                                0x73, 0x1c, 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08 } };
    unsigned char opened[60];

    (void)state;
    assert_int_equal(sizeof sealed, sizeof opened + KEEPER_CIPHER_MORE);
    sk_err e = keeper_cipher_open(opened, &key, (sk_str){ aad, 20 },
                                  (sk_str){ (const char *)sealed, sizeof sealed });
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_memory_equal(opened, first, sizeof first);
}

static void
subkeys__differ_by_use_and_by_what_they_are_for(void **state)
{
    struct keeper_key key, a, b;

    (void)state;
    keeper_key_new(&key);
    keeper_subkey(&a, &key, "name", SK_STR("word"));
    keeper_subkey(&b, &key, "name", SK_STR("word"));
    assert_memory_equal(&a, &b, sizeof a);
    keeper_subkey(&b, &key, "seal", SK_STR("word"));
    assert_memory_not_equal(&a, &b, sizeof a);
    keeper_subkey(&b, &key, "namew", SK_STR("ord"));
    assert_memory_not_equal(&a, &b, sizeof a);
}

/* What one request has left is not there for the next: the block is the same, and it is clean. */
static void
scratch__is_overwritten_when_a_request_ends(void **state)
{
    struct keeper_scratch *scratch = keeper_scratch_new();
    char *where = NULL;

    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        sk_arena *mem = keeper_scratch_begin(scratch);
        char *p = sk_alloc(mem, 1000), *second;

        if (turn) {
            assert_ptr_equal(p, where);
            for (int i = 0; i < 1000; i++)
                assert_int_equal(p[i], 0);
        }
        memset(p, 0x5a, 1000);
        where = p;
        second = sk_alloc(mem, 20000); /* the same chunk, or one behind it in the block */
        assert_in_range((uintptr_t)second - (uintptr_t)p, 1000, 128 * 1024);
        (void)sk_alloc(mem, 1 << 20); /* beyond the block: pages of its own */
        sk_arena_free(mem);
    }
    keeper_scratch_free(scratch);
}

static void
key__is_wiped(void **state)
{
    static const struct keeper_key zeros;
    struct keeper_key key;

    (void)state;
    keeper_key_new(&key);
    assert_memory_not_equal(&key, &zeros, sizeof key);
    keeper_key_wipe(&key);
    assert_memory_equal(&key, &zeros, sizeof key);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cipher__opens_what_it_sealed),
        cmocka_unit_test(cipher__opens_nothing_that_was_changed_or_moved),
        cmocka_unit_test(cipher__seals_the_same_text_differently_each_time),
        cmocka_unit_test(cipher__is_aes_256_gcm),
        cmocka_unit_test(subkeys__differ_by_use_and_by_what_they_are_for),
        cmocka_unit_test(scratch__is_overwritten_when_a_request_ends),
        cmocka_unit_test(key__is_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
