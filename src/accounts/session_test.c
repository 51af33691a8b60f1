#include "accounts/case_test.h"

static sk_str person;

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
static const sk_when start = 1800000000000;

static int
setup(void **state)
{
    (void)test_setup(state);
    person = test_person(&t, ACCOUNTS_OPERATOR, "", "op@example.jp");
    return 0;
}

static sk_str
make_waiting(struct accounts_session *s, sk_when now, sk_str wait)
{
    struct accounts_session_new fresh = { .account = person,
                                          .site = SK_STR("shop"),
                                          .wait = wait,
                                          .device = SK_STR("Chrome, Windows"),
                                          .place = SK_STR("192.0.2.0/24"),
                                          .realm = ACCOUNTS_OPERATOR,
                                          .level = 1 };
    sk_str cookie;
    must(accounts_session_make(s, &cookie, t.mem, t.store, &t.house->conf, &fresh, now));
    return cookie;
}

static sk_str
make(struct accounts_session *s, sk_when now)
{
    return make_waiting(s, now, ACCOUNTS_WAIT_NOTHING);
}

static bool
holds_at(sk_str cookie, enum accounts_realm realm, const char *site, sk_when now)
{
    struct accounts_session s;
    sk_err e = accounts_session_find(&s, t.mem, t.store, &t.house->conf, realm, sk_str_of(site),
                                     cookie, now);
    assert_true(e.kind == SK_OK || e.kind == SK_MISSING);
    return e.kind == SK_OK;
}

static bool
holds(sk_str cookie, sk_when now)
{
    return holds_at(cookie, ACCOUNTS_OPERATOR, "shop", now);
}

static void
session__is_found_by_its_cookie_on_its_site_and_in_its_realm(void **state)
{
    struct accounts_session s;
    (void)state;
    sk_str cookie = make(&s, start);
    assert_true(sk_str_eq(s.account, person) && sk_str_eq(s.role, SK_STR("operator")));
    assert_int_equal(cookie.n, 64);
    assert_true(holds(cookie, start));
    assert_false(holds_at(cookie, ACCOUNTS_OPERATOR, "blog", start));
    assert_false(holds_at(cookie, ACCOUNTS_BUYER, "shop", start));
    for (size_t i = 0; i < cookie.n; i++) { /* no digit of it may be another one */
        char *other = sk_str_zcopy(t.mem, cookie);
        other[i] = other[i] == 'a' ? 'b' : 'a';
        assert_false(holds(sk_str_of(other), start));
    }
    assert_false(holds(SK_STR(""), start));
    assert_false(holds(sk_str_first(cookie, 63), start));
}

static void
session__ends_when_idle_and_in_any_case_at_last(void **state)
{
    struct accounts_session s;
    (void)state;
    sk_str cookie = make(&s, start);
    assert_true(holds(cookie, start + 30 * MINUTE - 1));
    assert_false(holds(cookie, start + 30 * MINUTE));
    for (sk_when now = start; now < start + 12 * HOUR; now += 20 * MINUTE) {
        must(accounts_session_find(&s, t.mem, t.store, &t.house->conf, ACCOUNTS_OPERATOR,
                                   SK_STR("shop"), cookie, now));
        accounts_touches_note(t.house->touches, &t.house->conf, &s, cookie, now);
        must(accounts_touches_write(t.house->touches, t.store));
    }
    assert_true(holds(cookie, start + 12 * HOUR - 1));
    assert_false(holds(cookie, start + 12 * HOUR));
}

static void
session__is_touched_once_a_minute_at_most(void **state)
{
    struct accounts_session s, again;
    (void)state;
    sk_str cookie = make(&s, start);
    accounts_touches_note(t.house->touches, &t.house->conf, &s, cookie, start + MINUTE - 1);
    must(accounts_touches_write(t.house->touches, t.store));
    must(accounts_session_find(&again, t.mem, t.store, &t.house->conf, ACCOUNTS_OPERATOR,
                               SK_STR("shop"), cookie, start));
    assert_int_equal(again.used, start);
    accounts_touches_note(t.house->touches, &t.house->conf, &s, cookie, start + MINUTE);
    must(accounts_touches_write(t.house->touches, t.store));
    must(accounts_session_find(&again, t.mem, t.store, &t.house->conf, ACCOUNTS_OPERATOR,
                               SK_STR("shop"), cookie, start));
    assert_int_equal(again.used, start + MINUTE);
}

