#include "accounts/cbor.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void
item__is_taken_whole_or_not_at_all(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        size_t length; /* of the first item; 0: refused */
    } rows[] = {
        { "00ff", 1 },
        { "1818", 2 },
        { "1817", 0 }, /* not the shortest head */
        { "190100", 3 },
        { "1900ff", 0 },
        { "26", 1 },
        { "43010203ff", 4 },
        { "430102", 0 },
        { "63616263", 4 },
        { "80", 1 },
        { "83010203", 4 },
        { "830102", 0 },
        { "a0", 1 },
        { "a201020304", 5 },
        { "a2010203", 0 },
        { "81818181"
          "00",
          5 },
        { "8181818181"
          "00",
          0 },             /* too deep */
        { "5f4101ff", 0 }, /* of indefinite length */
        { "9f01ff", 0 },
        { "bf0102ff", 0 },
        { "c001", 0 }, /* tagged */
        { "f4", 1 },
        { "1c", 0 },
        { "1bffffffffffffffff", 9 },
        { "5bffffffffffffffff00", 0 },
        { "9bffffffffffffffff00", 0 },
        { "bbffffffffffffffff00", 0 },
        { "", 0 },
        { "19", 0 },
    };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_str bytes, item = { 0 }, rest;
        assert_true(sk_unhex(mem, &bytes, sk_str_of(rows[i].hex)));
        rest = bytes;
        bool taken = accounts_cbor_item(&item, &rest);
        if (taken != (rows[i].length > 0) || (taken && item.n != rows[i].length) ||
            (taken && rest.n != bytes.n - item.n))
            fail_msg("%s", rows[i].hex);
    }
}

static void
item__has_a_named_maximum(void **state)
{
    (void)state;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    char *bytes = sk_zalloc(mem, ACCOUNTS_CBOR_ITEMS + 8);
    sk_str item, rest = { bytes, ACCOUNTS_CBOR_ITEMS + 8 };
    bytes[0] = (char)0x98, bytes[1] = ACCOUNTS_CBOR_ITEMS - 1; /* an array and what is in it */
    assert_true(accounts_cbor_item(&item, &rest));
    assert_int_equal(item.n, ACCOUNTS_CBOR_ITEMS + 1);
    bytes[1]++;
    rest = (sk_str){ bytes, ACCOUNTS_CBOR_ITEMS + 8 };
    assert_false(accounts_cbor_item(&item, &rest));
}

static void
readers__take_only_their_own_type(void **state)
{
    (void)state;
    sk_str text, rest = SK_STR("\x63"
                               "abc\x42xy\xa1");
    size_t pairs;
    assert_true(accounts_cbor_text(&text, &rest) && sk_str_eq(text, SK_STR("abc")));
    sk_str copy = rest;
    assert_false(accounts_cbor_text(&text, &copy));
    assert_true(accounts_cbor_bytes(&text, &rest) && sk_str_eq(text, SK_STR("xy")));
    copy = rest;
    assert_false(accounts_cbor_bytes(&text, &copy));
    assert_true(accounts_cbor_map(&pairs, &rest) && pairs == 1 && rest.n == 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(item__is_taken_whole_or_not_at_all),
        cmocka_unit_test(item__has_a_named_maximum),
        cmocka_unit_test(readers__take_only_their_own_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
