#include "keeper/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct keeper_key key;
static struct keeper_id person_id, case_id, value_id;
static sk_arena *mem;

static int
begin(void **state)
{
    (void)state;
    keeper_key_new(&key);
    person_id = keeper_id_new("per");
    value_id = keeper_id_new("val");
    mem = sk_arena_new(0);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return 0;
}

static struct keeper_place
place_of(uint32_t kind)
{
    return (struct keeper_place){ SK_STR("tea"), &person_id, &case_id, &value_id, kind, 1 };
}

static sk_str
sealed_of(uint32_t kind, sk_str text)
{
    struct keeper_place place = place_of(kind);
    sk_str sealed;

    assert_false(sk_failed(keeper_value_seal(&sealed, mem, &place, 7, &key, text)));
    return sealed;
}

/* `n` bytes, of which the last is not zero. */
static sk_str
text_of(size_t n)
{
    char *text = sk_alloc(mem, n + 1);

    memset(text, 'x', n);
    return (sk_str){ text, n };
}

static void
value__opens_to_the_text_whatever_its_length(void **state)
{
    static const size_t lengths[] = { 0, 1, 29, 30, 31, 61, 62, 63, 254, 255, 4094, 4095, 4096 };

    (void)state;
    for (uint32_t kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++)
        for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
            struct keeper_place place = place_of(kind);
            sk_str text = text_of(lengths[i]), opened;
            sk_str sealed = sealed_of(kind, text);

            assert_true(sealed.n <= KEEPER_SEALED_MAX);
            assert_int_equal(keeper_value_number(sealed), 7);
            assert_false(sk_failed(keeper_value_open(&opened, mem, &place, &key, sealed)));
            assert_true(sk_str_eq(opened, text));
        }
}

static void
value__longer_than_may_be_is_not_sealed(void **state)
{
    struct keeper_place place = place_of(PERSONAL_NOTE);
    sk_str sealed;

    (void)state;
    assert_int_equal(
        keeper_value_seal(&sealed, mem, &place, 7, &key, text_of(KEEPER_TEXT_MAX + 1)).kind,
        SK_FULL);
}

static void
values__of_a_kind_have_one_length_unless_they_are_long(void **state)
{
    static const struct {
        enum personal_kind kind;
        sk_str one, other;
    } rows[] = {
        { PERSONAL_NAME, SK_STR("林 一"), SK_STR("勅使河原 権左衛門尉") },
        { PERSONAL_READING, SK_STR("ハヤシ イチ"), SK_STR("テシガワラ ゴンザエモン") },
        { PERSONAL_PHONE, SK_STR("03-1234-5678"), SK_STR("+81 090-1234-5678") },
        { PERSONAL_EMAIL, SK_STR("a@b.jp"), SK_STR("hanako.no-namae-wa-nagai@mail.example.co.jp") },
        { PERSONAL_ADDRESS, SK_STR("〒100-0001 東京都千代田区千代田1-1"),
          SK_STR("〒604-8151 京都府京都市中京区蛸薬師通烏丸西入橋弁慶町222 "
                 "ながいなまえのマンション1501号室") },
        { PERSONAL_BIRTHDAY, SK_STR("1980-01-31"), SK_STR("1980-1-1") },
        { PERSONAL_BANK, SK_STR("0001-001-1-1234567 ﾊﾔｼ ｲﾁ"),
          SK_STR("0001-001-1-1234567 ﾃｼｶﾞﾜﾗ ｺﾞﾝｻﾞｴﾓﾝ") },
        { PERSONAL_NOTE, SK_STR("x"), SK_STR("玄関の前に置いてください。犬がいます。") },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_not_equal(rows[i].one.n, rows[i].other.n);
        assert_int_equal(sealed_of(rows[i].kind, rows[i].one).n,
                         sealed_of(rows[i].kind, rows[i].other).n);
    }
}

static void
values__of_all_lengths_have_few_sizes(void **state)
{
    (void)state;
    for (uint32_t kind = PERSONAL_NONE + 1; kind < PERSONAL_KINDS; kind++) {
        size_t sizes = 0, last = 0;

        for (size_t n = 0; n <= KEEPER_TEXT_MAX; n++) {
            size_t padded = keeper_value_padded(kind, n);

            assert_true(padded >= n + 2 && padded >= last && padded <= KEEPER_PADDED_MAX);
            sizes += padded != last;
            last = padded;
        }
        assert_true(sizes <= 9);
    }
}

static void
values__of_no_size_are_none(void **state)
{
    sk_str sealed = sealed_of(PERSONAL_NAME, SK_STR("関"));
    struct keeper_place place = place_of(PERSONAL_NAME);

    (void)state;
    for (size_t n = 0; n < sealed.n; n++) {
        sk_str opened;

        assert_true(
            sk_failed(keeper_value_open(&opened, mem, &place, &key, sk_str_first(sealed, n))));
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(value__opens_to_the_text_whatever_its_length),
        CASE(value__longer_than_may_be_is_not_sealed),
        CASE(values__of_a_kind_have_one_length_unless_they_are_long),
        CASE(values__of_all_lengths_have_few_sizes),
        CASE(values__of_no_size_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
