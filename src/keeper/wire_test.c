#include "base/hash.h"
#include "base/pick_test.h"
#include "keeper/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct keeper_id
id_of(const char *text)
{
    char kind[4] = { text[0], text[1], text[2], 0 };
    struct keeper_id id;

    assert_true(keeper_id_read(&id, kind, sk_str_of(text)));
    return id;
}

static const struct keeper_id none;

/* A question through its bytes. */
static void *
carried(sk_arena *mem, enum keeper_verb verb, const void *question)
{
    struct sk_buf out = { .mem = mem };
    enum keeper_verb read;
    void *got;

    assert_false(sk_failed(keeper_question_write(&out, verb, question)));
    assert_int_equal((out.p[0] << 24 | out.p[1] << 16) + (unsigned char)out.p[2] * 256 +
                         (unsigned char)out.p[3],
                     out.n - 4);
    sk_err e = keeper_question_read(&read, &got, mem, sk_str_from(sk_buf_str(&out), 4));
    if (sk_failed(e)) fail_msg("%s", e.why);
    assert_int_equal(read, verb);
    return got;
}

static struct keeper_open
open_of(struct keeper_sealed_value *value, size_t count)
{
    for (size_t i = 0; i < count; i++)
        value[i] = (struct keeper_sealed_value){
            .person_id = id_of("per_0123456789abcdefghjk"),
            .value_id = keeper_id_new("val"),
            .kind = PERSONAL_PHONE,
            .version = 7,
            .sealed = SK_STR("sealed"),
        };
    return (struct keeper_open){ .ticket = SK_STR("v1.a.b"),
                                 .purpose = SK_STR("orders"),
                                 .tenant = SK_STR("tea"),
                                 .value = value,
                                 .count = count };
}

static void
wire__a_question_is_read_as_it_was_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_sealed_value value[KEEPER_VALUES_MAX];
    struct keeper_open asked = open_of(value, KEEPER_VALUES_MAX);
    const struct keeper_open *got = carried(mem, KEEPER_OPEN, &asked);

    (void)state;
    assert_true(sk_str_eq(got->ticket, asked.ticket) && sk_str_eq(got->purpose, asked.purpose));
    assert_true(sk_str_eq(got->tenant, asked.tenant) && got->self.n == 0);
    assert_int_equal(got->count, KEEPER_VALUES_MAX);
    for (size_t i = 0; i < got->count; i++) {
        assert_memory_equal(&got->value[i].value_id, &value[i].value_id, sizeof none);
        assert_memory_equal(&got->value[i].case_id, &none, sizeof none);
        assert_int_equal(got->value[i].version, 7);
        assert_true(sk_str_eq(got->value[i].sealed, SK_STR("sealed")));
    }
}

static void
wire__an_answer_is_read_as_it_was_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_row row[2] = { { .naming = { 1 } }, { .entry = { [75] = 2 } } };
    struct keeper_kept_value value[2] = { { .sealed = SK_STR("one"), .row = row, .count = 2 },
                                          { .sealed = SK_STR("two"), .token = { 9 } } };
    struct keeper_kept kept = { .value = value, .count = 2, .self = SK_STR("v1.me") }, got;
    struct sk_buf out = { .mem = mem };
    enum keeper_word word;

    (void)state;
    assert_false(sk_failed(keeper_answer_write(&out, KEEPER_PUT, KEEPER_OK, &kept)));
    assert_false(sk_failed(
        keeper_answer_read(&word, &got, mem, KEEPER_PUT, sk_str_from(sk_buf_str(&out), 4))));
    assert_int_equal(word, KEEPER_OK);
    assert_int_equal(got.count, 2);
    assert_int_equal(got.value[0].count, 2);
    assert_memory_equal(got.value[0].row, row, sizeof row);
    assert_int_equal(got.value[1].token[0], 9);
    assert_true(sk_str_eq(got.value[1].sealed, SK_STR("two")) &&
                sk_str_eq(got.self, SK_STR("v1.me")));
}

static void
wire__a_refusal_is_a_word_and_nothing_else(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct keeper_shown got;
    enum keeper_word word;

    (void)state;
    assert_false(sk_failed(keeper_answer_write(&out, KEEPER_OPEN, KEEPER_TICKET_FORGED, NULL)));
    assert_int_equal(out.n, 5);
    assert_false(
        sk_failed(keeper_answer_read(&word, &got, mem, KEEPER_OPEN, (sk_str){ out.p + 4, 1 })));
    assert_int_equal(word, KEEPER_TICKET_FORGED);
    assert_int_equal(got.count, 0);
    sk_buf_byte(&out, 0);
    assert_true(
        sk_failed(keeper_answer_read(&word, &got, mem, KEEPER_OPEN, (sk_str){ out.p + 4, 2 })));
}

