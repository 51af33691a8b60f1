/* Putting, reading, finding, and what is refused. */
#include "vault/api_test.h"

/* ── putting and reading ── */

static void
put__gives_tokens_that_read_gives_back(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str name = token_of(kept, 0), phone = token_of(kept, 1), why;

    assert_true(sk_str_starts(name, SK_STR("skn")));
    assert_int_equal(phone.n, 13);
    DEFER(sk_json_close)
    sk_json *shown = ask(tea, "read",
                         sk_str_printf(mem,
                                       "{\"purpose\":\"orders\",\"tokens\":[\"%.*s\",\"%.*s\","
                                       "\"%.*s\",\"skn0000000000000000\"]}",
                                       SK_ARG(name), SK_ARG(phone), SK_ARG(name))
                             .p);
    assert_true(sk_str_eq(vault_answer_text(&why, shown, name.p), SK_STR("関 所子")));
    assert_true(sk_str_eq(vault_answer_text(&why, shown, phone.p), SK_STR("090-1234-5678")));
    vault_answer_text(&why, shown, "skn0000000000000000");
    assert_true(sk_str_eq(why, SK_STR("unknown_token")));
    assert_int_equal(sk_json_count(sk_json_get(shown, "values")), 3);
}

static void
put__into_a_person_and_case_that_are_there(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *first = ask(tea, "put", NAME_PHONE);
    sk_str body = sk_str_printf(
        mem,
        "{\"person\":\"%.*s\",\"case\":\"%.*s\",\"values\":[{\"kind\":\"note\",\"text\":\"x\"}]}",
        SK_ARG(sk_json_get_str(first, "person")), SK_ARG(sk_json_get_str(first, "case")));
    DEFER(sk_json_close) sk_json *second = ask(tea, "put", body.p);

    assert_true(sk_str_eq(sk_json_get_str(first, "person"), sk_json_get_str(second, "person")));
    assert_true(sk_str_eq(sk_json_get_str(first, "case"), sk_json_get_str(second, "case")));
    refused(cloth, 4711, "put", body.p, 403, "wrong_tenant");
}

static void
tokens__of_another_tenant_stand_for_nothing(void **state)
{
    (void)state;
    DEFER(sk_json_close) sk_json *kept = ask(tea, "put", NAME_PHONE);
    sk_str name = token_of(kept, 0), why;
    DEFER(sk_json_close)
    sk_json *shown =
        ask(cloth, "read",
            sk_str_printf(mem, "{\"purpose\":\"orders\",\"tokens\":[\"%.*s\"]}", SK_ARG(name)).p);

    assert_int_equal(vault_answer_text(&why, shown, name.p).n, 0);
    assert_true(sk_str_eq(why, SK_STR("unknown_token")));
}

static void
tokens__of_an_address_are_the_same_and_of_all_else_new(void **state)
{
    static const char body[] = "{\"values\":[{\"kind\":\"email\",\"text\":\"a@example.jp\"},"
                               "{\"kind\":\"name\",\"text\":\"関\"}]}";

    (void)state;
    DEFER(sk_json_close) sk_json *one = ask(tea, "put", body);
    DEFER(sk_json_close) sk_json *two = ask(tea, "put", body);
    assert_true(sk_str_eq(token_of(one, 0), token_of(two, 0)));
    assert_false(sk_str_eq(token_of(one, 1), token_of(two, 1)));
}

static void
put__is_all_or_nothing(void **state)
{
    struct vault_counts counts;
    struct part_store *store;

    (void)state;
    refused(
        tea, 4711, "put",
        "{\"values\":[{\"kind\":\"name\",\"text\":\"関\"},{\"kind\":\"phone\",\"text\":\"x\"}]}",
        400, "unfit_value");
    assert_false(sk_failed(part_store_take(&store, house->stores)));
    assert_false(sk_failed(vault_store_counts(&counts, store)));
    part_store_give(house->stores, store);
    assert_int_equal(counts.values, 0);
}

/* ── what is refused ── */

