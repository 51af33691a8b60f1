#include "base/file.h"
#include "ledger/record.h"
#include "ledger/segment.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void
segment__is_named_by_its_first_record_and_the_day_in_japan(void **state)
{
    struct ledger_segment s, read;
    sk_when when;

    (void)state;
    assert_true(ledger_time_read(&when, SK_STR("2026-11-26T15:00:00.000Z")));
    ledger_segment_set(&s, 42, when);
    assert_string_equal(s.name, "00000000000000000042-2026-11-27.jsonl");
    ledger_segment_set(&s, 42, when - 1);
    assert_string_equal(s.name, "00000000000000000042-2026-11-26.jsonl");
    assert_true(ledger_segment_day_end(&s) == when);
    assert_true(ledger_segment_named(&read, s.name));
    assert_int_equal(read.first, 42);
    assert_string_equal(read.date, "2026-11-26");
    assert_false(ledger_segment_named(&read, "00000000000000000000-2026-11-26.jsonl"));
    assert_false(ledger_segment_named(&read, "00000000000000000042-2026-02-30.jsonl"));
    assert_false(ledger_segment_named(&read, "00000000000000000042-2026-11-26.jsonl~"));
    assert_false(ledger_segment_named(&read, "99999999999999999999-2026-11-26.jsonl"));
    assert_false(ledger_segment_named(&read, "+0000000000000000042-2026-11-26.jsonl"));
}

static int
file_of(sk_str text)
{
    char path[] = "/tmp/sekisho-lines-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0 && unlink(path) == 0);
    assert_int_equal(write(fd, text.p, text.n), text.n);
    return fd;
}

static void
lines__come_one_by_one_over_the_ends_of_pieces(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    struct ledger_lines lines;
    unsigned count = 0;
    bool got, whole;
    sk_str line;
    int fd;

    (void)state;
    for (; text.n < 3 * LEDGER_LINES_CHUNK; count++)
        sk_buf_printf(&text, "%u %0*u\n", count, 1 + (int)(count % 500), 7);
    sk_buf_add(&text, SK_STR("unfinished"));
    fd = file_of(sk_buf_str(&text));
    ledger_lines_begin(&lines, fd, 0);
    for (unsigned i = 0; i < count; i++) {
        uint64_t at = ledger_lines_at(&lines);

        assert_false(sk_failed(ledger_lines_next(&got, &line, &whole, &lines)));
        assert_true(got && whole);
        assert_memory_equal(line.p, text.p + at, line.n);
        assert_int_equal(strtoul(text.p + at, NULL, 10), i);
    }
    assert_false(sk_failed(ledger_lines_next(&got, &line, &whole, &lines)));
    assert_true(got && !whole && sk_str_eq(line, SK_STR("unfinished")));
    assert_false(sk_failed(ledger_lines_next(&got, &line, &whole, &lines)));
    assert_false(got);
    ledger_lines_end(&lines);
    sk_fd_close(&fd);
}

static void
lines__that_never_end_are_refused(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf text = { .mem = mem };
    struct ledger_lines lines;
    bool got, whole;
    sk_str line;
    int fd;

    (void)state;
    memset(sk_buf_room(&text, 3 * LEDGER_LINES_CHUNK), 'x', 3 * LEDGER_LINES_CHUNK);
    text.n = 3 * LEDGER_LINES_CHUNK;
    fd = file_of(sk_buf_str(&text));
    ledger_lines_begin(&lines, fd, 0);
    assert_int_equal(ledger_lines_next(&got, &line, &whole, &lines).kind, SK_BAD);
    ledger_lines_end(&lines);
    sk_fd_close(&fd);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segment__is_named_by_its_first_record_and_the_day_in_japan),
        cmocka_unit_test(lines__come_one_by_one_over_the_ends_of_pieces),
        cmocka_unit_test(lines__that_never_end_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