static void
wire__bytes_are_big_endian_and_of_fixed_form(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_purpose_ask freeze = { .ticket = SK_STR("t"), .purpose = SK_STR("orders") };
    struct sk_buf out = { .mem = mem };
    static const char bytes[] = { 0, 0, 0, 16, KEEPER_FREEZE, 0,   0,   0,   1,   't',
                                  0, 0, 0, 6,  'o',           'r', 'd', 'e', 'r', 's' };

    (void)state;
    assert_false(sk_failed(keeper_question_write(&out, KEEPER_FREEZE, &freeze)));
    assert_int_equal(out.n, sizeof bytes);
    assert_memory_equal(out.p, bytes, sizeof bytes);
}

static void
wire__what_is_too_long_is_not_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    static char text[KEEPER_TEXT_MAX + 1];
    struct keeper_put_value value = { .text = { text, sizeof text } };
    struct keeper_put put = { .tenant = SK_STR("tea"), .value = &value, .count = 1 };
    struct sk_buf out = { .mem = mem };

    (void)state;
    assert_int_equal(keeper_question_write(&out, KEEPER_PUT, &put).kind, SK_FULL);
    put.count = KEEPER_PUT_MAX + 1;
    assert_int_equal(keeper_question_write(&out, KEEPER_PUT, &put).kind, SK_FULL);
    for (int c = 0; c < 256; c++) {
        const char name[] = { 't', (char)c };
        bool is_good = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '.' ||
                       c == '_' || c == '-' || c == '/';

        if (is_good) continue;
        put = (struct keeper_put){ .tenant = { name, 2 } };
        assert_int_equal(keeper_question_write(&out, KEEPER_PUT, &put).kind, SK_BAD);
    }
    assert_int_equal(out.n, 0);
}

/* Cut at each place, and with one byte more, it is refused. */
static void
wire__nothing_may_lack_or_follow(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_sealed_value value[3];
    struct keeper_open asked = open_of(value, 3);
    struct sk_buf out = { .mem = mem };
    enum keeper_verb verb;
    void *got;

    (void)state;
    assert_false(sk_failed(keeper_question_write(&out, KEEPER_OPEN, &asked)));
    sk_buf_byte(&out, 0);
    sk_str whole = sk_str_from(sk_buf_str(&out), 4);
    for (size_t n = 0; n <= whole.n; n++) {
        sk_err e = keeper_question_read(&verb, &got, mem, sk_str_first(whole, n));

        assert_int_equal(sk_failed(e), n != whole.n - 1);
    }
}

/* A count of rows that the frame cannot hold costs no memory. */
static void
wire__a_count_is_judged_before_its_rows(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_open asked = open_of(NULL, 0);
    struct sk_buf out = { .mem = mem };
    enum keeper_verb verb;
    void *got;

    (void)state;
    assert_false(sk_failed(keeper_question_write(&out, KEEPER_OPEN, &asked)));
    out.p[out.n - 2] = 1; /* 256 rows, and none of them there */
    size_t before = sk_arena_used(mem);
    assert_int_equal(keeper_question_read(&verb, &got, mem, sk_str_from(sk_buf_str(&out), 4)).kind,
                     SK_BAD);
    assert_true(sk_arena_used(mem) - before < 1024);
    out.p[out.n - 2] = 2; /* 512: more than may be */
    assert_int_equal(keeper_question_read(&verb, &got, mem, sk_str_from(sk_buf_str(&out), 4)).kind,
                     SK_FULL);
}

static void
wire__an_id_of_another_kind_is_refused(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct keeper_erase erase = { .person_id = keeper_id_new("cas") };
    struct sk_buf out = { .mem = mem };
    enum keeper_verb verb;
    void *got;

    (void)state;
    assert_false(sk_failed(keeper_question_write(&out, KEEPER_ERASE, &erase)));
    assert_int_equal(keeper_question_read(&verb, &got, mem, sk_str_from(sk_buf_str(&out), 4)).kind,
                     SK_BAD);
}

