/* Erasing, events, rotation, labels. */
#include "vault/api_test.h"

static void
erase__takes_the_index_with_it_and_leaves_a_receipt(void **state)
{
    static const char whole[] = "{\"purpose\":\"o\",\"kind\":\"phone\",\"text\":\"09012345678\"}";

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *other = ask(tea, "put", NAME_PHONE);
    sk_str person = sk_json_get_str(kept, "person"), in_case = sk_json_get_str(kept, "case");
    sk_str body = sk_str_printf(mem, "{\"person\":\"%.*s\"}", SK_ARG(person));
    DEFER(sk_json_close) sk_json *first = ask(tea, "erase", body.p);
    DEFER(sk_json_close) sk_json *again = ask(tea, "erase", body.p);
    DEFER(sk_json_close)
    sk_json *proof = ask(tea, "erased", sk_str_printf(mem, "{\"id\":\"%.*s\"}", SK_ARG(in_case)).p);

    assert_non_null(other);
    assert_int_equal(sk_json_get_int(first, "values", 0), 2);
    assert_int_equal(sk_json_get_int(again, "record", 0), sk_json_get_int(first, "record", -1));
    assert_int_equal(sk_json_get_int(proof, "record", 0), sk_json_get_int(first, "record", -1));
    assert_int_equal(found(tea, whole), 1); /* the other one, behind it in the index */
    refused(cloth, 4711, "erased", sk_str_printf(mem, "{\"id\":\"%.*s\"}", SK_ARG(person)).p, 403,
            "wrong_tenant");
}

/* There are few birthdays that nobody has: an application may still have the token. */
static void
erase__leaves_its_token_to_nobody_else(void **state)
{
    static const char born[] =
        "{\"case\":\"new\",\"values\":[{\"kind\":\"birthday\",\"text\":\"1980-01-31\"}]}";

    (void)state;
    played.same_token = true;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", born);
    sk_str person = sk_json_get_str(kept, "person");
    DEFER(sk_json_close)
    sk_json *gone =
        ask(tea, "erase", sk_str_printf(mem, "{\"person\":\"%.*s\"}", SK_ARG(person)).p);
    DEFER(sk_json_close) sk_json *next = ask(tea, "put", born);

    played.same_token = false;
    assert_int_equal(sk_json_get_int(gone, "values", 0), 1);
    assert_false(sk_str_eq(token_of(kept, 0), token_of(next, 0)));
}

/* As after a restore: the keeper has erased whom the rows still have. */
static void
replay__removes_what_older_data_has_again(void **state)
{
    unsigned erased = 9;
    bool needed = true;
    sk_str why;

    (void)state;
    DEFER(sk_json_close) sk_json *gone = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *part = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *stays = ask(tea, "put", NAME_PHONE);
    assert_false(sk_failed(vault_replay_needed(&needed, house)));
    assert_false(needed);
    assert_true(keeper_id_read(&played.erased[0], "per", sk_json_get_str(gone, "person")) &&
                keeper_id_read(&played.erased[1], "cas", sk_json_get_str(part, "case")));
    played.erasures = 2;
    assert_false(sk_failed(vault_replay_needed(&needed, house)));
    assert_true(needed);
    DEFER(sk_json_close)
    sk_json *proof =
        ask(tea, "erased",
            sk_str_printf(mem, "{\"id\":\"%.*s\"}", SK_ARG(sk_json_get_str(part, "case"))).p);
    assert_int_equal(sk_json_get_int(proof, "record", 0), 77);
    assert_false(sk_failed(vault_replay(&erased, house)));
    assert_int_equal(erased, 1); /* the other was asked for already */
    DEFER(sk_json_close)
    sk_json *shown = ask(tea, "read",
                         sk_str_printf(mem, "{\"purpose\":\"o\",\"tokens\":[\"%.*s\",\"%.*s\"]}",
                                       SK_ARG(token_of(gone, 0)), SK_ARG(token_of(stays, 0)))
                             .p);
    assert_int_equal(vault_answer_text(&why, shown, token_of(gone, 0).p).n, 0);
    assert_true(sk_str_eq(vault_answer_text(&why, shown, token_of(stays, 0).p), SK_STR("関 所子")));
}

