#include "base/pick_test.h"
#include "ledger/record.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define GOOD "\"principal\":\"acc_1\",\"action\":\"a.b\",\"outcome\":\"ok\""

static void
question__of_a_client_is_read_as_it_was_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf line = { .mem = mem };
    const struct ledger_event event = {
        SK_STR("tea"),   SK_STR("shop"),  SK_STR("01KAT0P5Z7Q8W9X2Y3Z4A5B6C7"),
        SK_STR("acc_1"), SK_STR("owner"), SK_STR("accounts.sign_in"),
        SK_STR("ses_2"), SK_STR("ok"),    SK_STR("{\"端末\":\"新\"}"),
    };
    struct ledger_question q;

    (void)state;
    ledger_event_write(&line, &event);
    assert_false(sk_failed(ledger_question_read(&q, sk_str_trim(sk_buf_str(&line)))));
    assert_true(sk_str_eq(q.what, SK_STR("append")));
    assert_true(sk_str_eq(q.event.tenant, event.tenant) && sk_str_eq(q.event.site, event.site));
    assert_true(sk_str_eq(q.event.request, event.request));
    assert_true(sk_str_eq(q.event.principal, event.principal));
    assert_true(sk_str_eq(q.event.role, event.role) && sk_str_eq(q.event.action, event.action));
    assert_true(sk_str_eq(q.event.object, event.object));
    assert_true(sk_str_eq(q.event.outcome, event.outcome));
    assert_true(sk_str_eq(q.event.details, event.details));
}

static void
question__says_what_is_wrong(void **state)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        { "hello", "object" },
        { "{}", "\"do\" is missing" },
        { "{\"do\":1}", "do is not a plain text" },
        { "{\"do\":\"append\"}", "principal is missing" },
        { "{\"do\":\"append\"," GOOD ",\"seq\":9}", "\"seq\" is not known" },
        { "{\"do\":\"append\"," GOOD ",\"tenant\":\"a b\"}", "tenant has a character" },
        { "{\"do\":\"append\"," GOOD ",\"object\":\"taro@example.jp\"}", "object has a character" },
        { "{\"do\":\"append\"," GOOD ",\"role\":\"\\u0041\"}", "role is not a plain text" },
        { "{\"do\":\"append\"," GOOD ",\"details\":\"x\"}", "details are not an object" },
        { "{\"do\":\"append\",\"principal\":\"p\",\"action\":\"ab\",\"outcome\":\"ok\"}",
          "room.verb" },
        { "{\"do\":\"append\",\"principal\":\"p\",\"action\":\"a.b\",\"outcome\":\"good\"}",
          "outcome is none" },
        { "{\"do\":\"append\",\"principal\":\"p\",\"action\":\"ledger.hold\",\"outcome\":\"ok\"}",
          "nobody else records" },
    };
    struct ledger_question q;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        sk_err e = ledger_question_read(&q, sk_str_of(rows[i].line));

        assert_int_equal(e.kind, SK_BAD);
        if (!strstr(e.why, rows[i].why)) fail_msg("%s: %s", rows[i].line, e.why);
    }
}

static void
question__has_named_limits(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ledger_question q;

    (void)state;
    for (int over = 0; over <= 1; over++) {
        struct sk_buf line = { .mem = mem };

        sk_buf_add(&line, SK_STR("{\"do\":\"append\"," GOOD ",\"object\":\""));
        for (int i = 0; i < LEDGER_NAME_MAX + over; i++)
            sk_buf_byte(&line, 'x');
        sk_buf_add(&line, SK_STR("\"}"));
        assert_int_equal(ledger_question_read(&q, sk_buf_str(&line)).kind, over ? SK_BAD : SK_OK);
        line.n = 0;
        sk_buf_add(&line, SK_STR("{\"do\":\"append\"," GOOD ",\"details\":{\"a\":\""));
        for (int i = 0; i < LEDGER_DETAILS_MAX - 8 + over; i++)
            sk_buf_byte(&line, 'x');
        sk_buf_add(&line, SK_STR("\"}}"));
        assert_int_equal(ledger_question_read(&q, sk_buf_str(&line)).kind, over ? SK_BAD : SK_OK);
    }
}

static void
record__is_read_as_it_was_written(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf line = { .mem = mem };
    struct ledger_record read, r = { .sequence = 7,
                                     .nth = 3,
                                     .prev = 5,
                                     .time = SK_STR("2026-11-26T07:20:00.123Z"),
                                     .uid = 998,
                                     .event = { .tenant = SK_STR("tea"),
                                                .principal = SK_STR("acc_1"),
                                                .action = SK_STR("accounts.sign_in"),
                                                .outcome = SK_STR("ok"),
                                                .details = SK_STR("{\"a\":\n1}") } };

    (void)state;
    ledger_record_write(&line, &r);
    assert_true(sk_str_eq(
        sk_buf_str(&line),
        SK_STR("{\"seq\":7,\"time\":\"2026-11-26T07:20:00.123Z\",\"tenant\":\"tea\",\"nth\":3,"
               "\"prev\":5,\"principal\":\"acc_1\",\"action\":\"accounts.sign_in\","
               "\"outcome\":\"ok\",\"uid\":998,\"details\":{\"a\": 1}}\n")));
    assert_false(sk_failed(ledger_record_read(&read, sk_str_trim(sk_buf_str(&line)))));
    assert_int_equal(read.sequence, 7);
    assert_int_equal(read.nth, 3);
    assert_int_equal(read.prev, 5);
    assert_int_equal(read.uid, 998);
    assert_true(sk_str_eq(read.event.tenant, r.event.tenant));
    assert_true(sk_str_eq(read.time, r.time));
    line.n -= 3;
    assert_int_equal(ledger_record_read(&read, sk_buf_str(&line)).kind, SK_BAD);
}

static void
time__is_written_as_the_c_library_does(void **state)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    (void)state;
    for (int i = 0; i < 20000; i++) {
        sk_when read, when = (sk_when)pick(1u << 31) * 118 + pick(1000); /* up to the year 9999 */
        char text[LEDGER_TIME];
        sk_str expected = sk_when_utc(mem, when);

        ledger_time_write(text, when);
        assert_true(sk_str_eq((sk_str){ text, sizeof text }, expected));
        assert_true(ledger_time_read(&read, expected) && read == when);
        sk_arena_reset(mem);
    }
}

static void
time__that_is_none_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "2026-02-30T00:00:00.000Z",
        "2026-13-01T00:00:00.000Z",
        "2026-11-26T24:00:00.000Z",
        "2026-11-26T07:60:00.000Z",
        "2026-11-26 07:20:00.123Z",
        "2026-11-26T07:20:00.123",
        "1969-12-31T23:59:59.999Z",
        "2026-1x-26T07:20:00.123Z",
        "0000-00-00T00:00:00.000Z",
    };
    sk_when when;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(ledger_time_read(&when, sk_str_of(wrong[i])));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(question__of_a_client_is_read_as_it_was_written),
        cmocka_unit_test(question__says_what_is_wrong),
        cmocka_unit_test(question__has_named_limits),
        cmocka_unit_test(record__is_read_as_it_was_written),
        cmocka_unit_test(time__is_written_as_the_c_library_does),
        cmocka_unit_test(time__that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
