#include "base/json.h"
#include "ledger/ledger.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
event__becomes_one_line_of_json(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *read = NULL;
    struct sk_buf line = { .mem = mem };
    const struct ledger_event event = { .tenant = SK_STR("tea"),
                                        .principal = SK_STR("acc_1"),
                                        .action = SK_STR("accounts.sign_in"),
                                        .outcome = SK_STR("ok"),
                                        .details = SK_STR("{\n\"端末\":\"新\"\r\n}") };

    (void)state;
    ledger_event_write(&line, &event);
    assert_int_equal(line.p[line.n - 1], '\n');
    assert_int_equal(sk_str_find_byte(sk_buf_str(&line), '\n'), line.n - 1);
    assert_false(sk_failed(sk_json_read(&read, sk_buf_str(&line))));
    assert_true(sk_str_eq(sk_json_get_str(read, "do"), SK_STR("append")));
    assert_true(sk_str_eq(sk_json_get_str(read, "tenant"), SK_STR("tea")));
    assert_null(sk_json_get(read, "site"));
    assert_true(sk_str_eq(sk_json_get_str(sk_json_get(read, "details"), "端末"), SK_STR("新")));
}

static void
event__cannot_break_out_of_its_line(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf line = { .mem = mem };
    const struct ledger_event event = { .object = SK_STR("x\"}\n{\"do\":\"holds\"}") };

    (void)state;
    ledger_event_write(&line, &event);
    assert_int_equal(sk_str_find_byte(sk_buf_str(&line), '\n'), line.n - 1);
    assert_true(sk_str_find(sk_buf_str(&line), SK_STR("\\\"}\\n{")) != SIZE_MAX);
}

static void
answer__is_a_sequence_or_the_reason_why_not(void **state)
{
    const struct {
        const char *line;
        enum sk_kind kind;
        uint64_t sequence;
    } rows[] = {
        { "{\"seq\":123,\"time\":\"2026-11-26T16:00:00.000Z\"}", SK_OK, 123 },
        { "{\"error\":\"full\",\"why\":\"no room\"}", SK_FULL, 0 },
        { "{\"error\":\"bad\",\"why\":\"no action\"}", SK_BAD, 0 },
        { "{\"error\":\"broken\",\"why\":\"a segment is gone\"}", SK_BROKEN, 0 },
        { "{\"error\":\"ok\",\"why\":\"no error has this name\"}", SK_BROKEN, 0 },
        { "{\"error\":7}", SK_BROKEN, 0 },
        { "{\"seq\":0}", SK_BROKEN, 0 },
        { "{\"seq\":\"1\"}", SK_BROKEN, 0 },
        { "{\"seq\":1", SK_BROKEN, 0 },
        { "", SK_BROKEN, 0 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint64_t sequence = 0;

        assert_int_equal(ledger_answer_read(&sequence, sk_str_of(rows[i].line)).kind, rows[i].kind);
        assert_int_equal(sequence, rows[i].sequence);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event__becomes_one_line_of_json),
        cmocka_unit_test(event__cannot_break_out_of_its_line),
        cmocka_unit_test(answer__is_a_sequence_or_the_reason_why_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
