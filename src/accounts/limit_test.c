#include "accounts/case_test.h"
#include "accounts/device.h"
#include "accounts/history.h"
#include "accounts/limit.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
static const sk_when start = 1800000000000;

static struct accounts_try
attempt_from(const char *address, const char *subject, const char *device)
{
    struct accounts_try attempt = { .realm = ACCOUNTS_BUYER,
                                    .subject = sk_str_of(subject),
                                    .device = sk_str_of(device) };
    assert_true(sk_net_read(&attempt.client, sk_str_of(address)));
    return attempt;
}

/* From an address of its own each time, so that only the account counts. */
static sk_when
fail_once(const char *subject, const char *device, sk_when now)
{
    static unsigned turn;
    struct accounts_locked locked;
    sk_str address = sk_str_printf(t.mem, "10.%u.%u.1", turn / 250, turn % 250);
    struct accounts_try attempt = attempt_from(address.p, subject, device);
    turn++;
    must(accounts_limit_failed(&locked, t.mem, t.store, &t.house->conf, &attempt, now));
    return device[0] ? locked.until[ACCOUNTS_LIMIT_DEVICE] : locked.until[ACCOUNTS_LIMIT_ACCOUNT];
}

static struct accounts_verdict
look(const char *address, const char *subject, const char *device, sk_when now)
{
    struct accounts_verdict verdict;
    struct accounts_try attempt = attempt_from(address, subject, device);
    must(accounts_limit_look(&verdict, t.mem, t.store, &attempt, now));
    return verdict;
}

static bool
locked(const char *subject, const char *device, sk_when now)
{
    return look("192.0.2.1", subject, device, now).locked;
}

static void
limit__locks_an_account_at_the_sixth_failure_for_half_an_hour(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(fail_once("s", "", start), 0);
    assert_false(locked("s", "", start));
    assert_int_equal(fail_once("s", "", start), start + 30 * MINUTE);
    assert_true(locked("s", "", start + 30 * MINUTE - 1));
    assert_false(locked("s", "", start + 30 * MINUTE));
    assert_false(locked("other", "", start));
}

static void
limit__makes_each_lock_in_a_row_longer_but_not_by_knocking(void **state)
{
    (void)state;
    sk_when now = start, length = 30 * MINUTE;
    for (int lock = 0; lock < 7; lock++) {
        sk_when until = 0;
        for (int i = 0; i < 6; i++)
            until = fail_once("s", "", now);
        assert_int_equal(until - now, length);
        fail_once("s", "", now + 1); /* while it is locked: nothing more */
        assert_false(locked("s", "", until));
        now = until;
        if (lock < 4) length *= 2; /* eight hours at most */
    }
}

static void
limit__forgets_failures_after_a_day_or_a_success(void **state)
{
    (void)state;
    struct accounts_try attempt = attempt_from("192.0.2.1", "s", "");
    for (int i = 0; i < 5; i++)
        fail_once("s", "", start);
    assert_int_equal(fail_once("s", "", start + 24 * HOUR), 0);
    for (int i = 0; i < 4; i++)
        fail_once("s", "", start + 24 * HOUR);
    must(accounts_limit_passed(t.store, &attempt));
    assert_int_equal(fail_once("s", "", start + 24 * HOUR), 0);
}

static void
limit__counts_a_known_browser_by_itself(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++)
        fail_once("s", "", start);
    assert_true(locked("s", "", start));
    assert_false(locked("s", "dev_1", start)); /* the owner is not locked out */
    for (int i = 0; i < 6; i++)
        fail_once("s", "dev_1", start);
    assert_true(locked("s", "dev_1", start));
    assert_false(locked("s", "dev_2", start));
    struct accounts_try known = attempt_from("192.0.2.1", "s", "dev_1");
    must(accounts_limit_passed(t.store, &known));
    assert_false(locked("s", "dev_1", start));
    assert_true(locked("s", "", start)); /* and does not open it for the attacker */
}