static void
clock__erases_what_is_due_and_not_what_is_held(void **state)
{
    struct vault_hold hold = { .name = SK_STR("case-7") };
    sk_when due = sk_now() + (sk_when)40 * VAULT_DAY;
    unsigned erased;

    (void)state;
    DEFER(sk_json_close) sk_json *one = ask(tea, "put", NAME_PHONE);
    DEFER(sk_json_close) sk_json *two = ask(tea, "put", NAME_PHONE);
    for (int i = 0; i < 2; i++) {
        DEFER(sk_json_close)
        sk_json *told = ask(tea, "event",
                            sk_str_printf(mem, "{\"event\":\"trade_completed\",\"case\":\"%.*s\"}",
                                          SK_ARG(sk_json_get_str(i ? two : one, "case")))
                                .p);
        assert_non_null(told);
    }
    hold.subject.tenant = SK_STR("tea");
    assert_true(keeper_id_read(&hold.subject.person_id, "per", sk_json_get_str(one, "person")));
    assert_false(sk_failed(vault_hold_put(house->stores, &hold)));
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now())));
    assert_int_equal(erased, 0);
    assert_false(sk_failed(vault_clock_round(&erased, house, due)));
    assert_int_equal(erased, 1);
    refused(tea, 4711, "erase",
            sk_str_printf(mem, "{\"person\":\"%.*s\"}", SK_ARG(sk_json_get_str(one, "person"))).p,
            403, "held");
    assert_false(sk_failed(vault_hold_end(house->stores, hold.name)));
    assert_false(sk_failed(vault_clock_round(&erased, house, due)));
    assert_int_equal(erased, 1);
}

#define LATE_EVENT "{\"event\":\"trade_completed\",\"case\":\"%s\",\"at\":\"%s\"}"

/* What an application tells late would be erased at once. */
static void
event__of_the_past_is_the_command_lines_to_tell(void **state)
{
    unsigned erased;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *in_case = sk_json_get_str(kept, "case").p;
    const char *now = sk_str_zcopy(mem, sk_when_utc(mem, sk_now() + VAULT_DAY));
    const char *past = sk_str_printf(mem, LATE_EVENT, in_case, "2026-01-01T00:00:00Z").p;

    refused(tea, 4711, "event", past, 403, "denied");
    refused(NULL, getuid(), "event", sk_str_printf(mem, LATE_EVENT, in_case, now).p, 400, "bad");
    refused(NULL, getuid(), "event", sk_str_printf(mem, LATE_EVENT, in_case, "1 May").p, 400,
            "bad");
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now())));
    assert_int_equal(erased, 0);
    assert_int_equal(ask_as(NULL, getuid(), "event", sk_str_of(past)).status, 200);
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now())));
    assert_int_equal(erased, 1);
}

static void
event__told_again_changes_nothing_and_can_be_undone(void **state)
{
    unsigned erased;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *who = sk_json_get_str(kept, "person").p;
    const char *body =
        sk_str_printf(mem, "{\"event\":\"contract_ended\",\"person\":\"%s\"}", who).p;
    DEFER(sk_json_close) sk_json *one = ask(tea, "event", body);
    DEFER(sk_json_close) sk_json *two = ask(tea, "event", body);
    assert_true(sk_str_eq(sk_json_get_str(one, "erases"), sk_json_get_str(two, "erases")));
    DEFER(sk_json_close)
    sk_json *undone = ask(
        tea, "event",
        sk_str_printf(mem, "{\"event\":\"contract_ended\",\"person\":\"%s\",\"undo\":true}", who)
            .p);
    assert_non_null(undone);
    assert_false(sk_failed(vault_clock_round(&erased, house, sk_now() + (sk_when)400 * VAULT_DAY)));
    assert_int_equal(erased, 0);
    refused(tea, 4711, "event",
            sk_str_printf(mem, "{\"event\":\"trade_completed\",\"person\":\"%s\"}", who).p, 400,
            "bad"); /* that is a case's */
}

static void
event__that_erases_soon_asks_for_the_right(void **state)
{
    static const char *const events[] = { "account_closed", "contract_ended" };

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *who = sk_json_get_str(kept, "person").p;
    for (unsigned i = 0; i < 2; i++) { /* at once; in a month */
        DEFER(sk_json_close)
        sk_json *told = ask(tea, "event",
                            sk_str_printf(mem,
                                          "{\"event\":\"%s\",\"person\":\"%s\","
                                          "\"purpose\":\"closing\"}",
                                          events[i], who)
                                .p);
        assert_non_null(told);
        assert_int_equal(played.later, 1);
    }
    assert_string_equal(played.purpose, "closing");
    assert_int_equal(played.erasures, 0);
}

