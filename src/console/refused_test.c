#include "console/refused.h"

#include "part/http.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { LINES = 1200, SECOND = 1000 };
static const sk_when begin = 1795708800000; /* 2026-11-26T16:00:00Z */
static sk_arena *mem;
static char path[64];

/* 26 characters whose first ten are the time. */
static sk_str
id_of(sk_when at, int number)
{
    static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    char time[11] = { 0 };
    for (int i = 0; i < 10; i++)
        time[i] = digits[at >> 5 * (9 - i) & 31];
    return sk_str_printf(mem, "%s%016d", time, number);
}

static void
line_write(FILE *log, sk_when at, int number)
{
    sk_str time = sk_when_utc(mem, at), id = id_of(at, number);
    fprintf(log,
            "{\"time\":\"%.*s\",\"id\":\"%.*s\",\"site\":\"%s\",\"client\":\"192.0.2.%d\","
            "\"method\":\"GET\",\"uri\":\"/?%d\",\"status\":403,\"action\":\"%s\",\"matches\":"
            "[{\"rule\":942100,\"msg\":\"SQL %0*d\"}]}\n",
            SK_ARG(time), SK_ARG(id), number % 2 ? "shop" : "blog", number % 5, number,
            number % 10 ? "deny" : "pass", 500 + number % 700, number);
}

/* A line each ten seconds; line 600 is of a request that began ten minutes before it ended. */
static int
setup(void **state)
{
    (void)state;
    mem = sk_arena_new(1 << 20);
    strcpy(path, "/tmp/refused-test-XXXXXX");
    int fd = mkstemp(path);
    FILE *log = fd < 0 ? NULL : fdopen(fd, "w");
    if (!log) return -1;
    for (int i = 0; i < LINES; i++)
        line_write(log, begin + i * 10 * SECOND - (i == 600 ? 600 * SECOND : 0), i);
    fputs("{\"time\":\"2026-11-26T20:", log); /* the gate is writing */
    fclose(log);
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    unlink(path);
    sk_arena_free(mem);
    return 0;
}

static int
number_of(const struct refused_row *row)
{
    return (int)strtol(row->uri.p + 2, NULL, 10);
}

static void
pages__go_back_from_the_newest_and_miss_nobody(void **state)
{
    (void)state;
    struct refused_page page;
    struct refused_wish wish = { .recorded = true };
    int next = LINES - 1;
    do {
        assert_false(sk_failed(refused_list(&page, mem, path, &wish)));
        for (size_t i = 0; i < page.count; i++)
            assert_int_equal(number_of(&page.row[i]), next--);
        wish.before = page.older;
    } while (page.older);
    assert_int_equal(next, -1);
}

static void
pages__show_what_was_wished(void **state)
{
    (void)state;
    struct refused_page page;
    struct refused_wish wish = { .from = begin + 1000 * SECOND,
                                 .until = begin + 2000 * SECOND,
                                 .client = SK_STR("192.0.2.3"),
                                 .site = SK_STR("shop") };
    assert_false(sk_failed(refused_list(&page, mem, path, &wish)));
    assert_int_equal(page.count, 10); /* 103, 113 ... 193; all refused */
    assert_int_equal(number_of(&page.row[0]), 193);
    assert_int_equal(page.older, 0);
    wish = (struct refused_wish){ .client = SK_STR("192.0.2.0"), .site = SK_STR("blog") };
    assert_false(sk_failed(refused_list(&page, mem, path, &wish)));
    assert_int_equal(page.count, 0); /* each tenth line was recorded only */
    assert_int_equal(refused_list(&page, mem, "/nowhere", &wish).kind, SK_MISSING);
}

static void
requests__are_found_by_their_id(void **state)
{
    (void)state;
    static const int numbers[] = { 0, 1, 599, 600, 601, LINES - 1 };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int n = numbers[i];
        sk_json *line;
        sk_when at = begin + n * 10 * SECOND - (n == 600 ? 600 * SECOND : 0);
        sk_err e = refused_find(&line, mem, path, id_of(at, n));
        if (sk_failed(e)) fail_msg("%d: %s", n, e.why);
        sk_str uri = sk_str_printf(mem, "/?%d", n);
        assert_true(sk_str_eq(sk_json_get_str(line, "uri"), uri));
        sk_json_free(line);
    }
    sk_json *line;
    assert_int_equal(refused_find(&line, mem, path, id_of(begin, 7)).kind, SK_MISSING);
    static const char *const ids[] = { "", "x", "01ARZ3NDEKTSV4RRFFQ69G5FAVX",
                                       "U1ARZ3NDEKTSV4RRFFQ69G5FAV" };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        assert_int_equal(refused_find(&line, mem, path, sk_str_of(ids[i])).kind, SK_MISSING);
}

static void
id__has_the_time_it_was_made_at(void **state)
{
    (void)state;
    sk_when before = sk_now(), time = refused_id_time(part_id_new(mem));
    assert_true(time >= before && time <= sk_now());
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages__go_back_from_the_newest_and_miss_nobody),
        cmocka_unit_test(pages__show_what_was_wished),
        cmocka_unit_test(requests__are_found_by_their_id),
        cmocka_unit_test(id__has_the_time_it_was_made_at),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
