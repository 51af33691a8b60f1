#include "ticket/ticket.h"

#include "base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct ticket_key key = { "0123456789abcdef0123456789abcde" };
static const struct ticket_key other = { "0123456789abcdef0123456789abcdX" };
static const sk_when then = 1795670000000;

static struct ticket
whole(void)
{
    return (struct ticket){ .id = SK_STR("01J00000000000000000000000"),
                            .site = SK_STR("shop"),
                            .tenant = SK_STR("ten_1"),
                            .realm = SK_STR("operator"),
                            .principal = SK_STR("acc_1"),
                            .role = SK_STR("管理者"),
                            .session = SK_STR("ses_1"),
                            .route = SK_STR("/wp-admin"),
                            .level = 2,
                            .at = then };
}

static sk_str
made(sk_arena *mem, struct ticket ticket)
{
    struct sk_buf out = { .mem = mem };

    assert_true(ticket_make(&out, &key, &ticket));
    return sk_buf_str(&out);
}

/* v1.payload.seal with a right seal. */
static sk_str
signed_as(sk_arena *mem, const char *payload)
{
    struct sk_buf out = { .mem = mem };
    unsigned char mac[SK_SHA256];

    sk_buf_add(&out, SK_STR("v1."));
    sk_buf_add(&out, sk_base64url(mem, sk_str_of(payload)));
    sk_hmac_sha256(mac, (sk_str){ (const char *)key.byte, TICKET_KEY }, sk_buf_str(&out));
    sk_buf_byte(&out, '.');
    sk_buf_add(&out, sk_base64url(mem, (sk_str){ (char *)mac, sizeof mac }));
    return sk_buf_str(&out);
}

static enum sk_kind
kind_of(sk_str text, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket got;

    return ticket_verify(&got, mem, &key, text, now).kind;
}

static void
ticket__says_what_it_was_made_of(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket in = whole(), out;

    assert_false(sk_failed(ticket_verify(&out, mem, &key, made(mem, in), then + 5)));
    assert_true(sk_str_eq(out.id, in.id) && sk_str_eq(out.site, in.site) &&
                sk_str_eq(out.tenant, in.tenant) && sk_str_eq(out.realm, in.realm) &&
                sk_str_eq(out.principal, in.principal) && sk_str_eq(out.role, in.role) &&
                sk_str_eq(out.session, in.session) && sk_str_eq(out.route, in.route));
    assert_int_equal(out.level, 2);
    assert_true(out.at == then);
}

static void
ticket__of_nobody_has_no_principal_and_level_0(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket out = whole();

    assert_false(sk_failed(ticket_verify(
        &out, mem, &key, made(mem, (struct ticket){ .id = SK_STR("x"), .at = then }), then)));
    assert_int_equal(out.principal.n + out.realm.n + out.role.n + out.session.n, 0);
    assert_int_equal(out.level, 0);
}

/* The contract with other languages: a payload and what follows from it, made by hand. */
static void
ticket__is_hmac_over_what_stands_before_the_last_dot(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket in = { .id = SK_STR("a"), .site = SK_STR("s"), .at = 7 };

    assert_true(sk_str_eq(made(mem, in),
                          signed_as(mem, "{\"id\":\"a\",\"site\":\"s\",\"level\":0,\"at\":7}")));
}

static void
ticket__is_good_for_ten_seconds_in_both_directions_of_the_clock(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = made(mem, whole());

    assert_int_equal(kind_of(text, then + TICKET_LIFE), SK_OK);
    assert_int_equal(kind_of(text, then + TICKET_LIFE + 1), SK_DENIED);
    assert_int_equal(kind_of(text, then - TICKET_AHEAD), SK_OK);
    assert_int_equal(kind_of(text, then - TICKET_AHEAD - 1), SK_DENIED);
}

static void
ticket__of_another_key_is_refused(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct ticket out;

    assert_int_equal(ticket_verify(&out, mem, &other, made(mem, whole()), then).kind, SK_DENIED);
}