static void
event__that_may_not_erase_soon_notes_nothing(void **state)
{
    struct vault_counts counts;
    struct part_store *store;

    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str body = sk_str_printf(mem, "{\"event\":\"account_closed\",\"person\":\"%.*s\"}",
                                SK_ARG(sk_json_get_str(kept, "person")));
    played.erases = KEEPER_PURPOSE_UNKNOWN;
    refused(tea, 4711, "event", body.p, 403, "purpose_unknown");
    refused(tea, 4711, "erase", body.p, 403, "purpose_unknown");
    assert_false(sk_failed(part_store_take(&store, house->stores)));
    assert_false(sk_failed(vault_store_counts(&counts, store)));
    part_store_give(house->stores, store);
    assert_int_equal(counts.due, 0);
    assert_int_equal(counts.values, 2);
}

static void
rotate__seals_what_a_person_has_anew(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str why;
    struct part_response r = ask_as(NULL, getuid(), "rotate",
                                    sk_str_printf(mem, "{\"level\":\"person\",\"case\":\"%.*s\"}",
                                                  SK_ARG(sk_json_get_str(kept, "case"))));
    DEFER(sk_json_close)
    sk_json *shown = ask(
        tea, "read",
        sk_str_printf(mem, "{\"purpose\":\"o\",\"tokens\":[\"%.*s\"]}", SK_ARG(token_of(kept, 0)))
            .p);

    assert_true(sk_str_eq(r.body, SK_STR("{\"resealed\":2,\"left\":0}")));
    assert_int_equal(ask_as(NULL, getuid(), "rotate", SK_STR("{\"level\":\"\"}")).status, 400);
    assert_int_equal(ask_as(NULL, getuid(), "rotate", SK_STR("{\"level\":\"all\"}")).status, 400);
    assert_true(sk_str_eq(vault_answer_text(&why, shown, token_of(kept, 0).p), SK_STR("関 所子")));
}

static void
render__makes_a_label_without_showing_anything(void **state)
{
    (void)state;
    sk_str why;

    played.show = KEEPER_SHOW_RENDER;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    const char *body =
        sk_str_printf(mem,
                      "{\"purpose\":\"shipping\",\"what\":\"label\",\"name\":\"%.*s\","
                      "\"phone\":\"%.*s\",\"code\":\"SK-1\",\"from\":\"店\"}",
                      SK_ARG(token_of(kept, 0)), SK_ARG(token_of(kept, 1)))
            .p;
    DEFER(sk_json_close) sk_json *made = ask(tea, "render", body);
    assert_true(sk_str_starts(sk_json_get_str(made, "pdf"), SK_STR("JVBERi0")));
    assert_int_equal(sk_json_count(made), 1);
    DEFER(sk_json_close)
    sk_json *shown = ask(tea, "read",
                         sk_str_printf(mem, "{\"purpose\":\"shipping\",\"tokens\":[\"%.*s\"]}",
                                       SK_ARG(token_of(kept, 0)))
                             .p);
    assert_int_equal(vault_answer_text(&why, shown, token_of(kept, 0).p).n, 0);
    assert_true(sk_str_eq(why, SK_STR("kind_denied")));
    played.show = KEEPER_SHOW_MASKED;
    refused(tea, 4711, "render", body, 403, "kind_denied");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(erase__takes_the_index_with_it_and_leaves_a_receipt),
        CASE(erase__leaves_its_token_to_nobody_else),
        CASE(replay__removes_what_older_data_has_again),
        CASE(clock__erases_what_is_due_and_not_what_is_held),
        CASE(event__of_the_past_is_the_command_lines_to_tell),
        CASE(event__told_again_changes_nothing_and_can_be_undone),
        CASE(event__that_erases_soon_asks_for_the_right),
        CASE(event__that_may_not_erase_soon_notes_nothing),
        CASE(rotate__seals_what_a_person_has_anew),
        CASE(render__makes_a_label_without_showing_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