static void
session__is_another_one_after_a_change_of_level(void **state)
{
    struct accounts_session s, two;
    sk_str newer;
    (void)state;
    sk_str cookie = make_waiting(&s, start, ACCOUNTS_WAIT_FACTOR);
    assert_int_equal(s.ends, start + ACCOUNTS_WAIT_LIFE);
    must(accounts_session_renew(&two, &newer, t.mem, t.store, &t.house->conf, &s, 2,
                                ACCOUNTS_WAIT_NOTHING, start + 1));
    assert_false(holds(cookie, start + 1));
    assert_true(holds(newer, start + 1));
    assert_int_equal(two.level, 2);
    assert_false(sk_str_eq(two.id, s.id));
    assert_true(sk_str_eq(two.device, s.device) && sk_str_eq(two.place, s.place));
    assert_int_equal(two.ends, start + 1 + 12 * HOUR);
    /* The old one cannot be raised again. */
    assert_int_equal(accounts_session_renew(&two, &newer, t.mem, t.store, &t.house->conf, &s, 2,
                                            ACCOUNTS_WAIT_NOTHING, start + 2)
                         .kind,
                     SK_MISSING);
}

static void
session__ends_by_hand_one_others_or_all(void **state)
{
    struct accounts_session s[4], list[ACCOUNTS_SESSIONS_MAX];
    sk_str cookie[4];
    size_t count;
    int64_t ended;
    (void)state;
    for (int i = 0; i < 4; i++)
        cookie[i] = make(&s[i], start + i);
    must(accounts_session_list(list, &count, t.mem, t.store, &t.house->conf, person, start + 9));
    assert_int_equal(count, 4);
    assert_true(sk_str_eq(list[0].id, s[3].id));
    must(accounts_session_end(t.store, person, s[0].id));
    assert_false(holds(cookie[0], start + 9));
    assert_int_equal(accounts_session_end(t.store, person, s[0].id).kind, SK_MISSING);
    sk_str other = test_person(&t, ACCOUNTS_OPERATOR, "", "b@example.jp");
    assert_int_equal(accounts_session_end(t.store, other, s[1].id).kind, SK_MISSING);
    must(accounts_session_end_all(&ended, t.store, person, s[1].id));
    assert_int_equal(ended, 2);
    assert_true(holds(cookie[1], start + 9));
    must(accounts_session_end_all(&ended, t.store, person, SK_STR("")));
    assert_int_equal(ended, 1);
    assert_false(holds(cookie[1], start + 9));
}

static void
session__is_nothing_once_its_account_is_closed(void **state)
{
    struct accounts_session s;
    (void)state;
    sk_str cookie = make(&s, start);
    must(accounts_account_set_state(t.store, person, ACCOUNTS_CLOSED));
    assert_false(holds(cookie, start));
}

static void
session__the_51st_takes_the_place_of_the_longest_unused(void **state)
{
    struct accounts_session s, list[ACCOUNTS_SESSIONS_MAX];
    size_t count;
    (void)state;
    sk_str first = make(&s, start), second = make(&s, start + 1);
    for (int i = 2; i < ACCOUNTS_SESSIONS_MAX; i++)
        make(&s, start + i);
    assert_true(holds(first, start + 100));
    make(&s, start + ACCOUNTS_SESSIONS_MAX);
    assert_false(holds(first, start + 100));
    assert_true(holds(second, start + 100));
    must(accounts_session_list(list, &count, t.mem, t.store, &t.house->conf, person, start + 100));
    assert_int_equal(count, ACCOUNTS_SESSIONS_MAX);
}

static void
session__that_is_over_is_swept(void **state)
{
    struct accounts_session s;
    int64_t count;
    (void)state;
    make(&s, start);
    make(&s, start + 20 * MINUTE);
    must(accounts_session_sweep(&count, t.store, &t.house->conf, start + 30 * MINUTE));
    assert_int_equal(count, 1);
    must(accounts_session_sweep(&count, t.store, &t.house->conf, start + 30 * MINUTE));
    assert_int_equal(count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, test_teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(session__is_found_by_its_cookie_on_its_site_and_in_its_realm),
        CASE(session__ends_when_idle_and_in_any_case_at_last),
        CASE(session__is_touched_once_a_minute_at_most),
        CASE(session__is_another_one_after_a_change_of_level),
        CASE(session__ends_by_hand_one_others_or_all),
        CASE(session__is_nothing_once_its_account_is_closed),
        CASE(session__the_51st_takes_the_place_of_the_longest_unused),
        CASE(session__that_is_over_is_swept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