static void
fail_from(const char *address, const char *subject, sk_when now)
{
    struct accounts_locked l;
    struct accounts_try attempt = attempt_from(address, subject, "");
    must(accounts_limit_failed(&l, t.mem, t.store, &t.house->conf, &attempt, now));
}

static const char *
person(int n)
{
    return sk_str_printf(t.mem, "person %d", n).p;
}

static void
limit__asks_a_source_for_work_and_then_to_wait(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        fail_from("2001:db8:1:2::9", person(i), start);
    assert_false(look("2001:db8:1:2::1", "x", "", start).challenge);
    fail_from("2001:db8:1:2:ffff::9", person(4), start); /* the same /64 */
    assert_true(look("2001:db8:1:2::1", "x", "", start).challenge);
    assert_false(look("2001:db8:1:3::1", "x", "", start).challenge);
    assert_false(look("2001:db8:1:2::1", "x", "dev_1", start).challenge); /* a known browser */
    for (int i = 5; i < 20; i++)
        fail_from("2001:db8:1:2::9", person(i), start);
    struct accounts_verdict v = look("2001:db8:1:2::1", "x", "", start);
    assert_true(v.refused);
    assert_int_equal(v.until, start + 10 * MINUTE);
    assert_false(look("2001:db8:1:2::1", "x", "dev_1", start).refused);
    assert_false(look("2001:db8:1:2::1", "x", "", start + 10 * MINUTE).refused);
}

static void
limit__tells_a_network_whose_addresses_take_turns(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++)
        fail_from(sk_str_printf(t.mem, "198.51.100.%d", i + 1).p, person(i), start);
    assert_true(look("198.51.100.99", "x", "", start).challenge);
    assert_false(look("198.51.101.99", "x", "", start).challenge);
    for (int i = 30; i < 200; i++)
        fail_from(sk_str_printf(t.mem, "198.51.100.%d", i + 1).p, person(i), start);
    assert_true(look("198.51.100.250", "x", "", start).refused);
}

static void
limit__asks_everybody_for_work_while_many_accounts_are_tried(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        fail_from(sk_str_printf(t.mem, "10.%d.0.1", i).p, person(i), start);
    assert_true(look("203.0.113.5", "x", "", start).challenge);
    assert_false(look("203.0.113.5", "x", "", start).refused);
    assert_false(look("203.0.113.5", "x", "dev_1", start).challenge);
    assert_false(look("203.0.113.5", "x", "", start + 10 * MINUTE).challenge);
}

static void
limit__locks_can_be_listed_and_lifted(void **state)
{
    struct accounts_lock list[8];
    size_t count;
    int64_t lifted;
    struct accounts_locked l;
    (void)state;
    sk_str id = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    struct accounts_try attempt = attempt_from("192.0.2.1", "s", "");
    attempt.account = id;
    for (int i = 0; i < 20; i++)
        must(accounts_limit_failed(&l, t.mem, t.store, &t.house->conf, &attempt, start));
    must(accounts_limit_list(list, &count, 8, t.mem, t.store, start));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].kind, ACCOUNTS_LIMIT_ACCOUNT);
    assert_true(sk_str_eq(list[0].subject, id)); /* never the index of an address */
    assert_true(sk_str_eq(list[1].subject, SK_STR("192.0.2.1")));
    must(accounts_limit_lift(&lifted, t.store, id));
    assert_int_equal(lifted, 1);
    assert_false(locked("s", "", start));
    must(accounts_limit_lift_source(t.store, SK_STR("192.0.2.1")));
    assert_int_equal(accounts_limit_lift_source(t.store, SK_STR("192.0.2.1")).kind, SK_MISSING);
    must(accounts_limit_list(list, &count, 8, t.mem, t.store, start));
    assert_int_equal(count, 0);
}

/* --- browsers --- */

