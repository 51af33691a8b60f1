#include "gate/shun.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct gate_shun_rules rules = { .strikes = 10, .longest = 86400 };
static const int64_t then = 1795670000;
static const sk_str ulid = { "01J00000000000000000000000", 26 };

static struct sk_net
net(const char *text)
{
    struct sk_net made;

    assert_true(sk_net_read(&made, sk_str_of(text)));
    return made;
}

static struct gate_shun *
fresh(size_t buckets)
{
    size_t size = gate_shun_least() * buckets;

    return gate_shun_in(calloc(1, size), size, 7);
}

static bool
out(struct gate_shun *shun, const struct sk_net *who, int64_t now)
{
    char id[GATE_SHUN_ID + 1];

    return gate_shun_look(shun, id, who, now) > 0;
}

/* An attack: looked at first, as every request is. */
static bool
attack(struct gate_shun *shun, const struct sk_net *who, int64_t now)
{
    if (out(shun, who, now)) return false;
    return gate_shun_strike(shun, &rules, who, now, GATE_SHUN_RULES, ulid);
}

/* Attacks once a second until the source is shut out; returns when that was. */
static int64_t
attack_until_out(struct gate_shun *shun, const struct sk_net *who, int64_t now)
{
    for (int i = 0; i < 100; i++, now++)
        if (attack(shun, who, now)) return now;
    fail_msg("never shut out");
    return 0;
}

static sk_str
json(sk_arena *mem, const struct gate_shun *shun, int64_t now, int64_t after)
{
    struct sk_buf text = { .mem = mem };
    struct sk_json_writer w = { .out = &text };

    sk_json_object(&w, NULL);
    gate_shun_json(&w, shun, mem, now, after);
    sk_json_end_object(&w);
    return sk_buf_str(&text);
}

/* Without the list's name, which comes first. */
static sk_str
nameless(sk_arena *mem, sk_str text)
{
    size_t at = sk_str_find(text, SK_STR("\"turned_away\""));

    assert_int_equal(at, sizeof "{\"list\":\"0123456789abcdef\"," - 1);
    return sk_str_printf(mem, "{%.*s", SK_ARG(sk_str_from(text, at)));
}

static void
source__is_shut_out_at_the_tenth_attack_and_not_before(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(1);
    struct sk_net who = net("192.0.2.7"), neighbour = net("192.0.2.8");
    char id[GATE_SHUN_ID + 1];

    for (int i = 0; i < 9; i++)
        assert_false(attack(shun, &who, then + i));
    assert_true(attack(shun, &who, then + 9));
    assert_int_equal(gate_shun_look(shun, id, &who, then + 10), then + 9 + 60);
    assert_string_equal(id, ulid.p);
    assert_false(out(shun, &neighbour, then + 10));
    assert_false(out(shun, &who, then + 9 + 60));
    free(shun);
}

static void
while__grows_with_each_time_up_to_the_longest(void **unused)
{
    (void)unused;
    static const int64_t wanted[] = { 60, 300, 1800, 7200, 21600, 86400, 86400 };
    struct gate_shun *shun = fresh(1);
    struct sk_net who = net("192.0.2.7");
    char id[GATE_SHUN_ID + 1];
    int64_t now = then, until;

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        now = attack_until_out(shun, &who, now);
        until = gate_shun_look(shun, id, &who, now);
        assert_int_equal(until - now, wanted[i]);
        now = until;
    }
    now = attack_until_out(shun, &who, now + GATE_SHUN_FORGIVE + 1);
    assert_int_equal(gate_shun_look(shun, id, &who, now) - now, 60);
    free(shun);
}

static void
strikes__wear_off(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(1);
    struct sk_net who = net("192.0.2.7");

    for (int i = 0; i < 200; i++)
        assert_false(attack(shun, &who, then + i * GATE_SHUN_WEAR));
    free(shun);
}

static void
strikes__of_one_second_count_twice_at_most(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(1);
    struct sk_net who = net("192.0.2.7");

    for (int second = 0; second < 4; second++)
        for (int i = 0; i < 50; i++)
            assert_false(attack(shun, &who, then + second));
    assert_false(attack(shun, &who, then + 4));
    assert_true(attack(shun, &who, then + 4));
    free(shun);
}

/* A carrier's NAT: one attacks all day, a thousand others do not. */
static void
source__of_many_people_is_not_shut_out_for_one(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(1);
    struct sk_net who = net("192.0.2.7");

    assert_false(attack(shun, &who, then));
    for (int i = 1; i < 500; i++) {
        for (int others = 0; others < 20; others++)
            assert_false(out(shun, &who, then + i));
        assert_false(attack(shun, &who, then + i));
    }
    free(shun);
}

