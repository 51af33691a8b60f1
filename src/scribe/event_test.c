#include "scribe/scribe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct told {
    int count, fails_at; /* 0: never */
    char last[64];
};

static sk_err
take(void *ctx, const struct ledger_event *event)
{
    struct told *told = ctx;

    if (told->count + 1 == told->fails_at) return sk_fail(SK_FULL, "no room");
    told->count++;
    memcpy(told->last, event->action.p, event->action.n);
    told->last[event->action.n] = '\0';
    return sk_ok();
}

#define EVENT(number, what)                                                                        \
    "{\"number\":" #number ",\"what\":\"" what                                                     \
    "\",\"who\":\"192.0.2.7\",\"why\":\"rules\",\"at\":100,"                                       \
    "\"until\":160,\"times\":1,\"id\":\"01J00000000000000000000000\"}"

static sk_err
carry(struct scribe_place *place, struct told *told, const char *text)
{
    DEFER(sk_json_close) sk_json *answer = NULL;

    assert_false(sk_failed(sk_json_read(&answer, sk_str_of(text))));
    return scribe_carry(place, answer, take, told);
}

static void
event__names_the_last_straw_and_no_address(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *event = NULL;
    struct ledger_event told;
    struct sk_buf line = { .mem = mem };

    assert_false(sk_failed(sk_json_read(&event, SK_STR(EVENT(7, "shut_out")))));
    assert_false(sk_failed(scribe_event(&told, mem, event)));
    assert_true(sk_str_eq(told.action, SK_STR("gate.shut_out")));
    assert_true(sk_str_eq(told.object, SK_STR("01J00000000000000000000000")));
    assert_true(sk_str_eq(told.details,
                          SK_STR("{\"number\":7,\"why\":\"rules\",\"seconds\":60,\"times\":1}")));
    ledger_event_write(&line, &told);
    assert_int_equal(sk_str_find(sk_buf_str(&line), SK_STR("192.0.2")), SIZE_MAX);
}

static void
carry__tells_each_event_once(void **unused)
{
    (void)unused;
    static const char two[] =
        "{\"list\":\"a\",\"events\":[" EVENT(1, "shut_out") "," EVENT(2, "released") "]}";
    struct scribe_place place = { 0 };
    struct told told = { 0 };

    assert_false(sk_failed(carry(&place, &told, two)));
    assert_int_equal(told.count, 2);
    assert_string_equal(told.last, "gate.release");
    assert_false(sk_failed(carry(&place, &told, two)));
    assert_int_equal(told.count, 2);
    assert_false(
        sk_failed(carry(&place, &told, "{\"list\":\"b\",\"events\":[" EVENT(1, "added") "]}")));
    assert_int_equal(told.count, 3);
    assert_int_equal(place.number, 1);
}

static void
carry__goes_on_where_the_ledger_refused(void **unused)
{
    (void)unused;
    static const char three[] = "{\"list\":\"a\",\"events\":[" EVENT(1, "shut_out") "," EVENT(
        2, "shut_out") "," EVENT(3, "shut_out") "]}";
    struct scribe_place place = { 0 };
    struct told told = { .fails_at = 2 };

    assert_int_equal(carry(&place, &told, three).kind, SK_FULL);
    assert_int_equal(place.number, 1);
    told.fails_at = 0;
    assert_false(sk_failed(carry(&place, &told, three)));
    assert_int_equal(told.count, 3);
    assert_int_equal(place.number, 3);
}

/* The gate keeps the last few hundred: a number that is missing was an event. */
static void
carry__tells_how_many_were_lost_and_once(void **unused)
{
    (void)unused;
    static const char late[] = "{\"list\":\"a\",\"events\":[" EVENT(12, "shut_out") "]}";
    struct scribe_place place = { "a", 2, 2, 0, 0 };
    struct told told = { .fails_at = 1 };

    assert_int_equal(carry(&place, &told, late).kind, SK_FULL);
    assert_int_equal(place.lost, 9);
    assert_int_equal(carry(&place, &told, late).kind, SK_FULL);
    assert_int_equal(place.lost, 9);
    told.fails_at = 2;
    assert_int_equal(carry(&place, &told, late).kind, SK_FULL);
    assert_string_equal(told.last, "gate.lost");
    assert_int_equal(place.lost, 0);
    told.fails_at = 0;
    assert_false(sk_failed(carry(&place, &told, late)));
    assert_int_equal(told.count, 2);
    assert_string_equal(told.last, "gate.shut_out");
    assert_int_equal(place.number, 12);
    assert_int_equal(place.lost_ever, 9);
}

/* The gate began anew while the ledger was away: what had been seen is gone with the old list. */
static void
carry__counts_what_a_new_list_has_forgotten(void **unused)
{
    (void)unused;
    static const char fresh[] = "{\"list\":\"b\",\"events\":[" EVENT(1, "added") "]}";
    struct scribe_place place = { 0 };
    struct told told = { .fails_at = 2 };

    assert_int_equal(carry(&place, &told,
                           "{\"list\":\"a\",\"events\":[" EVENT(1, "shut_out") "," EVENT(
                               2, "shut_out") "," EVENT(3, "shut_out") "]}")
                         .kind,
                     SK_FULL);
    assert_int_equal(place.seen - place.number, 2);
    told.fails_at = 0;
    assert_false(sk_failed(carry(&place, &told, fresh)));
    assert_int_equal(told.count, 3); /* one of the old list, what is lost, one of the new */
    assert_int_equal(place.lost_ever, 2);
}

static void
place__comes_back_and_nonsense_is_the_beginning(void **unused)
{
    (void)unused;
    static const char *const bad[] = { "",           "a",        "a x",         "a 1",
                                       "a -1 0 0 0", " 5 5 0 0", "a 1 2 0 0 0", "a 1 2 x 0" };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct scribe_place place = { "abc", 42, 45, 3, 7 }, read;

    scribe_place_read(&read, scribe_place_text(mem, &place));
    assert_string_equal(read.list, "abc");
    assert_int_equal(read.number, 42);
    assert_int_equal(read.seen, 45);
    assert_int_equal(read.lost, 3);
    assert_int_equal(read.lost_ever, 7);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scribe_place_read(&read, sk_str_of(bad[i]));
        assert_int_equal(read.number, 0);
        assert_string_equal(read.list, "");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(event__names_the_last_straw_and_no_address),
        cmocka_unit_test(carry__tells_each_event_once),
        cmocka_unit_test(carry__goes_on_where_the_ledger_refused),
        cmocka_unit_test(carry__tells_how_many_were_lost_and_once),
        cmocka_unit_test(carry__counts_what_a_new_list_has_forgotten),
        cmocka_unit_test(place__comes_back_and_nonsense_is_the_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
