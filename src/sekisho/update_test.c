/* Pieces of rules update that need no release: YAML, and running programs. */
#include "sekisho/update.h"
#include "sekisho/update_yaml.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
yaml__has_maps_lists_and_texts(void **state)
{
    struct update_yaml_document *document;
    struct update_yaml root, item, value;
    sk_str key;

    (void)state;
    assert_false(
        sk_failed(update_yaml_read(&document, SK_STR("a: [1, 'two']\nb: {c: \"d\\ne\"}\nf: |-\n"
                                                     "  寿司\n"))));
    root = update_yaml_root(document);
    assert_true(update_yaml_item(&item, update_yaml_get(root, "a"), 1));
    assert_true(sk_str_eq(update_yaml_text(item), SK_STR("two")));
    assert_false(update_yaml_item(&item, update_yaml_get(root, "a"), 2));
    value = update_yaml_get(update_yaml_get(root, "b"), "c");
    assert_true(sk_str_eq(update_yaml_text(value), SK_STR("d\ne")));
    assert_true(sk_str_eq(update_yaml_text(update_yaml_get(root, "f")), SK_STR("寿司")));
    assert_true(update_yaml_pair(&key, &value, root, 1) && sk_str_eq(key, SK_STR("b")));
    assert_false(update_yaml_pair(&key, &value, root, 3));
    update_yaml_free(document);
}

static void
yaml__answers_for_what_is_not_there(void **state)
{
    struct update_yaml_document *document;
    struct update_yaml root, nothing, item;

    (void)state;
    assert_false(sk_failed(update_yaml_read(&document, SK_STR("a: 1\n"))));
    root = update_yaml_root(document);
    nothing = update_yaml_get(update_yaml_get(root, "x"), "y");
    assert_false(update_yaml_is(nothing));
    assert_null(update_yaml_text(nothing).p);
    assert_false(update_yaml_item(&item, nothing, 0));
    assert_true(update_yaml_item(&item, update_yaml_get(root, "a"), 0)); /* one is a list of one */
    assert_false(update_yaml_item(&item, update_yaml_get(root, "a"), 1));
    update_yaml_free(document);
    assert_false(sk_failed(update_yaml_read(&document, SK_STR(""))));
    assert_false(update_yaml_is(update_yaml_root(document)));
    update_yaml_free(document);
}

static void
yaml__says_where_it_is_none(void **state)
{
    struct update_yaml_document *document;
    sk_err e = update_yaml_read(&document, SK_STR("a: [1\nb: }\n"));

    (void)state;
    assert_int_equal(e.kind, SK_BAD);
    assert_null(document);
    assert_true(strncmp(e.why, "2:", 2) == 0);
}

static sk_err
run(sk_arena *mem, sk_str *said, const char *script, unsigned seconds)
{
    const char *const argv[] = { "sh", "-c", script, NULL };

    return update_run(said, mem, argv, seconds);
}

static void
program__is_heard_and_its_failure_told(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    const char *const nothing[] = { "no-such-program-here", NULL };
    sk_str said;
    sk_err e;

    (void)state;
    assert_false(sk_failed(run(mem, &said, "echo out; echo err >&2", 10)));
    assert_true(sk_str_eq(said, SK_STR("out\nerr\n")));
    e = run(mem, &said, "echo first; echo the reason >&2; exit 3", 10);
    assert_int_equal(e.kind, SK_BAD);
    assert_string_equal(e.why, "sh: the reason");
    assert_int_equal(update_run(&said, mem, nothing, 10).kind, SK_MISSING);
    assert_int_equal(run(mem, &said, "kill -9 $$", 10).kind, SK_BAD);
    sk_arena_free(mem);
}

static void
program__that_says_too_much_or_takes_too_long_is_ended(void **state)
{
    sk_arena *mem = sk_arena_new(0);
    sk_str said;

    (void)state;
    assert_false(sk_failed(run(mem, &said, "head -c 100000 /dev/zero | tr '\\0' x", 10)));
    assert_int_equal(said.n, UPDATE_SAID);
    assert_int_equal(run(mem, &said, "sleep 30", 1).kind, SK_BUSY);
    sk_arena_free(mem);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml__has_maps_lists_and_texts),
        cmocka_unit_test(yaml__answers_for_what_is_not_there),
        cmocka_unit_test(yaml__says_where_it_is_none),
        cmocka_unit_test(program__is_heard_and_its_failure_told),
        cmocka_unit_test(program__that_says_too_much_or_takes_too_long_is_ended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
