#include "base/hash.h"
#include "base/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
digests__give_the_published_values(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned char out[SK_SHA256];
    sk_sha256(out, SK_STR("abc")); /* FIPS 180-2, B.1 */
    assert_string_equal(sk_hex(mem, (sk_str){ (char *)out, 32 }).p,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    unsigned char two[SK_SHA256];
    sk_sha256_two(two, SK_STR("a"), SK_STR("bc"));
    assert_memory_equal(two, out, sizeof two);
    sk_sha256_two(two, (sk_str){ 0 }, SK_STR("abc"));
    assert_memory_equal(two, out, sizeof two);
    sk_sha1(out, SK_STR("abc"));
    assert_string_equal(sk_hex(mem, (sk_str){ (char *)out, 20 }).p,
                        "a9993e364706816aba3e25717850c26c9cd0d89d");
    sk_md5(out, SK_STR("abc"));
    assert_string_equal(sk_hex(mem, (sk_str){ (char *)out, 16 }).p,
                        "900150983cd24fb0d6963f7d28e17f72");
    sk_hmac_sha256(out, SK_STR("Jefe"), SK_STR("what do ya want for nothing?")); /* RFC 4231, 2 */
    assert_string_equal(sk_hex(mem, (sk_str){ (char *)out, 32 }).p,
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void
hmac__takes_keys_longer_than_a_block_and_none(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    unsigned char out[SK_SHA256];
    char key[131];

    memset(key, 0xaa, sizeof key); /* RFC 4231, 6 */
    sk_hmac_sha256(out, (sk_str){ key, sizeof key },
                   SK_STR("Test Using Larger Than Block-Size Key - Hash Key First"));
    assert_string_equal(sk_hex(mem, (sk_str){ (char *)out, 32 }).p,
                        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    sk_hmac_sha256(out, (sk_str){ 0 }, (sk_str){ 0 });
    assert_string_equal(sk_hex(mem, (sk_str){ (char *)out, 32 }).p,
                        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void
base64url__is_the_published_one_and_has_one_spelling(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str out;

    /* RFC 4648, 10; and the two characters that differ from plain base 64 */
    assert_string_equal(sk_base64url(mem, SK_STR("foobar")).p, "Zm9vYmFy");
    assert_string_equal(sk_base64url(mem, SK_STR("fooba")).p, "Zm9vYmE");
    assert_string_equal(sk_base64url(mem, SK_STR("foob")).p, "Zm9vYg");
    assert_string_equal(sk_base64url(mem, SK_STR("\xfb\xff")).p, "-_8");
    assert_true(sk_unbase64url(mem, &out, SK_STR("Zm9vYg")) && sk_str_eq(out, SK_STR("foob")));
    assert_true(sk_unbase64url(mem, &out, SK_STR("")) && out.n == 0);
    assert_false(sk_unbase64url(mem, &out, SK_STR("Zm9vYh"))); /* a stray bit */
    assert_false(sk_unbase64url(mem, &out, SK_STR("Zm9vYg==")));
    assert_false(sk_unbase64url(mem, &out, SK_STR("Zm9vY")));
    assert_false(sk_unbase64url(mem, &out, SK_STR("Zm9+")));
    assert_false(sk_unbase64url(mem, &out, SK_STR("Zm9/")));
    assert_false(sk_unbase64url(mem, &out, SK_STR("Zm9 ")));
}

static void
encodings__come_back(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char bytes[70];
    for (size_t n = 0; n < sizeof bytes; n++) {
        sk_random(bytes, sizeof bytes);
        sk_str in = { bytes, n }, out;
        assert_true(sk_unbase64(mem, &out, sk_base64(mem, in)) && sk_str_eq(in, out));
        assert_true(sk_unhex(mem, &out, sk_hex(mem, in)) && sk_str_eq(in, out));
        assert_true(sk_unbase64url(mem, &out, sk_base64url(mem, in)) && sk_str_eq(in, out));
    }
    sk_str out;
    assert_false(sk_unhex(mem, &out, SK_STR("abc")));
    assert_false(sk_unhex(mem, &out, SK_STR("zz")));
    assert_false(sk_unbase64(mem, &out, SK_STR("abc")));
    assert_false(sk_unbase64(mem, &out, SK_STR("a*==")));
    assert_false(sk_unbase64(mem, &out, SK_STR("====")));
    assert_false(sk_unbase64(mem, &out, SK_STR("Zg==Zg==")));
    assert_false(sk_unbase64(mem, &out, SK_STR(" Zg=")));
    assert_false(sk_unbase64(mem, &out, SK_STR("Zm9vYh==")));
}

static void
hash__folds_case_only_when_asked(void **unused)
{
    (void)unused;
    assert_true(sk_hash(SK_STR("Host")) != sk_hash(SK_STR("host")));
    assert_true(sk_hash_nocase(SK_STR("Content-Length")) ==
                sk_hash_nocase(SK_STR("content-length")));
    assert_true(sk_hash(SK_STR("a")) != sk_hash(SK_STR("a\0")));
}

static void
when__is_shown_in_japan_and_in_utc(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    assert_string_equal(sk_when_utc(mem, 1795440380123).p, "2026-11-23T13:26:20.123Z");
    assert_string_equal(sk_when_jst(mem, 1795440380123).p, "2026-11-23 22:26:20.123 +09:00");
    assert_string_equal(sk_when_utc(mem, -1).p, "1969-12-31T23:59:59.999Z");

    sk_when when = 7;
    assert_true(sk_when_read(&when, SK_STR("2026-11-23T13:26:20.123Z")));
    assert_int_equal(when, 1795440380123);
    assert_true(sk_when_read(&when, SK_STR("2026-11-23T13:26:20Z")));
    assert_int_equal(when, 1795440380000);
    assert_false(sk_when_read(&when, SK_STR("2026-11-23T13:26:20")));
    assert_false(sk_when_read(&when, SK_STR("yesterday")));
    assert_true(sk_when_read_jst(&when, SK_STR("2026-11-23T22:26")));
    assert_int_equal(when, 1795440360000);
    assert_true(sk_when_read_jst(&when, SK_STR("1970-01-01")));
    assert_int_equal(when, -32400000);
    assert_false(sk_when_read_jst(&when, SK_STR("2026-11-23T22:26x")));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests__give_the_published_values),
        cmocka_unit_test(hmac__takes_keys_longer_than_a_block_and_none),
        cmocka_unit_test(base64url__is_the_published_one_and_has_one_spelling),
        cmocka_unit_test(encodings__come_back),
        cmocka_unit_test(hash__folds_case_only_when_asked),
        cmocka_unit_test(when__is_shown_in_japan_and_in_utc),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
