#include "ledger/search.h"

#include "base/json.h"
#include "ledger/made_test.h"

static void
cut(const char *details, const char *wanted)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };

    ledger_mention_cut(&out, sk_str_of(details), SK_STR("per_1"));
    if (!sk_str_eq(sk_buf_str(&out), sk_str_of(wanted)))
        fail_msg("%s: %.*s in place of %s", details, SK_ARG(sk_buf_str(&out)), wanted);
}

static void
mention__leaves_no_other_name_in_a_list(void **state)
{
    (void)state;
    cut("{}", "{}");
    cut("{\"seen\":{\"name\":[\"per_1\",\"per_2\"],\"name+phone\":[ \"per_3\" , \"per_4\" "
        "]},\"n\":2}",
        "{\"seen\":{\"name\":[\"per_1\"],\"name+phone\":[]},\"n\":2}");
    cut("{\"a\":[],\"b\":[\"per_2\",\"per_1\",\"per_1\"]}", "{\"a\":[],\"b\":[\"per_1\"]}");
    cut("{\"a\":[[\"per_1\"],{\"x\":[\"per_2\",\"]\"]},\"per_1\"]}", "{\"a\":[\"per_1\"]}");
    cut("{\"a\":\"[\\\"per_2\\\"]\",\"b\":[\"x\\\",\",\"per_1\"]}",
        "{\"a\":\"[\\\"per_2\\\"]\",\"b\":[\"per_1\"]}");
    cut("{\"person\":\"per_9\"}", "{\"person\":\"per_9\"}");
    cut("{\"a\":[\"per_1", "{\"a\":[]"); /* not whole: never read past its end */
}

static sk_json *
found(struct ledger_wanted wanted)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    sk_json *answer = NULL;

    assert_false(sk_failed(ledger_search_run(&out, made_folder, &wanted)));
    assert_false(sk_failed(sk_json_read(&answer, sk_buf_str(&out))));
    return answer;
}

static size_t
count_of(const sk_json *answer)
{
    return sk_json_count(sk_json_get(answer, "records"));
}

static void
search__finds_a_name_of_its_tenant_and_actions_alone(void **state)
{
    struct ledger_wanted wanted = { .tenant = SK_STR("paper"),
                                    .name = SK_STR("ord_77"),
                                    .action = SK_STR("orders.*"),
                                    .newest = 5000 };
    DEFER(sk_json_close) sk_json *there = found(wanted);

    (void)state;
    assert_int_equal(count_of(there), 1);
    assert_int_equal(sk_json_get_int(there, "before", -1), 0);
    wanted.tenant = SK_STR("tea");
    DEFER(sk_json_close) sk_json *foreign = found(wanted);
    wanted.tenant = SK_STR("paper"), wanted.action = SK_STR("vault.*");
    DEFER(sk_json_close) sk_json *other = found(wanted);

    assert_int_equal(count_of(foreign) + count_of(other), 0);
}

/* acc_1 stands in every second record: more than one answer holds. */
static void
search__goes_on_where_it_ended(void **state)
{
    struct ledger_wanted wanted = { .tenant = SK_STR("tea"),
                                    .name = SK_STR("acc_1"),
                                    .action = SK_STR("orders.*"),
                                    .newest = 5000 };
    size_t sum = 0, answers = 0;

    (void)state;
    do {
        DEFER(sk_json_close) sk_json *answer = found(wanted);
        uint64_t before = (uint64_t)sk_json_get_int(answer, "before", -1);

        assert_true(count_of(answer) <= LEDGER_SEARCH_RECORDS);
        assert_true(!wanted.before || before < wanted.before);
        sum += count_of(answer), answers++;
        wanted.before = before;
    } while (wanted.before);
    assert_int_equal(sum, MADE_DAYS * MADE_A_DAY / 6);
    assert_true(answers >= sum / LEDGER_SEARCH_RECORDS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mention__leaves_no_other_name_in_a_list),
        cmocka_unit_test(search__finds_a_name_of_its_tenant_and_actions_alone),
        cmocka_unit_test(search__goes_on_where_it_ended),
    };
    return cmocka_run_group_tests(tests, made_begin, made_end);
}