static void
ticket__with_any_byte_changed_or_missing_is_refused(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    sk_str text = made(mem, whole());

    for (size_t i = 0; i < text.n; i++) {
        char *copy = sk_str_zcopy(mem, text);

        copy[i] ^= 1;
        assert_int_equal(kind_of((sk_str){ copy, text.n }, then), SK_DENIED);
        assert_int_equal(kind_of(sk_str_first(text, i), then), SK_DENIED);
    }
    assert_int_equal(kind_of(sk_str_printf(mem, "%.*s.", SK_ARG(text)), then), SK_DENIED);
    assert_int_equal(kind_of(sk_str_printf(mem, "%.*s ", SK_ARG(text)), then), SK_DENIED);
}

static void
ticket__of_another_form_is_refused_although_it_is_signed(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    static const char *const rows[] = {
        "",
        "[]",
        "{}",
        "{\"id\":\"a\",\"level\":0}",
        "{\"id\":\"a\",\"at\":1795670000000}",
        "{\"level\":0,\"at\":1795670000000}",
        "{\"id\":\"a\",\"level\":3,\"at\":1795670000000}",
        "{\"id\":\"a\",\"level\":-1,\"at\":1795670000000}",
        "{\"id\":\"a\",\"level\":\"2\",\"at\":1795670000000}",
        "{\"id\":\"a\",\"level\":0,\"at\":1795670000000.0}",
        "{\"id\":\"a\",\"level\":0,\"at\":9223372036854775807}",
        "{\"id\":7,\"level\":0,\"at\":1795670000000}",
        "{\"id\":\"a\",\"role\":\"\",\"level\":0,\"at\":1795670000000}",
        "{\"id\":\"a\",\"id\":\"a\",\"level\":0,\"at\":1795670000000}",
        "{\"id\":\"a\",\"level\":0,\"at\":1795670000000,\"only\":\"reading\"}",
    };

    assert_int_equal(
        kind_of(signed_as(mem, "{\"id\":\"a\",\"level\":0,\"at\":1795670000000}"), then), SK_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(kind_of(signed_as(mem, rows[i]), then), SK_BAD);
}

static void
ticket__too_long_is_not_made(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_buf out = { .mem = mem };
    struct ticket ticket = whole();
    char *longest = sk_alloc(mem, TICKET_FIELD + 1);

    memset(longest, '\1', TICKET_FIELD + 1); /* six bytes each in JSON */
    ticket.role = (sk_str){ longest, TICKET_FIELD + 1 };
    assert_false(ticket_make(&out, &key, &ticket));
    ticket.role = ticket.tenant = (sk_str){ longest, TICKET_FIELD };
    assert_false(ticket_make(&out, &key, &ticket));
    assert_int_equal(out.n, 0);
}

static void
key__has_32_bytes(void **unused)
{
    (void)unused;
    struct ticket_key read;

    assert_int_equal(ticket_key_read(&read, SK_STR("short")).kind, SK_BAD);
    assert_int_equal(ticket_key_read(&read, (sk_str){ 0 }).kind, SK_BAD);
    assert_false(sk_failed(ticket_key_read(&read, (sk_str){ (const char *)key.byte, TICKET_KEY })));
    ticket_key_wipe(&read);
    assert_int_equal(read.byte[0] | read.byte[TICKET_KEY - 1], 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticket__says_what_it_was_made_of),
        cmocka_unit_test(ticket__of_nobody_has_no_principal_and_level_0),
        cmocka_unit_test(ticket__is_hmac_over_what_stands_before_the_last_dot),
        cmocka_unit_test(ticket__is_good_for_ten_seconds_in_both_directions_of_the_clock),
        cmocka_unit_test(ticket__of_another_key_is_refused),
        cmocka_unit_test(ticket__with_any_byte_changed_or_missing_is_refused),
        cmocka_unit_test(ticket__of_another_form_is_refused_although_it_is_signed),
        cmocka_unit_test(ticket__too_long_is_not_made),
        cmocka_unit_test(key__has_32_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
