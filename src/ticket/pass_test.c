#include "ticket/ticket.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct ticket_key key = { "0123456789abcdef0123456789abcde" };
static const struct ticket_key other = { "0123456789abcdef0123456789abcdX" };
static const sk_when then = 1795670000000;

static struct sk_net
net(const char *text)
{
    struct sk_net made;

    assert_true(sk_net_read(&made, sk_str_of(text)));
    return made;
}

static enum sk_kind
kind_of(sk_str pass, const char *site, const char *client, sk_when now)
{
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_net who = net(client);
    sk_str id;

    return ticket_pass_verify(&id, mem, &key, pass, sk_str_of(site), &who, now).kind;
}

static void
pass__is_good_in_its_site_and_network_until_its_end(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_net four = net("192.0.2.7"), six = net("2001:db8:1:2::3");
    sk_str pass = ticket_pass_make(mem, &key, SK_STR("shop"), &four, then);
    sk_str wide = ticket_pass_make(mem, &key, SK_STR("shop"), &six, then);

    assert_int_equal(kind_of(pass, "shop", "192.0.2.7", then - 1), SK_OK);
    assert_int_equal(kind_of(pass, "shop", "192.0.2.200", then - 1), SK_OK);
    assert_int_equal(kind_of(pass, "shop", "192.0.3.7", then - 1), SK_DENIED);
    assert_int_equal(kind_of(pass, "shop2", "192.0.2.7", then - 1), SK_DENIED);
    assert_int_equal(kind_of(pass, "shop", "192.0.2.7", then), SK_DENIED);
    assert_int_equal(kind_of(wide, "shop", "2001:db8:1:ffff::1", then - 1), SK_OK);
    assert_int_equal(kind_of(wide, "shop", "2001:db8:2:2::3", then - 1), SK_DENIED);
}

static void
pass__has_an_id_of_its_own(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_net who = net("192.0.2.7");
    sk_str first = ticket_pass_make(mem, &key, SK_STR("shop"), &who, then);
    sk_str second = ticket_pass_make(mem, &key, SK_STR("shop"), &who, then), a, b;

    assert_false(
        sk_failed(ticket_pass_verify(&a, mem, &key, first, SK_STR("shop"), &who, then - 1)));
    assert_false(
        sk_failed(ticket_pass_verify(&b, mem, &key, second, SK_STR("shop"), &who, then - 1)));
    assert_int_equal(a.n, TICKET_PASS_ID);
    assert_false(sk_str_eq(a, b));
}

static void
pass__with_any_byte_changed_or_missing_is_refused(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_net who = net("192.0.2.7");
    sk_str pass = ticket_pass_make(mem, &key, SK_STR("shop"), &who, then), id;

    for (size_t i = 0; i < pass.n; i++) {
        char *copy = sk_str_zcopy(mem, pass);

        copy[i] ^= 1;
        assert_int_equal(kind_of((sk_str){ copy, pass.n }, "shop", "192.0.2.7", then - 1),
                         SK_DENIED);
        assert_int_equal(kind_of(sk_str_first(pass, i), "shop", "192.0.2.7", then - 1), SK_DENIED);
    }
    assert_int_equal(
        ticket_pass_verify(&id, mem, &other, pass, SK_STR("shop"), &who, then - 1).kind, SK_DENIED);
}

static void
pass__is_no_ticket_and_a_ticket_no_pass(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_net who = net("192.0.2.7");
    struct sk_buf text = { .mem = mem };
    struct ticket ticket = { .id = SK_STR("a"), .at = then };

    assert_true(ticket_make(&text, &key, &ticket));
    assert_int_equal(kind_of(sk_buf_str(&text), "shop", "192.0.2.7", then), SK_DENIED);
    assert_int_equal(ticket_verify(&ticket, mem, &key,
                                   ticket_pass_make(mem, &key, SK_STR("shop"), &who, then + 1000),
                                   then)
                         .kind,
                     SK_DENIED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pass__is_good_in_its_site_and_network_until_its_end),
        cmocka_unit_test(pass__has_an_id_of_its_own),
        cmocka_unit_test(pass__with_any_byte_changed_or_missing_is_refused),
        cmocka_unit_test(pass__is_no_ticket_and_a_ticket_no_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
