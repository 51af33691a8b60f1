#include "vault/receipt.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define PER "per_00000000000000000001"

/* `action` and what is behind it, as the ledger's record has it. */
static bool
read_line(struct vault_receipt_line *line, sk_json **record, const char *rest)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = sk_str_printf(mem,
                                "{\"seq\":7,\"time\":\"2026-11-26T23:30:00.000Z\","
                                "\"principal\":\"acc_1\",\"outcome\":\"ok\",%s}",
                                rest);

    assert_false(sk_failed(sk_json_read(record, text)));
    return vault_receipt_read(line, *record, SK_STR(PER));
}

static void
receipt__tells_who_what_and_which_kinds(void **state)
{
    DEFER(sk_json_close) sk_json *record = NULL;
    struct vault_receipt_line line;

    (void)state;
    assert_true(read_line(&line, &record,
                          "\"role\":\"owner\",\"action\":\"vault.read\",\"details\":{\"purpose\":"
                          "\"orders\",\"show\":\"plain\",\"seen\":{\"name+phone\":[\"" PER "\"],"
                          "\"bank\":[],\"email\":[\"" PER "\"]}}"));
    assert_int_equal(line.sequence, 7);
    assert_string_equal(line.what, "read");
    assert_true(sk_str_eq(line.who, SK_STR("owner")) && sk_str_eq(line.show, SK_STR("plain")));
    assert_true(sk_str_eq(line.purpose, SK_STR("orders")));
    assert_int_equal(line.kinds, personal_kind_bit(PERSONAL_NAME) |
                                     personal_kind_bit(PERSONAL_PHONE) |
                                     personal_kind_bit(PERSONAL_EMAIL));
}

static void
receipt__names_the_persons_own_browser_and_whoever_has_not_signed_in(void **state)
{
    DEFER(sk_json_close) sk_json *own = NULL, *nobody = NULL;
    struct vault_receipt_line line;

    (void)state;
    assert_true(read_line(&line, &own,
                          "\"action\":\"vault.read\",\"details\":{\"purpose\":\"self\",\"show\":"
                          "\"self\",\"seen\":{\"name\":[\"" PER "\"]}}"));
    assert_true(sk_str_eq(line.who, SK_STR("self")));
    assert_true(read_line(&line, &nobody,
                          "\"action\":\"vault.found\",\"details\":{\"purpose\":\"x\",\"show\":"
                          "\"found\",\"seen\":{\"name\":[\"" PER "\"]}}"));
    assert_true(sk_str_eq(line.who, SK_STR("nobody")));
    assert_string_equal(line.what, "found");
}

static void
receipt__has_exports_and_keeps_an_authoritys_name_to_itself(void **state)
{
    DEFER(sk_json_close) sk_json *own = NULL, *court = NULL;
    struct vault_receipt_line line;

    (void)state;
    assert_true(read_line(&line, &own,
                          "\"action\":\"vault.exported\",\"object\":\"" PER
                          "\",\"details\":{\"for\":\"person\"}"));
    assert_true(sk_str_eq(line.purpose, SK_STR("person")));
    assert_true(read_line(&line, &court,
                          "\"action\":\"vault.exported\",\"object\":\"" PER
                          "\",\"details\":{\"for\":\"court-7\"}"));
    assert_true(sk_str_eq(line.purpose, SK_STR("authority")));
}

static void
receipt__has_no_line_of_what_showed_nothing_of_the_person(void **state)
{
    static const char *const rows[] = {
        "\"action\":\"vault.read\",\"details\":{\"seen\":{\"name\":[]}}",
        "\"action\":\"vault.read\",\"details\":{\"seen\":{\"shoe\":[\"" PER "\"]}}",
        "\"action\":\"vault.read\",\"details\":{\"seen\":[\"" PER "\"]}",
        "\"action\":\"vault.read\"",
        "\"action\":\"vault.alarm\",\"details\":{\"person\":\"" PER "\"}",
        "\"action\":\"vault.receipt\",\"object\":\"" PER "\"",
        "\"action\":\"vault.exported\",\"object\":\"per_00000000000000000002\"",
        "\"role\":7",
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        DEFER(sk_json_close) sk_json *record = NULL;
        struct vault_receipt_line line;

        if (read_line(&line, &record, rows[i])) fail_msg("%s", rows[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(receipt__tells_who_what_and_which_kinds),
        cmocka_unit_test(receipt__names_the_persons_own_browser_and_whoever_has_not_signed_in),
        cmocka_unit_test(receipt__has_exports_and_keeps_an_authoritys_name_to_itself),
        cmocka_unit_test(receipt__has_no_line_of_what_showed_nothing_of_the_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