static void
owner__shuts_out_networks_and_releases(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(4);
    struct sk_net range = net("198.51.100.0/24"), inside = net("198.51.100.9"), other = net("::1");
    struct sk_net who = net("192.0.2.7"), all = net("0.0.0.0/0");
    int64_t now = attack_until_out(shun, &who, then);

    assert_false(sk_failed(gate_shun_add(shun, &range, now, 100)));
    assert_true(out(shun, &inside, now + 99));
    assert_false(out(shun, &inside, now + 100));
    assert_false(out(shun, &other, now));
    assert_int_equal(gate_shun_release(shun, &other, now), 0);
    assert_int_equal(gate_shun_release(shun, &who, now), 1);
    assert_false(out(shun, &who, now));
    assert_int_equal(gate_shun_release(shun, &all, now), 1);
    assert_false(out(shun, &inside, now));
    assert_int_equal(attack_until_out(shun, &who, now) - now, 9); /* from the beginning */
    for (int i = 0; i < GATE_SHUN_HAND; i++) {
        range.byte[14] = (unsigned char)i;
        assert_false(sk_failed(gate_shun_add(shun, &range, now, 100)));
    }
    assert_false(sk_failed(gate_shun_add(shun, &range, now, 200))); /* the same for longer */
    range.byte[13] = 1;
    assert_int_equal(gate_shun_add(shun, &range, now, 100).kind, SK_FULL);
    free(shun);
}

static void
full_bucket__forgets_the_weakest_and_not_the_strongest(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(1);
    struct sk_net strong = net("192.0.2.1"), weak = net("192.0.2.2"), other = net("10.0.0.1");
    int64_t now = attack_until_out(shun, &strong, then);

    now = attack_until_out(shun, &strong, now + 60); /* for five minutes */
    now = attack_until_out(shun, &weak, now);
    for (int i = 0; i < 5000; i++) {
        other.byte[13] = (unsigned char)(i >> 8);
        other.byte[14] = (unsigned char)i;
        (void)attack(shun, &other, now);
        assert_true(out(shun, &strong, now) && out(shun, &weak, now));
    }
    for (int i = 0; i < 40; i++) { /* others that are shut out for longer: the weaker one goes */
        other.byte[15] = (unsigned char)(i + 2);
        (void)attack_until_out(shun, &other, now);
    }
    assert_true(out(shun, &strong, now));
    free(shun);
}

static void
memory__is_found_again_after_a_reload(void **unused)
{
    (void)unused;
    struct gate_shun *shun = fresh(3);
    struct sk_net who = net("2001:db8:1:2::/64");
    int64_t now = attack_until_out(shun, &who, then);

    assert_ptr_equal(gate_shun_in(shun, 3 * gate_shun_least(), 99), shun);
    assert_true(out(shun, &who, now));
    free(shun);
}

static void
list__says_who_why_until_when_and_how_often(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    struct gate_shun *shun = fresh(1);
    struct sk_net who = net("192.0.2.7"), range = net("198.51.100.0/24");
    sk_str text;

    assert_true(sk_str_eq(nameless(mem, json(mem, shun, then, 0)),
                          SK_STR("{\"turned_away\":0,\"shut_out\":[],\"events\":[]}")));
    (void)attack_until_out(shun, &who, then);
    (void)out(shun, &who, then + 10);
    assert_false(sk_failed(gate_shun_add(shun, &range, then + 11, 3600)));
    text = nameless(mem, json(mem, shun, then + 12, 1));
    assert_string_equal(sk_str_zcopy(mem, text),
                        "{\"turned_away\":1,\"shut_out\":["
                        "{\"who\":\"198.51.100.0/24\",\"why\":\"owner\",\"since\":1795670011,"
                        "\"until\":1795673611,\"times\":0,\"turned_away\":0},"
                        "{\"who\":\"192.0.2.7\",\"why\":\"rules\",\"since\":1795670009,"
                        "\"until\":1795670069,\"times\":1,\"turned_away\":1,"
                        "\"id\":\"01J00000000000000000000000\"}],"
                        "\"events\":[{\"number\":2,\"what\":\"added\",\"who\":\"198.51.100.0/"
                        "24\",\"why\":\"owner\","
                        "\"at\":1795670011,\"until\":1795673611,\"times\":0}]"
                        "}");
    free(shun);
}

static void
events__are_numbered_and_the_last_ones_are_kept(void **unused)
{
    (void)unused;
    DEFER(sk_arena_close) sk_arena *mem = sk_arena_new(0);
    DEFER(sk_json_close) sk_json *root = NULL;
    struct gate_shun *shun = fresh(1);
    struct sk_net range = net("198.51.100.0/24");
    const sk_json *events;

    for (int i = 0; i < 300; i++)
        assert_false(sk_failed(gate_shun_add(shun, &range, then, 60 + i)));
    assert_false(sk_failed(sk_json_read(&root, json(mem, shun, then, 3))));
    events = sk_json_get(root, "events");
    assert_int_equal(sk_json_count(events), GATE_SHUN_EVENTS);
    assert_int_equal(sk_json_get_int(sk_json_at(events, 0), "number", 0), 45);
    assert_int_equal(sk_json_get_int(sk_json_at(events, 255), "number", 0), 300);
    free(shun);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source__is_shut_out_at_the_tenth_attack_and_not_before),
        cmocka_unit_test(while__grows_with_each_time_up_to_the_longest),
        cmocka_unit_test(strikes__wear_off),
        cmocka_unit_test(strikes__of_one_second_count_twice_at_most),
        cmocka_unit_test(source__of_many_people_is_not_shut_out_for_one),
        cmocka_unit_test(owner__shuts_out_networks_and_releases),
        cmocka_unit_test(full_bucket__forgets_the_weakest_and_not_the_strongest),
        cmocka_unit_test(memory__is_found_again_after_a_reload),
        cmocka_unit_test(list__says_who_why_until_when_and_how_often),
        cmocka_unit_test(events__are_numbered_and_the_last_ones_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