static void
wire__questions_that_do_not_exist_are_refused(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    enum keeper_verb verb;
    void *got;

    (void)state;
    for (int first = 0; first < 256; first++) {
        const char byte = (char)first;

        if (first > KEEPER_VERB_NONE && first < KEEPER_VERBS) continue;
        assert_int_equal(keeper_question_read(&verb, &got, mem, (sk_str){ &byte, 1 }).kind, SK_BAD);
    }
    assert_int_equal(keeper_question_read(&verb, &got, mem, (sk_str){ 0 }).kind, SK_BAD);
}

/* Every question and answer, empty: each has its row. */
static void
wire__each_verb_has_a_question_and_an_answer(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    uint64_t empty[64] = { 0 }, got[64];

    (void)state;
    for (enum keeper_verb verb = KEEPER_VERB_NONE + 1; verb < KEEPER_VERBS; verb++) {
        struct sk_buf out = { .mem = mem }, again = { .mem = mem };
        enum keeper_word word;

        assert_true(keeper_verb_rows[verb].answer->size <= sizeof got);
        carried(mem, verb, empty);
        assert_false(sk_failed(keeper_answer_write(&out, verb, KEEPER_OK, empty)));
        assert_false(
            sk_failed(keeper_answer_read(&word, got, mem, verb, sk_str_from(sk_buf_str(&out), 4))));
        assert_false(sk_failed(keeper_answer_write(&again, verb, word, got)));
        assert_true(sk_str_eq(sk_buf_str(&out), sk_buf_str(&again)));
    }
}

static void
words__each_has_a_name_and_a_sentence(void **state)
{
    (void)state;
    for (int i = 0; i < KEEPER_WORDS; i++) {
        assert_non_null(keeper_word_rows[i].name);
        assert_true(i == KEEPER_OK || strlen(keeper_word_rows[i].why) > 10);
        for (int other = 0; other < i; other++)
            assert_string_not_equal(keeper_word_rows[i].name, keeper_word_rows[other].name);
    }
}

static void
id__is_read_in_one_spelling(void **state)
{
    struct keeper_id made = keeper_id_new("per"), id;

    (void)state;
    assert_true(keeper_id_read(&id, "per", keeper_id_str(&made)));
    assert_memory_equal(&id, &made, sizeof id);
    assert_true(keeper_id_read(&id, "per", (sk_str){ 0 }) && keeper_id_is_none(&id));
    assert_int_equal(keeper_id_str(&id).n, 0);
    assert_false(keeper_id_read(&id, "cas", keeper_id_str(&made)));
    assert_false(keeper_id_read(&id, "per", SK_STR("per_0123456789abcdefghjK")));
    assert_false(keeper_id_read(&id, "per", SK_STR("per_0123456789abcdefghjl")));
    assert_false(keeper_id_read(&id, "per", SK_STR("per_0123456789abcdefghj")));
    assert_false(keeper_id_read(&id, "per", SK_STR("per-0123456789abcdefghjk")));
}

static void
row_names__differ_by_key_and_number(void **state)
{
    unsigned char naming[KEEPER_NAMING] = { 1 }, other[KEEPER_NAMING] = { 2 };
    unsigned char a[KEEPER_NAMING], b[KEEPER_NAMING];

    (void)state;
    keeper_row_name(a, naming, 0);
    keeper_row_name(b, naming, 0);
    assert_memory_equal(a, b, sizeof a);
    keeper_row_name(b, naming, 256);
    assert_memory_not_equal(a, b, sizeof a);
    keeper_row_name(b, other, 0);
    assert_memory_not_equal(a, b, sizeof a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire__a_question_is_read_as_it_was_written),
        cmocka_unit_test(wire__an_answer_is_read_as_it_was_written),
        cmocka_unit_test(wire__a_refusal_is_a_word_and_nothing_else),
        cmocka_unit_test(wire__bytes_are_big_endian_and_of_fixed_form),
        cmocka_unit_test(wire__what_is_too_long_is_not_written),
        cmocka_unit_test(wire__nothing_may_lack_or_follow),
        cmocka_unit_test(wire__a_count_is_judged_before_its_rows),
        cmocka_unit_test(wire__an_id_of_another_kind_is_refused),
        cmocka_unit_test(wire__questions_that_do_not_exist_are_refused),
        cmocka_unit_test(wire__each_verb_has_a_question_and_an_answer),
        cmocka_unit_test(words__each_has_a_name_and_a_sentence),
        cmocka_unit_test(id__is_read_in_one_spelling),
        cmocka_unit_test(row_names__differ_by_key_and_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
