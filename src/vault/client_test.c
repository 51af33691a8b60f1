/* The client's bytes: what it asks can be read as the protocol has it, and what it is answered. */
#include "vault/vault.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static sk_arena *mem;

static int
begin(void **state)
{
    (void)state;
    mem = sk_arena_new(0);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    sk_arena_free(mem);
    return 0;
}

static void
is(const struct sk_buf *question, const char *wanted)
{
    if (!sk_str_eq(sk_buf_str(question), sk_str_of(wanted)))
        fail_msg("%.*s in place of %s", SK_ARG(sk_buf_str(question)), wanted);
}

static void
client__asks_as_the_protocol_has_it(void **state)
{
    const struct vault_value value[] = { { PERSONAL_NAME, SK_STR("関 \"所子\"") },
                                         { PERSONAL_PHONE, SK_STR("090-1234-5678") } };
    const sk_str token[] = { SK_STR("skn0000000000000000"), SK_STR("090-0000-0000") };
    struct sk_buf put = { .mem = mem }, read = { .mem = mem }, whole = { .mem = mem };
    struct sk_buf beginning = { .mem = mem }, receipt = { .mem = mem };

    (void)state;
    vault_put_write(&put, &(struct vault_put_ask){ .in_case = SK_STR("new"),
                                                   .earns = SK_STR("orders"),
                                                   .value = value,
                                                   .count = 2 });
    is(&put, "{\"case\":\"new\",\"earns\":\"orders\",\"values\":["
             "{\"kind\":\"name\",\"text\":\"関 \\\"所子\\\"\"},"
             "{\"kind\":\"phone\",\"text\":\"090-1234-5678\"}]}");
    vault_read_write(&read, &(struct vault_read_ask){ .tenant = SK_STR("tea"),
                                                      .purpose = SK_STR("orders"),
                                                      .token = token,
                                                      .count = 2 });
    is(&read, "{\"tenant\":\"tea\",\"purpose\":\"orders\","
              "\"tokens\":[\"skn0000000000000000\",\"090-0000-0000\"]}");
    vault_find_write(&whole, &(struct vault_find_ask){ .purpose = SK_STR("orders"),
                                                       .kind = PERSONAL_EMAIL,
                                                       .text = SK_STR("a@example.jp") });
    is(&whole, "{\"purpose\":\"orders\",\"kind\":\"email\",\"text\":\"a@example.jp\"}");
    vault_find_write(&beginning, &(struct vault_find_ask){ .purpose = SK_STR("orders"),
                                                           .kind = PERSONAL_PHONE,
                                                           .prefix = SK_STR("0901") });
    is(&beginning, "{\"purpose\":\"orders\",\"kind\":\"phone\",\"prefix\":\"0901\"}");
    vault_receipt_write(
        &receipt,
        &(struct vault_receipt_ask){ .purpose = SK_STR("pages"), .token = token[0], .before = 17 });
    is(&receipt, "{\"purpose\":\"pages\",\"token\":\"skn0000000000000000\",\"before\":17}");
}

static void
answer__is_an_error_of_its_kind_by_its_word(void **state)
{
    static const struct {
        int status;
        enum sk_kind kind;
        const char *body, *word;
    } rows[] = {
        { 200, SK_OK, "{}", "" },
        { 429, SK_FULL, "{\"error\":\"budget_hour\",\"why\":\"…\"}", "budget_hour" },
        { 403, SK_DENIED, "{\"error\":\"role_denied\"}", "role_denied" },
        { 404, SK_MISSING, "{\"error\":\"missing\"}", "missing" },
        { 503, SK_BUSY, "{\"error\":\"no_ledger\"}", "no_ledger" },
        { 507, SK_FULL, "{\"error\":\"full\"}", "full" },
        { 500, SK_BROKEN, "{}", "" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DEFER(sk_json_close) sk_json *answer = NULL;
        sk_err e = vault_answer_read(&answer, rows[i].status, sk_str_of(rows[i].body));

        assert_int_equal(e.kind, rows[i].kind);
        if (sk_failed(e)) assert_string_equal(e.why, rows[i].word);
        assert_non_null(answer);
    }
    DEFER(sk_json_close) sk_json *none = NULL;

    assert_true(sk_failed(vault_answer_read(&none, 200, SK_STR("<html>"))));
    assert_null(none);
}

static void
answer__has_the_text_of_each_token_or_why_there_is_none(void **state)
{
    DEFER(sk_json_close) sk_json *answer = NULL;
    sk_str why;

    (void)state;
    assert_false(sk_failed(vault_answer_read(
        &answer, 200,
        SK_STR("{\"values\":{\"a\":{\"text\":\"関\"},\"b\":{\"why\":\"erased\"}}}"))));
    assert_true(sk_str_eq(vault_answer_text(&why, answer, "a"), SK_STR("関")) && !why.n);
    assert_false(vault_answer_text(&why, answer, "b").n);
    assert_true(sk_str_eq(why, SK_STR("erased")));
    assert_false(vault_answer_text(&why, answer, "c").n || why.n);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client__asks_as_the_protocol_has_it),
        cmocka_unit_test(answer__is_an_error_of_its_kind_by_its_word),
        cmocka_unit_test(answer__has_the_text_of_each_token_or_why_there_is_none),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