static void
questions__that_are_bad_have_stable_words(void **state)
{
    static const struct {
        const char *verb, *body;
        unsigned status;
        const char *word;
    } rows[] = {
        { "put", "", 400, "bad" },
        { "put", "[]", 400, "bad" },
        { "put", "{\"values\":[]}", 400, "bad" },
        { "put", "{\"values\":[{\"kind\":\"shoe\",\"text\":\"1\"}]}", 400, "unknown_kind" },
        { "put", "{\"values\":[{\"kind\":\"name\"}]}", 400, "bad" },
        { "put", "{\"person\":\"per_1\",\"values\":[{\"kind\":\"name\",\"text\":\"関\"}]}", 404,
          "missing" },
        { "read", "{\"tokens\":[]}", 400, "bad" },
        { "read", "{\"purpose\":\"orders\"}", 400, "bad" },
        { "read", "{\"purpose\":\"orders\",\"tokens\":[1]}", 400, "bad" },
        { "find", "{\"purpose\":\"orders\",\"kind\":\"phone\"}", 400, "bad" },
        { "find", "{\"purpose\":\"orders\",\"kind\":\"phone\",\"text\":\"x\"}", 400,
          "unfit_value" },
        { "event", "{\"event\":\"moon_landed\"}", 400, "bad" },
        { "erase", "{}", 400, "bad" },
        { "erase", "{\"person\":\"per_00000000000000000000\"}", 404, "missing" },
        { "erased", "{\"id\":\"x\"}", 404, "missing" },
        { "render", "{\"purpose\":\"p\",\"what\":\"statue\"}", 400, "bad" },
        { "render", "{\"purpose\":\"p\",\"what\":\"label\",\"name\":\"skn0000000000000000\"}", 404,
          "unknown_token" },
        { "dance", "{}", 400, "bad" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refused(tea, 4711, rows[i].verb, rows[i].body, rows[i].status, rows[i].word);
}

static void
questions__are_for_those_whom_they_are_for(void **state)
{
    (void)state;
    refused(NULL, 4711, "put", NAME_PHONE, 403, "ticket_missing");
    refused(NULL, 4711, "read", "{}", 403, "ticket_missing");
    refused(NULL, getuid(), "read", "{}", 403, "ticket_missing");
    refused(tea, 4711, "exchange/in", "{\"fields\":[]}", 403, "denied");
    refused(tea, 4711, "exchange/out", "{\"tokens\":[]}", 403, "denied");
    refused(tea, 4711, "hold", "{}", 403, "denied");
    refused("", 4711, "export", "{}", 403, "ticket_missing");
    refused("", 4711, "receipt", "{}", 403, "ticket_missing");
    refused(tea, 4711, "rotate", "{}", 403, "denied");
}

static void
names__of_a_megabyte_are_refused(void **state)
{
    enum { MEGABYTE = 1 << 20 };
    struct sk_buf body = { .mem = mem };
    struct part_response r;

    (void)state;
    sk_buf_add(&body, SK_STR("{\"values\":[{\"kind\":\"name\",\"text\":\""));
    memset(sk_buf_room(&body, MEGABYTE), 'x', MEGABYTE);
    body.n += MEGABYTE;
    sk_buf_add(&body, SK_STR("\"}]}"));
    r = ask_as(tea, 4711, "put", sk_buf_str(&body));
    assert_int_equal(r.status, 400);
    assert_true(sk_str_starts(r.body, SK_STR("{\"error\":\"too_long\"")));
}

static void
words__of_the_keeper_are_handed_on(void **state)
{
    static const struct {
        enum keeper_word word;
        unsigned status;
        const char *name;
    } rows[] = {
        { KEEPER_TICKET_EXPIRED, 403, "ticket_expired" },
        { KEEPER_NO_LEDGER, 503, "no_ledger" },
        { KEEPER_SEALED, 503, "sealed" },
        { KEEPER_BUDGET_HOUR, 429, "budget_hour" },
        { KEEPER_FULL, 507, "full" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        played.answer = rows[i].word;
        refused(tea, 4711, "put", NAME_PHONE, rows[i].status, rows[i].name);
        refused(tea, 4711, "read", "{\"purpose\":\"orders\",\"tokens\":[]}", rows[i].status,
                rows[i].name);
    }
    played.answer = KEEPER_OK;
    played.refused = KEEPER_PURPOSE_FROZEN;
    refused(tea, 4711, "read", "{\"purpose\":\"orders\",\"tokens\":[]}", 403, "purpose_frozen");
}

/* ── finding ── */

static void
find__finds_whole_values_and_beginnings_within_the_tenant(void **state)
{
    static const char whole[] = "{\"purpose\":\"o\",\"kind\":\"phone\",\"text\":\"09012345678\"}";
    static const char begins[] = "{\"purpose\":\"o\",\"kind\":\"phone\",\"prefix\":\"090-12\"}";

    (void)state;
    for (int i = 0; i < 20; i++) {
        DEFER(sk_json_close)
        sk_json *kept = ask(tea, "put",
                            sk_str_printf(mem,
                                          "{\"values\":[{\"kind\":\"phone\","
                                          "\"text\":\"090-12%02d-5678\"}]}",
                                          i + 30)
                                .p);
        assert_non_null(kept);
    }
    assert_int_equal(found(tea, whole), 1);
    assert_int_equal(found(tea, begins), 20);
    assert_int_equal(found(cloth, begins), 0);
}

/* ── refusals ── */

static void
refusal__is_recorded_with_its_word_before_it_is_answered(void **state)
{
    static const struct {
        const char *ticket, *verb, *body;
        unsigned status;
        const char *word, *details;
    } rows[] = {
        { tea, "put", "{\"values\":[{\"kind\":\"shoe\",\"text\":\"x\"}]}", 400, "unknown_kind",
          "{\"why\":\"unknown_kind\",\"verb\":\"put\"}" },
        { "", "read", "{}", 403, "ticket_missing",
          "{\"why\":\"ticket_missing\",\"verb\":\"read\"}" },
        { tea, "dance", "{}", 400, "bad", "{\"why\":\"bad\"}" },
        { tea, "hold", "{}", 403, "denied", "{\"why\":\"denied\",\"verb\":\"hold\"}" },
    };

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        refused(rows[i].ticket, 4711, rows[i].verb, rows[i].body, rows[i].status, rows[i].word);
        assert_int_equal(heard.count, i + 1);
        assert_string_equal(heard.action, "vault.refused");
        assert_string_equal(heard.details, rows[i].details);
    }
    heard.away = true;
    refused(tea, 4711, "put", rows[0].body, 503, "no_ledger");
    heard.away = false;
    /* what the keeper refuses it records itself */
    played.refused = KEEPER_ROLE_DENIED;
    refused(tea, 4711, "read", "{\"purpose\":\"x\",\"tokens\":[]}", 403, "role_denied");
    assert_int_equal(heard.count, sizeof rows / sizeof *rows);
    assert_string_equal(heard.principal, "nobody");
}

static void
error__of_what_never_was_a_question_has_a_word_too(void **state)
{
    struct part_request request = { .mem = mem, .uid = 4711, .id = SK_STR("REQ1"), .ctx = house };
    static const struct {
        unsigned status;
        const char *body;
    } rows[] = { { 413, "{\"error\":\"too_long\"" }, { 404, "{\"error\":\"bad\"" } };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct part_response response = { .status = rows[i].status };

        vault_api_error(&response, &request, sk_ok());
        assert_int_equal(response.status, rows[i].status);
        assert_true(sk_str_starts(response.body, sk_str_of(rows[i].body)));
        assert_string_equal(heard.action, "vault.refused");
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(put__gives_tokens_that_read_gives_back),
        CASE(put__into_a_person_and_case_that_are_there),
        CASE(tokens__of_another_tenant_stand_for_nothing),
        CASE(tokens__of_an_address_are_the_same_and_of_all_else_new),
        CASE(put__is_all_or_nothing),
        CASE(questions__that_are_bad_have_stable_words),
        CASE(questions__are_for_those_whom_they_are_for),
        CASE(names__of_a_megabyte_are_refused),
        CASE(words__of_the_keeper_are_handed_on),
        CASE(find__finds_whole_values_and_beginnings_within_the_tenant),
        CASE(refusal__is_recorded_with_its_word_before_it_is_answered),
        CASE(error__of_what_never_was_a_question_has_a_word_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
