#include "ledger/made_test.h"
#include "ledger/reader.h"

struct seen {
    uint64_t count, first, last, most;
    bool in_order;
};

static bool
see(void *ctx, const struct ledger_record *r)
{
    struct seen *seen = ctx;

    if (seen->count++ == 0) seen->first = r->sequence;
    seen->in_order = seen->count == 1 || (seen->in_order && r->sequence > seen->last);
    seen->last = r->sequence;
    return seen->count != seen->most;
}

static struct seen
read_with(struct ledger_filter filter, uint64_t most)
{
    struct seen seen = { .most = most };

    assert_false(sk_failed(ledger_read(made_folder, &filter, see, &seen)));
    return seen;
}

/* Every record: three segments' first, open, and close. */
enum { ALL = MADE_DAYS * MADE_A_DAY + MADE_DAYS + 2 };

static void
reader__gives_all_records_in_order_or_newest_first(void **state)
{
    struct seen seen = read_with((struct ledger_filter){ 0 }, 0);

    (void)state;
    assert_int_equal(seen.count, ALL);
    assert_true(seen.in_order && seen.first == 1 && seen.last == ALL);
    seen = read_with((struct ledger_filter){ .newest_first = true }, 0);
    assert_int_equal(seen.count, ALL);
    assert_true(!seen.in_order && seen.first == ALL && seen.last == 1);
    seen = read_with((struct ledger_filter){ .newest_first = true, .before = 100 }, 10);
    assert_true(seen.first == 99 && seen.last == 90);
    seen = read_with((struct ledger_filter){ .from = ALL - 3 }, 0);
    assert_int_equal(seen.count, 4);
}

static void
reader__filters_by_each_name(void **state)
{
    const struct {
        struct ledger_filter filter;
        uint64_t count;
    } rows[] = {
        { { .tenant = SK_STR("tea") }, MADE_DAYS * MADE_A_DAY / 3 },
        { { .tenant = SK_STR("te") }, 0 },
        { { .principal = SK_STR("acc_1") }, MADE_DAYS * MADE_A_DAY / 2 },
        { { .action = SK_STR("orders.change") }, MADE_DAYS * MADE_A_DAY / 5 },
        { { .action = SK_STR("orders.*") }, MADE_DAYS * MADE_A_DAY },
        { { .action = SK_STR("ledger.*") }, MADE_DAYS + 2 },
        { { .action = SK_STR("orders.") }, 0 },
        { { .outcome = SK_STR("denied") }, MADE_DAYS * MADE_A_DAY / 7 },
        { { .object = SK_STR("ord_77") }, 1 },
        { { .request = SK_STR("REQ77") }, 2 },
        { { .site = SK_STR("shop"), .principal = SK_STR("ledger") }, 0 },
        { { .role = SK_STR("owner") }, 0 },
        { { .mentions = SK_STR("ord_77") }, 1 },
        { { .mentions = SK_STR("ord_7") }, 1 },
        { { .mentions = SK_STR("ord_") }, 0 },
        { { .tenant = SK_STR("tea"), .object = SK_STR("ord_77") }, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct ledger_filter back = rows[i].filter;

        back.newest_first = true;
        assert_int_equal(read_with(rows[i].filter, 0).count, rows[i].count);
        assert_int_equal(read_with(back, 0).count, rows[i].count);
    }
}

static void
reader__filters_by_time(void **state)
{
    sk_when second, third;

    (void)state;
    assert_true(ledger_time_read(&second, SK_STR("2026-11-21T01:00:00.000Z")));
    assert_true(ledger_time_read(&third, SK_STR("2026-11-22T01:00:00.000Z")));
    assert_int_equal(read_with((struct ledger_filter){ .since = second, .until = third }, 0).count,
                     MADE_A_DAY + 1);
    assert_int_equal(read_with((struct ledger_filter){ .until = second + 1001 }, 0).count,
                     MADE_A_DAY + 2 + 2);
    assert_int_equal(read_with((struct ledger_filter){ .since = third + 1001 }, 0).count,
                     MADE_A_DAY - 1 + 1);
}

static void
reader__says_how_far_it_is_and_can_be_stopped(void **state)
{
    struct ledger_progress progress = { .bytes = 0 };
    struct ledger_filter filter = { .action = SK_STR("orders.change"), .progress = &progress };
    uint64_t all = ledger_read_bytes(made_folder, &filter);

    (void)state;
    assert_int_equal(read_with(filter, 0).count, MADE_DAYS * MADE_A_DAY / 5);
    assert_true(all > 0 && atomic_load(&progress.bytes) == all);
    atomic_store(&progress.bytes, 0);
    atomic_store(&progress.stop, true);
    assert_int_equal(read_with(filter, 0).count, 0);
    assert_true(atomic_load(&progress.bytes) < all / 2);
}

static void
reader__looks_at_the_newest_bytes_alone_if_it_shall(void **state)
{
    struct ledger_progress progress = { .most = 2000 };
    struct ledger_filter filter = { .progress = &progress, .newest_first = true };
    struct seen seen = read_with(filter, 0);

    (void)state;
    assert_true(seen.first == ALL && seen.count > 1 && seen.count < 20);
    assert_true(atomic_load(&progress.stop));
    progress = (struct ledger_progress){ .most = 1 << 30 };
    assert_int_equal(read_with(filter, 0).count, ALL);
    assert_false(atomic_load(&progress.stop));
}

static void
reader__passes_over_what_is_being_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ledger_segment *list;
    struct seen seen;
    size_t count;
    FILE *file;

    (void)state;
    assert_false(sk_failed(ledger_segments_list(
        &list, &count, NULL, mem, sk_str_printf(mem, "%s/ledger/segment", made_folder).p)));
    file =
        fopen(sk_str_printf(mem, "%s/ledger/segment/%s", made_folder, list[count - 1].name).p, "a");
    assert_non_null(file);
    fputs("{\"seq\":99999,\"time\":", file);
    fclose(file);
    assert_int_equal(read_with((struct ledger_filter){ 0 }, 0).count, ALL);
    seen = read_with((struct ledger_filter){ .newest_first = true }, 0);
    assert_int_equal(seen.count, ALL);
    assert_int_equal(seen.first, ALL);
    assert_true(ledger_wait(made_folder, ALL, 0));
    assert_false(ledger_wait(made_folder, ALL + 1, 1));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reader__gives_all_records_in_order_or_newest_first),
        cmocka_unit_test(reader__filters_by_each_name),
        cmocka_unit_test(reader__filters_by_time),
        cmocka_unit_test(reader__says_how_far_it_is_and_can_be_stopped),
        cmocka_unit_test(reader__looks_at_the_newest_bytes_alone_if_it_shall),
        cmocka_unit_test(reader__passes_over_what_is_being_written),
    };
    return cmocka_run_group_tests(tests, made_begin, made_end);
}
