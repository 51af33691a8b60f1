/* Forms of values: made once, shared where nothing changes, not made at all where bytes tell. */
#include "seclang/value.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static unsigned calls;

static bool
lower(sk_str *out, sk_arena *mem, sk_str in, const struct seclang_unicode_map *map)
{
    (void)map;
    calls++;
    *out = sk_str_lower(mem, in);
    return !sk_str_eq(*out, in);
}

static bool
count(sk_str *out, sk_arena *mem, sk_str in, const struct seclang_unicode_map *map)
{
    (void)map;
    calls++;
    *out = sk_str_printf(mem, "%zu", in.n);
    return true;
}

/* 0 ── 1 lower ── 2 count, 0 ── 3 lower again */
static struct seclang_tf lower_tf = { .name = "lower", .run = lower };
static const struct seclang_tf count_tf = { .name = "count", .run = count, .always = true };
static const struct seclang_form form[] = {
    { 0, NULL, 0 }, { 0, &lower_tf, 1 }, { 1, &count_tf, 2 }, { 0, &lower_tf, 1 }
};
static const struct seclang_rules rules = { .form = form, .form_count = 4 };

static int
set_up(void **state)
{
    sk_bytes_put_range(&lower_tf.needs, 'A', 'Z');
    calls = 0;
    *state = sk_arena_new(0);
    return 0;
}

static int
tear_down(void **state)
{
    sk_arena_free(*state);
    return 0;
}

static void
form__is_made_once(void **state)
{
    sk_arena *mem = *state;
    struct seclang_value *value = seclang_value_new(mem, SK_STR("q"), SK_STR("AbC"));
    struct seclang_text *first = seclang_value_form(value, mem, &rules, 1);

    assert_true(sk_str_eq(first->s, SK_STR("abc")));
    assert_ptr_equal(seclang_value_form(value, mem, &rules, 1), first);
    assert_int_equal(calls, 1);
}

static void
form__makes_its_parents_on_the_way(void **state)
{
    sk_arena *mem = *state;
    struct seclang_value *value = seclang_value_new(mem, SK_STR("q"), SK_STR("ABCD"));

    assert_true(sk_str_eq(seclang_value_form(value, mem, &rules, 2)->s, SK_STR("4")));
    assert_int_equal(calls, 2);
    assert_true(sk_str_eq(seclang_value_form(value, mem, &rules, 1)->s, SK_STR("abcd")));
    assert_int_equal(calls, 2);
}

static void
form__without_needed_bytes_is_the_parents_text_and_calls_nothing(void **state)
{
    sk_arena *mem = *state;
    struct seclang_value *value = seclang_value_new(mem, SK_STR("q"), SK_STR("\xe6\xa2\x85 1"));

    assert_ptr_equal(seclang_value_form(value, mem, &rules, 1), &value->text);
    assert_int_equal(calls, 0);
}

static void
form__that_always_changes_is_made_of_any_text(void **state)
{
    sk_arena *mem = *state;
    struct seclang_value *value = seclang_value_new(mem, SK_STR("q"), SK_STR(""));

    assert_true(sk_str_eq(seclang_value_form(value, mem, &rules, 2)->s, SK_STR("0")));
}

static void
value__forgets_its_forms_when_set(void **state)
{
    sk_arena *mem = *state;
    struct seclang_value *value = seclang_value_new(mem, SK_STR("q"), SK_STR("ABC"));

    seclang_value_form(value, mem, &rules, 1);
    seclang_text_bytes(&value->text);
    seclang_value_set(value, SK_STR("XYZ"));
    assert_true(sk_str_eq(seclang_value_form(value, mem, &rules, 1)->s, SK_STR("xyz")));
    assert_true(sk_bytes_has(seclang_text_bytes(&value->text), 'X'));
    assert_false(sk_bytes_has(seclang_text_bytes(&value->text), 'A'));
}

static void
list__finds_names_without_regard_to_case(void **state)
{
    sk_arena *mem = *state;
    struct seclang_list list = { 0 };

    for (int i = 0; i < 100; i++)
        seclang_list_add(&list, mem,
                         seclang_value_new(mem, sk_str_printf(mem, "Name-%d", i), SK_STR("")));
    assert_ptr_equal(seclang_list_find(&list, SK_STR("nAME-99")), list.at[99]);
    assert_null(seclang_list_find(&list, SK_STR("name-100")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(form__is_made_once),
        TEST(form__makes_its_parents_on_the_way),
        TEST(form__without_needed_bytes_is_the_parents_text_and_calls_nothing),
        TEST(form__that_always_changes_is_made_of_any_text),
        TEST(value__forgets_its_forms_when_set),
        TEST(list__finds_names_without_regard_to_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