static void
device__is_known_to_those_who_signed_in_with_it(void **state)
{
    sk_str cookie = { 0 }, first, id, again;
    bool fresh;
    (void)state;
    sk_str a = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    sk_str b = test_person(&t, ACCOUNTS_BUYER, "shop", "b@example.jp");
    must(accounts_device_keep(&id, &fresh, &cookie, t.mem, t.store, a, SK_STR("curl"), start));
    assert_true(fresh);
    first = cookie;
    must(accounts_device_find(&again, t.mem, t.store, b, cookie));
    assert_int_equal(again.n, 0);
    must(accounts_device_keep(&again, &fresh, &cookie, t.mem, t.store, b, SK_STR("curl"), start));
    assert_true(fresh && !sk_str_eq(again, id));
    /* Both go on with the newer cookie; the older is nothing. */
    must(accounts_device_find(&again, t.mem, t.store, a, cookie));
    assert_true(sk_str_eq(again, id));
    must(accounts_device_find(&again, t.mem, t.store, a, first));
    assert_int_equal(again.n, 0);
    must(accounts_device_keep(&again, &fresh, &cookie, t.mem, t.store, a, SK_STR("curl"), start));
    assert_true(!fresh && sk_str_eq(again, id));
    must(accounts_device_forget(t.store, a));
    must(accounts_device_find(&again, t.mem, t.store, a, cookie));
    assert_int_equal(again.n, 0);
}

static void
device__may_be_thirty_of_an_account(void **state)
{
    sk_str first = { 0 }, id;
    bool fresh;
    (void)state;
    sk_str a = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    must(accounts_device_keep(&id, &fresh, &first, t.mem, t.store, a, SK_STR(""), start));
    for (int i = 1; i <= ACCOUNTS_DEVICES_MAX; i++) {
        sk_str cookie = { 0 };
        must(accounts_device_keep(&id, &fresh, &cookie, t.mem, t.store, a, SK_STR(""), start + i));
    }
    must(accounts_device_find(&id, t.mem, t.store, a, first));
    assert_int_equal(id.n, 0);
}

/* --- history --- */

static void
history__gathers_failures_and_keeps_what_succeeded(void **state)
{
    struct accounts_event list[ACCOUNTS_HISTORY_MAX + 1];
    struct accounts_event e = { .at = start,
                                .outcome = SK_STR("ok"),
                                .method = SK_STR("password"),
                                .device = SK_STR("curl"),
                                .place = SK_STR("192.0.2.0/24"),
                                .fresh = true };
    size_t count;
    (void)state;
    e.account = test_person(&t, ACCOUNTS_BUYER, "shop", "a@example.jp");
    must(accounts_history_add(t.store, &e));
    e.outcome = SK_STR("failed");
    e.fresh = false;
    for (int i = 1; i <= 9; i++) {
        e.at = start + i;
        must(accounts_history_add(t.store, &e));
    }
    must(accounts_history_list(list, &count, 50, t.mem, t.store, e.account));
    assert_int_equal(count, 2);
    assert_int_equal(list[0].count, 9);
    assert_int_equal(list[0].at, start + 9);
    assert_true(list[1].fresh);
    for (int i = 0; i < 300; i++) {
        e.place = sk_str_printf(t.mem, "10.0.%d.0/24", i);
        must(accounts_history_add(t.store, &e));
    }
    must(accounts_history_list(list, &count, ACCOUNTS_HISTORY_MAX + 1, t.mem, t.store, e.account));
    assert_int_equal(count, ACCOUNTS_HISTORY_MAX);
    assert_true(sk_str_eq(list[count - 1].outcome, SK_STR("ok")));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, test_setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(limit__locks_an_account_at_the_sixth_failure_for_half_an_hour),
        CASE(limit__makes_each_lock_in_a_row_longer_but_not_by_knocking),
        CASE(limit__forgets_failures_after_a_day_or_a_success),
        CASE(limit__counts_a_known_browser_by_itself),
        CASE(limit__asks_a_source_for_work_and_then_to_wait),
        CASE(limit__tells_a_network_whose_addresses_take_turns),
        CASE(limit__asks_everybody_for_work_while_many_accounts_are_tried),
        CASE(limit__locks_can_be_listed_and_lifted),
        CASE(device__is_known_to_those_who_signed_in_with_it),
        CASE(device__may_be_thirty_of_an_account),
        CASE(history__gathers_failures_and_keeps_what_succeeded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
