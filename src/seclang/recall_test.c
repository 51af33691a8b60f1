/* What a thread remembers: exactly the values it was told, each for its purpose. */
#include "seclang/recall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static struct seclang_print
print(struct seclang_recall *recall, uint64_t tag, const char *name, const char *text)
{
    const struct seclang_printer *printer = seclang_recall_printer(recall);
    sk_str t = sk_str_of(text);

    return seclang_print_end(printer, seclang_print_text(printer, t), t, sk_str_of(name), tag);
}

static void
close_recall(struct seclang_recall **recall)
{
    seclang_recall_free(*recall);
}

static bool
knows(struct seclang_recall *recall, uint64_t tag, const char *name, const char *text)
{
    return seclang_recall_find(recall, print(recall, tag, name, text)) != NULL;
}

static void
recall__knows_what_it_learnt_and_nothing_else(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(close_recall) struct seclang_recall *recall = seclang_recall_new(mem, 2);
    const uint64_t set[2] = { 5, 9 };

    (void)state;
    seclang_recall_learn(recall, print(recall, 1, "accept", "text/html;q=0.9"), set);
    assert_memory_equal(seclang_recall_find(recall, print(recall, 1, "accept", "text/html;q=0.9")),
                        set, sizeof(set));
    assert_false(knows(recall, 2, "accept", "text/html;q=0.9"));
    assert_false(knows(recall, 1, "referer", "text/html;q=0.9"));
    assert_false(knows(recall, 1, "accept", "text/html;q=0.8"));
    assert_false(knows(recall, 1, "accept", "text/html;q=0."));
    assert_false(knows(recall, 1, "acceptt", "ext/html;q=0.9"));
    assert_false(knows(recall, 1, "", ""));
}

static void
recall__forgets_the_oldest_of_a_place(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(close_recall) struct seclang_recall *recall = seclang_recall_new(mem, 1);
    const uint64_t set = 1;
    unsigned known = 0;
    char text[16];

    (void)state;
    for (unsigned i = 0; i < 4 * SECLANG_RECALL_ENTRIES; i++) {
        snprintf(text, sizeof(text), "%u", i);
        seclang_recall_learn(recall, print(recall, 0, "", text), &set);
        assert_true(knows(recall, 0, "", text));
    }
    for (unsigned i = 0; i < 4 * SECLANG_RECALL_ENTRIES; i++) {
        snprintf(text, sizeof(text), "%u", i);
        known += knows(recall, 0, "", text);
    }
    assert_true(known <= SECLANG_RECALL_ENTRIES && known > SECLANG_RECALL_ENTRIES / 2);
}

static void
recall__draws_other_points_for_each_thread(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(close_recall) struct seclang_recall *one = seclang_recall_new(mem, 0);
    DEFER(close_recall) struct seclang_recall *two = seclang_recall_new(mem, 0);

    (void)state;
    assert_true(print(one, 0, "a", "b").a != print(two, 0, "a", "b").a);
}

static void
recall__knows_nothing_that_it_has_forgotten(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(close_recall) struct seclang_recall *recall = seclang_recall_new(mem, 2);
    const uint64_t set[2] = { 5, 9 };

    (void)state;
    seclang_recall_learn(recall, print(recall, 1, "q", "a"), set);
    seclang_recall_forget(recall);
    assert_false(knows(recall, 1, "q", "a"));
    seclang_recall_learn(recall, print(recall, 1, "q", "a"), set);
    assert_true(knows(recall, 1, "q", "a"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recall__knows_what_it_learnt_and_nothing_else),
        cmocka_unit_test(recall__forgets_the_oldest_of_a_place),
        cmocka_unit_test(recall__draws_other_points_for_each_thread),
        cmocka_unit_test(recall__knows_nothing_that_it_has_forgotten),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
