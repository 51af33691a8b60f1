#include "gate/exchange_wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
wire__asks_for_tokens_of_fields(void **unused)
{
    (void)unused;
    static const struct gate_exchange_field field = { { "tel", 3 }, PERSONAL_PHONE, 0 };
    const struct gate_exchange_place place = { &field, SK_STR("tel"), SK_STR("03-\"1\""), 4, 6, 0 };
    const struct gate_wire_about about = { .self = SK_STR("v1.x"), .earns = SK_STR("orders") };
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };

    gate_wire_in(&out, &about, &place, 1);
    assert_true(sk_str_eq(sk_buf_str(&out),
                          SK_STR("{\"self\":\"v1.x\",\"earns\":\"orders\",\"fields\":[{\"name\":"
                                 "\"tel\",\"kind\":\"phone\",\"text\":\"03-\\\"1\\\"\"}]}")));
    sk_arena_free(mem);
}

static void
wire__reads_tokens_and_empties_what_fits_in_no_way(void **unused)
{
    (void)unused;
    sk_arena *mem = sk_arena_new(0);
    sk_str tokens[2], self;
    int64_t age;

    assert_false(sk_failed(gate_wire_in_read(
        tokens, &self, &age, mem, 2,
        SK_STR("{\"fields\":[{\"token\":\"skn\"},{\"why\":\"unfit_value\"}],\"self\":\"v1.y\","
               "\"age\":3600}"))));
    assert_true(sk_str_eq(tokens[0], SK_STR("skn")) && tokens[1].n == 0);
    assert_true(sk_str_eq(self, SK_STR("v1.y")) && age == 3600);
    sk_arena_free(mem);
}

static void
wire__refuses_answers_that_say_too_little(void **unused)
{
    (void)unused;
    static const char *const bad[] = { "",
                                       "{}",
                                       "[]",
                                       "{\"fields\":[]}",
                                       "{\"fields\":[{}]}",
                                       "{\"fields\":[{\"token\":1}]}",
                                       "{\"fields\":[null]}",
                                       "{\"fields\":[{\"token\":\"a\"},{\"token\":\"b\"}]}",
                                       "{\"fields\":[{\"token\":\"a\"}],\"self\":\"a;b\"}" };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        sk_arena *mem = sk_arena_new(0);
        sk_str tokens[2], self;
        int64_t age;

        if (!sk_failed(gate_wire_in_read(tokens, &self, &age, mem, 1, sk_str_of(bad[i]))))
            fail_msg("%s", bad[i]);
        sk_arena_free(mem);
    }
}

static void
wire__asks_for_each_token_once(void **unused)
{
    (void)unused;
    static const char page[] = "skn0123456789abcdef 090-0123-4567 skn0123456789abcdef";
    const struct gate_wire_about about = { .purpose = SK_STR("orders") };
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct gate_out *window = gate_out_new(GATE_PAGE_PLAIN, GATE_CHARSET_UTF8);

    gate_out_add(window, sk_str_of(page));
    gate_out_end(window);
    gate_wire_out(&out, mem, &about, window);
    gate_out_free(window);
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("{\"purpose\":\"orders\",\"tokens\":["
                                                   "\"skn0123456789abcdef\",\"090-0123-4567\"]}")));
    sk_arena_free(mem);
}

static void
wire__does_not_ask_for_other_kinds(void **unused)
{
    (void)unused;
    const struct gate_wire_about about = { .kinds = personal_kind_bit(PERSONAL_PHONE) };
    sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct gate_out *window = gate_out_new(GATE_PAGE_PLAIN, GATE_CHARSET_UTF8);

    gate_out_add(window, SK_STR("skn0123456789abcdef 090-0123-4567"));
    gate_out_end(window);
    gate_wire_out(&out, mem, &about, window);
    gate_out_free(window);
    assert_true(sk_str_eq(sk_buf_str(&out), SK_STR("{\"tokens\":[\"090-0123-4567\"]}")));
    sk_arena_free(mem);
}

static enum gate_fate
fate(const char *answer, sk_str *text)
{
    static const struct personal_token token = { PERSONAL_PHONE, 13, "090-0123-4567" };
    sk_json *root = NULL;
    enum gate_fate found;

    if (answer) assert_false(sk_failed(sk_json_read(&root, sk_str_of(answer))));
    found = gate_wire_fate(text, root, &token);
    if (text->p) *text = text->n == 1 ? SK_STR("1") : SK_STR("other");
    sk_json_free(root);
    return found;
}

static void
wire__shows_only_what_is_said_to_be_shown(void **unused)
{
    (void)unused;
    sk_str text;

    assert_int_equal(fate("{\"090-0123-4567\":{\"text\":\"1\",\"show\":\"plain\"}}", &text),
                     GATE_FATE_SHOW);
    assert_true(sk_str_eq(text, SK_STR("1")));
    assert_int_equal(fate("{\"090-0123-4567\":{\"text\":\"1\",\"show\":\"self\"}}", &text),
                     GATE_FATE_SHOW);
    assert_int_equal(fate("{\"090-0123-4567\":{\"text\":\"1\",\"show\":\"masked\"}}", &text),
                     GATE_FATE_HALF);
    assert_int_equal(fate("{\"090-0123-4567\":{\"text\":\"1\"}}", &text), GATE_FATE_HALF);
    assert_int_equal(fate("{\"090-0123-4567\":{\"why\":\"unknown_token\"}}", &text),
                     GATE_FATE_LEAVE);
    assert_int_equal(fate("{\"090-0123-4567\":{\"why\":\"erased\"}}", &text), GATE_FATE_MASK);
    assert_int_equal(fate("{\"090-0123-4568\":{\"text\":\"1\",\"show\":\"plain\"}}", &text),
                     GATE_FATE_MASK);
    assert_int_equal(fate(NULL, &text), GATE_FATE_MASK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wire__asks_for_tokens_of_fields),
        cmocka_unit_test(wire__reads_tokens_and_empties_what_fits_in_no_way),
        cmocka_unit_test(wire__refuses_answers_that_say_too_little),
        cmocka_unit_test(wire__asks_for_each_token_once),
        cmocka_unit_test(wire__does_not_ask_for_other_kinds),
        cmocka_unit_test(wire__shows_only_what_is_said_to_be_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
