#include "accounts/seal.h"

#include "base/file.h"
#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define ROOT       "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define KEYED_FORM "346f3ba44d43c4970a990eaeafbd2c4b3f2975f77ec9194bd894f0c6c67086c2"
#define SEALED_FORM                                                                                \
    "AQAAAAcAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhc_p_5q7_BJsGfGH7SGkIun"                                 \
    "rx6P-JZmcX4wloTQyy5J"

static const struct accounts_bound of_hana = {
    .kind = SK_STR("email"),
    .realm = SK_STR("buyer"),
    .tenant = SK_STR("kamone"),
    .account = SK_STR("acc_00000000000000000001"),
};

struct scene {
    sk_arena *mem;
    char folder[64], path[80];
    struct accounts_keys *keys;
};

static int
scene_open(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    snprintf(s->folder, sizeof s->folder, "/tmp/seal_test.XXXXXX");
    assert_non_null(mkdtemp(s->folder));
    snprintf(s->path, sizeof s->path, "%s/key", s->folder);
    s->mem = sk_arena_new(0);
    assert_false(sk_failed(accounts_keys_open(&s->keys, s->path)));
    *state = s;
    return 0;
}

static int
scene_close(void **state)
{
    struct scene *s = *state;
    accounts_keys_free(s->keys);
    sk_arena_free(s->mem);
    sk_file_remove_tree(s->folder);
    free(s);
    return 0;
}

