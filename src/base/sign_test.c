#include "base/hash.h"
#include "base/sign.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const unsigned char *
bytes(sk_arena *mem, const char *hex)
{
    sk_str out;

    assert_true(sk_unhex(mem, &out, sk_str_of(hex)));
    return (const unsigned char *)out.p;
}

/* RFC 8032, 7.1, tests 1 and 2. */
static void
signatures__are_those_of_the_standard(void **state)
{
    static const struct {
        const char *seed, *key, *text, *signature;
    } rows[] = {
        { "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
          "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
          "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e3970"
          "1cf9b46bd25bf5f0595bbe24655141438e7a100b" },
        { "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613"
          "d0f11d8c387b2eaeb4302aeeb00d291612bb0c00" },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        unsigned char key[SK_SIGN_PUBLIC], signature[SK_SIGNATURE];
        const unsigned char *seed = bytes(mem, rows[i].seed);
        sk_str text;

        assert_true(sk_unhex(mem, &text, sk_str_of(rows[i].text)));
        assert_false(sk_failed(sk_sign_public(key, seed)));
        assert_memory_equal(key, bytes(mem, rows[i].key), sizeof key);
        assert_false(sk_failed(sk_sign(signature, seed, text)));
        assert_memory_equal(signature, bytes(mem, rows[i].signature), sizeof signature);
        assert_true(sk_sign_check(key, signature, text));
        signature[i] ^= 1;
        assert_false(sk_sign_check(key, signature, text));
        signature[i] ^= 1;
        assert_false(sk_sign_check(key, signature, SK_STR("something else")));
        key[0] ^= 1;
        assert_false(sk_sign_check(key, signature, text));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(signatures__are_those_of_the_standard) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
