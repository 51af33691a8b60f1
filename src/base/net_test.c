#include "base/net.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct sk_net
net(const char *text)
{
    struct sk_net made;

    assert_true(sk_net_read(&made, sk_str_of(text)));
    return made;
}

static void
net__reads_what_it_writes(void **unused)
{
    (void)unused;
    static const char *const rows[] = { "192.0.2.7", "10.0.0.0/8",    "0.0.0.0/0",
                                        "::1",       "2001:db8::/32", "2001:db8::7:0:1",
                                        "::/0",      "fe80::/10",     "192.0.2.0/31" };
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sk_net made = net(rows[i]);

        assert_string_equal(sk_net_text(mem, &made).p, rows[i]);
    }
}

static void
net__refuses_what_is_none(void **unused)
{
    (void)unused;
    static const char *const rows[] = { "",
                                        "10.0.0.1/8",
                                        "10.0.0.0/33",
                                        "10.0.0.0/",
                                        "10.0.0/8",
                                        "10.0.0.0/08",
                                        "10.0.0.0/+8",
                                        "fe80::1%eth0",
                                        "::1/129",
                                        "::2/127/1",
                                        "localhost",
                                        "10.0.0.0/-1",
                                        "10.0.0.0/8 ",
                                        "010.0.0.1",
                                        "2001:db8::1/64" };
    struct sk_net made;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(sk_net_read(&made, sk_str_of(rows[i])));
    assert_false(sk_net_read(&made, (sk_str){ "::1\0", 4 }));
}

static void
net__has_its_parts_and_no_others(void **unused)
{
    (void)unused;
    struct sk_net ten = net("10.0.0.0/8"), all4 = net("0.0.0.0/0"), all6 = net("::/0");
    struct sk_net one = net("10.255.0.1"), mapped = net("::ffff:10.1.2.3"),
                  six = net("2001:db8::1");
    struct sk_net prefix = net("2001:db8::/33"), above = net("2001:db8:8000::1");

    assert_true(sk_net_has(&ten, &one) && sk_net_has(&ten, &mapped) && sk_net_has(&all4, &ten));
    assert_false(sk_net_has(&one, &ten));
    assert_false(sk_net_has(&all4, &six));
    assert_true(sk_net_has(&all6, &six) && sk_net_has(&all6, &one));
    assert_true(sk_net_has(&prefix, &six));
    assert_false(sk_net_has(&prefix, &above));
}

static void
source__is_an_address_of_ipv4_and_a_64_of_ipv6(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct sk_net four = net("192.0.2.7"), six = net("2001:db8:1:2:3:4:5:6"), made;

    made = sk_net_source(&four);
    assert_string_equal(sk_net_text(mem, &made).p, "192.0.2.7");
    made = sk_net_source(&six);
    assert_string_equal(sk_net_text(mem, &made).p, "2001:db8:1:2::/64");
    made = sk_net_neighbours(&four);
    assert_string_equal(sk_net_text(mem, &made).p, "192.0.2.0/24");
    made = sk_net_neighbours(&six);
    assert_string_equal(sk_net_text(mem, &made).p, "2001:db8:1::/48");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(net__reads_what_it_writes),
        cmocka_unit_test(net__refuses_what_is_none),
        cmocka_unit_test(net__has_its_parts_and_no_others),
        cmocka_unit_test(source__is_an_address_of_ipv4_and_a_64_of_ipv6),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