static void
key_file__is_made_once_and_for_its_owner_alone(void **state)
{
    struct scene *s = *state;
    struct stat info;
    sk_str first, second;
    assert_int_equal(stat(s->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_false(sk_failed(sk_file_read(&first, s->mem, s->path, 1024)));
    assert_int_equal(first.n, 2 + 64 + 1);
    DEFER(accounts_keys_close) struct accounts_keys *again = NULL;
    assert_false(sk_failed(accounts_keys_open(&again, s->path)));
    assert_false(sk_failed(sk_file_read(&second, s->mem, s->path, 1024)));
    assert_true(sk_str_eq(first, second));
}

static void
key_file__is_refused_where_others_may_read_it(void **state)
{
    struct scene *s = *state;
    struct accounts_keys *keys = NULL;
    assert_int_equal(chmod(s->path, 0640), 0);
    assert_int_equal(accounts_keys_open(&keys, s->path).kind, SK_DENIED);
    assert_null(keys);
}

static void
key_file__is_refused_when_it_is_of_another_form(void **state)
{
    struct scene *s = *state;
    static const char *const refused[] = {
        "",
        "\n",
        ROOT "\n",
        "0 " ROOT "\n",
        "1 " ROOT "00\n",
        "1 " ROOT "\n1 " ROOT "\n",
        "2 " ROOT "\n1 " ROOT "\n",
        "one " ROOT "\n",
        "1 x0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct accounts_keys *keys = NULL;
        FILE *file = fopen(s->path, "w");
        assert_non_null(file);
        fputs(refused[i], file);
        fclose(file);
        if (accounts_keys_open(&keys, s->path).kind != SK_BROKEN) fail_msg("row %zu", i);
    }
}

static void
seal__opens_what_it_sealed_and_nothing_is_seen_of_it(void **state)
{
    struct scene *s = *state;
    sk_str texts[] = { SK_STR(""), SK_STR("花子@example.jp"), SK_STR("a\0b") };
    for (size_t i = 0; i < 3; i++) {
        sk_str sealed, again, text;
        assert_false(sk_failed(accounts_seal(&sealed, s->mem, s->keys, &of_hana, texts[i])));
        assert_false(sk_failed(accounts_seal(&again, s->mem, s->keys, &of_hana, texts[i])));
        assert_false(sk_str_eq(sealed, again));
        assert_int_equal(accounts_sealed_by(sealed), 1);
        assert_false(sk_failed(accounts_unseal(&text, s->mem, s->keys, &of_hana, sealed)));
        assert_true(sk_str_eq(text, texts[i]));
    }
    char *large = calloc(1, ACCOUNTS_SEALED_MAX + 1);
    sk_str sealed;
    assert_false(sk_failed(
        accounts_seal(&sealed, s->mem, s->keys, &of_hana, (sk_str){ large, ACCOUNTS_SEALED_MAX })));
    assert_int_equal(accounts_seal(&sealed, s->mem, s->keys, &of_hana,
                                   (sk_str){ large, ACCOUNTS_SEALED_MAX + 1 })
                         .kind,
                     SK_FULL);
    free(large);
}

static void
seal__does_not_open_for_another_row(void **state)
{
    struct scene *s = *state;
    sk_str sealed, text;
    assert_false(sk_failed(accounts_seal(&sealed, s->mem, s->keys, &of_hana, SK_STR("secret"))));
    struct accounts_bound other[] = { of_hana, of_hana, of_hana, of_hana, of_hana };
    other[0].kind = SK_STR("phone");
    other[1].realm = SK_STR("operator");
    other[2].tenant = SK_STR("ashibune");
    other[3].account = SK_STR("acc_00000000000000000002");
    other[4].realm = SK_STR("buyerkamone"); /* the border between two parts moved */
    other[4].tenant = SK_STR("");
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (accounts_unseal(&text, s->mem, s->keys, &other[i], sealed).kind != SK_DENIED)
            fail_msg("row %zu", i);
}

static void
seal__notices_every_changed_byte(void **state)
{
    struct scene *s = *state;
    sk_str sealed, bytes, text;
    assert_false(sk_failed(accounts_seal(&sealed, s->mem, s->keys, &of_hana, SK_STR("secret"))));
    assert_true(sk_unbase64url(s->mem, &bytes, sealed));
    for (size_t i = 0; i < bytes.n; i++) {
        char *changed = sk_str_zcopy(s->mem, bytes);
        changed[i] ^= 1;
        sk_str bad = sk_base64url(s->mem, (sk_str){ changed, bytes.n });
        /* bytes 1 to 4 are the key's number */
        enum sk_kind kind = i >= 1 && i <= 3 ? SK_MISSING : SK_DENIED;
        sk_err e = accounts_unseal(&text, s->mem, s->keys, &of_hana, bad);
        if (e.kind != kind) fail_msg("byte %zu: %s", i, e.why);
    }
    for (size_t n = 0; n < sealed.n; n++)
        if (!sk_failed(accounts_unseal(&text, s->mem, s->keys, &of_hana, sk_str_first(sealed, n))))
            fail_msg("cut to %zu", n);
}

static void
keys__are_changed_without_losing_what_is_sealed(void **state)
{
    struct scene *s = *state;
    sk_str old, fresh, text;
    uint32_t numbers[ACCOUNTS_KEYS_MAX];
    assert_false(sk_failed(accounts_seal(&old, s->mem, s->keys, &of_hana, SK_STR("old"))));
    assert_false(sk_failed(accounts_keys_add(s->path)));
    DEFER(accounts_keys_close) struct accounts_keys *both = NULL;
    assert_false(sk_failed(accounts_keys_open(&both, s->path)));
    assert_int_equal(accounts_keys_newest(both), 2);
    assert_int_equal(accounts_keys_numbers(numbers, both), 2);
    assert_true(numbers[0] == 2 && numbers[1] == 1);
    assert_false(sk_failed(accounts_unseal(&text, s->mem, both, &of_hana, old)));
    assert_false(sk_failed(accounts_seal(&fresh, s->mem, both, &of_hana, SK_STR("new"))));
    assert_int_equal(accounts_sealed_by(fresh), 2);
    assert_int_equal(accounts_unseal(&text, s->mem, s->keys, &of_hana, fresh).kind, SK_MISSING);
    for (int i = 2; i < ACCOUNTS_KEYS_MAX; i++)
        assert_false(sk_failed(accounts_keys_add(s->path)));
    assert_int_equal(accounts_keys_add(s->path).kind, SK_FULL);
}

/* The stored form must stay: a program of tomorrow reads what today's wrote. The values were
 * computed with Python's hmac and cryptography from seal.h's description. */
static void
seal__keeps_its_form(void **state)
{
    struct scene *s = *state;
    unsigned char keyed[ACCOUNTS_KEYED];
    FILE *file = fopen(s->path, "w");
    assert_non_null(file);
    fputs("7 " ROOT "\n", file);
    fclose(file);
    DEFER(accounts_keys_close) struct accounts_keys *keys = NULL;
    assert_false(sk_failed(accounts_keys_open(&keys, s->path)));
    sk_str parts[] = { SK_STR("a"), SK_STR("bc") }, text;
    assert_false(sk_failed(accounts_keyed(keyed, keys, ACCOUNTS_USE_CODE, 7, parts, 2)));
    assert_string_equal(sk_hex(s->mem, (sk_str){ (char *)keyed, sizeof keyed }).p, KEYED_FORM);
    assert_false(sk_failed(accounts_unseal(&text, s->mem, keys, &of_hana, SK_STR(SEALED_FORM))));
    assert_true(sk_str_eq(text, SK_STR("hana@example.jp")));
}

static void
index__finds_an_address_only_in_its_realm_and_tenant(void **state)
{
    struct scene *s = *state;
    sk_str index, again, other;
    assert_false(
        sk_failed(accounts_index(&index, s->mem, s->keys, 1, &of_hana, SK_STR("hana@example.jp"))));
    struct accounts_bound nobody = of_hana;
    nobody.account = (sk_str){ 0 };
    assert_false(
        sk_failed(accounts_index(&again, s->mem, s->keys, 1, &nobody, SK_STR("hana@example.jp"))));
    assert_true(sk_str_eq(index, again));
    assert_true(sk_str_starts(index, SK_STR("1.")));
    struct accounts_bound elsewhere = of_hana;
    elsewhere.tenant = SK_STR("ashibune");
    assert_false(sk_failed(
        accounts_index(&other, s->mem, s->keys, 1, &elsewhere, SK_STR("hana@example.jp"))));
    assert_false(sk_str_eq(index, other));
    assert_int_equal(accounts_index(&other, s->mem, s->keys, 9, &of_hana, SK_STR("a")).kind,
                     SK_MISSING);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, scene_open, scene_close)
    const struct CMUnitTest tests[] = {
        CASE(key_file__is_made_once_and_for_its_owner_alone),
        CASE(key_file__is_refused_where_others_may_read_it),
        CASE(key_file__is_refused_when_it_is_of_another_form),
        CASE(seal__opens_what_it_sealed_and_nothing_is_seen_of_it),
        CASE(seal__does_not_open_for_another_row),
        CASE(seal__notices_every_changed_byte),
        CASE(keys__are_changed_without_losing_what_is_sealed),
        CASE(seal__keeps_its_form),
        CASE(index__finds_an_address_only_in_its_realm_and_tenant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
